"""Figures of a run for Prometheus."""

from __future__ import annotations

import socket
import urllib.request

import pytest

from resyn.engine.progress import ModelProgress, Snapshot
from resyn.errors import ConfigError
from resyn.run.prometheus import exposition, serving

SNAPSHOT = Snapshot(
    seconds=12.0,
    batches=1,
    batches_total=3,
    rows=40,
    rows_total=120,
    cells={'te"xt': 60, "record": 40},
    rate=3.5,
    eta=22.9,
    models=(
        ModelProgress(
            alias="writer",
            in_flight=8,
            limit=16,
            queued=5,
            sent=110,
            answered=100,
            refused=1,
            retries=9,
            input_tokens=5000,
            output_tokens=900,
        ),
    ),
    dollars=0.25,
)


def test_every_figure_has_its_type_and_labels_are_escaped() -> None:
    """As Prometheus' text format has it."""
    lines = exposition(SNAPSHOT).splitlines()
    assert "# TYPE resyn_sent_total counter" in lines
    assert 'resyn_sent_total{model="writer"} 110' in lines
    assert 'resyn_cells{column="te\\"xt"} 60' in lines
    assert "resyn_dollars 0.25" in lines
    names = {line.split("{")[0].split()[0] for line in lines if not line.startswith("#")}
    assert names == {line.split()[2] for line in lines if line.startswith("# TYPE")}


def test_the_latest_snapshot_is_served_on_this_machine_alone() -> None:
    """And the port is free again afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving(port) as take:
        take(SNAPSHOT)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as response:
            assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            assert response.read().decode() == exposition(SNAPSHOT)
        with pytest.raises(ConfigError, match=f"port {port} cannot be used"), serving(port):
            pass
    with serving(port):
        pass
