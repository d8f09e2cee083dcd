"""How near to what the endpoint allows: three samplers, one llm-text, one llm-structured that reads it, one expression; 2 requests a record.

    python benchmarks/w2.py --records 5000 --parallel 64 --latency-ms 200 --jitter 0.2
    python benchmarks/w2.py --records 5000 --latency-ms 0 --most-cpu-ms 0.3
    python benchmarks/w2.py --server fakellm.py --server-python python3 --peer dd_w2.py --peer-python peer/bin/python

A server of its own answers: the package's, or the script `--server`, which takes `--port`, `--latency-ms` and `--jitter` too; what only one
of them knows goes into `--server-args`. Each run begins with an empty store. Beside each, in turn, a client that does nothing but ask runs
the same number of requests, and the peer's script where one is named. Prints medians as JSON; exits with 1 where a bound is missed.

`seconds` are those from the first request to the last row on disk, `ideal` is requests x mean latency / requests in flight, and
`cpu_ms` is the CPU time of the whole process, start and Parquet included, for each request.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shlex
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

SCHEMA = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "description": "short title"},
        "sentiment": {"type": "string", "enum": ["positive", "neutral", "negative"]},
        "score": {"type": "integer", "minimum": 1, "maximum": 10},
    },
    "required": ["title", "sentiment", "score"],
}
RESYN = str(Path(sys.executable).with_name("resyn"))
GENERATE = (RESYN, "generate", "b00000")
CATEGORIES = {
    "topic": ["espresso machine", "tent", "headphones", "keyboard", "novel", "bicycle"],
    "tone": ["cheerful", "dry", "angry", "formal"],
}


def main() -> int:
    """Measure, print, and return the exit code."""
    flags = parse()
    found = figures(flags)
    print(json.dumps(found, indent=1))
    is_slow = bool(flags.most_of_ideal and found["resyn"]["of_ideal"] > flags.most_of_ideal)
    return int(is_slow or bool(flags.most_cpu_ms and found["resyn"]["cpu_ms"] > flags.most_cpu_ms))


def figures(flags: argparse.Namespace) -> dict[str, Any]:
    """Return the medians of all runs, by who ran."""
    runs: dict[str, list[dict[str, float]]] = {}
    with server(flags) as port, tempfile.TemporaryDirectory() as folder:
        for number in range(flags.runs):
            for name, measure in (("resyn", resyn), ("nothing", nothing), ("peer", peer)):
                if name == "peer" and not flags.peer:
                    continue
                runs.setdefault(name, []).append(measure(flags, port, Path(folder) / f"{name}{number}"))
    requests = 2 * flags.records
    ideal = requests * (flags.latency_ms + flags.wait_ms) / 1000 / flags.parallel
    found: dict[str, Any] = {"requests": requests, "ideal_seconds": round(ideal, 3), "cpus": os.cpu_count(), "runs": flags.runs}
    for name, measured in runs.items():
        middle = {key: statistics.median(run[key] for run in measured) for key in measured[0]}
        middle["cpu_ms"] = middle.pop("cpu") * 1000 / requests
        if ideal:
            middle["of_ideal"] = middle["seconds"] / ideal
        found[name] = {key: round(value, 3) for key, value in middle.items()}
    return found


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the flags."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1000)
    parser.add_argument("--parallel", type=int, default=64, help="requests in flight")
    parser.add_argument("--latency-ms", type=float, default=200)
    parser.add_argument("--jitter", type=float, default=0.2)
    parser.add_argument(
        "--wait-ms", type=float, default=0, help="what the mean request waits beside its latency, for an ideal that counts it"
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--server", default="", help="a server's script; the package's own where left out")
    parser.add_argument("--server-python", default=sys.executable)
    parser.add_argument("--server-args", default="", help="more arguments for it")
    parser.add_argument(
        "--peer", default="", help="the peer's script, with --endpoint, --records, --parallel, --buffer-size and --artifacts"
    )
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--engine", default="async", choices=["async", "sync"])
    parser.add_argument("--timeout", type=int, default=60)
    parser.add_argument("--profile", default="", help="write cProfile's statistics of one run here")
    parser.add_argument("--most-of-ideal", type=float, default=0)
    parser.add_argument("--most-cpu-ms", type=float, default=0)
    return parser.parse_args(words)


@contextlib.contextmanager
def server(flags: argparse.Namespace) -> Iterator[int]:
    """Run the server; yield its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [flags.server_python, flags.server] if flags.server else [RESYN, "testserver"]
    options = ["--port", str(port), "--latency-ms", str(flags.latency_ms), "--jitter", str(flags.jitter), *shlex.split(flags.server_args)]
    with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()


def config(flags: argparse.Namespace) -> dict[str, Any]:
    """Return the config of the workload."""
    parameters = {"temperature": 0.7, "max_tokens": 512, "timeout": flags.timeout, "max_parallel_requests": flags.parallel}
    categories = [
        {"name": name, "column_type": "sampler", "sampler_type": "category", "params": {"values": values}}
        for name, values in CATEGORIES.items()
    ]
    model = {"model_alias": "gen"}
    return {
        "name": "w2",
        "model_configs": [{"alias": "gen", "model": "fake-model", "provider": "fake", "inference_parameters": parameters}],
        "columns": [
            {"name": "uid", "column_type": "sampler", "sampler_type": "uuid", "params": {}},
            *categories,
            {
                **model,
                "name": "text",
                "column_type": "llm-text",
                "prompt": "Write a {{ tone }} product review of a {{ topic }}, ticket {{ uid }}.",
            },
            {
                **model,
                "name": "record",
                "column_type": "llm-structured",
                "output_format": SCHEMA,
                "prompt": "Extract a record from this review (ticket {{ uid }}):\n{{ text }}",
            },
            {"name": "label", "column_type": "expression", "expr": "{{ topic }} / {{ tone }}: {{ record.title }} [{{ record.score }}]"},
        ],
    }


