"""One file per column type, named after it (`llm-text` → `llm_text.py`), holding one `SingleColumnConfig`."""
