"""The public API as its users call it: checked by mypy, never run."""

from __future__ import annotations

from typing import Any, assert_type

import pyarrow as pa

import resyn.config as dd
from resyn import Pipeline
from resyn.errors import ConfigError, ResynError


def build() -> dd.DataDesignerConfigBuilder:
    """Chain every kind of section."""
    model = dd.ModelConfig(alias="a", model="m", provider="p", inference_parameters=dd.ChatCompletionInferenceParams(temperature=0.5))
    category = dd.CategorySamplerParams(values=["x", 1, 2.5], weights=[1, 2, 3])
    return (
        dd.DataDesignerConfigBuilder(model_configs=[model])
        .add_column(dd.SamplerColumnConfig(name="x", sampler_type=dd.SamplerType.CATEGORY, params=category))
        .add_column(dd.LLMTextColumnConfig(name="y", model_alias="a", prompt="{{ x }}", skip=dd.SkipConfig(when="{{ x == 1 }}")))
        .add_column(name="z", column_type="expression", expr="{{ y }}")
        .add_processor(dd.SplitProcessorConfig(shares={"train": 0.9, "test": 0.1}, by="x"))
        .add_processor(dd.DeduplicateProcessorConfig(column_names=["y"], threshold=0.8))
        .add_processor(dd.SortProcessorConfig(by=["-x"]))
        .add_processor(dd.FilterProcessorConfig(condition="x != 'y'"))
        .with_settings(name="n", max_redraws=1)
    )


def run(pipeline: Pipeline) -> None:
    """Call what notebooks call."""
    assert_type(build().build(), dd.DataDesignerConfig)
    assert_type(pipeline.use(build(), num_records=3), Pipeline)
    assert_type(build().get_column_configs()[0].name, str)
    table: pa.Table = pipeline.load_dataset("train")
    other: pa.Table = pipeline.load_processor_dataset("chat")
    numbers: dict[str, Any] = pipeline.report()
    assert [table, other, numbers]


def fail(pipeline: Pipeline) -> int:
    """Catch what is raised."""
    try:
        pipeline.plan()
    except ConfigError as error:
        return error.line or 0
    except ResynError as error:
        return error.exit_code + len(error.hint)
    return 0


dd.SamplerColumnConfig(name="x")  # type: ignore[call-arg]
dd.SplitProcessorConfig(shares=["train"])  # type: ignore[arg-type]
