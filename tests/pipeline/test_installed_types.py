"""Column types that other distributions bring, through real commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.distribution import CODE, install
from support.dvc_project import DVCProject

CONFIG = """\
columns:
  - {name: topic, column_type: sampler, sampler_type: category, params: {values: [tent, lamp]}}
  - {name: loud, column_type: shout, of: topic, marks: 2}
"""


@pytest.fixture
def site(project: DVCProject, tmp_path: Path) -> Path:
    """Return a folder to install into, for a project with a column of a type that resyn does not have."""
    (project.root / "configs/reviews.yaml").write_text(CONFIG)
    project.set(num_records=4)
    return tmp_path / "site"


def test_an_installed_column_type_is_like_a_built_in_one(project: DVCProject, site: Path) -> None:
    """It is in the schema and the dataset; its version and code are in the identity, and a batch is made by no other than planned."""
    package, path = install(site), str(site)
    assert "ShoutColumnConfig" in json.loads(project.resyn("schema", PYTHONPATH=path).stdout)["$defs"]
    project.resyn("plan", PYTHONPATH=path)
    project.repro(PYTHONPATH=path)
    assert [row["loud"] for row in project.rows()] == [row["topic"].upper() + "!!" for row in project.rows()]
    before = project.fingerprint
    (package / "column.py").write_text(f"# Loud.\n{CODE}")
    project.resyn("plan", PYTHONPATH=path)
    assert project.fingerprint == before
    (package / "column.py").write_text(CODE.replace('"!"', '"?"'))
    refused = project.resyn("generate", "b00000", check=False, PYTHONPATH=path)
    assert refused.returncode == 2
    assert "resyn-shout 1.0, but edited since the plan" in refused.stdout
    project.resyn("plan", PYTHONPATH=path)
    assert project.fingerprint != before


def test_an_installed_column_type_that_cannot_be_used_says_why(project: DVCProject, site: Path) -> None:
    """Not there, broken, or there twice: the line of the config, the distribution, and what to do; other datasets do not mind it."""
    refused = project.resyn("plan", check=False)
    assert (refused.returncode, "is 'shout', which does not exist" in refused.stdout) == (2, True)
    install(site, config="import no_such_package")
    refused = project.resyn("plan", check=False, PYTHONPATH=str(site))
    assert refused.returncode == 2
    assert "configs/reviews.yaml:3" in refused.stdout
    assert "'shout' of resyn-shout 1.0 cannot be used: ModuleNotFoundError: No module named 'no_such_package'" in refused.stdout
    install(site, distribution="loud-shout")
    refused = project.resyn("plan", check=False, PYTHONPATH=str(site))
    assert "'shout' is a type of loud-shout 1.0 and resyn-shout 1.0" in refused.stdout
    project.edit("configs/reviews.yaml", "  - {name: loud, column_type: shout, of: topic, marks: 2}\n", "")
    project.resyn("plan", PYTHONPATH=str(site))
