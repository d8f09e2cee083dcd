"""Columns that ask chat models, as a config in Python writes them and as they are compiled."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from resyn.columns import json_schema
from resyn.config.columns.llm_code import LLMCodeColumnConfig
from resyn.config.columns.llm_judge import LLMJudgeColumnConfig, Score
from resyn.config.columns.llm_structured import LLMStructuredColumnConfig
from resyn.config.columns.llm_text import LLMTextColumnConfig
from resyn.config.compile import compile_program
from resyn.config.dataset import DataDesignerConfig
from resyn.config.distributions import ManualDistribution, ManualDistributionParams, UniformDistribution, UniformDistributionParams
from resyn.config.media import AudioContext, ImageContext, VideoContext
from resyn.config.models import ChatCompletionInferenceParams, ModelConfig
from resyn.config.params import Params
from resyn.config.providers import ModelProvider
from resyn.spec import Distribution
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.spec.conversation import MediaContext


class Mood(StrEnum):
    """How somebody feels."""

    GOOD = "good"
    BAD = "bad"


class Item(BaseModel):
    """One thing of an order."""

    sku: str
    price: Decimal


class Order(BaseModel):
    """What somebody ordered."""

    mood: Mood
    items: list[Item]
    kind: Literal["new", "used"]
    note: str | None = Field(default=None, description="a remark")


def test_a_pydantic_model_is_its_schema() -> None:
    """Nested models, enums, literals, optional members and decimals become one Arrow type."""
    column = LLMStructuredColumnConfig(name="order", prompt="p", model_alias="m", output_format=Order)  # a class stands for its schema
    spec = column.compile()
    assert isinstance(spec, LLMStructured)
    assert list(json.loads(spec.output_format)["properties"]) == ["mood", "items", "kind", "note"]
    kind = str(json_schema.arrow_type(json.loads(spec.output_format)))
    assert kind == "struct<mood: string, items: list<item: struct<sku: string, price: double>>, kind: string, note: string>"


def test_what_is_kept_aside_is_named_in_the_outputs() -> None:
    """Nothing of it is in the identity where nothing is kept."""
    plain = LLMTextColumnConfig(name="a", prompt="p", model_alias="m").compile()
    kept = LLMCodeColumnConfig(
        name="a", prompt="p", model_alias="m", code_lang="rust", with_trace="last_message", extract_reasoning_content=True
    ).compile()
    assert plain.outputs == ("a",)
    assert kept.outputs == ("a", "a__trace", "a__reasoning_content")
    assert (plain.with_trace, plain.extract_reasoning_content) == ("", None)


def test_media_and_scores_are_compiled_in_their_order() -> None:
    """A context says what it shows; of options the order of the file counts."""
    score = Score(name="s", description="d", options={"3": "best", "1": "worst"})
    contexts: list[ImageContext | AudioContext | VideoContext] = [
        ImageContext(column_name="p"),
        AudioContext(column_name="q", data_type="base64", audio_format="wav"),
    ]
    judge = LLMJudgeColumnConfig(name="j", prompt="p", model_alias="m", scores=[score], multi_modal_context=contexts).compile()
    assert [option.value for option in judge.scores[0].options] == ["3", "1"]
    assert judge.multi_modal_context == (
        MediaContext(modality="image", column_name="p"),
        MediaContext(modality="audio", column_name="q", data_type="base64", format="wav"),
    )
    assert judge.required_columns == ("p", "q")


def test_drawn_parameters_stand_beside_fixed_ones() -> None:
    """A model with fixed ones keeps its identity."""
    given = ChatCompletionInferenceParams(
        temperature=UniformDistribution(params=UniformDistributionParams(low=0.5, high=0.9)),
        top_p=ManualDistribution(params=ManualDistributionParams(values=[0.9, 0.95], weights=[1, 3])),
    )
    config = DataDesignerConfig(
        columns=[LLMTextColumnConfig(name="a", prompt="p", model_alias="m")],
        model_configs=[ModelConfig(alias="m", model="x", provider="lab", inference_parameters=given)],
    )
    providers = {"lab": ModelProvider(name="lab", endpoint="http://127.0.0.1:9/v1")}
    params = Params(config=None, num_records=1, batch_size=1, seed=1, draw=0, reference_date="2026-01-01")  # type: ignore[arg-type] # no file is read
    model = compile_program(config, params, providers).models["m"]
    assert (model.temperature, model.top_p) == (None, None)
    assert model.temperature_from == Distribution(low=0.5, high=0.9)
    assert model.top_p_from == Distribution(values=(0.9, 0.95), weights=(1, 3))
