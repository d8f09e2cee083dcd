"""docs/formats.md says what the code does: its tables and texts are read and compared."""

from __future__ import annotations

import dataclasses
import fnmatch
import json
import pkgutil
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import resyn
from resyn import errors
from resyn.cli import command_line
from resyn.cli.failure import write_traceback
from resyn.columns.expression import ExpressionColumn
from resyn.columns.json_schema import arrow_type
from resyn.columns.samplers.person_from_faker import PERSON
from resyn.dvc.last_exit import LastExit, write_last_exit
from resyn.engine.compiled import ROW, compile_program
from resyn.engine.sink import BatchSink
from resyn.export.batches import Finished
from resyn.export.counts import Counts
from resyn.models.request import Answer, Correction, Request, Status
from resyn.plan.canonical import canonical
from resyn.plan.compile import Plan
from resyn.plan.shards import shard_texts
from resyn.project import Project, batch_key
from resyn.report.cost import costs
from resyn.report.metrics import metrics, plots
from resyn.report.profile import Profile
from resyn.report.usage import Traffic, Usage
from resyn.rng import Stream, request_seed
from resyn.spec import (
    FINGERPRINT_VERSION,
    Budget,
    Column,
    Constraint,
    Distribution,
    Export,
    Limits,
    Model,
    Price,
    Program,
    Provider,
    Runtime,
    Seed,
    Skip,
    Source,
    Tombstone,
    decode,
    encode,
)
from resyn.spec import columns as column_types
from resyn.spec import samplers as sampler_types
from resyn.spec import validators as validator_types
from resyn.spec.codec import find
from resyn.spec.columns.custom import SideEffect
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_judge import Option, Score
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.conversation import MediaContext
from resyn.spec.files import fingerprint
from resyn.spec.program import ToolSet
from resyn.spec.samplers import SamplerParams
from resyn.spec.validators import ValidatorParams
from resyn.store import traces
from resyn.store.batches import ROW_GROUP_SIZE
from resyn.store.claims import Claims
from resyn.store.locks import hold, locks_dir
from resyn.store.responses import Responses
from resyn.store.staged import publish, staging
from support.pages import Page, names

PAGE = Page(Path(__file__).parents[2] / "docs/formats.md")
SCAFFOLD = Path(resyn.__file__).parent / "scaffold/files"


def members(of: type, *, without: Iterable[str] = ()) -> list[str]:
    """Return the names of a dataclass's fields."""
    return [field.name for field in dataclasses.fields(of) if field.name not in without]


def program() -> Program:
    """Return the program that the page shows."""
    return decode(Program, json.loads(PAGE.texts("The compiled program")[0]))


def first_request() -> Request:
    """Return the first request of the page's program."""
    (subject, _) = compile_program(program()).cells
    request = next(subject.column.cell(0, 0, {"product": "laptop"}))
    assert isinstance(request, Request)
    return request


def test_stages_run_the_commands_of_the_page() -> None:
    """In the project that `resyn init` makes and in the stages of batches; each is a verb."""
    root = yaml.safe_load((SCAFFOLD / "dvc.yaml.template").read_text())["stages"]
    batch = yaml.safe_load(shard_texts(["b00000"])["000"])["stages"]["batch"]["do"]
    found = {name: stage["cmd"] for name, stage in root.items()} | {"batch": batch["cmd"]}
    assert found == {stage: names(cells[0])[0] for stage, cells in PAGE.table("Stage commands").items()}
    group = command_line()
    assert all(group.get_command(group.make_context("resyn", ["-"], resilient_parsing=True), cmd.split()[1]) for cmd in found.values())


def test_batch_stages_are_those_of_the_page() -> None:
    """Byte for byte: another text makes DVC run every batch again."""
    assert shard_texts(["b00000", "b00001"]) == {"000": PAGE.texts("Stage commands")[0]}
    project = Project(Path())
    assert [project.shard(batch_key(number)).as_posix() for number in (9, 10, 12_345)] == ["batches/000", "batches/001", "batches/1234"]


