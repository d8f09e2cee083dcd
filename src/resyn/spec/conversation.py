"""What every column that asks a chat model has."""

from __future__ import annotations

from dataclasses import dataclass

from resyn.spec.program import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaContext:
    """Show the model what a column holds: one or a list of images, sounds or films."""

    modality: str
    """image, audio or video."""
    column_name: str
    data_type: str = ""
    """url, base64 or "" for whichever a value is."""
    format: str = ""
    """Such as png or wav, where a value does not say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatColumn(Column):
    """Ask the model `model_alias` the rendered prompt."""

    model_alias: str
    prompt: str
    system_prompt: str = ""
    max_conversation_restarts: int = 2
    multi_modal_context: tuple[MediaContext, ...] = ()
    tool_alias: str = ""
    with_trace: str = ""
    """last_message or all_messages: keep what was said in `{name}__trace`."""
    extract_reasoning_content: bool | None = None
    """Keep the reasoning beside the answer in `{name}__reasoning_content`."""

    @property
    def templates(self) -> tuple[str, ...]:
        """Return the Jinja texts of both prompts."""
        return (self.prompt, self.system_prompt) if self.system_prompt else (self.prompt,)

    @property
    def required_columns(self) -> tuple[str, ...]:
        """Return the columns that are shown to the model."""
        return tuple(context.column_name for context in self.multi_modal_context)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Return the answer's name and those of what is kept beside it."""
        trace = (f"{self.name}__trace",) if self.with_trace else ()
        reasoning = (f"{self.name}__reasoning_content",) if self.extract_reasoning_content else ()
        return (self.name, *trace, *reasoning)
