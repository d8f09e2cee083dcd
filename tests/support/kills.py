"""Lives of a project that is killed again and again: what is killed, when, and what was under way."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from subprocess import Popen

import psutil  # type: ignore[import-untyped]

from support.dvc_project import DVCProject
from support.processes import in_project, kill_tree, typed, wait_until

ORPHAN_SECONDS = 5.0
"""How long what was not killed itself may go on."""
GROUP = 64
"""Answers that the store may have been about to make durable."""
ENOUGH_LEFT = 130
"""Requests that a run must have left to be killed while it asks."""
PLAN = ("before-rename:generation.json", "after-rename:generation.json", "before-rename:params.yaml", "after-rename:params.yaml")
EXPORT = ("before-rename:train.parquet", "after-rename:train.parquet", "before-rename:train.csv", "after-rename:train.jsonl")


def only_first(process: Popen[str]) -> None:
    """Kill the command a person typed, and nothing below it."""
    process.kill()


RUN, REPRO = ("resyn", "run"), (sys.executable, "-m", "dvc", "repro")
WAYS: dict[str, tuple[tuple[str, ...], Callable[[Popen[str]], None]]] = {
    "resyn run, and all below": (RUN, kill_tree),
    "resyn run alone": (RUN, only_first),
    "dvc repro, and all below": (REPRO, kill_tree),
    "dvc alone, its stage left": (REPRO, only_first),
}


@dataclass
class Tally:
    """Count what kills hit and what they cost."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By phase and by what was killed."""
    busy: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of them, those that cut off requests in flight."""
    in_flight: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Requests cut off, by the server's count of connections that went away."""
    repeated: int = 0
    repeated_after_answer: int = 0
    longest_orphan: float = 0.0
    mended: int = 0
    """Kills after which `resyn doctor --fix` was needed: DVC's own lock was torn."""
    lives: int = 0

    def add(self, other: Tally) -> None:
        """Add the counts of one life."""
        for name in ("kills", "busy", "in_flight"):
            getattr(self, name).update(getattr(other, name))
        for name in ("repeated", "repeated_after_answer", "mended", "lives"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.longest_orphan = max(self.longest_orphan, other.longest_orphan)

    def by(self, part: int) -> dict[str, tuple[int, int, int]]:
        """Return kills, those with requests in flight and the requests, by phase (0) or by what was killed (1)."""
        names = dict.fromkeys(key[part] for key in sorted(self.kills))
        counts = (self.kills, self.busy, self.in_flight)
        return {name: tuple(sum(n for key, n in count.items() if key[part] == name) for count in counts) for name in names}  # type: ignore[misc]

    def table(self) -> str:
        """Return it for a person."""
        lines = ["", f"{'':<34}{'kills':>7}{'cut requests':>14}{'cut off':>11}"]
        for part in (0, 1):
            lines += [f"{name:<34}{kills:>7}{busy:>14}{flight:>11}" for name, (kills, busy, flight) in self.by(part).items()]
            lines.append("")
        flight = sum(self.in_flight.values())
        lines.append(f"{'all':<34}{sum(self.kills.values()):>7}{sum(self.busy.values()):>14}{flight:>11}")
        lines.append(
            f"asked again: {self.repeated} ({self.repeated_after_answer} of them had been answered); rows lost or doubled: 0;"
            f" {self.lives} projects finished, each export byte for byte the uninterrupted one; longest orphan {self.longest_orphan:.1f} s;"
            f" dvc.lock torn and mended by `resyn doctor --fix`: {self.mended}"
        )
        return "\n".join(lines)


class Life:
    """One project, killed until it has had its kills."""

    def __init__(self, project: DVCProject, requests: int, chance: random.Random) -> None:
        """Prepare a project that comes to so many requests in all."""
        self.project, self.requests, self.chance = project, requests, chance
        self.tally, self.bound = Tally(), 0

    @property
    def left(self) -> int:
        """Return how many requests were never made yet."""
        return self.requests - int(self.project.server.stats()["distinct"])

    def kill_asking(self, way: str, after: int = 0) -> None:
        """Kill at a random moment while models are asked, so many requests after the first."""
        command, how = WAYS[way]
        server, latency = self.project.server, 0.3
        begun, after = server.stats()["requests"], after or self.chance.randint(1, 64)
        with self._counted("models are asked", way), typed(self.project, *command) as run:
            wait_until(lambda: server.stats()["requests"] >= begun + after, run)
            time.sleep(self.chance.uniform(0, latency))
            self._end(run, how)

    def kill_recording(self, way: str) -> None:
        """Let all rows be made, and kill at a random moment while DVC records a batch."""
        command, how = WAYS[way]
        shard = self.project.root / "batches/000/dvc.lock"
        with self._counted("DVC records batches", way), typed(self.project, *command) as run:
            wait_until(lambda: list((self.project.root / "data/traces").glob("b*.parquet")), run)
            deadline = time.monotonic() + self.chance.uniform(0, 1.5)
            wait_until(lambda: time.monotonic() > deadline or run.poll() is not None or shard.exists())
            self._end(run, how)

    def kill_named(self, phase: str, command: tuple[str, ...], point: str) -> None:
        """Have the process that reaches a named point killed; whatever waits for it ends by itself."""
        verb = " ".join(command[-2:])
        with self._counted(phase, f"the process itself, under {verb}"):
            done = self.project.sh(*command, check=False, RESYN_KILL_AT=point)
            assert done.returncode != 0, f"{point} was never reached:\n{done.stdout}"
            self._wait_until_gone(in_project(self.project))

    def check_bound(self) -> None:
        """Compare what was asked again with what kills may cost so far."""
        stats = self.project.server.stats()
        assert stats["repeated"] <= self.bound
        assert stats["repeated_after_answer"] <= GROUP * sum(self.tally.kills.values())

    def finish(self, command: tuple[str, ...]) -> None:
        """Let it run to its end."""
        self.mend()
        self.project.sh(*command)
        self.check_bound()
        stats = self.project.server.stats()
        assert stats["distinct"] == self.requests  # by the server's log: nothing was asked for that a calm run does not ask
        self.tally.repeated += stats["repeated"]
        self.tally.repeated_after_answer += stats["repeated_after_answer"]
        self.tally.lives += 1

    def mend(self) -> None:
        """Do what resyn says where DVC's lock was torn: DVC writes it in place."""
        if self.project.dvc("status", check=False).returncode:
            self.project.resyn("doctor", "--fix", check=False)
            self.tally.mended += 1

    @contextmanager
    def _counted(self, phase: str, way: str) -> Iterator[None]:
        server = self.project.server
        before = server.stats()["disconnects"]
        yield
        wait_until(lambda: server.stats()["in_flight"] == 0)
        in_flight = server.stats()["disconnects"] - before
        key = (phase, way)
        self.tally.kills[key] += 1
        self.tally.busy[key] += in_flight > 0
        self.tally.in_flight[key] += in_flight
        self.bound += in_flight + GROUP
        self.check_bound()

    def _end(self, run: Popen[str], how: Callable[[Popen[str]], None]) -> None:
        processes = in_project(self.project)
        how(run)
        killed = time.monotonic()
        run.wait()
        self._wait_until_gone(processes)
        gone = time.monotonic() - killed
        assert gone < ORPHAN_SECONDS
        self.tally.longest_orphan = max(self.tally.longest_orphan, gone)

    def _wait_until_gone(self, processes: list[psutil.Process]) -> None:
        """Wait until all have ended, those they started last as well, and have lost their numbers: DVC takes a zombie for a busy command."""
        while processes:
            pids = [process.pid for process in processes]
            wait_until(lambda pids=pids: not any(map(psutil.pid_exists, pids)))  # type: ignore[misc]
            processes = in_project(self.project)
