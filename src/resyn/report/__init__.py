"""Metrics, plots and the HTML report of a dataset."""

from resyn.report.write import report

__all__ = ["report"]
