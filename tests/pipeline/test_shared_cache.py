"""Two clones of one project whose DVC cache is one folder: at the same time, and one after the other."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from support.dvc_project import DVCProject, environment

RUN, REPRO = ("resyn", "run"), (sys.executable, "-m", "dvc", "repro")


@pytest.fixture
def clones(project: DVCProject, tmp_path: Path) -> tuple[DVCProject, DVCProject]:
    """Return two clones of a planned project."""
    return project.clone(tmp_path / "one"), project.clone(tmp_path / "other")


def share(clones: tuple[DVCProject, ...], cache: Path, link: str) -> None:
    """Name one cache in the configuration that git does not have."""
    for clone in clones:
        clone.dvc("config", "--local", "cache.dir", cache)
        clone.dvc("config", "--local", "cache.type", link)


def at_once(clones: tuple[DVCProject, ...], command: tuple[str, ...]) -> None:
    """Run a command in each, all at the same time; each ends with 0."""
    begun = [
        subprocess.Popen(command, cwd=clone.root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for clone in clones
    ]
    said = [process.communicate()[0] for process in begun]
    assert [process.returncode for process in begun] == [0] * len(clones), "\n".join(said)


def torn(cache: Path) -> list[Path]:
    """Return the files of a cache that are not what their names say."""
    files = [path for path in (cache / "files/md5").rglob("*") if path.is_file()]
    assert files
    return [
        path for path in files if hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() != path.parent.name + path.name[:30]
    ]


@pytest.mark.parametrize(
    ("command", "link", "requests"),
    [(RUN, "symlink", 24), pytest.param(REPRO, "hardlink", 48, marks=pytest.mark.slow)],
    ids=["one .resyn too", "a .resyn each"],
)
def test_two_clones_that_run_at_once_end_as_one_alone_would(
    clones: tuple[DVCProject, DVCProject], finished_template: DVCProject, tmp_path: Path, command: tuple[str, ...], link: str, requests: int
) -> None:
    """Nothing in the cache is torn, the files are those of one run alone; where they share the answers, too, each is asked for once."""
    share(clones, tmp_path / "cache", link)
    if requests == 24:
        (tmp_path / "state").mkdir()
        for clone in clones:
            (clone.root / ".resyn").symlink_to(tmp_path / "state")
    clones[0].server.configure(latency_ms=100, jitter=0.9)
    at_once(clones, command)
    stats = clones[0].server.stats()
    assert stats["distinct"] == 24 <= stats["requests"] <= requests
    assert torn(tmp_path / "cache") == []
    for clone in clones:
        assert clone.dataset() == finished_template.dataset()
        assert "up to date" in clone.dvc("status").stdout
        assert clone.resyn("verify").returncode == 0


@pytest.mark.parametrize("place", [pytest.param("local", marks=pytest.mark.slow), "global"])
def test_the_second_clone_takes_what_the_first_has_made(clones: tuple[DVCProject, DVCProject], tmp_path: Path, place: str) -> None:
    """From the run cache, whichever configuration names it: nothing is asked, and an edit that both make is paid for once."""
    first, second = clones
    first.server.configure(latency_ms=0)
    configuration = str(tmp_path / "config")
    for clone in clones:
        clone.dvc("config", f"--{place}", "cache.dir", tmp_path / "cache", DVC_GLOBAL_CONFIG_DIR=configuration)
    first.resyn("run", DVC_GLOBAL_CONFIG_DIR=configuration)
    second.resyn("run", DVC_GLOBAL_CONFIG_DIR=configuration)
    assert (second.requests, second.dataset()) == (24, first.dataset())
    for clone in clones:
        clone.edit("configs/reviews.yaml", "RECORD of", "NEW RECORD of")
        clone.resyn("run", DVC_GLOBAL_CONFIG_DIR=configuration)
    assert (second.requests, second.dataset()) == (36, first.dataset())
    assert not (second.root / ".dvc/cache").exists()
