"""A scripted model server for tests and dry runs."""
