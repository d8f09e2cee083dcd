"""Rows of a batch: the column graph, the window, the drivers, the write."""
