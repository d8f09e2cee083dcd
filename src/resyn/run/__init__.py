"""`resyn run`: every stale batch in one process, then `dvc repro`."""
