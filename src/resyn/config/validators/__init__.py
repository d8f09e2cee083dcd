"""One file per validator type, named after it, holding one `ValidatorParamsConfig`."""
