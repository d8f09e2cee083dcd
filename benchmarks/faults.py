"""The faults that endpoints have, 1,000 records each: exactly as many rows come out, and no answer is asked for twice.

Run `python benchmarks/faults.py` (a quarter of an hour; `--only NAME` for one of them). Two requests a record at 50 ms, 64 in flight, an empty store
for each fault. Prints a line a fault, with the seconds from the first request to the last row on disk, and exits with 1 where one ends with another number of rows, an answer paid twice, rows other than
those of the undisturbed run (rows that met a tombstone aside), a replay that asks, or over its bound of the undisturbed time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import w2

from resyn.testing import ModelServer, model_server

RECORDS, PARALLEL, LATENCY_MS = 1000, 64, 50.0
ANSWERS_BEFORE = 100
"""Answers before a server goes down."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Name what the server does and what it may cost."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)
    down: float = 0.0
    """Seconds for which nobody listens, from the hundredth answer on."""
    most: float = 0.0
    """Times the seconds of the undisturbed run `beside`; 0: whatever it takes."""
    beside: str = "none"
    parallel: int = PARALLEL
    timeout: int = 60
    limits: dict[str, Any] = field(default_factory=dict)
    has_other_answers: bool = False
    """Whether the server's answers themselves are others, and so the rows."""


def often(fault: str, rate: float, **options: Any) -> dict[str, Any]:
    """Return a share of attempts that fail in one way."""
    return {"fault_rate": rate, "faults": [fault], **options}


FAULTS = (
    Fault(name="none"),
    Fault(name="none, 32 in flight", parallel=32),
    Fault(name="5% 500", options=often("500", 0.05)),
    Fault(name="2.5% 429, 2.5% 500", options={"fault_rate": 0.05, "faults": ["429", "500"]}),
    Fault(name="5% 429", options=often("429", 0.05), most=1.5),
    Fault(name="429 above 32 in flight", options={"capacity": 32}, most=1.2, beside="none, 32 in flight"),
    Fault(name="sticky 400 on 5%", options=often("400", 0.05, sticky_faults=True)),
    Fault(name="sticky 500 on 5%", options=often("500", 0.05, sticky_faults=True), limits={"max_wait": 90}),
    Fault(name="1% hang", options=often("timeout", 0.01, hang_s=30), timeout=2),
    Fault(name="5% reset", options=often("reset", 0.05)),
    Fault(name="down for 10 s", down=10),
    Fault(name="down for 40 s", down=40),
    Fault(name="5% cut inside the JSON", options=often("cut", 0.05)),
    Fault(name="5% a proxy's HTML", options=often("html", 0.05)),
    Fault(name="5% a wrong content type", options=often("content_type", 0.05)),
    Fault(name="5% 200 with an error", options=often("error_body", 0.05)),
    Fault(name="10% no JSON", options={"bad_json_rate": 0.1}, has_other_answers=True),
    Fault(name="2% 429, Retry-After 1000", options=often("429", 0.02, retry_after=1000)),
    Fault(name="slower under load", options={"slow_at": 32}),
)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="part of a fault's name")
    parser.add_argument("--records", type=int, default=RECORDS)
    given = parser.parse_args()
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        clean: dict[int, Any] = {}
        seconds: dict[str, float] = {}
        for number, fault in enumerate(FAULTS):
            if not fault.name.startswith("none") and given.only not in fault.name:
                continue
            project = Path(folder) / str(number)
            with model_server() as server:
                took, wrong = one(fault, server, project, given.records, clean)
            seconds[fault.name] = took
            times = took / seconds[fault.beside]
            if fault.most and times > fault.most:
                wrong.append(f"more than {fault.most} times '{fault.beside}'")
            print(f"{fault.name:28} {took:7.2f} s {times:7.2f} x  {'; '.join(wrong) or 'ok'}", flush=True)
            bad += bool(wrong)
        if not given.only:
            with model_server() as server:
                wrong = down_for_good(server, Path(folder) / "dead", given.records, clean)
            print(f"{'down for good':28} {'':9}  {'; '.join(wrong) or 'ok'}")
            bad += bool(wrong)
    return int(bad > 0)


def one(fault: Fault, server: ModelServer, project: Path, records: int, clean: dict[int, Any]) -> tuple[float, list[str]]:
    """Make a dataset under one fault; return the seconds it took and what is wrong with it."""
    prepare(server, project, records, fault)
    if fault.down:
        go_down(server, fault.down)
    w2.generate(project)
    began, _, ended = w2.times(project)
    return ended - began, faulty(fault, server, project, records, clean)


def faulty(fault: Fault, server: ModelServer, project: Path, records: int, clean: dict[int, Any]) -> list[str]:
    """Return what is wrong with a dataset: its rows, what was paid twice, what its replay asks."""
    rows = {row["__row"]: row for row in pq.read_table(project / "data/batches/b00000.parquet").to_pylist()}
    turns = pq.read_table(project / "data/traces/b00000.parquet", columns=["__row", "status"]).to_pylist()
    stones = {turn["__row"] for turn in turns if turn["status"] == "refused"}
    wrong = [f"{len(rows)} rows"] * (len(rows) != records)
    if twice := server.stats()["repeated_after_answer"]:
        wrong.append(f"{twice} answers paid twice")
    if not clean:
        clean.update(rows)
    others = [index for index, row in rows.items() if index not in stones and row != clean.get(index)]
    if others and not fault.has_other_answers:
        wrong.append(f"{len(others)} rows are others than without it")
    before = project.joinpath("data/batches/b00000.parquet").read_bytes()
    server.reset()
    w2.generate(project)
    if server.stats()["requests"]:
        wrong.append("the replay asks")
    if project.joinpath("data/batches/b00000.parquet").read_bytes() != before:
        wrong.append("the replay has other bytes")
    return wrong


def down_for_good(server: ModelServer, project: Path, records: int, clean: dict[int, Any]) -> list[str]:
    """Have nobody listen in the middle of a run for longer than it waits; then go on."""
    fault = Fault(name="down for good", limits={"max_wait": 5})
    prepare(server, project, records, fault)
    go_down(server, 15)
    began = time.monotonic()
    wrong = []
    try:
        w2.generate(project)
        wrong.append("it did not end")
    except subprocess.CalledProcessError as error:
        wrong += [f"exit code {error.returncode}"] * (error.returncode != 1)
    time.sleep(max(0.0, 20 - (time.monotonic() - began)))
    w2.generate(project)
    return wrong + faulty(fault, server, project, records, clean)


def go_down(server: ModelServer, seconds: float) -> None:
    """Have nobody listen for so long in the middle of the run that is about to begin."""

    def wait() -> None:
        while server.stats()["answered"] < ANSWERS_BEFORE:
            time.sleep(0.02)
        server.down(seconds)

    threading.Thread(target=wait, daemon=True).start()


def prepare(server: ModelServer, project: Path, records: int, fault: Fault) -> None:
    """Make the project, and have the server forget and fail."""
    server.configure(**({"latency_ms": LATENCY_MS, "jitter": 0.2} | fault.options))
    flags = argparse.Namespace(records=records, parallel=fault.parallel, timeout=fault.timeout)
    config = w2.config(flags)
    config["model_configs"][0]["limits"] = fault.limits
    w2.make_project(project, config, server.endpoint, records)


if __name__ == "__main__":
    sys.exit(main())
