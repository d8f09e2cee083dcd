"""Answers that satisfy an edited output schema: stored under the requests that it makes, too, so that nobody is asked again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from resyn.errors import ConfigError
from resyn.models.request import Answer, Status
from resyn.project import Project
from resyn.spec import Program
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.spec.files import read_program
from resyn.store.responses import Responses
from resyn.store.traces import ANSWER_COLUMNS

_AT_ONCE = 1_000


def edited_schemas(project: Project, program: Program) -> dict[str, str]:
    """Return the llm-structured columns of `program` whose schema is not that of the plan on disk, and the new one as JSON text."""
    try:
        planned = read_program(project.generation)[0] if project.generation.exists() else program
    except ConfigError:  # of another version, or edited by hand
        return {}
    before = {column.name: column.output_format for column in planned.columns if isinstance(column, LLMStructured)}
    after = {column.name: column.output_format for column in program.columns if isinstance(column, LLMStructured)}
    return {name: schema for name, schema in after.items() if before.get(name, schema) != schema}


def carry_answers(project: Project, edited: Mapping[str, str], responses: Responses) -> int:
    """Store the traced answers of `edited` columns under the requests of their new schemas, as far as they fit; return how many.

    Raises:
        ResynError: the store cannot be written.
    """
    return sum(responses.put_many(_carried(path, edited)) for path in sorted(project.traces.glob("b*.parquet")))


def _carried(path: Path, edited: Mapping[str, str]) -> Iterator[Answer]:
    for (_, column), turns in groupby(_turns(path, edited), key=lambda turn: (turn["__row"], turn["column"])):
        told = list(turns)
        if _fits(told[-1], edited[column]):
            yield from _renamed(told, edited[column])


def _turns(path: Path, edited: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    wanted = pa.array(list(edited))
    with suppress(OSError, pa.ArrowException), pq.ParquetFile(path, page_checksum_verification=True) as file:
        for batch in file.iter_batches(_AT_ONCE, columns=["__row", "column", "request", *ANSWER_COLUMNS]):
            table = pa.Table.from_batches([batch])
            table = table.set_column(table.schema.get_field_index("answered_at"), "answered_at", table["answered_at"].cast(pa.int64()))
            yield from table.filter(pc.is_in(table["column"], wanted)).to_pylist()


def _fits(turn: Mapping[str, Any], schema: str) -> bool:
    from resyn.columns.conversation import Unfit
    from resyn.columns.json_answer import JSONAnswer
    from resyn.models.completion import NotAnAnswer
    from resyn.models.reading import read_answer

    if turn["status"] != Status.ANSWERED:
        return False
    try:
        JSONAnswer(orjson.loads(schema), "").parse(read_answer(orjson.loads(turn["request"])["provider_type"], turn["answer"]))
    except (Unfit, NotAnAnswer):
        return False
    return True


def _renamed(turns: Iterable[Mapping[str, Any]], schema: str) -> Iterator[Answer]:
    """Yield the answers of a row's conversations under the keys that they have with another schema, as docs/formats.md makes them."""
    keys: dict[str, str] = {}
    text = orjson.dumps(orjson.loads(schema)).decode()
    for turn in turns:
        request = orjson.loads(turn["request"])
        if request.get("schema") is None:
            continue
        if "corrects" in request:
            del request["messages"]
            request["corrects"]["key"] = keys.get(request["corrects"]["key"], "")
        key = hashlib.sha256(orjson.dumps({**request, "schema": text}, option=orjson.OPT_SORT_KEYS)).digest()
        keys[turn["key"].hex()] = key.hex()
        given = {name: turn[name] for name in ANSWER_COLUMNS if name not in ("key", "status", "answer")}
        yield Answer(key=key, status=Status(turn["status"]), body=turn["answer"], **given)
