"""Metrics, plots and the HTML report of a dataset."""
