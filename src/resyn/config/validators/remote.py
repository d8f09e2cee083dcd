"""The `remote` validator: an HTTP endpoint."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from resyn.config.providers import names_a_variable
from resyn.config.validators.output_schema import OutputSchema, as_text
from resyn.config.validators.params import ValidatorParamsConfig
from resyn.config.written import Number, Whole, refusal
from resyn.spec import Limits, Provider
from resyn.spec.validators.remote import Remote


class RemoteValidatorParams(ValidatorParamsConfig):
    """An endpoint that takes `{"data": [row, …]}` and answers with `{"data": [{"is_valid": …}, …]}`."""

    validator_type: Literal["remote"] = "remote"
    endpoint_url: str
    """The address."""
    name: str = ""
    """What the validator is called, so that its address can change and its verdicts stay; the address where left out."""
    version: str = ""
    """Anything you like; another one asks for every verdict again."""
    api_key: str | None = None
    """The NAME of the environment variable that holds a key, sent as a bearer token."""
    output_schema: OutputSchema = None
    """A JSON Schema that each response is checked against; `is_valid` alone is kept where there is none."""
    timeout: Number = Field(default=30.0, gt=0)
    """Seconds to wait for a response."""
    max_retries: Whole = Field(default=3, ge=0)
    """Accepted for Data Designer's files; weather is waited for, as with models (docs/models.md)."""
    retry_backoff: Number = Field(default=2.0, gt=1)
    """Accepted for Data Designer's files, the same."""
    max_parallel_requests: Whole = Field(default=4, ge=1)
    """How many requests may be open at once."""

    @field_validator("endpoint_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise refusal("is no address") from error
        if parts.scheme not in ("http", "https") or not host:
            raise refusal("must be an address that begins with http:// or https://")
        if "@" in parts.netloc:
            raise refusal("must not hold a user or a password", hint="name the variable that holds a key: `api_key: VALIDATOR_KEY`")
        return url

    @field_validator("api_key")
    @classmethod
    def _names_a_variable(cls, api_key: str | None) -> str | None:
        return names_a_variable(api_key)

    def limits(self, batch_size: int) -> Limits:
        """Return the bounds of requests; each holds `batch_size` rows, and a row waits for its own verdict."""
        return Limits(max_parallel_requests=self.max_parallel_requests * batch_size, timeout=self.timeout, skip_health_check=True)

    def provider(self, batch_size: int) -> Provider:
        """Return where it is asked."""
        return Provider(endpoint=self.endpoint_url, api_key=self.api_key or "", batch_size=batch_size)

    def compile(self) -> Remote:
        """Return the parameters as the engine reads them."""
        return Remote(name=self.name or self.endpoint_url, version=self.version, output_schema=as_text(self.output_schema))
