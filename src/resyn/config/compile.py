"""What a person wrote → the spec. Pure; everything that is checked has been checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from resyn.config.dataset import DataDesignerConfig
from resyn.config.distributions import Distribution
from resyn.config.models import ChatCompletionInferenceParams, EmbeddingInferenceParams, InferenceParams, ModelConfig
from resyn.config.params import Params
from resyn.config.providers import ModelProvider
from resyn.config.skip import compiled
from resyn.config.tools import MCPProvider, ToolConfig
from resyn.spec import Column, Export, Model, Program, Runtime


def compile_program(config: DataDesignerConfig, params: Params, providers: Mapping[str, ModelProvider]) -> Program:
    """Return the identity of a dataset; `pools` is empty, since what they hold is no part of the config."""
    return Program(
        name=config.name,
        seed=params.seed,
        draw=params.draw,
        reference_date=params.reference_date,
        columns=compile_columns(config),
        models={model.alias: _model(model, providers[model.provider]) for model in _used(config)},
        constraints=tuple(constraint.compile() for constraint in config.constraints or ()),
        tools={tools.tool_alias: tools.compile() for tools in _used_tools(config)},
        max_redraws=config.max_redraws,
        accept=config.accept,
        max_candidates=config.max_candidates if config.accept else None,
        max_missing_share=config.max_missing_share,
    )


def compile_columns(config: DataDesignerConfig) -> tuple[Column, ...]:
    """Return the columns as the engine reads them, in the order of the dataset: seed columns that nobody wrote down come first."""
    in_order = sorted(config.columns, key=lambda column: column.is_written)
    return tuple(dataclasses.replace(column.compile(), skip=compiled(column.skip, propagate=column.propagate_skip)) for column in in_order)


def compile_export(config: DataDesignerConfig) -> Export:
    """Return how the rows become files."""
    columns = tuple(output for column in compile_columns(config) for output in column.outputs)
    processors = []
    for processor in config.processors or ():
        processors.append(processor.compile(columns))
        columns = processor.left(columns)
    return Export(
        name=config.name,
        formats=tuple(dict.fromkeys(config.export.formats)),
        drop=tuple(column.name for column in config.columns if column.drop),
        processors=tuple(processors),
        embed_media=tuple(column.name for column in compile_columns(config) if column.has_media) if config.export.embed_media else (),
    )


def compile_runtime(
    config: DataDesignerConfig, providers: Mapping[str, ModelProvider], servers: Mapping[str, MCPProvider] | None = None
) -> Runtime:
    """Return where the models are that columns use, and how fast they may be asked."""
    used, services = _used(config), [column.services for column in config.columns]
    given = {model.provider: providers[model.provider].prices or {} for model in used}
    return Runtime(
        providers={name: at for part, _ in services for name, at in part.items()}
        | {name: (servers or {})[name].compile() for tools in _used_tools(config) for name in tools.providers}
        | {model.provider: providers[model.provider].compile() for model in used},
        limits={alias: bounds for _, part in services for alias, bounds in part.items()}
        | {f"tools {tools.tool_alias}": tools.limits for tools in _used_tools(config)}
        | {model.alias: model.bounds for model in used},
        prices={f"{name}/{model}": price.compile() for name, prices in given.items() for model, price in prices.items()},
        budget=config.budget.compile(),
    )


def _used(config: DataDesignerConfig) -> list[ModelConfig]:
    return [model for model in config.model_configs or () if model.alias in config.used_aliases]


def _used_tools(config: DataDesignerConfig) -> list[ToolConfig]:
    used = {getattr(column, "tool_alias", None) for column in config.columns}
    return [tools for tools in config.tool_configs or () if tools.tool_alias in used]


def _of_vectors(given: InferenceParams) -> dict[str, Any]:
    """Return what says how vectors are sent; numbers are how they are sent where nothing is said."""
    if not isinstance(given, EmbeddingInferenceParams):
        return {}
    return {"encoding_format": "" if given.encoding_format == "float" else given.encoding_format, "dimensions": given.dimensions}


def _model(model: ModelConfig, provider: ModelProvider) -> Model:
    given = model.inference_parameters
    chat = given if isinstance(given, ChatCompletionInferenceParams) else ChatCompletionInferenceParams()
    return Model(
        provider=provider.name,
        provider_type=provider.provider_type,
        model=model.model,
        temperature=chat.temperature if isinstance(chat.temperature, float) else None,
        top_p=chat.top_p if isinstance(chat.top_p, float) else None,
        max_tokens=chat.max_tokens,
        temperature_from=chat.temperature.compile() if isinstance(chat.temperature, Distribution) else None,
        top_p_from=chat.top_p.compile() if isinstance(chat.top_p, Distribution) else None,
        extra_body={**(given.extra_body or {}), **(provider.extra_body or {})},
        **_of_vectors(given),
    )
