"""Batches → dataset: merge, formats, card."""

from resyn.export.dataset import ExportResult, export

__all__ = ["ExportResult", "export"]
