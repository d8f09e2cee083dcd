"""Counter-based random values: any row of any column can be computed alone."""
