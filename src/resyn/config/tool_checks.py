"""What must hold between columns, `tool_configs` and `mcp_providers`."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from resyn.config.dataset import DataDesignerConfig
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Problem


def tool_problems(config: DataDesignerConfig, servers: Collection[str], models: Collection[str]) -> Iterator[Problem]:
    """Yield aliases and servers that do not exist; `models` are the names of model providers, which a server cannot share."""
    aliases = [tools.tool_alias for tools in config.tool_configs or ()]
    for index, column in enumerate(config.columns):
        if (alias := getattr(column, "tool_alias", None)) and alias not in aliases:
            message = f"column '{column.name}': there are no tools '{alias}' in 'tool_configs'{did_you_mean(alias, aliases)}"
            yield Problem(loc=("columns", index, "tool_alias"), message=message)
    used = {getattr(column, "tool_alias", None) for column in config.columns}
    for index, tools in enumerate(config.tool_configs or ()):
        if aliases.index(tools.tool_alias) != index:
            yield Problem(loc=("tool_configs", index, "tool_alias"), message=f"two tool_configs have the alias '{tools.tool_alias}'")
        for name in tools.providers if tools.tool_alias in used else ():
            message = ""
            if name not in servers:
                message = (
                    f"tools '{tools.tool_alias}': there is no '{name}' under 'mcp_providers' in providers.yaml{did_you_mean(name, servers)}"
                )
            elif name in models:
                message = f"tools '{tools.tool_alias}': '{name}' is the name of a model provider, too"
            if message:
                hint = "write there `mcp_providers: [{name: …, command: …, args: […]}]`, or `provider_type: streamable_http` and `endpoint`"
                yield Problem(loc=("tool_configs", index, "providers"), message=message, hint=hint)
