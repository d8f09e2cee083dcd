"""Which column needs which: the order columns are made in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError as _Cycle
from graphlib import TopologicalSorter

from resyn.spec import Column
from resyn.templates.references import references


class CycleError(ValueError):
    """Columns that need each other; `columns` names them in order, the first one again at the end."""

    def __init__(self, columns: list[str]) -> None:
        super().__init__(" → ".join(columns))
        self.columns = columns


def inputs(column: Column) -> frozenset[str]:
    """Return the names a column and its `skip` read, whether or not such columns exist.

    Raises:
        TemplateError: one of its templates does not compile.
    """
    return reads(column) | (references(f"{{{{ {column.skip.when} }}}}") if column.skip and column.skip.when else frozenset())


def reads(column: Column) -> frozenset[str]:
    """Return the names that the values of a column are made of.

    Raises:
        TemplateError: one of its templates does not compile.
    """
    return frozenset(column.required_columns).union(*(references(text) for text in column.templates))


def waits_for(columns: Iterable[Column]) -> dict[str, frozenset[str]]:
    """Return, for each column by name, the columns that make what it reads; names that no column makes are left out.

    Raises:
        TemplateError: a template does not compile.
    """
    columns = tuple(columns)
    maker = {output: column.name for column in columns for output in column.outputs}
    return {column.name: frozenset(maker[name] for name in inputs(column) if name in maker) for column in columns}


def skips_inherited(columns: Iterable[Column]) -> dict[str, frozenset[str]]:
    """Return the columns that can be skipped, and for each those whose skipped rows it skips, too.

    Raises:
        TemplateError: a template does not compile.
        CycleError: two or more columns need each other.
    """
    specs = {column.name: column for column in columns}
    maker = {output: column.name for column in specs.values() for output in column.outputs}
    inherits: dict[str, frozenset[str]] = {}
    for name in in_order(waits_for(specs.values())):
        skip = specs[name].skip
        above = {maker[read] for read in reads(specs[name]) if read in maker} if skip is None or skip.propagate else set()
        if above & inherits.keys() or (skip and skip.when):
            inherits[name] = frozenset(above & inherits.keys())
    return inherits


def in_order(needs: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return names so that each comes after all it needs; ties keep the given order.

    Raises:
        CycleError: two or more need each other.
    """
    sorter = TopologicalSorter({name: [need for need in needed if need in needs] for name, needed in needs.items()})
    try:
        sorter.prepare()
    except _Cycle as error:
        raise CycleError(list(reversed(error.args[1]))) from error
    position = {name: index for index, name in enumerate(needs)}
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        order.extend(ready)
        sorter.done(*ready)
    return tuple(order)
