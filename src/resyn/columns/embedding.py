"""The `embedding` column: `{embeddings, num_embeddings, dimension}` of a text, or of each text of a list."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from resyn.columns.protocol import Cell, CellFailed
from resyn.columns.refusal import answered
from resyn.models import vectors
from resyn.models.request import Request
from resyn.spec import Program
from resyn.spec.columns.embedding import Embedding


class EmbeddingColumn:
    """Ask for one text at a time, whichever others share its call: its answer is stored under its own key, whoever reads it."""

    arrow_type = pa.struct([("embeddings", pa.list_(pa.list_(pa.float64()))), ("num_embeddings", pa.int64()), ("dimension", pa.int64())])

    def __init__(self, spec: Embedding, program: Program) -> None:
        model = program.models[spec.model_alias]
        settings = {"encoding_format": model.encoding_format, "dimensions": model.dimensions}
        self._spec, self._dimensions = spec, model.dimensions
        self._parameters = {name: value for name, value in settings.items() if value}
        self._fixed: dict[str, Any] = {
            "alias": spec.model_alias,
            "provider": model.provider,
            "provider_type": model.provider_type,
            "model": model.model,
            "kind": "embedding",
            "extra_body": model.extra_body,
            # A vector is the same whichever row, draw or attempt it is for.
            "seed": 0,
            "attempt": 0,
        }

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:  # noqa: ARG002 - the protocol's signature
        """Return the cell of a row.

        Raises:
            CellFailed: a text is empty, its request was refused, or vectors have not the length that was asked for.
        """
        found: list[list[float]] = []
        for text in texts_of(values[self._spec.target_column]):
            if not text:
                raise CellFailed(f"'{self._spec.target_column}' holds no text")
            answer = yield Request(**self._fixed, parameters={**self._parameters, "input": text})
            (vector,) = vectors.read(answered(answer).body).vectors
            if len(vector) != (self._dimensions or len(found[0] if found else vector)):
                raise CellFailed(f"a vector has {len(vector)} dimensions, not {self._dimensions or len(found[0])}")
            found.append(list(vector))
        return {"embeddings": found, "num_embeddings": len(found), "dimension": len(found[0]) if found else 0}


def build(column: Embedding, program: Program) -> EmbeddingColumn:
    """Return the code of an embedding column."""
    return EmbeddingColumn(column, program)


def texts_of(value: Any) -> list[str]:
    """Return the texts in a value: a list, a list written as JSON or Python, or one text; anything else as JSON."""
    if isinstance(value, str) and value.strip().startswith("["):
        for read in (json.loads, ast.literal_eval):
            try:
                value = read(value.strip())
                break
            except (ValueError, SyntaxError):
                continue
    items = value if isinstance(value, list) else [value]
    return [item.strip() if isinstance(item, str) else "" if item is None else json.dumps(item, ensure_ascii=False) for item in items]
