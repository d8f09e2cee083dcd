"""`resyn store gc`: let go of answers, staged batches and pictures that no commit and not the present config can use."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from resyn.columns.samplers.persons.file import derived_file
from resyn.dvc.history import traces_in_history
from resyn.dvc.locks import find_stale
from resyn.engine.reach import reachable
from resyn.errors import ConfigError, ResynError
from resyn.plan.plan import compare
from resyn.project import Project
from resyn.seeds.prepared import derived
from resyn.spec import Program
from resyn.spec.columns.sampler import Sampler
from resyn.spec.files import read_program, read_ranges
from resyn.spec.samplers.person import Person
from resyn.store.collect import Collected, collect
from resyn.store.location import state_dir
from resyn.store.locks import hold, locks_dir, require_idle
from resyn.store.media import left_over
from resyn.store.responses import Responses
from resyn.store.staged import staged_dir
from resyn.store.traces import read_keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """Say what went, or would go."""

    answers: Collected
    staged: tuple[Path, ...]
    """Folders of staged batches that no stage waits for."""
    seeds: tuple[Path, ...]
    """What seed files and files of persons were made into, where the present config does not use it; it can be made again."""
    set_aside: tuple[Path, ...]
    """Damaged stores; what could be read of them was taken over when they were set aside."""
    media: tuple[Path, ...]
    """Pictures that their batches have copies of."""
    bytes: int


def gc(project: Project, notice: Callable[[str], None], *, dry_run: bool, skip_missing: bool) -> Freed:
    """Keep what traces use (the workspace's, and those of every commit in DVC's cache) and what the present identity can use.

    With `skip_missing`, traces of commits that the cache does not have are taken for lost.

    Raises:
        ConfigError: the plan is not that of the config, or commits name traces that are not in DVC's cache here.
        ResynError: a run is active here, or a batch is being made here or in an experiment of this project; the store cannot be written.
    """
    state = state_dir(project.root)
    with hold(locks_dir(state, project.root) / "run.lock", wait=0):
        require_idle(state, project.root)  # an experiment's answers are in no commit before it ends
        plan, _, _ = compare(project)
        program, fingerprint = read_program(project.generation)
        if plan.fingerprint != fingerprint:
            raise ConfigError("the config is not what was planned, so what it can use is not known", hint="run `resyn plan`")
        history = traces_in_history(project.root)
        if history.elsewhere and not skip_missing:
            raise ConfigError(
                f"commits name {len(history.elsewhere)} traces that are not in DVC's cache here: which answers they use is not known",
                hint="run `dvc fetch --all-commits`, then this again; where nobody has them any more, `resyn store gc --skip-missing`",
            )
        traces = (*sorted(project.traces.glob("b*.parquet")), *history.here)
        ranges = read_ranges(project.ranges)
        rows = max((planned.stop for planned in ranges.values()), default=0)

        def keys() -> Iterator[bytes]:
            for path in traces:
                yield from read_keys(path)
            yield from reachable(program, project.root, rows, responses)

        with closing(Responses(state / "responses.sqlite", notify=notice)) as responses:
            answers = collect(responses, keys, dry_run=dry_run)
        waiting = {staged_dir(state, fingerprint, ranges[key]) for key in find_stale(project, fingerprint, ranges)}
        staged = tuple(folder for folder in sorted((state / "staged").glob("*/*")) if folder not in waiting)
        seeds = _unused_seeds(program, project.root)
        set_aside = tuple(sorted(state.glob("*.corrupt-*")))
        media = tuple(left_over(state))
        size = sum(map(_size, (*staged, *seeds, *set_aside, *media)))
        if not dry_run:
            _remove(staged, (*seeds, *set_aside, *media), state)
    return Freed(answers=answers, staged=staged, seeds=seeds, set_aside=set_aside, media=media, bytes=answers.freed_bytes + size)


def _unused_seeds(program: Program, root: Path) -> tuple[Path, ...]:
    used = {derived(root, program.seed_dataset.content)} if program.seed_dataset else set()
    for column in program.columns:
        for params in column.every_params if isinstance(column, Sampler) else ():
            if isinstance(params, Person):
                with suppress(OSError):
                    used.add(derived_file(root, params.path, params.fields))
    return tuple(path for path in sorted((state_dir(root) / "seeds").glob("*.arrow")) if path not in used)


def _remove(staged: tuple[Path, ...], files: tuple[Path, ...], state: Path) -> None:
    try:
        for folder in staged:
            shutil.rmtree(folder)
        for folder in (state / "staged").glob("*"):
            if not any(folder.iterdir()):
                folder.rmdir()
        for path in files:
            path.unlink()
    except OSError as error:
        raise ResynError(f"cannot remove {error.filename}: {error.strerror}") from error


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file())
