"""One file per processor, named after it, holding one `ProcessorConfig`."""