def test_exit_codes() -> None:
    """Those of the errors, and of a command that is done."""
    found = [error.exit_code for error in vars(errors).values() if isinstance(error, type) and issubclass(error, errors.ResynError)]
    assert {str(code) for code in [0, *found]} == set(PAGE.table("Exit codes"))


def test_a_program_has_the_bytes_and_the_identity_of_the_page() -> None:
    """Canonical layout, defaults spelled out, empty members left out."""
    layout, identity = PAGE.texts("The compiled program")
    assert canonical(encode(program())) == layout.encode()
    assert fingerprint(layout.encode()) == identity.strip()
    assert json.loads(layout)["fingerprint_version"] == FINGERPRINT_VERSION


def test_members_of_the_program() -> None:
    """Of the program, of models, and of every column type."""
    listed = {of: names(cells[0]) for of, cells in PAGE.table("The compiled program").items()}
    assert listed.pop("program") == members(Program)
    assert listed.pop("model") == members(Model)
    assert listed.pop("item of `constraints`") == members(Constraint)
    assert listed.pop("seed_dataset") == members(Seed)
    assert listed.pop("`source` of a `seed_dataset`") == members(Source)
    assert listed.pop("`skip` of a column") == members(Skip)
    common = members(Column)
    assert listed.pop("column") == ["column_type", *common]
    found = {name: find(Column, name) for name in (item.name.replace("_", "-") for item in pkgutil.iter_modules(column_types.__path__))}
    items = {
        "item of `conditional_params`": ConditionalParams,
        "item of `multi_modal_context`": MediaContext,
        "item of `scores`": Score,
        "item of `side_effects`": SideEffect,
        "item of `tools`": ToolSet,
        "item of `options`": Option,
        "what is drawn `_from`": Distribution,
    }
    assert {of: listed.pop(of) for of in items} == {of: members(kind) for of, kind in items.items()}
    assert listed == {name: members(of, without=common) for name, of in found.items()}


def test_members_of_validators() -> None:
    """Of every validator type."""
    listed = {of: names(cells[0]) for of, cells in PAGE.table("The compiled program", 1).items()}
    types = {item.name for item in pkgutil.iter_modules(validator_types.__path__)} - {"params"}
    assert listed == {name: members(find(ValidatorParams, name)) for name in types}


def test_the_rest_of_the_plan() -> None:
    """Ranges as a text, the others by their members."""
    files = PAGE.table("The rest of the plan")
    plan = Plan(generation=b"", export=b"", runtime=b"", batches={"b00000": range(20), "b00001": range(20, 25)})
    assert plan.ranges.decode() == PAGE.texts("The rest of the plan")[0]
    assert names(files["plan/export.json"][0]) == members(Export)
    assert names(files["plan/runtime.json"][0]) == members(Runtime)
    provider, limit, tombstone, price, budget = re.findall(r"has\s((?:`\w+`[^;:`]*)+)[;:.]", PAGE.sections["The rest of the plan"])
    assert names(provider) == members(Provider)
    assert names(limit) == members(Limits)
    assert names(tombstone) == members(Tombstone)
    assert names(price) == members(Price)
    assert names(budget) == members(Budget)
    assert set(plan.section) == {"fingerprint", "fingerprint_version"}
    project = Project(Path())
    paths = (project.ranges, project.export, project.runtime, project.grown)
    assert [path.as_posix() for path in paths] == list(files)


def test_a_batch_file_has_the_columns_and_metadata_of_the_page(tmp_path: Path) -> None:
    """Read back from a file."""
    project, compiled = Project(tmp_path), compile_program(program())
    identity = PAGE.texts("The compiled program")[1].strip()
    with BatchSink((project.batch("b00000"), project.trace("b00000")), "b00000", range(20), program(), identity, compiled):
        pass
    footer = pq.read_metadata(project.batch("b00000"))
    schema = pq.read_schema(project.batch("b00000"))
    assert "".join(f"{field.name}: {field.type}\n" for field in schema) == PAGE.texts("Batches")[0]
    assert schema.names[0] == ROW
    written = {key.decode(): value.decode() for key, value in footer.metadata.items() if key.startswith(b"resyn.")}
    keys = PAGE.table("Batches")
    assert set(written) == set(keys)
    assert written["resyn.fingerprint"] == identity
    assert f"`{written['resyn.range']}`" in keys["resyn.range"][0]
    assert f"`{written['resyn.version']}`" in keys["resyn.version"][0]
    assert f"Row groups of {ROW_GROUP_SIZE:,} rows, zstd" in PAGE.sections["Batches"]


