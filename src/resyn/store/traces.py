"""Trace files: every model answer behind the rows of a batch, so that DVC carries answers to other machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from resyn.errors import ResynError
from resyn.models.request import Answer, Request, Status
from resyn.store.batches import BatchWriter
from resyn.store.responses import Responses

SCHEMA = pa.schema(
    [
        ("__row", pa.int64()),
        ("column", pa.string()),
        ("attempt", pa.int32()),
        ("restart", pa.int32()),
        ("turn", pa.int32()),
        ("key", pa.binary(32)),
        ("provider", pa.string()),
        ("model", pa.string()),
        ("request", pa.string()),
        ("status", pa.string()),
        ("answer", pa.binary()),
        ("input_tokens", pa.int64()),
        ("output_tokens", pa.int64()),
        ("retries", pa.int32()),
        ("latency_ms", pa.int32()),
        ("answered_at", pa.timestamp("ms", tz="UTC")),
    ]
)
"""`key` is the SHA-256 itself, 32 bytes: half the size of its hex form, and it does not compress.

`request` is the canonical JSON of the request; that of a correction turn has the messages that were sent beside `corrects`.
"""

_REPETITIVE = ("column", "attempt", "restart", "turn", "provider", "model", "status", "retries")
ANSWER_COLUMNS = ("key", "status", "answer", "input_tokens", "output_tokens", "retries", "latency_ms", "answered_at")
_ROW_GROUP_SIZE = 1_000
"""Turns in a row group: at 8 KB each, 8 MB in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Place one answer: whose cell it is and which step of making it."""

    row: int
    column: str
    turn: int
    """0 for the first request of a conversation, then the corrections."""
    request: Request
    answer: Answer


class TraceWriter:
    """Write the turns of a batch to one Parquet file, in the order of (row, column, attempt, restart, turn) they are handed in.

    Used in a `with` block like `BatchWriter`, with the same promises: whole or not at all, and bytes that depend on the turns alone. So
    its metadata name the rows and no identity: an edit that changes no answer leaves the file, and what DVC keeps of it, as it is.
    """

    def __init__(self, path: Path, rows: range) -> None:
        self._batch = BatchWriter(path, SCHEMA, "", rows, row_group_size=_ROW_GROUP_SIZE, dictionary=_REPETITIVE)

    def __enter__(self) -> Self:
        self._batch.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._batch.__exit__(kind, error, trace)

    def write(self, turns: Iterable[Turn]) -> None:
        """Append turns."""
        # Column by column: `Table.from_pylist` looks every value up by its name, which takes twice as long.
        columns = list(zip(*map(_record, turns), strict=True)) or [()] * len(SCHEMA)
        self._batch.write(pa.table([pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA))


def read_answers(path: Path) -> Iterator[Answer]:
    """Yield the answers of a trace file or of an archive (`archive.write_archive`), a row group in memory at a time.

    Raises:
        OSError, pyarrow.ArrowException: the file is torn; what came before is right (every page has a checksum).
        ValueError: the file is neither.
    """
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        if any(SCHEMA.field(name) not in file.schema_arrow for name in ANSWER_COLUMNS):
            raise ValueError("it holds no answers")
        for batch in file.iter_batches(batch_size=_ROW_GROUP_SIZE, columns=ANSWER_COLUMNS):
            milliseconds = batch["answered_at"].cast(pa.int64())
            answers = batch.drop_columns("answered_at").append_column("answered_at", milliseconds).rename_columns({"answer": "body"})
            for record in answers.to_pylist():
                yield Answer(**{**record, "status": Status(record["status"])})


def read_keys(path: Path) -> Iterator[bytes]:
    """Yield the keys of the requests in a trace file.

    Raises:
        ResynError: the file is torn.
    """
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for batch in file.iter_batches(columns=["key"]):
                yield from batch["key"].to_pylist()
    except (OSError, pa.ArrowException) as error:
        raise ResynError(
            f"the trace {path} cannot be read: {error}", hint="run `dvc repro`, or `dvc checkout` where it is another's"
        ) from error


def refused_in(path: Path) -> int:
    """Return how many refused requests are behind a batch; 0 where its trace cannot be read."""
    try:
        return int(pc.sum(pc.equal(pq.read_table(path, columns=["status"])["status"], str(Status.REFUSED))).as_py() or 0)
    except (OSError, pa.ArrowException):
        return 0


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Say how many refusals were forgotten, and the stages of finished batches that were made with some."""

    count: int
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Say what `import_traces` did."""

    answers: int
    """Answers the store did not have."""
    torn: tuple[Path, ...]
    """Files that are not whole or no traces; the answers before the damage were taken."""


def import_traces(folder: Path, responses: Responses, others: Iterable[Path] = ()) -> Imported:
    """Store the answers of every trace file in a folder, and of other files that hold traces, that was not imported before, known by name, size and modification time.

    Raises:
        ResynError: the store cannot be written.
    """
    answers = 0
    torn: list[Path] = []
    # No plan is asked which files these are: any answer that was paid for is welcome.
    for path in (*sorted(folder.glob("[!.]*.parquet")), *others):
        stat = path.stat()
        file = (path.name, stat.st_size, stat.st_mtime_ns)
        if responses.has_imported(*file):
            continue
        answers += responses.put_many(_until_torn(path, torn))
        if path not in torn:
            responses.remember_import(*file)
    return Imported(answers=answers, torn=tuple(torn))


def _until_torn(path: Path, torn: list[Path]) -> Iterator[Answer]:
    try:
        yield from read_answers(path)
    except (OSError, pa.ArrowException, ValueError):
        torn.append(path)


def _record(turn: Turn) -> tuple[Any, ...]:
    """Return the values of a turn in the order of `SCHEMA`."""
    request, answer = turn.request, turn.answer
    return (
        turn.row,
        turn.column,
        request.attempt,
        request.restart,
        turn.turn,
        answer.key,
        request.provider,
        request.model,
        _asked(request),
        str(answer.status),
        answer.body,
        answer.input_tokens,
        answer.output_tokens,
        answer.retries,
        answer.latency_ms,
        answer.answered_at,
    )


def _asked(request: Request) -> bytes:
    if request.corrects is None:
        return request.canonical
    return orjson.dumps({**orjson.loads(request.canonical), "messages": request.messages}, option=orjson.OPT_SORT_KEYS)
