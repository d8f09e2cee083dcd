"""Types that installed distributions bring beside those of resyn: found by entry point, one package a type."""

from __future__ import annotations

import functools
import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from types import ModuleType

from resyn.errors import ConfigError

COLUMN_TYPES = "resyn.column_types"
"""The group of entry points: each has the name of a column type, and a package with the modules `config`, `spec` and `column`."""


@dataclass(frozen=True, slots=True)
class Installed:
    """Name the package that a type's code is in, and the distribution it came with."""

    name: str
    package: str
    distribution: str
    version: str

    def module(self, part: str) -> ModuleType:
        """Return a module of the package.

        Raises:
            ConfigError: it cannot be imported.
        """
        try:
            return importlib.import_module(f"{self.package}.{part}")
        except Exception as error:
            raise ConfigError(
                f"'{self.name}' of {self.distribution} {self.version} cannot be used: {type(error).__name__}: {error}",
                hint=f"the package {self.package} has to have a module `{part}`; repair or uninstall {self.distribution}",
            ) from error


def installed_column(column_type: str) -> Installed | None:
    """Return where a column type is that resyn has none of that name; for its own, distributions are not looked through.

    Raises:
        ConfigError: two distributions have it.
    """
    is_ours = importlib.util.find_spec(f"resyn.spec.columns.{column_type.replace('-', '_')}") is not None
    return None if is_ours else find_installed(COLUMN_TYPES, column_type)


def find_installed(group: str, name: str) -> Installed | None:
    """Return where the type of a name is, None where no distribution has it.

    Raises:
        ConfigError: two distributions have it.
    """
    found = installed(group).get(name, ())
    if len(found) > 1:
        both = " and ".join(f"{one.distribution} {one.version}" for one in found)
        raise ConfigError(f"'{name}' is a type of {both}", hint="uninstall one of them")
    return found[0] if found else None


@functools.cache
def installed(group: str) -> Mapping[str, tuple[Installed, ...]]:
    """Return name → every distribution that has a type of that name."""
    found: dict[str, tuple[Installed, ...]] = {}
    for point in sorted(metadata.entry_points(group=group), key=lambda point: (point.value, point.dist.name if point.dist else "")):
        name, version = (point.dist.name, point.dist.version) if point.dist else (point.module, "")
        found[point.name] = (*found.get(point.name, ()), Installed(point.name, point.module, name, version))
    return dict(sorted(found.items()))
