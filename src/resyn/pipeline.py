"""A project as Python sees it: one method for each verb of the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from resyn.project import Project

# Verbs import what they need when they are called: `resyn --help` and adopting a batch load nothing heavy.
if TYPE_CHECKING:
    from contextlib import closing

    import pyarrow as pa

    from resyn.config import DataDesignerConfig, DataDesignerConfigBuilder
    from resyn.doctor.finding import Finding
    from resyn.engine.batch_report import BatchReport
    from resyn.engine.progress import Snapshot
    from resyn.export.dataset import ExportResult
    from resyn.gc import Freed
    from resyn.models.check import Checked
    from resyn.plan.changes import Changes
    from resyn.plan.grow import Grown
    from resyn.plan.status import Status
    from resyn.run.estimate import Estimate
    from resyn.run.options import RunOptions
    from resyn.store.inspect import Stats
    from resyn.store.responses import Responses
    from resyn.store.traces import Forgotten
    from resyn.testing.options import Options

Notice = Callable[[str], None]


def _silent(_: str) -> None:
    pass


class Pipeline:
    """Work on the project in folder `root`; `notice` is told in sentences what a person may want to see.

    Every method raises `ResynError`: its message says what and where, its hint the command that mends it.
    """

    def __init__(self, root: Path | str = ".", *, notice: Notice = _silent) -> None:
        self.project = Project(Path(root))
        self._notice = notice

    @classmethod
    def init(cls, folder: Path | str, *, notice: Notice = _silent) -> Pipeline:
        """Make a new project in `folder`, plan it, and stage all of it with git."""
        from resyn.scaffold.init import init

        init(Project(Path(folder)), cls.schema())
        return cls(folder, notice=notice)

    @staticmethod
    def schema() -> str:
        """Return the JSON Schema of config files, as JSON text."""
        from resyn import config

        return json.dumps(config.schema(), indent=1) + "\n"

    def use(self, config: DataDesignerConfig | DataDesignerConfigBuilder, **params: Any) -> Pipeline:
        """Write a config that was built in Python to configs/<its name>.yaml, and let params.yaml name it.

        `params` (num_records, batch_size, seed, draw, reference_date) are set there, too, as a person would.
        """
        from resyn.config import DataDesignerConfigBuilder
        from resyn.plan.use import use

        use(self.project, config.build() if isinstance(config, DataDesignerConfigBuilder) else config, **params)
        return self

    def plan(self) -> Changes:
        """Compile what a person wrote into the plan; return what changed."""
        from resyn.plan.plan import plan

        return plan(self.project, self._notice)

    def grow(self) -> Grown:
        """Make the planned batches that are stale, through DVC."""
        from resyn.plan.grow import grow

        return grow(self.project, self._notice)

    def adopt(self, key: str) -> BatchReport | None:
        """Put a staged batch in its place; return None where there is none that fits the plan."""
        from resyn.engine.adopt import adopt

        return adopt(self.project, key, self._notice)

    def generate(self, key: str, *, watch: Callable[[Snapshot], None] | None = None) -> BatchReport:
        """Make one batch of the plan, staged or not."""
        from resyn.dvc.locks import is_recorded
        from resyn.engine.batch import generate
        from resyn.plan.check import check_unchanged
        from resyn.plan.keep import keep_answers_of_others
        from resyn.plan.section import read_fingerprint
        from resyn.spec.files import read_ranges

        fingerprint = read_fingerprint(self.project.params)
        ranges = read_ranges(self.project.ranges)
        is_free = os.environ.get("RESYN_REGENERATE") != "1"
        recorded = is_free and key in ranges and is_recorded(self.project, key, fingerprint, ranges[key])
        keep_answers_of_others(self.project, key, fingerprint, self._notice)
        report = generate(self.project, key, fingerprint=fingerprint, recorded=recorded, notify=self._notice, watch=watch)
        check_unchanged(self.project, key, fingerprint, report.rows)
        return report

    def export(self) -> ExportResult:
        """Merge the finished batches into the dataset."""
        from resyn.errors import ResynError
        from resyn.export import export
        from resyn.plan.check import check_records, check_stages
        from resyn.spec.files import read_ranges

        check_stages(self.project, read_ranges(self.project.ranges))
        try:
            return export(self.project)
        except ResynError:
            check_records(self.project)
            raise

    def load_dataset(self, split: str = "") -> pa.Table:
        """Return a split of the exported dataset, or all of them one after the other."""
        from resyn.export.load import load_dataset

        return load_dataset(self.project, split=split)

    def load_processor_dataset(self, processor_name: str, split: str = "") -> pa.Table:
        """Return what a schema transform wrote: one split, or all of them one after the other."""
        from resyn.export.load import load_dataset

        return load_dataset(self.project, processor_name, split)

    def report(self) -> dict[str, Any]:
        """Write the metrics, plots and report of the dataset; return the metrics."""
        from resyn.report import report

        return report(self.project)

    def status(self) -> Status:
        """Return how far the dataset is and what `dvc repro` would do; changes nothing."""
        from resyn.plan.status import status

        return status(self.project)

    def run(self, **options: Unpack[RunOptions]) -> None:
        """Plan, make the rows of all stale batches in one process, then let `dvc repro` record them; works in a notebook too.

        Raises:
            Stopped: batches are left to make; the hint is the command that goes on.
        """
        from resyn.run.threads import in_its_own_loop

        in_its_own_loop(lambda is_cancelled: self._run(options, is_cancelled))

    def estimate(self, *, batches: str | int | None = None, until: str | int | None = None) -> Estimate:
        """Return how many requests a run would send and what they would cost; asks and writes nothing."""
        from resyn.run.choice import parse_bounds
        from resyn.run.estimate import estimate

        return estimate(self.project, parse_bounds(batches, until))

    async def arun(self, **options: Unpack[RunOptions]) -> None:
        """Do the same beside a running event loop; when it is cancelled, nothing more is sent and what is in flight is kept."""
        from resyn.run.threads import beside_the_loop

        await beside_the_loop(lambda is_cancelled: self._run(options, is_cancelled))

    def _run(self, options: RunOptions, is_cancelled: Callable[[], bool]) -> None:
        from resyn.run.options import read
        from resyn.run.run import run

        run(self.project, read(options, is_cancelled, self._notice), self._notice)

    def doctor(self, *, fix: bool = False) -> tuple[Finding, ...]:
        """Return what is known to go wrong and did; with `fix`, mend what a machine can mend."""
        from resyn.doctor import examine

        return examine(self.project, self._notice, fix=fix)

    def verify(self) -> tuple[str, ...]:
        """Return what is wrong with the plan, the batches, their traces and the dataset; writes nothing and asks no model."""
        from resyn.verify import verify

        return verify(self.project, self._notice)

    def check_models(self) -> tuple[Checked, ...]:
        """Find out whether the models can be asked, without a generation."""
        from resyn import config
        from resyn.models.check import check

        loaded = config.load(self.project)
        return check(loaded.program.models.values(), loaded.runtime)

    def forget_refused(self) -> Forgotten:
        """Drop the records of requests that a model refused for good; return how many, and the batches that were made with some."""
        from resyn.store.traces import Forgotten, import_traces, refused_in

        with self._responses() as responses:
            import_traces(self.project.traces, responses)  # now: the next plan would bring back the refusals of those it has not seen
            count = responses.forget_refused()
        traces = sorted(self.project.traces.glob("b*.parquet"))
        return Forgotten(count, tuple(self.project.stage(path.stem) for path in traces if refused_in(path)))

    def store_stats(self) -> Stats:
        """Return what is stored."""
        from resyn.store.inspect import stats

        return stats(self._state())

    def check_store(self) -> tuple[str, ...]:
        """Return what is wrong with the response store; changes nothing."""
        from resyn.store.inspect import check

        path = self._state() / "responses.sqlite"
        return tuple(check(path)) if path.exists() else ()

    def gc(self, *, dry_run: bool = False, skip_missing: bool = False) -> Freed:
        """Let go of answers and staged batches that no commit and not the present config can use; return what went.

        With `skip_missing`, traces of commits that DVC's cache does not have are taken for lost.
        """
        from resyn.gc import gc

        self._state()
        return gc(self.project, self._notice, dry_run=dry_run, skip_missing=skip_missing)

    def export_answers(self, target: Path | str) -> int:
        """Write every stored answer to one file that another machine can import; return how many there were."""
        from resyn.store.archive import write_archive

        with self._responses() as responses:
            return write_archive(Path(target), responses.all())

    def import_answers(self, archive: Path | str) -> int:
        """Store the answers of such a file, or of a trace; return how many were new."""
        from resyn.store.archive import read_archive

        with self._responses() as responses:
            return read_archive(Path(archive), responses)

    def _responses(self) -> closing[Responses]:
        from contextlib import closing

        from resyn.store.responses import Responses

        return closing(Responses(self._state() / "responses.sqlite", notify=self._notice))

    def _state(self) -> Path:
        """Return the state folder of a project; in any other folder one would only be made."""
        from resyn.dvc.repository import require_params
        from resyn.store.location import state_dir

        require_params(self.project)
        return state_dir(self.project.root)

    @staticmethod
    def fetch_models() -> Path:
        """Install the weights of the embedded model; return where they are."""
        from resyn.models.weights import fetch

        return fetch()

    @staticmethod
    def testserver(options: Options) -> None:
        """Serve scripted answers until interrupted."""
        from resyn.testing import run

        run(options)