def test_types_come_from_the_config() -> None:
    """Of expressions, conversions and JSON Schemas."""
    rows = {names(of)[0]: (of.rpartition(": ")[2].split(", "), cells[0].split(", ")) for of, cells in PAGE.table("Batches", 1).items()}
    dtypes, converted, types = (dict(zip(*rows[of], strict=True)) for of in ("dtype", "convert_to", "type"))
    made = {dtype: ExpressionColumn(Expression(name="x", expr="1", dtype=dtype)).arrow_type for dtype in dtypes}
    assert {dtype: str(kind) for dtype, kind in made.items()} == dtypes
    assert {convert_to: sampled({"poisson": {"mean": 3}}, convert_to)["poisson"][0] for convert_to in converted} == converted
    schema = {"properties": {"a": {"type": "string"}}, "items": {"type": "string"}}
    assert {name: str(arrow_type({"type": name, **schema})).partition("<")[0] for name in types} == types


def test_traces_have_the_columns_of_the_page() -> None:
    """In this order, with these types."""
    assert {field.name: str(field.type) for field in traces.SCHEMA} == {name: cells[0] for name, cells in PAGE.table("Traces").items()}
    assert names(PAGE.table("Traces")["status"][1]) == [status.value for status in Status]


def test_a_request_has_the_text_and_the_key_of_the_page() -> None:
    """Seed, parameters, messages and all, as the column asks it."""
    text, key = PAGE.texts("Request keys")
    request = first_request()
    assert request.canonical.decode() == text.strip()
    assert request.key.hex() == key.strip()
    correction = dataclasses.replace(request, corrects=Correction(key=request.key, answer=bytes(32), turn=1))
    asked = json.loads(correction.canonical)
    assert set(json.loads(text)) - set(asked) == {"messages"}
    assert set(asked["corrects"]) == {"answer", "key", "turn"}
    assert asked["corrects"]["key"] == request.key.hex()
    embedding = json.loads(dataclasses.replace(request, kind="embedding").canonical)
    assert set(embedding) - set(json.loads(text)) == {"kind"}


@pytest.mark.parametrize(("name", "text"), [("responses", 0), ("claims", 1)])
def test_stores_have_the_tables_of_the_page(tmp_path: Path, name: str, text: int) -> None:
    """Read back from a file, with its `user_version`."""
    path = tmp_path / f"{name}.sqlite"
    if name == "responses":
        Responses(path).close()
    else:
        claims = Claims(path)
        claims.claim([b"key"])
        claims.close()
    with sqlite3.connect(path) as connection:
        found = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")]
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    assert [" ".join(sql.split()) for sql in found] == [
        " ".join(sql.split()) for sql in PAGE.texts("The response store")[text].split(";\n") if sql.strip()
    ]
    assert f"`.resyn/{name}.sqlite`, `user_version` {version}" in PAGE.sections["The response store"]


