"""What must hold between processors and the columns they meet. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from resyn.config.dataset import DataDesignerConfig
from resyn.config.document import Loc
from resyn.config.problem import Problem
from resyn.config.processors.split import SplitProcessorConfig


def processor_problems(config: DataDesignerConfig, outputs: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what is wrong with the processors, in their order, and with what they leave of the columns' outputs."""
    columns = outputs
    dropped = {column.name for column in config.columns if column.drop}
    if dropped.issuperset(columns):
        yield Problem(loc=("columns",), message="every column has 'drop: true': nothing would be exported")
        return
    seen: dict[str, int] = {}
    splits: list[Loc] = []
    for index, processor in enumerate(config.processors or ()):
        loc = ("processors", index)
        if (name := processor.called) in seen:
            message = f"two processors are called '{name}'"
            yield Problem(loc=(*loc, "name"), message=message, first=("processors", seen[name]), hint="give each a 'name' of its own")
        if isinstance(processor, SplitProcessorConfig):
            if splits:
                yield Problem(loc=loc, message=f"processor '{name}': the rows are split already", first=splits[0])
            splits.append(loc)
        for problem in processor.problems(columns):
            yield replace(problem, loc=(*loc, *problem.loc))
        columns, seen[name] = processor.left(columns), index
        if dropped.issuperset(columns):
            message = f"processor '{name}' leaves only columns with 'drop: true': nothing would be exported"
            yield Problem(loc=loc, message=message)
            return
