"""Persons from a file of the project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from resyn.config import load
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.person import Person

CONFIG = """\
data_designer:
  columns:
  - column_type: sampler
    conditional_params: {}
    convert_to: null
    drop: false
    name: x
    params:
      age_range: [18, 40]
      city: [Boston]
      locale: en_US
      sampler_type: person
      select_field_values:
        state: [MA]
      sex: null
      with_synthetic_personas: true
    propagate_skip: true
    sampler_type: person
    skip: null
library_version: 0.9.6
"""
PERSON = {"first_name": "Ann", "last_name": "Ody", "age": 20, "sex": "Female", "city": "Boston", "region": "MA", "ethnic_background": "x"}
TEXTS = {"detailed_persona": "y", "cultural_background": "z", "openness": 1.5}


@pytest.fixture
def file(project: Project, write: Callable[[str, str], None]) -> Path:
    """Write a config as Data Designer writes it, and the file it means."""
    write("configs/tickets.yaml", CONFIG)
    path = project.root / "seeds/personas/en_US.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([PERSON | TEXTS]), path)
    return path


def person(project: Project) -> Person:
    """Return the compiled parameters."""
    (column,) = load(project).program.columns
    assert isinstance(column, Sampler)
    assert isinstance(column.params, Person)
    return column.params


def test_data_designers_config_draws_from_the_file_of_its_locale(
    project: Project, file: Path, edit: Callable[[str, str, str], None]
) -> None:
    """The columns of the file are part of the compiled program; what a model wrote of the person comes where it is asked for."""
    compiled = person(project)
    assert compiled.path == file.relative_to(project.root).as_posix()
    assert [name for name, _ in compiled.fields] == [*PERSON, *TEXTS]
    assert compiled.allowed == {"region": ("MA",), "city": ("Boston",)}
    edit("configs/tickets.yaml", "with_synthetic_personas: true", "with_synthetic_personas: false")
    assert [name for name, _ in person(project).fields] == list(PERSON)


PARAMS = "      locale: en_US\n"
BAD = {
    "no file": (PARAMS, "      locale: fr_FR\n", 11, "column 'x': there is no file of persons for fr_FR: seeds/personas/fr_FR.parquet", "use `sampler_type: person_from_faker`"),
    "another file that is not there": (PARAMS, "      path: seeds/people.parquet\n", 11, "there is no file of persons for en_US: seeds/people.parquet", "name another file in seeds/ as 'path'"),
    "a file elsewhere": (PARAMS, "      path: /etc/people.parquet\n", 11, "column 'x': 'params.path' is /etc/people.parquet: a file of persons must be in seeds/", ""),
    "a file above": (PARAMS, "      path: seeds/../x.parquet\n", 11, "'params.path' is seeds/../x.parquet: a file of persons must be in seeds/", ""),
    "no Parquet": (PARAMS, "      path: seeds/text.parquet\n", 11, "seeds/text.parquet cannot be read as Parquet", ""),
    "no age": (PARAMS, "      path: seeds/ageless.parquet\n", 11, "seeds/ageless.parquet has no column 'age' that a person could have", ""),
    "no such column": ("state: [MA]", "regoin: [MA]", 14, "has no column 'regoin' (did you mean 'region'?)", ""),
    "nobody": ("[Boston]", "[Atlantis]", 8, "column 'x': no person in seeds/personas/en_US.parquet fits age_range, region, city", ""),
    "nobody of that age": ("[18, 40]", "[21, 40]", 8, "no person in seeds/personas/en_US.parquet fits age_range", ""),
    "the oldest first": ("[18, 40]", "[40, 18]", 9, "column 'x': 'params.age_range' must begin with the youngest age: 40 > 18", ""),
    "a switch for a sex": ("sex: null", "sex: x", 15, "column 'x': 'params.sex' must be 'Male' or 'Female', not 'x'", ""),
    "converted": ("convert_to: null", "convert_to: str", 5, "column 'x': 'convert_to' has no meaning for persons", ""),
    "under a condition": ("conditional_params: {}", "conditional_params: {x == 1: {locale: de_DE}}", 4, "there is no file of persons for de_DE", ""),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_mistake_has_one_clear_message(
    bad: tuple[str, str, int, str, str], file: Path, edit: Callable[[str, str, str], None], refused: Callable[[], ConfigError]
) -> None:
    """At plan time, with file and line, and the way out."""
    old, new, line, message, hint = bad
    seeds = file.parent.parent
    (seeds / "text.parquet").write_text("no Parquet")
    pq.write_table(pa.table({"first_name": ["Ann"], "last_name": ["Ody"]}), seeds / "ageless.parquet")
    edit("configs/tickets.yaml", old, new)
    error = refused()
    assert message in error.message
    assert error.message.startswith(f"configs/tickets.yaml:{line}: column 'x': "), error.message
    assert hint in error.hint
