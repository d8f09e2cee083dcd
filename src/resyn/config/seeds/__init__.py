"""One file per kind of seed source, named after its `seed_type`."""