def resyn(flags: argparse.Namespace, port: int, project: Path) -> dict[str, float]:
    """Make one batch of all records in a new project."""
    reset(port)
    make_project(project, config(flags), f"http://127.0.0.1:{port}/v1", flags.records)
    profiled = ["-m", "cProfile", "-o", flags.profile] if flags.profile else []
    used = spend(
        [sys.executable, *profiled, *GENERATE], cwd=project, env=environment() | {"RESYN_ENGINE": flags.engine}, stdout=subprocess.DEVNULL
    )
    began, last, ended = times(project)
    return used | {"seconds": ended - began, "after_last_answer": ended - last}


def times(project: Path) -> tuple[float, float, float]:
    """Return when the first request of a batch was sent, when the last answer came, and when its rows were on disk."""
    with contextlib.closing(sqlite3.connect(project / ".resyn/responses.sqlite")) as store:
        began, last = store.execute("SELECT min(answered_at - latency_ms) / 1000.0, max(answered_at) / 1000.0 FROM answers").fetchone()
    return began, last, (project / "data/batches/b00000.parquet").stat().st_mtime


def make_project(
    project: Path, config: dict[str, Any], endpoint: str, records: int, providers: Sequence[dict[str, str]] | None = None
) -> None:
    """Make a project with one batch of a config, and plan it; its one provider is at `endpoint` where no `providers` are named."""
    quiet: dict[str, Any] = {"env": environment(), "stdout": subprocess.DEVNULL}
    subprocess.run([RESYN, "init", project], check=True, **quiet, stderr=subprocess.DEVNULL)
    (project / "configs/w2.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    (project / "providers.yaml").write_text(
        yaml.safe_dump({"providers": providers or [{"name": "fake", "provider_type": "openai", "endpoint": endpoint}]})
    )
    parameters = yaml.safe_load((project / "params.yaml").read_text())
    parameters |= {"config": "configs/w2.yaml", "num_records": records, "batch_size": records}
    (project / "params.yaml").write_text(yaml.safe_dump(parameters))
    subprocess.run([RESYN, "plan"], check=True, **quiet, cwd=project)


def generate(project: Path) -> None:
    """Make the batch of a project."""
    subprocess.run([sys.executable, *GENERATE], check=True, cwd=project, env=environment(), stdout=subprocess.DEVNULL)


def environment() -> dict[str, str]:
    """Return an environment without what would change a run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVC_", "RESYN_", "PYTHONDONT"))}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "DVC_NO_ANALYTICS": "1"}


def nothing(flags: argparse.Namespace, port: int, folder: Path) -> dict[str, float]:
    """Ask as many requests, as long, with a client that keeps nothing; it is a process of its own, as resyn is."""
    reset(port)
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}); import w2; w2.ask({port}, {flags.records}, {flags.parallel})"
    used = spend([sys.executable, "-c", code], stdout=folder.open("w"))
    return used | {"seconds": float(folder.read_text())}


def peer(flags: argparse.Namespace, port: int, folder: Path) -> dict[str, float]:
    """Run the peer's script."""
    reset(port)
    options = {"endpoint": f"http://127.0.0.1:{port}/v1", "records": flags.records, "parallel": flags.parallel, "artifacts": folder}
    words = [word for name, value in (options | {"buffer-size": min(flags.records, 1000)}).items() for word in (f"--{name}", str(value))]
    output = folder.with_suffix(".log")
    used = spend([flags.peer_python, flags.peer, *words], stdout=output.open("w"), stderr=subprocess.STDOUT)
    result = next(json.loads(line[7:]) for line in output.read_text().splitlines() if line.startswith("RESULT "))
    return used | {"seconds": float(result["create_s"])}


def spend(command: list[str], **options: Any) -> dict[str, float]:
    """Run a command; return its CPU seconds and the most memory it held, in MB."""
    with subprocess.Popen(command, **options) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{shlex.join(command)} ended with code {process.returncode}")
    per_mb = 1024 if sys.platform == "linux" else 1024**2
    return {"cpu": usage.ru_utime + usage.ru_stime, "peak_mb": usage.ru_maxrss / per_mb}


def ask(port: int, records: int, parallel: int) -> None:
    """Ask two requests a record, the second after the first, and print the seconds it took: the body of the do-nothing client."""
    import aiohttp

    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
    numbers = iter(range(records))

    async def work(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            for more in ({}, {"response_format": form}):
                body = {
                    "model": "fake-model",
                    "messages": [{"role": "user", "content": f"request {number} " + "pad " * 40}],
                    "seed": number,
                    **more,
                }
                while True:
                    with contextlib.suppress(aiohttp.ClientError):  # a request that hung until the server hung up: at once again
                        async with session.post(f"http://127.0.0.1:{port}/v1/chat/completions", data=json.dumps(body)) as response:
                            await response.read()
                            break

    async def run() -> None:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), headers={"Content-Type": "application/json"}) as session:
            began = time.perf_counter()
            await asyncio.gather(*(work(session) for _ in range(parallel)))
            print(time.perf_counter() - began)

    asyncio.run(run())


def reset(port: int) -> None:
    """Have the server forget."""
    urllib.request.urlopen(f"http://127.0.0.1:{port}/reset", data=b"{}").read()


if __name__ == "__main__":
    sys.exit(main())
