"""Scaffolding that tests of several folders share."""
