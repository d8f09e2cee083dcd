"""The `person` sampler: Data Designer's managed personas, and any other file of persons."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Literal, Self

import pyarrow as pa
from pydantic import PrivateAttr, field_validator

from resyn.columns.samplers.persons.file import matching, types_of
from resyn.config.nearest import did_you_mean
from resyn.config.problem import Incomplete, Problem
from resyn.config.samplers.persons import PersonParamsConfig
from resyn.config.written import Name, refusal
from resyn.spec.samplers.person import Person

_FOLDER = "seeds/personas"
_NEEDED = ("first_name", "last_name", "age")
_PERSONA = ("persona", "background", "ambitions", "hobbies", "skills", "aspects", "digital_skill")
"""What the names of columns with texts a model wrote hold; the five traits beside them are `_TRAITS`."""
_TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")
_NO_PERSONA = ("ethnic_background",)


class PersonSamplerParams(PersonParamsConfig):
    """A person from a Parquet file in the project."""

    sampler_type: Literal["person"] = "person"
    locale: Name = "en_US"
    """The country and language: names the file where 'path' does not, and every person has it."""
    path: Name | None = None
    """The Parquet file, inside `seeds/`; `seeds/personas/<locale>.parquet` where left out."""
    select_field_values: dict[Name, list[Name]] | None = None
    """For columns of the file, the values that a person may have there."""
    with_synthetic_personas: bool = False
    """Give persons the columns with texts about them and their traits, too, where the file has them."""
    # What the file has.
    _types: dict[str, str] = PrivateAttr(default={})

    @field_validator("path")
    @classmethod
    def _inside_seeds(cls, path: str | None) -> str | None:
        parts = PurePosixPath(path or "seeds/x").parts
        if parts[0] != "seeds" or ".." in parts:
            raise refusal(f"is {path}: a file of persons must be in seeds/, or DVC would not see it change")
        return path

    @property
    def file(self) -> str:
        """Return the file, from the project's folder."""
        return self.path or f"{_FOLDER}/{self.locale}.parquet"

    def completed(self, root: Path) -> Self:
        """Return the parameters with the columns of the file, once some person in it fits."""
        types = self._columns(root)
        if missing := [name for name in _NEEDED if not types.get(name)]:
            raise _wrong(f"{self.file} has no column '{missing[0]}' that a person could have", "path")
        completed = self.model_copy()
        completed._types = types  # noqa: SLF001 - it is of this class
        person = completed.compile()
        for name in person.allowed:
            if not types.get(name):
                at = ("select_field_values", name) if name in person.select_field_values else (name,)
                raise _wrong(f"{self.file} has no column '{name}'{did_you_mean(name, types)}", *at)
        if not matching(root / self.file, person.age_range, person.allowed).size:
            asked = ", ".join(["age_range", *(name for name in person.allowed)])
            raise _wrong(f"no person in {self.file} fits {asked}")
        return completed

    def _columns(self, root: Path) -> dict[str, str]:
        try:
            if not (root / self.file).resolve().is_relative_to((root / "seeds").resolve()):
                raise _wrong(f"{self.file} is a link that leads out of seeds/", "path")
            return types_of(root / self.file)
        except FileNotFoundError as error:
            hint = (
                f"put Data Designer's file for the locale at {_FOLDER}/{self.locale}.parquet, name another file in seeds/ as 'path', "
                "or use `sampler_type: person_from_faker`"
            )
            raise _wrong(
                f"there is no file of persons for {self.locale}: {self.file}", "path" if self.path else "locale", hint=hint
            ) from error
        except (OSError, pa.ArrowException) as error:
            raise _wrong(f"{self.file} cannot be read as Parquet: {error}", "path") from error

    def compile(self) -> Person:
        """Return the parameters as the engine reads them."""
        selected = {name: tuple(values) for name, values in (self.select_field_values or {}).items()}
        if "state" in selected and "state" not in self._types and "region" in self._types:
            selected["region"] = selected.pop("state")  # as it is called in Data Designer's file for en_US
        return Person(
            locale=self.locale,
            path=self.file,
            fields=tuple(
                (name, kind) for name, kind in self._types.items() if kind and (self.with_synthetic_personas or not _is_persona(name))
            ),
            sex=self.sex or "",
            city=self.cities,
            age_range=self.ages,
            select_field_values=selected,
        )


def _is_persona(name: str) -> bool:
    return name in _TRAITS or (name not in _NO_PERSONA and any(word in name for word in _PERSONA))


def _wrong(message: str, *at: str, hint: str = "") -> Incomplete:
    return Incomplete(Problem(loc=at, message=message, hint=hint))
