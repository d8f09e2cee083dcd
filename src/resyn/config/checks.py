"""What must hold between the sections of a config. Pure: nothing is read here."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from resyn.columns.graph import CycleError, in_order, waits_for
from resyn.config.accept import accept_problems
from resyn.config.columns.column import SingleColumnConfig
from resyn.config.columns.seed_dataset import SeedDatasetColumnConfig
from resyn.config.compile import compile_columns
from resyn.config.dataset import DataDesignerConfig
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.processing import processor_problems
from resyn.config.providers import ModelProvider
from resyn.spec import Column
from resyn.templates import TemplateError, references

_EXAMPLE = "write it: `providers: [{name: …, endpoint: http://127.0.0.1:8089/v1, api_key: NAME_OF_A_VARIABLE}]`"


def problems(config: DataDesignerConfig, providers: Mapping[str, ModelProvider] | None) -> Iterator[Problem]:
    """Yield what is wrong between sections, the basic things first; later checks rely on earlier ones having found nothing."""
    yield from _names(config)
    yield from _aliases(config)
    by_name = {column.name: column for column in compile_columns(config)}
    columns = {column.name: by_name[column.name] for column in config.columns}
    yield from _outputs(list(columns.values()))
    outputs = {output: column.name for column in columns.values() for output in column.outputs}
    for index, column in enumerate(config.columns):
        for problem in (
            *column.problems(columns),
            *_templates(column, outputs),
            *_skip(columns[column.name], outputs),
            *_unknown_models(column, config),
        ):
            yield replace(problem, loc=("columns", index, *problem.loc))
    yield from _providers(config, providers)
    yield from accept_problems(config.accept, outputs)
    yield from _cycles(columns)
    yield from processor_problems(config, tuple(outputs))


def _names(config: DataDesignerConfig) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    drawn: dict[str, str] = {}
    for index, column in enumerate(config.columns):
        loc = ("columns", index, "name")
        if column.name in seen:
            yield Problem(loc=loc, message=f"two columns are called '{column.name}'", first=("columns", seen[column.name], "name"))
        if column.name.startswith("__"):
            yield Problem(loc=loc, message=f"column '{column.name}': names that begin with __ are resyn's own")
        if not isinstance(column, SeedDatasetColumnConfig) and not _can_be_named(column.name):
            message = f"column '{column.name}': a template cannot name it"
            yield Problem(loc=loc, message=message, hint="use letters, digits and _, and no word of Jinja's own")
        random_name = column.rng_name or column.name
        if random_name in drawn:
            message = f"columns '{drawn[random_name]}' and '{column.name}' would draw the same random numbers, under '{random_name}'"
            yield Problem(loc=("columns", index, "rng_name"), message=message)
        seen[column.name], drawn[random_name] = index, column.name


def _can_be_named(name: str) -> bool:
    try:
        return name.isidentifier() and not keyword.iskeyword(name) and references(f"{{{{ {name} }}}}") == {name}
    except TemplateError:
        return False


def _aliases(config: DataDesignerConfig) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, model in enumerate(config.model_configs or ()):
        loc = ("model_configs", index, "alias")
        if model.alias in seen:
            yield Problem(
                loc=loc, message=f"two models have the alias '{model.alias}'", first=("model_configs", seen[model.alias], "alias")
            )
        seen[model.alias] = index


def _outputs(columns: Sequence[Column]) -> Iterator[Problem]:
    """Yield the names under which two columns make values; those of columns themselves are known to differ."""
    makers: dict[str, int] = {}
    for index, column in enumerate(columns):
        for output in column.outputs:
            if output in makers:
                message = f"columns '{columns[makers[output]].name}' and '{column.name}' both make '{output}'"
                yield Problem(loc=("columns", index, "name"), message=message, first=("columns", makers[output], "name"))
            makers.setdefault(output, index)


def _templates(column: SingleColumnConfig, outputs: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with a column's texts; `outputs` are the names that have values, and the columns that make them."""
    for field in column.template_fields:
        text = getattr(column, field) or ""
        try:
            names = references(text)
        except TemplateError as error:
            message = f"column '{column.name}': '{field}' is not a Jinja text: {error}"
            yield Problem(loc=(field,), message=message, text_line=error.line)
            continue
        for name in sorted(names - set(outputs), key=lambda name: _line_of(name, text)):
            others = [other for other, maker in outputs.items() if maker != column.name]
            message = f"column '{column.name}': '{field}' names '{name}', and there is no such column{did_you_mean(name, others)}"
            yield Problem(loc=(field,), message=message, text_line=_line_of(name, text))


def _skip(column: Column, outputs: Mapping[str, str]) -> Iterator[Problem]:
    when = column.skip.when if column.skip else ""
    for name in sorted(references(f"{{{{ {when} }}}}") if when else ()):
        about = f"column '{column.name}': 'skip.when' names '{name}'"
        if outputs.get(name) == column.name:
            yield Problem(loc=("skip", "when"), message=f"{about}, which the column makes itself")
        elif name not in outputs:
            others = [other for other, maker in outputs.items() if maker != column.name]
            yield Problem(loc=("skip", "when"), message=f"{about}, and there is no such column{did_you_mean(name, others)}")


def _line_of(name: str, text: str) -> int:
    found = re.search(rf"\b{re.escape(name)}\b", text)
    return text.count("\n", 0, found.start() if found else 0) + 1


def _unknown_models(column: SingleColumnConfig, config: DataDesignerConfig) -> Iterator[Problem]:
    models = {model.alias: model for model in config.model_configs or ()}
    for alias in column.model_aliases:
        if alias not in models:
            message = f"column '{column.name}': there is no model '{alias}' in 'model_configs'{did_you_mean(alias, models)}"
            yield Problem(loc=("model_alias",), message=message)
        elif (kind := models[alias].inference_parameters.generation_type) not in column.asks:
            message = f"column '{column.name}' needs a model for {' or '.join(column.asks)}; '{alias}' is for {kind}"
            hint = f"write `generation_type: {column.asks[0]}` in its 'inference_parameters'"
            yield Problem(loc=("model_alias",), message=message, hint=hint)


def _providers(config: DataDesignerConfig, providers: Mapping[str, ModelProvider] | None) -> Iterator[Problem]:
    for index, model in enumerate(config.model_configs or ()):
        loc = ("model_configs", index, "provider")
        if model.alias not in config.used_aliases:
            continue
        if (found := (providers or {}).get(model.provider)) is not None:
            if (kind := model.inference_parameters.generation_type) != "chat-completion" and found.provider_type != "openai":
                message = f"model '{model.alias}' is for {kind}, and provider '{found.name}' is of type {found.provider_type}"
                yield Problem(loc=loc, message=message, hint="embeddings and images are asked of providers of type openai")
            continue
        if providers is None:
            message = f"model '{model.alias}' is at provider '{model.provider}', and there is no providers.yaml"
            yield Problem(loc=loc, message=message, hint=_EXAMPLE)
        else:
            guess = did_you_mean(model.provider, providers)
            yield Problem(loc=loc, message=f"model '{model.alias}': there is no provider '{model.provider}' in providers.yaml{guess}")


def _cycles(columns: Mapping[str, Column]) -> Iterator[Problem]:
    try:
        in_order(waits_for(columns.values()))
    except CycleError as error:
        yield Problem(loc=("columns", list(columns).index(error.columns[0])), message=f"columns need each other: {error}")
