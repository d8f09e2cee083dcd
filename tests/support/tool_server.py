"""A tool server on standard input and output, or at a port that is a second argument; it notes each call in the file named by the first."""

from __future__ import annotations

import sys
from pathlib import Path

from mcp.server import MCPServer

server = MCPServer("calc")


@server.tool()
def add(first: int, second: int) -> str:
    """Add two numbers."""
    with Path(sys.argv[1]).open("a") as calls:
        calls.write(f"add {first} {second}\n")
    return str(first + second)


@server.tool()
def hidden() -> str:
    """Do nothing that anybody asked for."""
    return "hidden"


if __name__ == "__main__":
    if len(sys.argv) > 2:
        server.run("streamable-http", port=int(sys.argv[2]))
    else:
        server.run("stdio")
