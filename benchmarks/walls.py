"""How near to what the endpoint allows, at one endpoint after another: `benchmarks/w2.py` with the bounds that each has to keep.

    python benchmarks/walls.py                      (half an hour; --only NAME for one, --runs 1 for a third of it)
    python benchmarks/walls.py --server fakellm.py --server-python python3 --peer dd_w2.py --peer-python peer/bin/python

Prints a line for each: times the ideal duration, beside it what a client that does nothing but ask needs, and the peer where its script is
named, and the CPU time a request. Exits with 1 where a bound is missed. A server's script takes the flags of its own that are named here.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass

import w2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """Name an endpoint, and times the ideal duration at most."""

    name: str
    flags: str
    most: float = 0.0
    most_cpu_ms: float = 0.0
    own_server: str = ""
    """What the package's server is told besides,"""
    script: str = ""
    """and what another server's script is."""


WALLS = (
    Wall(name="no latency, 64 in flight", flags="--latency-ms 0", most_cpu_ms=0.3),
    Wall(name="200 ms, 64 in flight", flags="--latency-ms 200", most=1.05),
    Wall(name="50 ms, 64 in flight", flags="--latency-ms 50", most=1.15),
    Wall(name="200 ms, 256 in flight", flags="--latency-ms 200 --parallel 256", most=1.15),
    Wall(
        name="lognormal tail",
        flags="--latency-ms 200 --jitter 0 --records 20000",
        most=1.2,
        own_server="--tail 1",
        script="--tail-sigma 1",
    ),
    Wall(
        name="1% hang for 10 s",
        flags="--latency-ms 200 --wait-ms 100",  # 1% of 10 s
        most=1.5,
        own_server="--fault-rate 0.01 --faults timeout --hang-s 10",
        script="--error-rate 0.01 --error-kinds timeout --hang-s 10",
    ),
)


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="part of a name")
    parser.add_argument("--runs", default="3")
    parser.add_argument("--records", default="5000")
    parser.add_argument("--server", default="", help="a server's script; the package's own where left out")
    parser.add_argument("--server-python", default=sys.executable)
    parser.add_argument("--peer", default="", help="the peer's script, as in w2.py")
    parser.add_argument("--peer-python", default=sys.executable)
    given = parser.parse_args()
    bad = 0
    for wall in WALLS:
        if given.only not in wall.name:
            continue
        named = {name: str(value) for name, value in vars(given).items() if name != "only"}
        common = [word for name, value in named.items() for word in (f"--{name.replace('_', '-')}", value)]
        extra = f"--server-args={wall.script if given.server else wall.own_server}"
        found = w2.figures(w2.parse([*common, *wall.flags.split(), extra]))
        ours, others = found["resyn"], {name: figures for name, figures in found.items() if name in {"nothing", "peer"}}
        misses = bool(wall.most and ours["of_ideal"] > wall.most) or bool(wall.most_cpu_ms and ours["cpu_ms"] > wall.most_cpu_ms)
        if wall.most:
            said = f"{ours['of_ideal']:.3f} x ideal, at most {wall.most:g} {beside(others, 'of_ideal')}"
        else:
            said = f"at most {wall.most_cpu_ms:g} ms of CPU"
        cpu = f"CPU {ours['cpu_ms']:.3f} ms {beside(others, 'cpu_ms')}"
        print(f"{wall.name:25} {said:46} {cpu} {ours['peak_mb']:.0f} MB  {'MISSED' if misses else 'ok'}", flush=True)
        bad += misses
    return int(bad > 0)


def beside(others: dict[str, dict[str, float]], figure: str) -> str:
    """Return a figure of the others in the same run."""
    return f"({', '.join(f'{name} {found[figure]:.3f}' for name, found in others.items())})"


if __name__ == "__main__":
    sys.exit(main())
