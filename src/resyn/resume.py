"""What a run does with what is on disk: the table of docs/resume.md as one pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ResumeMode(StrEnum):
    """Say what a run may do with what an earlier one left."""

    NEVER = "never"
    """Start fresh: new samples and answers; what is there is kept."""
    ALWAYS = "always"
    """Go on, or say why not; never begin anything else."""
    IF_POSSIBLE = "if_possible"
    """Go on where there is something to go on with, start where there is not."""


class Action(StrEnum):
    """Say what a run does."""

    RUN = "run"
    """Plan, make what is missing, export."""
    FRESH = "fresh"
    """The same, after `draw` was raised."""
    REST = "rest"
    """Make nothing: it is complete."""
    REFUSE = "refuse"
    """End, nothing touched."""


class Identity(StrEnum):
    """Say how the plan on disk relates to what the config asks for."""

    NONE = "none"
    SAME = "same"
    OTHER = "other"
    UNKNOWN = "unknown"
    """Of another scheme: neither the same nor changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDisk:
    """Hold what an earlier run left."""

    identity: Identity
    scheme: int
    """The version of the identity's scheme."""
    finished: int
    """Batches that DVC recorded and whose files are here, and staged ones that passed their check."""
    finished_rows: int
    answers: int
    is_complete: bool
    """Whether every batch, the dataset and its metrics are those of what is asked, and nothing was edited."""
    edited: tuple[str, ...]
    """Batches whose files are not those that DVC recorded."""
    fitting: tuple[str, ...]
    """Batches that DVC did not record and whose files have the identity and the rows that are asked."""
    unfitting: int
    """Files of batches that DVC did not record and that do not."""
    changed: tuple[str, ...]
    """What differs between the two identities, a clause each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Hold what a person asks for."""

    mode: ResumeMode
    rows: int
    scheme: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Say what to do and what to say; a refusal's `hint` is the way on."""

    action: Action
    say: tuple[str, ...] = ()
    hint: str = ""


def decide(disk: OnDisk, asked: Asked) -> Decision:  # noqa: PLR0911 - a table: a return for each of its rows
    """Return what a run does; the order of the cases is that of what may be known at all."""
    is_never, is_always = asked.mode is ResumeMode.NEVER, asked.mode is ResumeMode.ALWAYS
    has_work = disk.finished > 0 or disk.answers > 0 or bool(disk.fitting)
    if not has_work and not disk.unfitting:
        return _refuse("there is nothing to resume here: no finished batch, no answer") if is_always else Decision(Action.RUN)
    if is_never:
        return Decision(Action.FRESH)
    if disk.identity is Identity.UNKNOWN:
        say = f"identity scheme v{disk.scheme} → v{asked.scheme}: cannot tell whether the config changed"
        return _refuse(say, "`--resume never` starts fresh")
    if disk.identity is Identity.OTHER:
        changed = ", ".join(disk.changed) or "nothing that is named in the plan"
        if is_always:
            hint = "take that back, or run without `--resume always`: answers whose request did not change are used again"
            return _refuse(f"the config describes another dataset now: {changed}", hint)
        return Decision(
            Action.RUN, (f"the config describes another dataset now ({changed}): answers whose request did not change are used",)
        )
    if asked.rows < disk.finished_rows:
        if is_always:
            hint = f"set num_records to {disk.finished_rows} or more, or run without `--resume always`"
            return _refuse(f"num_records is {asked.rows}, and {disk.finished_rows} rows are finished", hint)
        return Decision(Action.RUN, (f"{disk.finished_rows} rows are finished and {asked.rows} asked for: what is beyond leaves the plan",))
    if disk.is_complete:
        return Decision(Action.REST, (f"already complete: {disk.finished_rows} rows in {disk.finished} batches",))
    if is_always and disk.unfitting and not (disk.finished or disk.fitting):
        return _refuse(f"there are {disk.unfitting} files of batches, and none is of this config", "run without `--resume always`")
    return Decision(Action.RUN, tuple(_findings(disk)))


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what differs between two compiled programs as JSON values, a clause each: columns, models, seeds, what else there is."""
    columns = _named({column["name"]: column for column in old.get("columns", ())}, {column["name"]: column for column in new["columns"]})
    models = _named(old.get("models", {}), new.get("models", {}))
    others = sorted((old.keys() | new.keys()) - {"columns", "models"})
    clauses = [f"column '{name}' {how}" for name, how in columns] + [f"model '{name}' {how}" for name, how in models]
    for name in others:
        before, after = old.get(name), new.get(name)
        if before != after:
            is_short = not isinstance(before, dict | list) and not isinstance(after, dict | list)
            clauses.append(f"{name} {before} → {after}" if is_short else f"{name} changed")
    if not columns and [column["name"] for column in old.get("columns", ())] != [column["name"] for column in new["columns"]]:
        clauses.append("the order of columns changed")
    return tuple(clauses)


def _named(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, str]]:
    said = [(name, "is gone") for name in old if name not in new]
    said += [(name, "is new") for name in new if name not in old]
    return said + [(name, "changed") for name in new if name in old and old[name] != new[name]]


def _findings(disk: OnDisk) -> list[str]:
    said = [f"{', '.join(disk.edited)}: not the files that DVC recorded; made again from stored answers"] if disk.edited else []
    if disk.fitting:
        said.append(f"{', '.join(disk.fitting)}: made before, and not recorded; taken as they are")
    if disk.unfitting:
        said.append(f"{disk.unfitting} files of batches are of another config or of other rows: their answers are used, where they can be")
    return said


def _refuse(say: str, hint: str = "run without `--resume always`") -> Decision:
    return Decision(Action.REFUSE, (say,), hint)
