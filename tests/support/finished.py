"""A project whose planned batches and traces are on disk, the values of row n a function of n."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from resyn.models.request import Answer, Request, Status
from resyn.project import Project, batch_key
from resyn.spec import Export, Model, Price, Program, Runtime, encode
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.files import fingerprint
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.datetime import Datetime
from resyn.spec.samplers.gaussian import Gaussian
from resyn.spec.samplers.person_from_faker import PersonFromFaker
from resyn.spec.samplers.poisson import Poisson
from resyn.spec.samplers.uuid import UUID
from resyn.store.batches import BatchWriter
from resyn.store.traces import TraceWriter, Turn

HOSTILE = '<script>alert("resyn")</script>'

COLUMNS = (
    Sampler(name="ticket_id", params=UUID()),
    Sampler(name="created_at", params=Datetime(start="2025-01-01", end="2025-12-31", unit="h")),
    Sampler(name="product", params=Category(values=("laptop", "phone", "router", "headset"))),
    Sampler(name="customer", params=PersonFromFaker()),
    Sampler(name="wait", params=Gaussian(mean=40, stddev=12)),
    Sampler(name="contacts", params=Poisson(mean=3)),
    Expression(name="note", expr="{{ product }}"),
    LLMText(name="body", model_alias="writer", prompt="A complaint about a {{ product }}"),
    LLMStructured(name="triage", model_alias="writer", prompt="Triage: {{ body }}", output_format='{"type":"object"}'),
)
TYPES = pa.schema(
    [
        ("__row", pa.int64()),
        ("ticket_id", pa.string()),
        ("created_at", pa.timestamp("s")),
        ("product", pa.string()),
        ("customer", pa.struct([(name, pa.string()) for name in ("first_name", "last_name", "city", "email")] + [("age", pa.int64())])),
        ("wait", pa.float64()),
        ("contacts", pa.int64()),
        ("note", pa.string()),
        ("body", pa.string()),
        ("triage", pa.struct([("urgency", pa.string()), ("minutes", pa.int64()), ("tags", pa.list_(pa.string()))])),
    ]
)
_TEXT = "the screen goes dark after an update and nobody at the desk could say why it happens only when the charger is in"
_WORDS = tuple(_TEXT.split())
_NOTES = ("plain", "", None, 'comma, "quotes"\nand a line', HOSTILE, "=1+1", "naïve ☃ 日本")


def row(index: int) -> dict[str, Any]:
    """Return the row of an index."""
    draw = random.Random(index)  # noqa: S311 - any values will do
    words = " ".join(draw.choices(_WORDS, k=draw.randint(8, 60)))
    return {
        "__row": index,
        "ticket_id": f"{draw.getrandbits(128):032x}",
        "created_at": datetime(2025, 1, 1) + timedelta(hours=draw.randrange(8_760)),  # noqa: DTZ001 - the sampler's have no zone
        "product": draw.choices(("laptop", "phone", "router", "headset"), (5, 3, 2, 1))[0],
        "customer": {
            "first_name": draw.choice(("Ada", "Grace", "Linus", "Zoë")),
            "last_name": f"Quill{index}",
            "city": draw.choice(("Oslo", "Lima", "Pune", "Turin")),
            "email": f"quill{index}@example.org",
            "age": draw.randint(18, 90),
        },
        "wait": None if index % 9 == 4 else round(draw.gauss(40, 12), 2),
        "contacts": draw.randint(0, 30),
        "note": _NOTES[index % len(_NOTES)],
        "body": f"{words.capitalize()}.\n\n{HOSTILE} {words}.",
        "triage": None
        if index % 11 == 7
        else {"urgency": draw.choice(("low", "medium", "high")), "minutes": draw.randint(5, 90), "tags": draw.sample(_WORDS, index % 3)},
    }


class FinishedProject:
    """Write plans, batches and traces of one project, without a model."""

    def __init__(self, root: Path) -> None:
        self.project = Project(root)
        self.prices: dict[str, Price] = {}
        """What the plan says models cost."""

    def plan(self, rows: int, batch_size: int, *, export: Mapping[str, Any] | None = None, **program: Any) -> dict[str, range]:
        """Plan `rows` rows and return the range of each batch."""
        model = Model(provider="lab", provider_type="openai", model="fake-1.5")
        fields: dict[str, Any] = {"seed": 7, "draw": 0, "reference_date": "2026-01-01", "models": {"writer": model}}
        ranges = {batch_key(number): range(start, min(start + batch_size, rows)) for number, start in enumerate(range(0, rows, batch_size))}
        self._write("generation", encode(Program(**{"name": "support_tickets", "columns": COLUMNS, **fields, **program})))
        self._write("export", encode(Export(name="support_tickets", **(export or {}))))
        self._write("runtime", encode(Runtime(prices=self.prices)))
        self._write("ranges", {key: [rows.start, rows.stop] for key, rows in ranges.items()})
        return ranges

    def finish(self, rows: int = 60, batch_size: int = 20, **plan: Any) -> Project:
        """Plan `rows` rows and write every batch and trace."""
        for key, planned in self.plan(rows, batch_size, **plan).items():
            self.batch(key, planned)
            self.trace(key, planned)
        return self.project

    def batch(self, key: str, planned: range, indices: Iterable[int] | None = None, **identity: str) -> None:
        """Write one batch with the rows of `indices` (all planned ones), made under the plan's identity or another."""
        table = pa.Table.from_pylist([row(index) for index in (planned if indices is None else indices)], schema=TYPES)
        self.write_batch(key, planned, table, **identity)

    def write_batch(self, key: str, planned: range, table: pa.Table, made_by: str = "") -> None:
        """Write a table as one batch."""
        with BatchWriter(self.project.batch(key), table.schema, made_by or self.fingerprint, planned) as writer:
            writer.write(table)

    def trace(self, key: str, planned: range, body: bytes = b"{}") -> None:
        """Write two turns a row, 12 tokens in and 30 out each; in each tenth row a refusal and another attempt, after one retry."""
        with TraceWriter(self.project.trace(key), planned) as writer:
            writer.write(turn for index in planned for turn in _turns(index, body))

    @property
    def fingerprint(self) -> str:
        """Return the identity of the plan."""
        return fingerprint(self.project.generation.read_bytes())

    def _write(self, name: str, data: Any) -> None:
        path = self.project.root / "plan" / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(data))


def _turns(index: int, body: bytes) -> Iterable[Turn]:
    if index % 10 == 3:
        yield _turn(index, "body", 0, Status.REFUSED, body)
    yield _turn(index, "body", int(index % 10 == 3), Status.ANSWERED, body)
    yield _turn(index, "triage", int(index % 10 == 3), Status.ANSWERED, body)


def _turn(index: int, column: str, attempt: int, status: Status, body: bytes) -> Turn:
    request = Request(
        alias="writer",
        provider="lab",
        provider_type="openai",
        model="fake-1.5",
        messages=({"role": "user", "content": f"{column} {index}"},),
        seed=index,
        attempt=attempt,
    )
    answered = {"input_tokens": 12, "output_tokens": 30, "latency_ms": 400 + index} if status is Status.ANSWERED else {}
    answer = Answer(key=request.key, status=status, body=body, retries=attempt, answered_at=1_764_000_000_000, **answered)
    return Turn(row=index, column=column, turn=0, request=request, answer=answer)