def test_every_file_under_resyn_is_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is left there that a person could not look up."""
    state = tmp_path / ".resyn"
    responses, claims = Responses(state / "responses.sqlite"), Claims(state / "claims.sqlite")
    request = first_request()
    responses.put_many([Answer(key=request.key, status=Status.ANSWERED, body=b"{}")])
    claims.claim([request.key])
    for lock in ("run", "b00000"):
        with hold(locks_dir(state, tmp_path) / f"{lock}.lock", wait=0):
            pass
    with staging(state, "sha256:" + "0" * 64, range(20)) as work:
        for name in ("rows.parquet", "traces.parquet"):
            (work / name).write_bytes(b"")
        publish(work, "sha256:" + "0" * 64, range(20), missing=0, answers=0)
    monkeypatch.chdir(tmp_path)
    write_traceback(ZeroDivisionError())
    write_last_exit(state, LastExit(code=1, stage="plan", message="", next_command="", project=""))
    patterns = [re.sub(r"<[^>]+>", "*", path) for path in PAGE.table("Files under .resyn")]
    files = [path.relative_to(state).as_posix() for path in state.rglob("*") if path.is_file()]
    responses.close()
    claims.close()
    assert [file for file in files if not any(fnmatch.fnmatch(file, pattern) for pattern in patterns)] == []
    assert len(locks_dir(state, tmp_path).name) == 16
    assert names(re.findall(r"`last_exit.json` holds ([^.]*)", PAGE.sections["Files under .resyn"])[0]) == members(LastExit)


def test_metrics_and_plots_have_the_members_of_the_page() -> None:
    """In this order."""
    profile = Profile(type=pa.string(), nulls=0, distinct=1, values=(("a", 2),))
    profiles: dict[tuple[str, ...], Profile] = {("topic",): profile, ("text",): profile}
    traffic = Traffic({("text", "lab/fake"): Usage()})
    counts = Counts(rows=1, splits={"train": 1})
    numbers = metrics("sha256:0", Finished({}, 1, ()), profiles, traffic, costs(traffic, {"lab/fake": Price()}), counts)
    drawn = plots(profiles, traffic, counts)
    found: dict[str, Any] = {
        "metrics.json": numbers,
        "a column": numbers["columns"]["text"],
        "a model, by `provider/model`": numbers["models"]["lab/fake"],
        **{f"a point of `plots/{name}.json`": points[0] for name, points in drawn.items()},
    }
    assert {of: list(value) for of, value in found.items()} == {of: names(cells[0]) for of, cells in PAGE.table("Metrics").items()}
    assert list(numbers["columns"]["topic"]) == ["nulls", "distinct"]


def test_random_words_and_seeds_are_those_of_the_page() -> None:
    """Whatever the version of NumPy."""
    stream = Stream.of(program(), "product")
    for row, (width, attempt, redraw, words) in PAGE.table("Random numbers").items():
        rows = range(int(row), int(row) + 1)
        assert stream.words(rows, int(width), int(attempt), int(redraw)).tolist() == [[int(word) for word in words.split()]]
    for row, (attempt, restart, seed) in PAGE.table("Random numbers", 1).items():
        assert request_seed(program(), "subject", int(row), int(attempt), int(restart)) == int(seed)


def test_samplers_make_the_values_of_the_page() -> None:
    """And have the parameters that it names, no others."""
    rows, others = PAGE.table("Random numbers", 2), PAGE.table("Random numbers", 3)
    params = {name: json.loads(cells[0].strip("`")) for name, cells in rows.items()}
    for name, given in params.items():
        assert set(given) == set(members(find(SamplerParams, name)))
    assert {name: names(cells[0]) for name, cells in others.items()} == {name: members(find(SamplerParams, name)) for name in others}
    assert {item.name for item in pkgutil.iter_modules(sampler_types.__path__)} == {*rows, *others, "params"}
    drawn = sampled(params)
    assert drawn == {name: (kind, json.loads(values.strip("`"))) for name, (_, kind, values) in rows.items()}


def test_persons_have_the_fields_of_the_page() -> None:
    """In this order."""
    assert names(PAGE.sections["Random numbers"].rpartition("(int64): ")[2]) == PERSON.names
    assert {field.name: str(field.type) for field in PERSON if str(field.type) != "string"} == {"age": "int64"}


def sampled(params: dict[str, dict[str, Any]], convert_to: str = "") -> dict[str, tuple[str, list[Any]]]:
    """Return the type and the first values of sampler columns, each named after its sampler."""
    columns = [
        Sampler(name=name, params=decode(SamplerParams, {"sampler_type": name} | given), convert_to=convert_to)
        for name, given in params.items()
    ]
    compiled = compile_program(dataclasses.replace(program(), columns=tuple(columns), models={}))
    block = compiled.root_block(range(3), attempt=0)
    return {name: (str(compiled.schema.field(name).type), values.to_pylist()) for name, values in block.items()}
