"""Every parameter of every sampler, with what it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from resyn.config import load
from resyn.config.columns.sampler import SAMPLERS
from resyn.errors import ConfigError
from resyn.project import Project

Write = Callable[[str, str], None]

NO_NUMBER = [{"a": 1}, [1], True, "x", None]
NO_WHOLE = [*NO_NUMBER, 1.5]
NO_CHANCE = [*NO_NUMBER, -0.1, 1.1]
NO_TEXT = [5, True, ["x"], {"a": 1}, ""]
NO_PLACES = [-1, 16, 1.5, True, "x"]
NO_DISTRIBUTION = [*NO_TEXT, "gama", "dirichlet", "studentized_range", None]
NO_AGES = [[18], [18, 19, 20], [19, 18], [-1, 5], [5, 151], [1.5, 2], 18, "18-20"]
NO_CITY = [5, {"a": 1}, [1], ""]

BAD: dict[str, dict[str, tuple[Any, list[Any]]]] = {
    "category": {
        "values": (["a", "b"], [[], "a", {"a": 1}, [True], [None], [["a"]], None]),
        "weights": ([1, 2], [[1], [1, 2, 3], [0, 0], [-1, 2], [1, "x"], 1, [1, True], [1e308, 1e308]]),
    },
    "subcategory": {
        "category": ("kind", [*NO_TEXT, "kinds", "when", "it", None]),
        "values": (
            {"x": [1], "y": [2]},
            [{}, [1], {"x": [1]}, {"x": [1], "y": []}, {"x": [1], "y": [2], "z": [3]}, {"x": [1], "y": [None]}, None],
        ),
    },
    "uniform": {"low": (0, [*NO_NUMBER, 2]), "high": (1, [*NO_NUMBER, -1]), "decimal_places": (2, NO_PLACES)},
    "gaussian": {"mean": (0, NO_NUMBER), "stddev": (1, [*NO_NUMBER, -1]), "decimal_places": (2, NO_PLACES)},
    "bernoulli": {"p": (0.5, NO_CHANCE)},
    "bernoulli_mixture": {
        "p": (0.5, NO_CHANCE),
        "dist_name": ("gamma", NO_DISTRIBUTION),
        "dist_params": ({"a": 2}, [{}, {"b": 1}, {"a": -1}, {"a": "x"}, {"a": [1]}, {"a": 1, "scael": 2}, [2]]),
    },
    "binomial": {"n": (5, [*NO_WHOLE, -1, 10**9]), "p": (0.5, NO_CHANCE)},
    "poisson": {"mean": (2, [*NO_NUMBER, -1, 10**9])},
    "scipy": {
        "dist_name": ("zipf", NO_DISTRIBUTION),
        "dist_params": ({"a": 4}, [{}, {"a": 1.5}, {"a": 4, "loc": 0.5}, {"a": 4, "scale": 2}, 4]),
        "decimal_places": (2, NO_PLACES),
    },
    "datetime": {
        "start": ("2024-01-01", [*NO_TEXT, "2024-13-01", "yesterday", "2024-01-01T00:00:00Z", "2026-01-01", None]),
        "end": ("2025-01-01", [*NO_TEXT, "2023-01-01", "2024-01-01", "2025-01-01T00:00:00+02:00", None]),
        "unit": ("D", ["d", "week", 5, "H", ["D"]]),
    },
    "timedelta": {
        "dt_min": (1, [*NO_WHOLE, -1, 5]),
        "dt_max": (4, [*NO_WHOLE, 1, 0, 10**12]),
        "reference_column_name": ("when", [*NO_TEXT, "whem", "kind", None]),
        "unit": ("D", ["M", "Y", 5, "d"]),
    },
    "uuid": {"prefix": ("a", [5, True, ["x"]]), "short_form": (False, ["x", 5, [True]]), "uppercase": (False, ["x", 5, None])},
    "person_from_faker": {
        "locale": ("de_DE", [*NO_TEXT, "de_de", "xx_XX"]),
        "sex": ("Male", ["male", "x", True, 5, ["Male"]]),
        "city": ("Ulm", NO_CITY),
        "age_range": ([18, 20], NO_AGES),
    },
    "person": {
        "locale": ("en_US", [*NO_TEXT, "xx_XX"]),
        "path": (None, [*NO_TEXT, "/etc/x.parquet", "x.parquet", "seeds/../x.parquet"]),
        "sex": ("Male", ["male", 5]),
        "city": ("Ulm", NO_CITY),
        "age_range": ([18, 20], NO_AGES),
        "select_field_values": (None, [[], {"state": "MA"}, {"state": [1]}, 5]),
        "with_synthetic_personas": (False, ["x", 5, None]),
    },
}
"""Sampler → parameter → (one that fits, those that do not)."""
BESIDE = """\
columns:
  - {name: kind, column_type: sampler, sampler_type: category, params: {values: [x, y]}}
  - {name: when, column_type: sampler, sampler_type: datetime, params: {start: "2024-01-01", end: "2024-02-01"}}
  - name: it
    column_type: sampler
    sampler_type: SAMPLER
    params:
"""
CASES = [
    pytest.param(sampler, name, value, id=f"{sampler}-{name}-{value!r}"[:60])
    for sampler, parameters in BAD.items()
    for name, (_, values) in parameters.items()
    for value in values
]
ANOTHERS = {
    ("binomial", "n", "1000000000"): "p",
    ("datetime", "start", "2026-01-01"): "end",
    ("timedelta", "dt_min", "5"): "dt_max",
    ("uniform", "low", "2"): "high",
}
"""Where one parameter is wrong beside another, and the other is named, since it stands after it."""


def _config(sampler: str, params: dict[str, Any]) -> Iterator[str]:
    yield BESIDE.replace("SAMPLER", sampler)
    for name, value in params.items():
        yield f"      {name}: {yaml.safe_dump(value, default_flow_style=True, width=1000).removesuffix('...' + chr(10)).strip()}\n"


@pytest.mark.parametrize("sampler", BAD)
def test_every_parameter_is_here_and_those_that_fit_load(sampler: str, project: Project, write: Write) -> None:
    """A parameter that is added belongs in the table; a file of persons has tests of its own."""
    assert set(BAD[sampler]) == set(SAMPLERS.members[sampler].model_fields) - {"sampler_type"}
    if sampler != "person":
        write("configs/tickets.yaml", "".join(_config(sampler, {name: fits for name, (fits, _) in BAD[sampler].items()})))
        load(project)


def test_every_sampler_is_here() -> None:
    """One that is added belongs in the table."""
    assert set(BAD) == set(SAMPLERS.members)


@pytest.mark.parametrize(("sampler", "name", "value"), CASES)
def test_a_wrong_parameter_is_named_with_its_line(
    sampler: str, name: str, value: Any, write: Write, refused: Callable[[], ConfigError]
) -> None:
    """When the config is read: file, line, column and parameter, and what is wrong in one sentence."""
    params = {each: value if each == name else fits for each, (fits, _) in BAD[sampler].items() if each == name or fits is not None}
    write("configs/tickets.yaml", "".join(_config(sampler, params)))
    message = refused().message
    named = ANOTHERS.get((sampler, name, str(value)), name)
    line = BESIDE.count("\n") + 1 + list(params).index(named)
    assert message.startswith(f"configs/tickets.yaml:{line}: column"), message
    assert any(said in message for said in (named, "'z'", "xx_XX")), message
    assert "pydantic" not in message.lower()
