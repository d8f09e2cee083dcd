"""The compiled program: frozen dataclasses, standard library only.

Nothing outside this package decides what a dataset holds: the engine reads a `Program` and nothing else that can change a value.
"""

from resyn.spec.codec import decode, encode
from resyn.spec.export import Export
from resyn.spec.money import Budget, Price
from resyn.spec.program import FINGERPRINT_VERSION, Column, Constraint, Distribution, Model, Program, Skip
from resyn.spec.runtime import Limits, Provider, Runtime, Tombstone
from resyn.spec.seed import Seed, Source

__all__ = [
    "FINGERPRINT_VERSION",
    "Budget",
    "Column",
    "Constraint",
    "Distribution",
    "Export",
    "Limits",
    "Model",
    "Price",
    "Program",
    "Provider",
    "Runtime",
    "Seed",
    "Skip",
    "Source",
    "Tombstone",
    "decode",
    "encode",
]
