"""`resyn run --dry-run`: what a run would ask and what that would cost. Nothing is asked, nothing is written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from resyn.dvc.locks import find_stale
from resyn.dvc.run_cache import restorable
from resyn.engine.compiled import Compiled, compile_program
from resyn.engine.order import InOrder
from resyn.engine.steps import Steps
from resyn.engine.stored import Store, replay
from resyn.engine.window import Finished, Window
from resyn.models.request import Answer, Request
from resyn.plan.plan import compare
from resyn.project import Project
from resyn.run.choice import Bounds, choose
from resyn.spec import Model, Program, Runtime, decode
from resyn.store.location import state_dir
from resyn.store.responses import Responses
from resyn.store.spend import Amount, dollars, read_spent
from resyn.store.staged import is_staged

_CHARACTERS_A_TOKEN = 4
_PROMPT_TOKENS = 256
_ANSWER_TOKENS = 256
"""Tokens of an answer where neither `max_tokens` nor an earlier answer of the model says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnEstimate:
    """Say what a column would ask."""

    column: str
    model: str
    """`provider/model`."""
    stored: int
    """Cells whose answers are stored: exact, nothing is asked."""
    exact: int
    """Requests whose inputs are known and whose answers are not stored: looked up one by one."""
    estimated: int
    """Requests whose inputs no model has made yet: one a cell, corrections and redraws not counted."""
    input_tokens: int
    """An estimate: a quarter of the characters, or what earlier requests of the model took."""
    output_tokens: int
    """An estimate: what earlier answers of the model took, else `max_tokens`, else 256 each."""
    dollars: float | None
    """What they would cost; None where the price is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Say what a run would ask and what that would cost."""

    batches: int
    """Batches whose rows would be made."""
    rows: int
    columns: tuple[ColumnEstimate, ...]
    uncounted: tuple[str, ...] = ()
    """Columns whose functions ask models as they go: how often, only running them can tell."""

    @property
    def exact(self) -> int:
        """Return the requests that are known to be needed."""
        return sum(column.exact for column in self.columns)

    @property
    def estimated(self) -> int:
        """Return the requests that are likely to be needed beside them."""
        return sum(column.estimated for column in self.columns)

    @property
    def dollars(self) -> float | None:
        """Return what they would cost; None where a price is not known, or requests are not counted."""
        costs: list[float | None] = [None for _ in self.uncounted]
        costs += [column.dollars for column in self.columns]
        return None if None in costs else sum(cost for cost in costs if cost is not None)


class _NothingStored:
    def find(self, keys: Iterable[bytes]) -> dict[bytes, Answer]:  # noqa: ARG002 - the store's
        return {}


class _Stored:
    def __init__(self, responses: Responses) -> None:
        self._responses = responses

    def find(self, keys: Iterable[bytes]) -> dict[bytes, Answer]:
        return self._responses.get_many(keys)


class _NoSink:
    def put(self, key: str, row: Finished) -> None:
        pass

    def done(self, key: str) -> None:
        pass


@dataclass(slots=True)
class _Counts:
    """Count over batches: cells that stored answers make, and requests that are missing, by column."""

    made: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)
    """Cells that wait for them: rows with the same text share its vector."""
    shared: set[bytes] = field(default_factory=set)
    """Keys of those that rows of several batches may wait for."""
    characters: Counter[str] = field(default_factory=Counter)


def estimate(project: Project, bounds: Bounds) -> Estimate:
    """Return what a run within `bounds` would ask.

    Raises:
        ConfigError: something a person wrote cannot be used.
    """
    plan, _, _ = compare(project)
    program, runtime = decode(Program, json.loads(plan.generation)), decode(Runtime, json.loads(plan.runtime))
    state = state_dir(project.root)
    chosen = choose(find_stale(project, plan.fingerprint, plan.batches), plan.batches, bounds)
    kept = restorable(project, plan.generation, plan.fingerprint, {key: plan.batches[key] for key in chosen})
    ranges = {key: plan.batches[key] for key in chosen if key not in kept and not is_staged(state, plan.fingerprint, plan.batches[key])}
    compiled, counts = compile_program(program, project.root), _Counts()
    with _stored(project) as stored:
        for key, rows in ranges.items():  # one at a time: rows that wait for an answer stay in memory
            _count(compiled, {key: rows}, stored, counts)
    usage, total = read_spent(state_dir(project.root) / "spend.sqlite", program.name), sum(map(len, ranges.values()))
    aliases = {spec.name: alias for spec in program.columns if (alias := getattr(spec, "model_alias", ""))}
    columns = tuple(_column(name, program.models[alias], total, counts, runtime, usage) for name, alias in aliases.items())
    uncounted = tuple(spec.name for spec in program.columns if getattr(spec, "model_aliases", ()))
    return Estimate(batches=len(ranges), rows=total, columns=columns, uncounted=uncounted if total else ())


def _count(compiled: Compiled, ranges: Mapping[str, range], stored: Store, counts: _Counts) -> None:
    window = Window(compiled.cells, max(1, *map(len, ranges.values())), max_redraws=0)
    with closing(InOrder(ranges, _NoSink())) as leaving:
        missing = replay(Steps(compiled, window, ranges, leaving), stored)
    counts.made.update(window.made)
    for key, waiting in missing.items():
        name, request = waiting[0].node.name, waiting[0].request
        counts.waiting[name] += len(waiting)
        if request is None or key in counts.shared:
            continue
        if request.kind != "chat":  # a chat's has the row's own seed
            counts.shared.add(key)
        counts.missing[name] += 1
        counts.characters[name] += _characters(request)


def _column(name: str, model: Model, rows: int, counts: _Counts, runtime: Runtime, usage: Mapping[str, Amount]) -> ColumnEstimate:
    label, exact = f"{model.provider}/{model.model}", counts.missing[name]
    estimated = rows - counts.made[name] - counts.waiting[name]
    seen = usage.get(label, Amount())
    written = counts.characters[name] // _CHARACTERS_A_TOKEN
    each = written / exact if exact else seen.input_tokens / seen.requests if seen.requests else _PROMPT_TOKENS
    answer = seen.output_tokens / seen.requests if seen.output_tokens else model.max_tokens or _ANSWER_TOKENS
    tokens = round(written + estimated * each), round((exact + estimated) * answer)
    return ColumnEstimate(
        column=name,
        model=label,
        stored=counts.made[name],
        exact=exact,
        estimated=estimated,
        input_tokens=tokens[0],
        output_tokens=tokens[1],
        dollars=dollars({label: Amount(exact + estimated, *tokens)}, runtime.prices),
    )


def _characters(request: Request) -> int:
    return sum(len(str(message.get("content") or "")) for message in request.messages)


@contextmanager
def _stored(project: Project) -> Iterator[Store]:
    path = state_dir(project.root) / "responses.sqlite"
    if not path.exists():
        yield _NothingStored()
        return
    with closing(Responses(path)) as responses:
        yield _Stored(responses)
