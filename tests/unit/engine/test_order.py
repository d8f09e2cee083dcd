"""Rows that finish in any order and leave in order."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resyn.engine.order import InOrder, Spill
from resyn.engine.window import Finished


class Taken:
    """A sink that writes down what it is given."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}
        self.complete: list[str] = []

    def put(self, key: str, row: Finished) -> None:
        """Take a row."""
        assert row.values == {"n": row.index}
        assert key not in self.complete
        self.rows.setdefault(key, []).append(row.index)

    def done(self, key: str) -> None:
        """Take the end of a range."""
        self.complete.append(key)


def finished(index: int) -> Finished:
    """Return a row."""
    return Finished(index, {"n": index}, {}, ())


@given(st.permutations(range(20)), st.sampled_from([0, 3 * 4096, 2**20]))
def test_rows_of_each_range_leave_in_order_whatever_order_they_finish_in(order: list[int], in_memory: int) -> None:
    """Whether they wait in memory or on disk; a range says so when its last row has left."""
    ranges = {"b0": range(7), "b1": range(7, 15), "b2": range(15, 20)}
    sink = Taken()
    leaving = InOrder(ranges, sink, in_memory)
    for index in order:
        (key,) = (key for key, rows in ranges.items() if index in rows)
        leaving.put(key, finished(index))
    leaving.close()
    assert sink.rows == {key: list(rows) for key, rows in ranges.items()}
    assert sorted(sink.complete) == list(ranges)


def test_ranges_do_not_wait_for_each_other() -> None:
    """A row that stalls in one batch holds no other batch back."""
    sink = Taken()
    leaving = InOrder({"b0": range(2), "b1": range(2, 4)}, sink)
    for index in (1, 3, 2):
        leaving.put("b0" if index < 2 else "b1", finished(index))
    assert sink.complete == ["b1"]
    leaving.put("b0", finished(0))
    assert sink.complete == ["b1", "b0"]


def test_rows_past_the_bound_wait_on_disk_and_their_space_is_given_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Memory stays as it is; the file has no name that a crash could leave behind."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    spill = Spill(4096)
    kept = [spill.keep(finished(index)) for index in range(5)]
    assert [isinstance(place, int) for place in kept] == [False, True, True, True, True]
    assert list(tmp_path.iterdir()) == []
    assert [spill.take(place).index for place in kept] == [0, 1, 2, 3, 4]
    assert spill.keep(finished(5)) == finished(5)
    assert spill.keep(finished(6)) == 0
    spill.close()
