"""One file per validator type, named after it, holding `build` and, where a verdict depends on more than the config, `pools`."""
