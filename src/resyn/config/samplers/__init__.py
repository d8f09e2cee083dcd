"""One file per sampler type, named after it, holding the parameters a person writes."""
