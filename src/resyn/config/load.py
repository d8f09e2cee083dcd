"""Read a project's files, check them, compile them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from pathlib import Path

from resyn.config.anthropic import anthropic_problems
from resyn.config.checks import problems
from resyn.config.compile import compile_export, compile_program, compile_runtime
from resyn.config.constrained import problems_of_constraints
from resyn.config.dataset import DataDesignerConfig, read_dataset
from resyn.config.document import Document, read_text
from resyn.config.messages import validated
from resyn.config.params import Params, read_params
from resyn.config.problem import Incomplete
from resyn.config.processing import unfit_fields
from resyn.config.providers import read_mcp_providers, read_providers
from resyn.config.seeded import seeded
from resyn.config.skip import unfit_values
from resyn.config.tool_checks import tool_problems
from resyn.project import Project
from resyn.spec import Export, Program, Runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Hold everything a person wrote, compiled; `inputs` are the files it came from."""

    params: Params
    program: Program
    export: Export
    runtime: Runtime
    inputs: tuple[Path, ...]
    notices: tuple[str, ...] = ()
    """What a person should know about files that can be used."""


def load(project: Project) -> Loaded:
    """Return what params.yaml, its config and providers.yaml say. No key is looked for.

    Nothing is written but what makes seed files quick to read, beside the project's other state.

    Raises:
        ConfigError: something in them cannot be used; names file and line.
    """
    params, source = read_params(project)
    path = _config_path(project, params, source)
    config_source = read_dataset(read_text(path, params.config.as_posix()), params.config.as_posix())
    completed = _completed(validated(DataDesignerConfig, config_source), project.root, config_source)
    with_seed = seeded(completed, project.root, config_source)
    config = with_seed.config
    providers = read_providers(project)
    servers = read_mcp_providers(project)
    for problem in itertools.chain(
        problems(config, providers), tool_problems(config, servers, providers or {}), anthropic_problems(config, providers or {})
    ):
        raise problem.error(config_source)
    program = replace(compile_program(config, params, providers or {}), seed_dataset=with_seed.seed)
    for problem in itertools.chain(
        problems_of_constraints(program, project.root),
        unfit_values([column.name for column in config.columns], program, project.root),
        unfit_fields(config, program, project.root),
    ):
        raise problem.error(config_source)
    return Loaded(
        params=params,
        program=program,
        export=compile_export(config),
        runtime=compile_runtime(config, providers or {}, servers),
        inputs=(project.params, path) if providers is None else (project.params, path, project.providers),
        notices=with_seed.notices,
    )


def _completed(config: DataDesignerConfig, root: Path, source: Document) -> DataDesignerConfig:
    """Return the config with what plugins and other files of the project say of its columns."""
    columns = []
    for index, column in enumerate(config.columns):
        try:
            columns.append(column.completed(root))
        except Incomplete as error:
            problem = replace(error.problem, loc=("columns", index, *error.problem.loc))
            raise problem.error(source) from error
    return config.model_copy(update={"columns": columns})


def _config_path(project: Project, params: Params, source: Document) -> Path:
    path, folder = project.root / params.config, project.root / "configs"
    here = sorted(file.relative_to(project.root).as_posix() for file in folder.glob("*.yaml"))
    hint = f"in configs/: {', '.join(here[:10])}" if here else "configs/ holds no .yaml file"
    if params.config.is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        message = f"'config' is {params.config}: a config must be in configs/, or DVC would not see it change"
        raise source.error(message, ("config",), hint=hint)
    if not path.exists():
        raise source.error(f"'config' names {params.config}, which does not exist", ("config",), hint=hint)
    if not path.is_file():
        raise source.error(f"'config' names {params.config}, which is a folder", ("config",), hint=hint)
    return path
