"""The window over cells of a made-up graph: text → record → label, and a lone note beside them."""

from resyn.engine.compiled import CellNode
from resyn.engine.window import Finished, Row, Window


def node(name: str, *waits_for: str) -> CellNode:
    """Return a cell of the graph; its code is never run here."""
    return CellNode(name, column=None, needs=frozenset(waits_for), waits_for=frozenset(waits_for))  # type: ignore[arg-type] # no code to run


CHAIN = (node("text"), node("note"), node("record", "text"), node("label", "record"))


def ready(window: Window) -> list[tuple[Row, str]]:
    """Return the cells that became ready."""
    return [(row, node.name) for row, node in window.ready()]


def left(window: Window) -> list[Finished]:
    """Return the rows that left."""
    return [finished for _, finished in window.leave()]


def test_a_cell_is_ready_once_when_all_it_reads_is_there() -> None:
    """Independent cells start together; each other one as soon as its last input is settled."""
    window = Window(CHAIN, bound=4, max_redraws=0)
    window.open("b", 0, {"id": 7})
    first = ready(window)
    row = first[0][0]
    assert [name for _, name in first] == ["text", "note"]
    window.settle(row, "text", "t")
    assert [name for _, name in ready(window)] == ["record"]
    window.settle(row, "record", "r")
    assert [name for _, name in ready(window)] == ["label"]
    window.settle(row, "label", "l")
    assert left(window) == []
    window.settle(row, "note", "n")
    (finished,) = left(window)
    assert finished.values == {"id": 7, "text": "t", "note": "n", "record": "r", "label": "l"}
    assert window.is_empty


def test_a_cell_may_make_several_values() -> None:
    """A mapping, of which the names that the column makes are taken."""
    several = CellNode("text", column=None, needs=frozenset(), waits_for=frozenset(), makes=("text", "text__trace"))  # type: ignore[arg-type] # no code to run
    window = Window((several,), bound=1, max_redraws=0)
    window.open("b", 0, {})
    ((row, _),) = ready(window)
    window.settle(row, "text", {"text": "t", "text__trace": [], "other": 1})
    (finished,) = left(window)
    assert finished.values == {"text": "t", "text__trace": []}


def test_rows_leave_as_they_finish_with_the_batch_they_belong_to() -> None:
    """Their order is restored afterwards, for each batch alone."""
    window = Window((node("text"),), bound=3, max_redraws=0)
    window.open("b0", 0, {})
    window.open("b0", 1, {})
    window.open("b1", 2, {})
    rows = [row for row, _ in ready(window)]
    window.settle(rows[2], "text", "c")
    assert [(key, finished.index) for key, finished in window.leave()] == [("b1", 2)]
    window.settle(rows[0], "text", "a")
    window.settle(rows[1], "text", "b")
    assert [(key, finished.index) for key, finished in window.leave()] == [("b0", 0), ("b0", 1)]
    assert window.is_empty


def test_a_window_opens_no_more_rows_than_its_bound() -> None:
    """Room shrinks with every open row and comes back when one is finished: a row that waits for an earlier one takes none."""
    window = Window((node("text"),), bound=2, max_redraws=0)
    window.open("b", 0, {})
    window.open("b", 1, {})
    assert window.room == 0
    rows = [row for row, _ in ready(window)]
    window.settle(rows[0], "text", "a")
    assert window.room == 1
    left(window)


def test_a_window_widens_to_its_bound_where_it_is_full() -> None:
    """A quarter of the rows at first; twice as many each time that somebody has nothing to do."""
    window = Window((node("text"),), bound=4096, max_redraws=0)
    rooms = [window.room]
    for _ in range(3):
        for index in range(window.room):
            window.open("b", index, {})
        window.widen()
        rooms.append(window.room)
    assert rooms == [1024, 1024, 2048, 0]
    assert Window((), bound=3, max_redraws=0).room == 3


def test_an_attempt_is_judged_when_every_cell_that_can_be_made_is_settled() -> None:
    """The requests of a failed attempt depend on its answers alone, not on which came first: `note` is made either way."""
    window = Window(CHAIN, bound=1, max_redraws=1)
    window.open("b", 0, {"id": 1})
    row = ready(window)[0][0]
    window.fail(row, "text", "refused")
    assert list(window.to_redraw()) == []
    window.settle(row, "note", "n")
    assert list(window.to_redraw()) == [row]
    assert row.attempt == 1
    window.draw_again(row, {"id": 2})
    assert [name for _, name in ready(window)] == ["text", "note"]


def test_a_row_out_of_attempts_leaves_without_values_and_says_why() -> None:
    """Nothing is silently less: the failure travels with the row."""
    window = Window((node("text"),), bound=1, max_redraws=1)
    window.open("b", 0, {})
    for reason in ("first", "second"):
        (row, _) = ready(window)[0]
        window.fail(row, "text", reason)
        for again in window.to_redraw():
            window.draw_again(again, {})
    (finished,) = left(window)
    assert (finished.values, finished.failures) == (None, {"text": "second"})


def test_a_hopeless_row_is_not_drawn_again() -> None:
    """A redraw that would ask the same at temperature 0 is no use."""
    window = Window((node("text"),), bound=1, max_redraws=9)
    window.open("b", 0, {})
    (row, _) = ready(window)[0]
    window.fail(row, "text", "the same again", is_hopeless=True)
    assert list(window.to_redraw()) == []
    assert left(window)[0].values is None


def test_a_row_without_cells_is_finished_when_it_opens() -> None:
    """Samplers and expressions need no window."""
    window = Window((), bound=1, max_redraws=0)
    window.open("b", 5, {"x": 1})
    assert left(window)[0].values == {"x": 1}
