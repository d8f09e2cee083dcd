"""Code of a project's own, in `plugins/*.py`: found, identified, loaded, called."""
