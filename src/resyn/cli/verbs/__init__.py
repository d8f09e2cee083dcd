"""One verb per file, named after it."""
