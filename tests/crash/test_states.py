"""Any sequence of what a person and a machine do to a project, and what holds after each of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from resyn.pipeline import Pipeline
from support.dvc_project import DVCProject
from support.fresh import fresh_clone
from support.processes import in_project, wait_until

COMMIT_GROUP, IN_FLIGHT = 64, 8
PROMPTS = ("RECORD of", "SHORT RECORD of", "LONG RECORD of")
POINTS = (
    "before-group",
    "after-group#2",
    "before-rename:0-3",
    "after-rename:b00000.parquet",
    "before-rename:train.parquet",
    "after-rename",
)
_folders: Iterator[int] = itertools.count()


class Project(RuleBasedStateMachine):
    """One project, its folder copied from a template."""

    template: DVCProject
    folder: Path

    @initialize()
    def start(self) -> None:
        """Copy the template; the server counts from zero."""
        self.project = self.template.copy(self.folder / f"project{next(_folders)}")
        self.project.server.reset()
        self.kills, self.prompt, self.commits = 0, 0, [self.head]
        self.is_made = False

    @property
    def head(self) -> str:
        """Return the commit that is checked out."""
        return self.project.git("rev-parse", "HEAD").strip()

    @rule(number=st.integers(0, len(PROMPTS) - 1))
    def edit(self, number: int) -> None:
        """Write one of three prompts: another one, or an earlier one again."""
        config = self.project.root / "configs/reviews.yaml"
        text = config.read_text()
        for prompt in sorted(PROMPTS, key=len, reverse=True):
            text = text.replace(f'"{prompt} ', '"@ ')
        config.write_text(text.replace('"@ ', f'"{PROMPTS[number]} '))

    @rule(rows=st.sampled_from((2, 5, 6, 9)))
    def resize(self, rows: int) -> None:
        """Ask for more rows, or fewer."""
        self.project.set(num_records=rows)

    @rule(rows=st.sampled_from((3, 4)))
    def cut(self, rows: int) -> None:
        """Ask for other batches."""
        self.project.set(batch_size=rows)

    @rule(point=st.sampled_from(POINTS))
    def kill(self, point: str) -> None:
        """Run until a named point, if it is ever reached."""
        done = self.project.resyn("run", check=False, RESYN_KILL_AT=point)
        self.kills += done.returncode != 0
        wait_until(lambda: not in_project(self.project))

    @rule()
    def run(self) -> None:
        """Run to the end: the dataset is what a fresh clone makes of the same config with the same answers."""
        Pipeline(self.project.root).run()
        self.is_made = True
        expected = fresh_clone(self.template, self.project, self.folder / f"clone{next(_folders)}")
        assert self.project.dataset() == expected
        self.asks_nothing_twice()

    @precondition(lambda self: self.is_made)
    @rule()
    def commit(self) -> None:
        """Commit all there is."""
        self.project.commit()
        self.commits.append(self.head)

    @rule(data=st.data())
    def checkout(self, data: st.DataObject) -> None:
        """Go to another commit, whatever is in the way."""
        self.project.git("checkout", "--quiet", "--force", data.draw(st.sampled_from(self.commits)))
        self.project.dvc("checkout", "--force", check=False)

    @rule(what=st.sampled_from(("batch", "trace", "store", "lock", "staged")))
    def corrupt(self, what: str) -> None:
        """Tear a file in the middle; a doctor is called where DVC could not go on."""
        places = {
            "batch": "data/batches/b00000.parquet",
            "trace": "data/traces/b00000.parquet",
            "lock": "batches/000/dvc.lock",
            "store": ".resyn/responses.sqlite",
        }
        paths = (
            list((self.project.root / ".resyn/staged").rglob("rows.parquet")) if what == "staged" else [self.project.root / places[what]]
        )
        for path in paths[:1]:
            if path.exists():
                content = path.read_bytes()
                path.unlink()
                path.write_bytes(content[: len(content) // 2] if what != "store" else b"\xff" * 100 + content[100:])
        if what == "lock":
            Pipeline(self.project.root).doctor(fix=True)

    def asks_nothing_twice(self) -> None:
        """Compare the server's count with what kills may cost."""
        assert self.project.server.stats()["repeated"] <= self.kills * (IN_FLIGHT + COMMIT_GROUP)
        if not self.kills:
            assert self.project.server.stats()["repeated"] == 0

    def teardown(self) -> None:
        """End with a run, wherever the sequence ended."""
        if hasattr(self, "project"):
            self.run()


def drive(planned: DVCProject, folder: Path, examples: int, steps: int) -> int:
    """Run so many sequences of at most so many steps; return how often a dataset was compared with a fresh clone's."""
    planned.server.configure(latency_ms=5)
    template = planned.copy(folder / "template")
    template.set(num_records=6, batch_size=3)
    template.resyn("plan")
    template.commit()

    machine = type("Machine", (Project,), {"template": template, "folder": folder})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return len(list(folder.glob("clone*")))


@pytest.mark.timeout(600)
def test_a_short_sequence_ends_as_a_fresh_clone_would(planned: DVCProject, tmp_path: Path) -> None:
    """One sequence of five steps, and the run that ends it."""
    assert drive(planned, tmp_path, examples=1, steps=5) >= 1


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_any_sequence_ends_as_a_fresh_clone_would(planned: DVCProject, tmp_path: Path) -> None:
    """Thirty sequences of up to fifteen steps."""
    assert drive(planned, tmp_path, examples=30, steps=15) >= 30
