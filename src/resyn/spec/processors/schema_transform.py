"""The `schema_transform` processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from resyn.spec.processors.processor import Processor


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaTransform(Processor):
    """Write a second dataset, each of its rows made of Jinja texts filled in with a row."""

    processor_type: ClassVar[str] = "schema_transform"

    template: str
    """JSON text of an object, since its members are columns and have an order: name → Jinja text, or lists and objects of them."""
