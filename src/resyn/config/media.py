"""`multi_modal_context`: columns that hold what a model is shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from resyn.config.names import AudioFormat, ImageFormat, ModalityDataType, VideoFormat, Word
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem
from resyn.config.written import Name, Written, refusal
from resyn.spec import Column
from resyn.spec.conversation import MediaContext


class ModalityContext(Written, ABC):
    """Hold the keys of every kind of context."""

    column_name: Name
    """The column: each value one or a list, as addresses, files below seeds/ or base64."""
    data_type: Word[ModalityDataType] | None = None
    """How values are given; found out for each value where left out."""

    @property
    @abstractmethod
    def shown(self) -> tuple[str, str]:
        """Return what is shown, and the format of bytes that do not say it."""

    @model_validator(mode="after")
    def _bytes_have_a_format(self) -> ModalityContext:
        modality, format_ = self.shown
        if self.data_type == "base64" and not format_:
            raise refusal(f"needs '{modality}_format' where 'data_type' is base64")
        return self

    def compile(self) -> MediaContext:
        """Return the context as the engine reads it."""
        modality, format_ = self.shown
        return MediaContext(modality=modality, column_name=self.column_name, data_type=self.data_type or "", format=format_)


class ImageContext(ModalityContext):
    """Images that a model is shown."""

    modality: Literal["image"] = "image"
    """What is shown."""
    image_format: Word[ImageFormat] | None = None
    """What bytes are that do not say it."""

    @property
    def shown(self) -> tuple[str, str]:
        """Return what is shown, and the format of bytes that do not say it."""
        return self.modality, self.image_format or ""


class AudioContext(ModalityContext):
    """Sounds that a model hears."""

    modality: Literal["audio"] = "audio"
    """What is shown."""
    audio_format: Word[AudioFormat] | None = None
    """What bytes are that do not say it."""

    @property
    def shown(self) -> tuple[str, str]:
        """Return what is shown, and the format of bytes that do not say it."""
        return self.modality, self.audio_format or ""


class VideoContext(ModalityContext):
    """Films that a model is shown."""

    modality: Literal["video"] = "video"
    """What is shown."""
    video_format: Word[VideoFormat] | None = None
    """What bytes are that do not say it."""

    @property
    def shown(self) -> tuple[str, str]:
        """Return what is shown, and the format of bytes that do not say it."""
        return self.modality, self.video_format or ""


AnyMediaContext = Annotated[ImageContext | AudioContext | VideoContext, Field(discriminator="modality")]


def with_modality(contexts: Any) -> Any:
    """Return contexts that say what they show; those of older files, which do not, show images."""
    if not isinstance(contexts, list):
        return contexts
    return [{"modality": "image", **context} if isinstance(context, Mapping) else context for context in contexts]


def context_problems(name: str, contexts: Sequence[ModalityContext] | None, columns: Mapping[str, Column]) -> Iterator[Problem]:
    """Yield the shown columns of column `name` that do not exist."""
    outputs = [output for column in columns.values() for output in column.outputs]
    for index, context in enumerate(contexts or ()):
        if context.column_name not in outputs:
            guess = did_you_mean(context.column_name, outputs)
            message = f"column '{name}' shows '{context.column_name}', and there is no such column{guess}"
            yield Problem(loc=("multi_modal_context", index, "column_name"), message=message)
