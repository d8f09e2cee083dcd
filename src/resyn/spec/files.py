"""Read the plan's files; `resyn.plan` alone writes them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, TypeVar

from resyn.errors import ConfigError
from resyn.spec.codec import decode
from resyn.spec.export import Export
from resyn.spec.program import FINGERPRINT_VERSION, Program
from resyn.spec.runtime import Runtime

T = TypeVar("T")
_MEND = "run `resyn plan`"


def fingerprint(generation: bytes) -> str:
    """Return the identity of a compiled program: `sha256:` and the hash of the file's bytes."""
    return "sha256:" + hashlib.sha256(generation).hexdigest()


def read_program(path: Path) -> tuple[Program, str]:
    """Return the compiled program and its fingerprint.

    Raises:
        ConfigError: the file is missing, torn, or of another identity scheme.
    """
    data = _read(path)
    version = data.get("fingerprint_version")
    if version != FINGERPRINT_VERSION:
        raise ConfigError(
            f"identity scheme v{version} → v{FINGERPRINT_VERSION}: cannot tell whether the config changed", file=path, hint=_MEND
        )
    return _decode(Program, data, path), fingerprint(path.read_bytes())


def read_export(path: Path) -> Export:
    """Return the compiled export options.

    Raises:
        ConfigError: the file is missing or torn.
    """
    return _decode(Export, _read(path), path)


def read_runtime(path: Path) -> Runtime:
    """Return endpoints and limits.

    Raises:
        ConfigError: the file is missing or torn.
    """
    return _decode(Runtime, _read(path), path)


def read_ranges(path: Path) -> dict[str, range]:
    """Return batch key → rows, in order of their numbers.

    Raises:
        ConfigError: the file is missing or torn.
    """
    try:
        return {key: range(start, stop) for key, (start, stop) in sorted(_read(path).items())}
    except (TypeError, ValueError) as error:
        raise ConfigError(f"not a plan of batches: {error}", file=path, hint=_MEND) from error


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise ConfigError("there is no plan yet", file=path, hint=_MEND) from error
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot be read: {error}", file=path, hint=_MEND) from error
    if not isinstance(data, dict):
        raise ConfigError("not a JSON object", file=path, hint=_MEND)
    return data


def _decode(cls: type[T], data: Any, path: Path) -> T:
    try:
        return decode(cls, data)
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"not written by this version of resyn: {error}", file=path, hint=_MEND) from error
