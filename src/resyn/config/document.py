"""A YAML file as values, and the line of each of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from resyn.config.yaml_nodes import compose, construct
from resyn.errors import ConfigError

Loc = tuple[str | int, ...]
"""Keys and positions from the top of a file to a value, as pydantic counts them."""


@dataclass(frozen=True, slots=True)
class Document:
    """Hold one file's values and nodes; `file` is its name from the project's root."""

    file: str
    root: yaml.MappingNode
    value: dict[str, Any]

    def trail(self, loc: Loc) -> Loc:
        """Return the steps of `loc` that are in the file: pydantic adds the names of union members and of missing keys."""
        node: yaml.Node = self.root
        steps: list[str | int] = []
        for step in loc:
            if (found := _step(node, step)) is not None:
                steps.append(step)
                node = found[1]
        return tuple(steps)

    def line(self, loc: Loc, text_line: int = 0) -> int:
        """Return the line of the key or item at `loc`, or of the last step of it that is there.

        `text_line`, from 1, asks for a line inside the text at `loc`; known for literal blocks (`|`), else the key's line.
        """
        place: yaml.Node = self.root
        node: yaml.Node = self.root
        for step in loc:
            place, node = _step(node, step) or (place, node)
        if text_line and isinstance(node, yaml.ScalarNode) and node.style == "|":
            return int(node.start_mark.line) + 1 + text_line
        return int(place.start_mark.line) + 1

    def error(self, message: str, loc: Loc, *, hint: str = "", text_line: int = 0) -> ConfigError:
        """Return the error about the value at `loc`."""
        return ConfigError(message, file=self.file, line=self.line(loc, text_line), hint=hint)


def read_text(path: Path, file: str) -> str:
    """Return the text of a file a person wrote.

    Raises:
        ConfigError: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise ConfigError("not a UTF-8 text", file=file, line=error.object.count(b"\n", 0, error.start) + 1) from error
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=file) from error


def compose_mapping(text: str, file: str) -> yaml.MappingNode:
    """Return the keys and values at the top of a YAML text; a text that holds nothing has none.

    Raises:
        ConfigError: it does not parse, or is no mapping.
    """
    node = compose(text, file)
    if node is None:
        mark = yaml.Mark(file, 0, 0, 0, "", 0)
        return yaml.MappingNode("tag:yaml.org,2002:map", [], mark, mark)
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError("keys and values are expected here (`key: value`)", file=file, line=node.start_mark.line + 1)
    return node


def document(root: yaml.MappingNode, file: str) -> Document:
    """Return the document of a file's nodes.

    Raises:
        ConfigError: a key is given twice, or a value is nothing JSON can carry.
    """
    return Document(file, root, construct(root, file))


def _step(node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the node to point at and the node to go on from."""
    if isinstance(node, yaml.MappingNode):
        # the last one: PyYAML puts the pairs of a merge key (`<<`) before those that override them
        return next(((key, value) for key, value in reversed(node.value) if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return (node.value[step], node.value[step])
    return None
