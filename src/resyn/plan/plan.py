"""`resyn plan`: what a person wrote, compiled into files that DVC stages depend on."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from resyn import config
from resyn.columns.advice import advice_on
from resyn.columns.pools import pools_of
from resyn.dvc import git
from resyn.dvc.params import find_dates
from resyn.dvc.repository import require_repository
from resyn.errors import ConfigError, Stopped
from resyn.plan.carry import edited_schemas
from resyn.plan.changes import Changes, find_changes
from resyn.plan.compile import Plan, compile_plan
from resyn.plan.inputs import Inputs, edited, look
from resyn.plan.keep import inputs_dir, keep_answers
from resyn.plan.present import read_present
from resyn.plan.prices import priced, unpriced
from resyn.plan.section import replace_section
from resyn.plan.write import write
from resyn.project import Project
from resyn.store import atomic
from resyn.store.location import state_dir


def plan(project: Project, notice: Callable[[str], None]) -> Changes:
    """Bring the plan on disk up to what the config, the parameters and the providers say.

    The answers in data/traces are stored first, since stages that run again replace those files. Inside an experiment of DVC the
    plan is staged with git, so that the experiment's commit is whole.

    Raises:
        ConfigError: something a person wrote cannot be used, or the folder cannot be written; nothing was written.
        Stopped: DVC runs this and began with batch stages that the plan has no more (the plan itself is whole), or a person saved
            a file while this read it.
        ResynError: a file cannot be written.
    """
    require_repository(project.root)
    if not os.access(project.root, os.W_OK):
        raise ConfigError("this folder is read-only", file=project.root)
    seen = look(project)
    compiled, changes, loaded = compare(project)
    keep_answers(project, edited_schemas(project, loaded.program), notice)
    _keep_inputs(project, loaded.inputs, inputs_dir(project, changes.fingerprint))
    write(changes.steps)
    _check_unedited(project, seen, compiled)
    git.stage_plan_of_experiment(project.root)
    for sentence in (*loaded.notices, *advice_on(loaded.program.columns)):
        notice(sentence)
    _advise(project, changes, notice)
    if changes.removed and os.environ.get("DVC_STAGE"):
        raise Stopped(f"the plan now has {changes.batches} batches (was {changes.earlier_batches})", hint=_go_on(project))
    return changes


def compare(project: Project) -> tuple[Plan, Changes, config.Loaded]:
    """Return the plan of what a person wrote, what it would change, and what was read; writes nothing.

    Raises:
        ConfigError: something a person wrote cannot be used.
    """
    loaded = config.load(project)
    program = dataclasses.replace(loaded.program, pools=pools_of(loaded.program.columns, project.root))
    runtime = priced(loaded.runtime, program.models.values())
    if runtime.budget.dollars is not None and (free := unpriced(runtime, program.models.values())):
        raise ConfigError(
            f"`budget` is in dollars, and nobody says what {', '.join(free)} costs",
            file=loaded.params.config,
            hint="write its price into providers.yaml: `prices: {MODEL: {input: 0.15, output: 0.6}}`, dollars a million tokens",
        )
    compiled = compile_plan(project, dataclasses.replace(loaded, program=program, runtime=runtime))
    return compiled, find_changes(project, compiled, read_present(project)), loaded


def _check_unedited(project: Project, seen: Inputs, compiled: Plan) -> None:
    # DVC reads the stage's inputs after the command: the edit would be recorded as one that this plan has.
    if name := edited(project, seen, replace_section(seen.params, compiled.section, project.params)):
        raise Stopped(
            f"{name} was edited while its plan was made", hint=_go_on(project) if os.environ.get("DVC_STAGE") else "run `resyn plan` again"
        )


def _keep_inputs(project: Project, inputs: Sequence[Path], folder: Path) -> None:
    """Copy what was read, so that a config nobody committed is never lost."""
    for path in inputs:
        atomic.write_if_changed(folder / path.relative_to(project.root), path.read_bytes())


def _advise(project: Project, changes: Changes, notice: Callable[[str], None]) -> None:
    for name, date in find_dates(project.params).items():
        notice(f'params.yaml: DVC reads no dates: put {name} in quotes, `{name}: "{date}"`')
    for path in changes.foreign:
        where = path.relative_to(project.root)
        notice(f"{where} is no file of a plan, and stages depend on all that is in its folder: move it away")
    if not os.environ.get("DVC_STAGE") and (folders := git.untracked_plan(project.root)):
        notice(f"the plan has new files: run `git add {' '.join(folders)}` before you commit")


def _go_on(project: Project) -> str:
    if not os.environ.get("DVC_EXP_NAME"):
        return "run `dvc repro` again"
    if state_dir(project.root).parent != project.root.resolve():  # one of `--temp` or `--queue`
        return "an experiment in a folder of its own cannot go on: set num_records in params.yaml, run `resyn plan`, then start it again"
    return "run `dvc exp run` again"
