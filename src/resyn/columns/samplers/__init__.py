"""One file per sampler type, named after it, holding `build`: how its values are drawn."""
