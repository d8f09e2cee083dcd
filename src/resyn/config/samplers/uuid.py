"""The `uuid` sampler."""

from __future__ import annotations

from typing import Literal

from resyn.config.samplers.params import SamplerParamsConfig
from resyn.spec.samplers.uuid import UUID


class UUIDSamplerParams(SamplerParamsConfig):
    """An identifier that no two rows share."""

    sampler_type: Literal["uuid"] = "uuid"
    prefix: str | None = None
    """A text before the identifier."""
    short_form: bool = False
    """8 hexadecimal digits in place of a whole UUID."""
    uppercase: bool = False
    """Hexadecimal digits in capitals."""

    def cannot_become(self, convert_to: str) -> str | None:
        """Return why not: an identifier is text."""
        return None if convert_to == "str" else f"must be str, which identifiers are, not '{convert_to}'"

    def compile(self) -> UUID:
        """Return the parameters as the engine reads them."""
        return UUID(prefix=self.prefix or "", short_form=self.short_form, uppercase=self.uppercase)
