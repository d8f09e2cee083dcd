"""What Anthropic's messages cannot be asked for, said when a dataset is planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from resyn.config.dataset import DataDesignerConfig
from resyn.config.distributions import Distribution
from resyn.config.models import ModelConfig
from resyn.config.problem import Problem
from resyn.config.providers import ModelProvider


def anthropic_problems(config: DataDesignerConfig, providers: Mapping[str, ModelProvider]) -> Iterator[Problem]:
    """Yield temperatures above 1, and sounds and films that a model is shown."""
    theirs = {
        model.alias: (index, model)
        for index, model in enumerate(config.model_configs or ())
        if model.alias in config.used_aliases and model.provider in providers and providers[model.provider].provider_type == "anthropic"
    }
    for index, model in theirs.values():
        if (highest := _highest_temperature(model)) > 1:
            message = f"model '{model.alias}': Anthropic takes temperatures from 0 to 1, and this one goes up to {highest:g}"
            yield Problem(loc=("model_configs", index, "inference_parameters", "temperature"), message=message)
    for index, column in enumerate(config.columns):
        for position, context in enumerate(getattr(column, "multi_modal_context", None) or ()):
            if context.shown[0] != "image" and not theirs.keys().isdisjoint(column.model_aliases):
                message = f"column '{column.name}' shows {context.shown[0]}, and Anthropic's models are shown images alone"
                yield Problem(loc=("columns", index, "multi_modal_context", position, "modality"), message=message)


def _highest_temperature(model: ModelConfig) -> float:
    temperature = getattr(model.inference_parameters, "temperature", None)
    return max(temperature.ends) if isinstance(temperature, Distribution) else float(temperature or 0)
