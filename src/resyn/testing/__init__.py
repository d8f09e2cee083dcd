"""A scripted, deterministic, fault-injecting model server: for tests, and for trying a pipeline before paying for it."""

from resyn.testing.options import Options
from resyn.testing.process import ModelServer, model_server
from resyn.testing.server import run

__all__ = ["ModelServer", "Options", "model_server", "run"]
