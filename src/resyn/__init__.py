"""Synthetic datasets as a DVC pipeline that can be stopped anywhere and never pays for the same answer twice."""

__version__ = "0.1.0"
