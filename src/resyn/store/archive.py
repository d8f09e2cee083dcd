"""Answers in one file that another machine can take."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from resyn.errors import ConfigError
from resyn.models.request import Answer
from resyn.store import atomic
from resyn.store.chunks import chunks
from resyn.store.responses import Responses
from resyn.store.traces import ANSWER_COLUMNS, SCHEMA, read_answers

_ROW_GROUP_SIZE = 10_000
_WANTED = "name a file that `resyn store export` wrote, or a trace of data/traces; of a torn one, what could be read is stored"
_SCHEMA = pa.schema([SCHEMA.field(name) for name in ANSWER_COLUMNS])


def write_archive(target: Path, answers: Iterable[Answer]) -> int:
    """Write answers to one Parquet file, whole or not at all; return how many there were.

    Raises:
        Unwritable: as `atomic.replacing`.
    """
    count = 0
    with (
        atomic.replacing(target) as temp,
        pq.ParquetWriter(temp, _SCHEMA, compression="zstd", use_dictionary=["status"], write_page_checksum=True) as writer,
    ):
        for some in chunks(answers, _ROW_GROUP_SIZE):
            writer.write_table(pa.Table.from_pylist([_record(answer) for answer in some], schema=_SCHEMA))
            count += len(some)
    return count


def read_archive(path: Path, responses: Responses) -> int:
    """Store the answers of an archive or of a trace; return how many were new.

    Raises:
        ConfigError: the file is torn or holds no answers; those before the damage are stored.
    """
    try:
        return responses.put_many(read_answers(path))
    except FileNotFoundError as error:
        raise ConfigError("there is no such file", file=path, hint=_WANTED) from error
    except (OSError, pa.ArrowException, ValueError) as error:
        raise ConfigError(f"cannot be read as stored answers: {error}", file=path, hint=_WANTED) from error


def _record(answer: Answer) -> dict[str, object]:
    numbers = {name: getattr(answer, name) for name in ANSWER_COLUMNS if name not in {"status", "answer"}}
    return {**numbers, "status": str(answer.status), "answer": answer.body}
