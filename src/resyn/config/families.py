"""Sections that come in types, one file each: whatever files a package holds is what there is."""

from __future__ import annotations

import functools
import importlib
import inspect
import operator
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BeforeValidator, Field

from resyn.config.nearest import did_you_mean
from resyn.config.written import Written, refusal


@dataclass(frozen=True)
class Family:
    """Find the classes of `package` that extend `root`: their literal field `tag` holds the name of the type."""

    package: str
    root: type[Written]
    tag: str
    not_yet: tuple[str, ...] = ()
    """Types of Data Designer's; those that a file exists for are known all the same."""

    @functools.cached_property
    def members(self) -> Mapping[str, type[Written]]:
        """Return type → class, by name."""
        package = importlib.import_module(self.package)
        modules = (importlib.import_module(f"{self.package}.{module.name}") for module in pkgutil.iter_modules(package.__path__))
        classes = (item for module in modules for item in vars(module).values() if inspect.isclass(item) and issubclass(item, self.root))
        tagged = ((get_args(item.model_fields[self.tag].annotation), item) for item in classes if self.tag in item.model_fields)
        return dict(sorted((names[0], item) for names, item in tagged if names))

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
        if isinstance(name, str) and name in self.members:
            return
        existing = f"types that exist: {', '.join(self.members)}"
        if name in self.not_yet:
            raise refusal(f"is '{name}', which resyn does not have yet", self.tag, hint=existing)
        raise refusal(
            f"is '{name}', which does not exist{did_you_mean(str(name), (*self.members, *self.not_yet))}", self.tag, hint=existing
        )

    def _known(self, value: Any) -> Any:
        if isinstance(value, Mapping) and self.tag in value:
            self.refuse_unknown(value[self.tag])
        return value
