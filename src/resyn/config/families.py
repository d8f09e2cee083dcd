"""Sections that come in types, one file each: whatever files a package holds is what there is, and what distributions bring."""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import operator
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Field

from resyn.config.nearest import did_you_mean
from resyn.config.written import Written, refusal
from resyn.errors import ConfigError
from resyn.spec.installed import find_installed, installed


@dataclass(frozen=True)
class Family:
    """Find the classes of `package` that extend `root`: their literal field `tag` holds the name of the type."""

    package: str
    root: type[Written]
    tag: str
    not_yet: tuple[str, ...] = ()
    """Types of Data Designer's; those that a file exists for are known all the same."""
    group: str = ""
    """The entry points under which installed distributions bring more."""

    @functools.cached_property
    def members(self) -> Mapping[str, type[Written]]:
        """Return type → class, by name; installed ones that cannot be used are left out, and told of where they are named."""
        found = dict(self._built_in)
        for name in installed(self.group) if self.group else ():
            with contextlib.suppress(ConfigError):
                found[name] = self.installed(name)
        return dict(sorted(found.items()))

    @functools.cached_property
    def _built_in(self) -> Mapping[str, type[Written]]:
        package = importlib.import_module(self.package)
        modules = (importlib.import_module(f"{self.package}.{module.name}") for module in pkgutil.iter_modules(package.__path__))
        return {name: member for module in modules for name, member in self._in(module)}

    def installed(self, name: str) -> type[Written]:
        """Return the class of an installed type.

        Raises:
            ConfigError: it cannot be imported, is not there, or there are two of that name.
        """
        found = find_installed(self.group, name)
        if found is None or name in self._built_in:
            raise ConfigError(f"'{name}' is a type of resyn's own", hint="uninstall the distribution that has another one of that name")
        classes = dict(self._in(found.module("config")))
        if name not in classes:
            needed = f'a class that extends {self.root.__name__}, with `{self.tag}: Literal["{name}"] = "{name}"`'
            raise ConfigError(
                f"'{name}' of {found.distribution} {found.version} cannot be used", hint=f"{found.package}.config needs {needed}"
            )
        return classes[name]

    def _in(self, module: ModuleType) -> Iterator[tuple[str, type[Written]]]:
        for item in vars(module).values():
            if inspect.isclass(item) and issubclass(item, self.root) and self.tag in item.model_fields:
                yield from ((name, item) for name in get_args(item.model_fields[self.tag].annotation)[:1])

    @property
    def union(self) -> Any:
        """Return the annotation of a field that holds any member."""
        union = functools.reduce(operator.or_, self.members.values())
        return Annotated[union, Field(discriminator=self.tag), BeforeValidator(self._known)]

    def refuse_unknown(self, name: Any) -> None:
        """Raise the refusal of a type that is not a member's.

        Raises:
            PydanticCustomError: with the types that exist, or the nearest one.
        """
        if self.group and name in installed(self.group):
            return self._refuse_unusable(name)
        if isinstance(name, str) and name in self.members:
            return None
        existing = f"types that exist: {', '.join(self.members)}"
        if name in self.not_yet:
            raise refusal(f"is '{name}', which resyn does not have yet", self.tag, hint=existing)
        raise refusal(
            f"is '{name}', which does not exist{did_you_mean(str(name), (*self.members, *self.not_yet))}", self.tag, hint=existing
        )

    def _refuse_unusable(self, name: str) -> None:
        try:
            self.installed(name)
        except ConfigError as error:
            raise refusal(f"names what cannot be used: {error.message}", self.tag, hint=error.hint) from error

    def _known(self, value: Any) -> Any:
        if isinstance(value, Mapping) and self.tag in value:
            self.refuse_unknown(value[self.tag])
        return value
