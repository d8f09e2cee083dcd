"""One file per validator type, named after it, holding one `ValidatorParams` dataclass."""

from resyn.spec.validators.params import ValidatorParams

__all__ = ["ValidatorParams"]
