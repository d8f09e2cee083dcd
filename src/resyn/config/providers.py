"""providers.yaml: where models are."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, field_validator, model_validator

from resyn.config.document import Document, compose_mapping, document, read_text
from resyn.config.extra_body import ExtraBody
from resyn.config.messages import validated
from resyn.config.money import ModelPrice
from resyn.config.problem import Problem
from resyn.config.tools import MCPProvider
from resyn.config.written import Name, Written, refusal
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.spec import Provider

_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*")
_SECRET_HEADERS = {"authorization", "proxy-authorization", "x-api-key", "api-key", "cookie"}
_BY_NAME = "set the key in the environment and name the variable: `api_key: LAB_API_KEY`"


def names_a_variable(api_key: str | None) -> str | None:
    """Return the name of an environment variable.

    Raises:
        PydanticCustomError: it is none, and may be a key.
    """
    if api_key and not _VARIABLE.fullmatch(api_key):
        raise refusal("must be the name of an environment variable (capitals, digits and _), never a key", hint=_BY_NAME)
    return api_key or None


def _in_small_letters(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


class ModelProvider(Written):
    """A place where models are asked."""

    name: Name
    """The name that `model_configs` use (`provider`)."""
    provider_type: Annotated[Literal["openai", "anthropic", "local"], BeforeValidator(_in_small_letters)] = "openai"
    """openai: any endpoint that speaks OpenAI's protocol; anthropic: one that speaks that of messages; local: the embedded model, in this process."""
    endpoint: str | None = None
    """The address, as far as /v1."""
    api_key: str | None = None
    """The NAME of the environment variable that holds the key."""
    extra_body: ExtraBody = None
    """Keys added to the body of each request, before a model's own."""
    extra_headers: dict[str, str] | None = None
    """Headers added to each request; no keys."""
    prices: dict[str, ModelPrice] | None = None
    """What models cost here, in dollars, by their names; where a model is left out, genai-prices says it, if it knows the endpoint."""

    @field_validator("endpoint")
    @classmethod
    def _is_an_address(cls, endpoint: str | None) -> str | None:
        if not endpoint:
            return None
        try:
            parts = urlsplit(endpoint)
            host, _ = parts.hostname, parts.port
        except ValueError as error:
            raise refusal("is not an address such as http://127.0.0.1:8089/v1") from error
        if parts.scheme not in ("http", "https") or not host:
            raise refusal("must be an address that begins with http:// or https://")
        if "@" in parts.netloc:
            raise refusal("must not hold a user or a password", hint=_BY_NAME)
        if parts.query or parts.fragment:
            raise refusal("must end with its path, such as /v1; `?` and `#` cannot be part of it", hint=_BY_NAME)
        return endpoint

    @field_validator("api_key")
    @classmethod
    def _names_a_variable(cls, api_key: str | None) -> str | None:
        return names_a_variable(api_key)

    @field_validator("extra_headers")
    @classmethod
    def _holds_no_key(cls, headers: dict[str, str] | None) -> dict[str, str] | None:
        for name in headers or {}:
            if name.lower() in _SECRET_HEADERS:
                raise refusal("holds a key; this file is no place for one", name, hint=_BY_NAME)
        return headers

    @model_validator(mode="after")
    def _can_be_reached(self) -> ModelProvider:
        if self.provider_type != "local" and not self.endpoint:
            raise refusal("needs 'endpoint', the address of the API")
        return self

    def compile(self) -> Provider:
        """Return where the provider is, as the engine reads it."""
        return Provider(endpoint=self.endpoint or "", api_key=self.api_key or "", extra_headers=self.extra_headers or {})


class ProvidersFile(Written):
    """The content of providers.yaml."""

    providers: list[ModelProvider] | None = Field(default=None)
    """Where models are."""
    mcp_providers: list[MCPProvider] | None = None
    """Where tools for models are."""


def read_providers(project: Project) -> dict[str, ModelProvider] | None:
    """Return the providers by name, or None where there is no providers.yaml.

    Raises:
        ConfigError: the file cannot be used.
    """
    file = project.providers.name
    if not project.providers.exists():
        return None
    source = document(compose_mapping(read_text(project.providers, file), file), file)
    return _by_name(validated(ProvidersFile, source).providers or [], source)


def read_mcp_providers(project: Project) -> dict[str, MCPProvider]:
    """Return the servers of tools by name.

    Raises:
        ConfigError: the file cannot be used.
    """
    if not project.providers.exists():
        return {}
    file = project.providers.name
    source = document(compose_mapping(read_text(project.providers, file), file), file)
    return {provider.name: provider for provider in validated(ProvidersFile, source).mcp_providers or []}


def _by_name(providers: list[ModelProvider], source: Document) -> dict[str, ModelProvider]:
    places: dict[str, int] = {}
    for index, provider in enumerate(providers):
        if provider.name in places:
            raise _twice(provider.name, places[provider.name], index, source)
        places[provider.name] = index
    return {provider.name: provider for provider in providers}


def _twice(name: str, first: int, again: int, source: Document) -> ConfigError:
    problem = Problem(loc=("providers", again, "name"), message=f"two providers are called '{name}'", first=("providers", first, "name"))
    return problem.error(source)
