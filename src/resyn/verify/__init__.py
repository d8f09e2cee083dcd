"""Whether a dataset is what its config, its plan and its traces make."""

from resyn.verify.verify import verify

__all__ = ["verify"]
