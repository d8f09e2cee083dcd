"""Batches → dataset: merge, formats."""
