"""Jinja texts: what they name, how they are rendered."""
