"""`model_configs`: which models there are and how they are asked."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from resyn.config.distributions import Distribution, NumberOrDistribution
from resyn.config.extra_body import ExtraBody
from resyn.config.limits import ModelLimits
from resyn.config.written import Name, Number, Whole, Written, refusal
from resyn.spec import Limits


class InferenceParams(Written, ABC):
    """Hold what requests of every kind have."""

    max_parallel_requests: Whole = Field(default=4, ge=1)
    """How many requests may be open at once."""
    timeout: Number | None = Field(default=None, gt=0)
    """Seconds to wait for an answer; 60 where left out."""
    extra_body: ExtraBody = None
    """Keys added to the body of each request."""


class ChatCompletionInferenceParams(InferenceParams):
    """How a chat model is asked."""

    generation_type: Literal["chat-completion"] = "chat-completion"
    temperature: NumberOrDistribution | None = None
    """How freely the model chooses its words, 0 to 2, or what is drawn for each request; the provider's default where left out."""
    top_p: NumberOrDistribution | None = None
    """The share of likely words the model chooses from, 0 to 1, or what it is drawn from."""
    max_tokens: Whole | None = Field(default=None, ge=1)
    """The longest answer, in tokens."""

    @field_validator("temperature", "top_p")
    @classmethod
    def _is_within_bounds(cls, given: float | Distribution | None, info: ValidationInfo) -> float | Distribution | None:
        most = 2 if info.field_name == "temperature" else 1
        for number in () if given is None else (given,) if isinstance(given, float) else given.ends:
            if not 0 <= number <= most:
                raise refusal(f"must be at least 0, not {number:g}" if number < 0 else f"must be at most {most}, not {number:g}")
        return given


class EmbeddingInferenceParams(InferenceParams):
    """How an embedding model is asked; for `embedding` columns."""

    generation_type: Literal["embedding"] = "embedding"
    encoding_format: Literal["float", "base64"] = "float"
    """How vectors are sent."""
    dimensions: Whole | None = Field(default=None, ge=1)
    """The length of the vectors."""


class ImageInferenceParams(InferenceParams):
    """How an image model is asked; all that is particular to it goes into `extra_body`."""

    generation_type: Literal["image"] = "image"


AnyInferenceParams = Annotated[
    ChatCompletionInferenceParams | EmbeddingInferenceParams | ImageInferenceParams, Field(discriminator="generation_type")
]


SHARED = 32
"""Embeddings in one call."""


class ModelConfig(Written):
    """A model that columns ask by its alias."""

    alias: Name
    """The name that columns use (`model_alias`)."""
    model: Name
    """The model's name at its provider."""
    provider: Name
    """Which of the providers in providers.yaml has it."""
    inference_parameters: AnyInferenceParams = ChatCompletionInferenceParams()
    """How it is asked."""
    limits: ModelLimits = ModelLimits()
    """How much of it may be asked for, and how long its weather is borne with."""
    skip_health_check: bool = False
    """Do not ask the endpoint whether it has the model before the first request."""

    @model_validator(mode="before")
    @classmethod
    def _chat_is_the_default(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        given = data.get("inference_parameters") or {}
        if not isinstance(given, Mapping):
            return data
        kind = given.get("generation_type", "embedding" if {"encoding_format", "dimensions"} & set(given) else "chat-completion")
        if kind not in ("chat-completion", "embedding", "image"):
            raise refusal("must be chat-completion, embedding or image", "inference_parameters", "generation_type")
        return {**data, "inference_parameters": {"generation_type": kind, **given}}

    @property
    def bounds(self) -> Limits:
        """Return the bounds that requests keep to; so many embeddings share a call."""
        given, limits = self.inference_parameters, self.limits
        timeout = {} if given.timeout is None else {"timeout": given.timeout}
        return Limits(
            max_parallel_requests=given.max_parallel_requests * (SHARED if isinstance(given, EmbeddingInferenceParams) else 1),
            requests_per_minute=limits.requests_per_minute,
            tokens_per_minute=limits.tokens_per_minute,
            total_timeout=limits.total_timeout,
            max_wait=limits.max_wait,
            tombstone=limits.tombstone.compile(),
            skip_health_check=self.skip_health_check,
            **timeout,
        )
