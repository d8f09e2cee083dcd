"""`tool_configs`, and `mcp_providers` of providers.yaml: which tools models may call, and where they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from resyn.config.written import Name, Number, Whole, Written, refusal
from resyn.spec import Limits, Provider
from resyn.spec.program import ToolSet


class ToolConfig(Written):
    """Tools that columns let their model call."""

    tool_alias: Name
    """The name that columns use (`tool_alias`)."""
    providers: Annotated[list[Name], Field(min_length=1)]
    """Which of `mcp_providers` in providers.yaml have them."""
    allow_tools: list[Name] | None = None
    """The tools that may be called; all of them where left out."""
    max_tool_call_turns: Whole = Field(default=5, ge=1)
    """How often in a conversation the model may ask for tools; then it is told to answer."""
    timeout_sec: Number | None = Field(default=None, gt=0)
    """Seconds that a call may take; 60 where left out."""

    @property
    def limits(self) -> Limits:
        """Return the bounds of calls."""
        return Limits(timeout=self.timeout_sec or 60.0, skip_health_check=True)

    def compile(self) -> ToolSet:
        """Return the tools as the engine reads them."""
        return ToolSet(
            tool_alias=self.tool_alias,
            providers=tuple(self.providers),
            allow_tools=tuple(self.allow_tools or ()),
            max_tool_call_turns=self.max_tool_call_turns,
        )


class MCPProvider(Written):
    """A server of the Model Context Protocol: one that is started (`command`), or one that is there (`endpoint`)."""

    name: Name
    """The name that `tool_configs` use."""
    provider_type: Literal["stdio", "streamable_http"] = "stdio"
    """stdio: started as a process; streamable_http: reached at an address, the default where there is an `endpoint`."""
    command: str = ""
    """What starts it."""
    args: tuple[str, ...] = ()
    """The arguments of the command."""
    env: dict[str, str] | None = None
    """Environment variables of the process, beside those of the run; no keys."""
    endpoint: str = ""
    """The address."""
    api_key: str | None = None
    """The NAME of the environment variable that holds a key, sent as a bearer token."""

    @model_validator(mode="before")
    @classmethod
    def _is_reached_where_it_has_an_address(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or "provider_type" in data or not data.get("endpoint"):
            return data
        return {**data, "provider_type": "streamable_http"}

    @field_validator("api_key")
    @classmethod
    def _names_a_variable(cls, api_key: str | None) -> str | None:
        if api_key and not (api_key.isidentifier() and api_key == api_key.upper()):
            raise refusal("must be the name of an environment variable (capitals, digits and _), never a key")
        return api_key or None

    @model_validator(mode="after")
    def _can_be_reached(self) -> MCPProvider:
        if self.provider_type == "stdio" and not self.command:
            raise refusal("needs 'command', what starts the server")
        if self.provider_type == "streamable_http" and not self.endpoint:
            raise refusal("needs 'endpoint', the address of the server")
        return self

    def compile(self) -> Provider:
        """Return where the server is, as the engine reads it."""
        return Provider(endpoint=self.endpoint, api_key=self.api_key or "", command=self.command, args=self.args, env=self.env or {})


class LocalStdioMCPProvider(MCPProvider):
    """A server that is started, by the name that Data Designer has for it."""

    provider_type: Literal["stdio"] = "stdio"
    """It is started as a process."""
