"""What each processor is: one file a type, named after it."""

from resyn.spec.processors.processor import Processor

__all__ = ["Processor"]
