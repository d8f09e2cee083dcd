"""YAML text → nodes that know their lines, holding nothing but what JSON can hold."""

from __future__ import annotations

import math
import re
from typing import Any

import yaml

from resyn.config.conflict import conflict_line
from resyn.errors import ConfigError

LARGEST_INTEGER = 2**53 - 1
"""The largest whole number that JSON carries from one program to another unchanged (RFC 8785)."""
_TAG = "tag:yaml.org,2002:"
_PLAIN_WORDS = {
    "mapping values are not allowed here": "a ':' that YAML cannot read: put the text in quotes, or mend the indentation",
    "found character '\\t'": "a tab: YAML is indented with spaces",
    "could not find expected ':'": "a key without its ':'",
    "expected <block end>": "not indented like the lines before it",
    "found unexpected end of stream": "a quote that is never closed",
    "expected ',' or": "a bracket that is never closed, or a missing comma",
    "but found another document": "a second document ('---'); one is expected",
    "that cannot start any token": "a text that begins with a sign YAML keeps for itself: put it in quotes",
}


class _Loader(yaml.SafeLoader):
    """Read numbers that look like numbers; 010, 12:30 and 2026-01-01, which YAML 1.1 makes other things of, are texts."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own attribute


for _name, _pattern, _first in (
    ("bool", r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO"),
    ("int", r"[-+]?(0|[1-9][0-9_]*|0x[0-9a-fA-F]+)", "-+0123456789"),
    ("float", r"[-+]?([0-9][0-9_]*\.[0-9_]*|\.[0-9]+)([eE][-+][0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(rf"(?:{_pattern})\Z"), ["" if first == "\0" else first for first in _first])


def compose(text: str, file: str) -> yaml.Node | None:
    """Return the root node of a YAML text, None where it holds nothing.

    Raises:
        ConfigError: it does not parse, or holds the markers of a merge conflict.
    """
    if line := conflict_line(text):
        raise ConfigError(
            "a merge conflict that is not settled",
            file=file,
            line=line,
            hint="keep one side, delete the <<<<<<<, ======= and >>>>>>> lines",
        )
    try:
        node: yaml.Node | None = _Loader(text).get_single_node()
    except yaml.reader.ReaderError as error:
        raise ConfigError("a control character", file=file, line=text.count("\n", 0, error.position) + 1) from error
    except yaml.MarkedYAMLError as error:
        raise _unparsable(error, file) from error
    except RecursionError as error:
        raise ConfigError("nested too deeply to be read", file=file) from error
    return node


def construct(node: yaml.Node, file: str) -> Any:
    """Return what `node` holds: JSON values, every key a text (`1:` is the key '1').

    Raises:
        ConfigError: a key is given twice, or a value is nothing JSON can carry.
    """
    _Check(file).visit(node, ())
    try:
        return _Loader("").construct_document(node)
    except yaml.MarkedYAMLError as error:
        raise _unparsable(error, file) from error


class _Check:
    """Walk the nodes once, each alias once."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._seen: set[int] = set()
        self._resolver = _Loader("")

    def visit(self, node: yaml.Node, above: tuple[yaml.Node, ...]) -> None:
        if node in above:
            raise self._error("an alias that contains itself", node)
        if id(node) in self._seen:
            return
        self._seen.add(id(node))
        if node.tag not in (_TAG + "str", self._plain_tag(node)):
            raise self._error(f"the tag {node.tag.replace(_TAG, '!!')} is no part of a config", node)
        match node:
            case yaml.MappingNode():
                self._keys(node)
                children = [value for _, value in node.value]
            case yaml.SequenceNode():
                children = node.value
            case _:
                self._scalar(node)
                children = []
        for child in children:
            self.visit(child, (*above, node))

    def _plain_tag(self, node: yaml.Node) -> str:
        """Return the tag a node has where none is written."""
        plain = isinstance(node, yaml.ScalarNode) and node.style is None
        return str(self._resolver.resolve(type(node), node.value, (plain, not plain)))  # type: ignore[no-untyped-call]

    def _keys(self, mapping: yaml.MappingNode) -> None:
        lines: dict[str, int] = {}
        for key, _ in mapping.value:
            if key.tag == _TAG + "merge":
                continue
            if key.tag in (_TAG + "int", _TAG + "float"):
                key.tag = _TAG + "str"
            if not isinstance(key, yaml.ScalarNode) or key.tag != _TAG + "str":
                raise self._error("a key that is no text: put it in quotes", key)
            _refuse_surrogates(key, self._file)
            if key.value in lines:
                raise self._error(f"key '{key.value}' is given twice, here and on line {lines[key.value]}", key)
            lines[key.value] = key.start_mark.line + 1

    def _scalar(self, node: yaml.Node) -> None:
        text = node.value.replace("_", "")
        if node.tag == _TAG + "float" and not math.isfinite(float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))):
            raise self._error(f"{node.value} is not a number that can be used", node)
        if node.tag == _TAG + "int" and (len(text) > 40 or abs(int(text, 0)) > LARGEST_INTEGER):
            raise self._error(
                f"{node.value[:40]} is too large: whole numbers reach ±{LARGEST_INTEGER:,}; put it in quotes if it is text", node
            )
        _refuse_surrogates(node, self._file)

    def _error(self, message: str, node: yaml.Node) -> ConfigError:
        return ConfigError(message, file=self._file, line=node.start_mark.line + 1)


def _refuse_surrogates(node: yaml.Node, file: str) -> None:
    try:
        node.value.encode()
    except UnicodeEncodeError as error:
        raise ConfigError("half of a character (a lone surrogate)", file=file, line=node.start_mark.line + 1) from error


def _unparsable(error: yaml.MarkedYAMLError, file: str) -> ConfigError:
    problem = error.problem or "cannot be read"
    words = next((words for start, words in _PLAIN_WORDS.items() if start in problem), problem)
    never_closed = "never closed" in words and error.context_mark
    mark = error.context_mark if never_closed else error.problem_mark
    return ConfigError(f"not YAML: {words}", file=file, line=mark.line + 1 if mark else None)
