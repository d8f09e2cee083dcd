"""Each mistake in a processor is found at plan time, with file and line."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata

import pytest

from resyn.config import load
from resyn.errors import ConfigError
from resyn.project import Project

CONFIG = "configs/tickets.yaml"
LINE = 79
"""Where `processors:` stands; its items begin on the line after it."""

BAD = {
    "no type": ("- {name: x}", "processor 'x' needs 'processor_type'"),
    "unknown type": ("- {processor_type: drop_column, column_names: [id]}", "(did you mean 'drop_columns'?)"),
    "unknown key": ("- {processor_type: sort, by: [id], desc: true}", "unknown key 'desc' in processor 1"),
    "no such column": ("- {processor_type: sort, by: [prodct]}", "processor 'sort': there is no column 'prodct' at this point (did you mean 'product'?)"),
    "nothing to order by": ("- {processor_type: sort, by: []}", "'by' needs at least 1 item"),
    "drops nothing": ("- {processor_type: drop_columns, column_names: ['custom?r_*']}", "no column is called 'custom?r_*' at this point"),
    "drops all": ("- {processor_type: drop_columns, name: all, column_names: ['*']}", "processor 'all' would drop every column that is left"),
    "condition": ("- {processor_type: filter, condition: 'visits >'}", "processor 'filter': the condition is no Jinja expression"),
    "condition names nothing": ("- {processor_type: filter, condition: '1 > 0'}", "names no column, so it keeps every row or none"),
    "condition on nothing": ("- {processor_type: filter, condition: 'visit > 1'}", "there is no column 'visit' at this point (did you mean 'visits'?)"),
    "shares": ("- {processor_type: split, shares: {train: 0.8, test: 0.1}}", "'shares' must add up to 1, not 0.9"),
    "one share": ("- {processor_type: split, shares: {train: 1}}", "'shares' needs at least 2 items"),
    "share name": ("- {processor_type: split, shares: {train: 0.5, a/b: 0.5}}", "names the split 'a/b': use letters, digits and _"),
    "share names": ("- {processor_type: split, shares: {Test: 0.5, test: 0.5}}", "names the splits 'Test' and 'test', which some disks cannot tell apart"),
    "no share": ("- {processor_type: split, shares: {train: 1, test: 0}}", "must be more than 0, not 0"),
    "split by nothing": ("- {processor_type: split, by: cstomer.city, shares: {a: 0.5, b: 0.5}}", "there is no column 'cstomer' at this point (did you mean 'customer'?)"),
    "threshold": ("- {processor_type: deduplicate, column_names: [subject], threshold: 1.5}", "'threshold' must be at most 1, not 1.5"),
    "near what": ("- {processor_type: deduplicate, threshold: 0.8}", "processor 'deduplicate' needs 'column_names', the texts to compare"),
    "no name": ("- {processor_type: schema_transform, template: {a: '{{ id }}'}}", "processor 1 needs 'name'"),
    "no folder": ("- {processor_type: schema_transform, name: ../chat, template: {a: '{{ id }}'}}", "is '../chat', which cannot be the name of a folder"),
    "no template": ("- {processor_type: schema_transform, name: chat, template: {}}", "'template' needs at least 1 item"),
    "template": ("- {processor_type: schema_transform, name: chat, template: {m: [{c: '{{ id'}]}}", "processor 'chat': no Jinja text"),
    "template on nothing": ("- {processor_type: schema_transform, name: chat, template: {m: [{c: '{{ ids }}'}]}}", "there is no column 'ids' at this point (did you mean 'id'?)"),
    "template of null": ("- {processor_type: schema_transform, name: chat, template: {m: {c: null}}}", "holds null, which has no type"),
    "template of two types": ("- {processor_type: schema_transform, name: chat, template: {m: ['{{ id }}', {a: 1}]}}", "mixes values of different types in one list"),
    "field to order by": ("- {processor_type: sort, by: [-customer.agee]}", "processor 'sort': 'customer' has no field 'agee' (did you mean 'age'?)"),
    "field to compare": ("- {processor_type: deduplicate, column_names: [id, customer.town]}", "processor 'deduplicate': 'customer' has no field 'town'"),
    "field to split by": ("- {processor_type: split, by: product.kind, shares: {a: 0.5, b: 0.5}}", "processor 'split': 'product' has no field 'kind'"),
    "field of a condition": ("- {processor_type: filter, condition: 'customer.town == 1'}", "processor 'filter': 'customer' has no field 'town'"),
    "field in a template": ("- {processor_type: schema_transform, name: x, template: {m: [{c: '{{ customer.town }}'}]}}", "processor 'x': 'customer' has no field 'town'"),
}  # fmt: skip


@pytest.mark.parametrize(("processor", "message"), BAD.values(), ids=BAD)
def test_a_mistake_has_one_clear_message(
    processor: str, message: str, edit: Callable[[str, str, str], None], refused: Callable[[], ConfigError]
) -> None:
    """The message names file, line and processor, and shows what was written."""
    edit(CONFIG, "max_redraws: 2", f"processors:\n  {processor}")
    error = refused()
    assert message in error.message
    assert error.message.startswith(f"{CONFIG}:{LINE + 1}: "), error.message


@pytest.mark.parametrize(
    "processor",
    [
        "{processor_type: filter, condition: 'customer.town is not defined'}",
        "{processor_type: schema_transform, name: x, template: {a: \"{{ customer.get('town') }} {{ customer.town | default('?') }}\"}}",
        '{processor_type: schema_transform, name: x, template: {a: "{{ customer.age }} {{ product.upper() }} {{ customer.items() | list }}"}}',
    ],
)
def test_what_a_template_may_ask_is_left_to_it(processor: str, project: Project, edit: Callable[[str, str, str], None]) -> None:
    """Methods, and fields that it says itself may not be there."""
    edit(CONFIG, "max_redraws: 2", f"processors:\n  - {processor}")
    assert len(load(project).export.processors) == 1


TWO = {
    "dropped before": (
        "- {processor_type: drop_columns, column_names: [cust*]}",
        "- {processor_type: sort, by: [customer.age]}",
        "there is no column 'customer' at this point",
    ),
    "same name": (
        "- {processor_type: sort, by: [id]}",
        "- {processor_type: sort, by: [product]}",
        f"two processors are called 'sort' (the first one is on line {LINE + 1})",
    ),
    "split twice": (
        "- {processor_type: split, name: a, shares: {a: 0.5, b: 0.5}}",
        "- {processor_type: split, name: b, shares: {a: 0.5, b: 0.5}}",
        f"processor 'b': the rows are split already (the first one is on line {LINE + 1})",
    ),
}


@pytest.mark.parametrize(("first", "second", "message"), TWO.values(), ids=TWO)
def test_processors_meet_what_those_before_them_left(
    first: str, second: str, message: str, edit: Callable[[str, str, str], None], refused: Callable[[], ConfigError]
) -> None:
    """The line is the second one's."""
    edit(CONFIG, "max_redraws: 2", f"processors:\n  {first}\n  {second}")
    error = refused()
    assert message in error.message
    assert error.message.startswith(f"{CONFIG}:{LINE + 2}: "), error.message


def test_only_columns_that_are_dropped_anyway_may_not_be_left(
    edit: Callable[[str, str, str], None], refused: Callable[[], ConfigError]
) -> None:
    """`drop: true` and `drop_columns` together take all."""
    edit(CONFIG, "    rng_name: label\n", "    rng_name: label\n    drop: true\n")
    edit(CONFIG, "max_redraws: 2", "processors:\n  - {processor_type: drop_columns, column_names: ['[!l]*', 'l[!a]*']}")
    assert "processor 'drop_columns' leaves only columns with 'drop: true'" in refused().message


def test_processors_are_no_part_of_the_identity(project: Project, edit: Callable[[str, str, str], None]) -> None:
    """The program is the same with and without them, and with `drop: true`."""
    before = load(project)
    edit(CONFIG, "    rng_name: label\n", "    rng_name: label\n    drop: true\n")
    edit(CONFIG, "max_redraws: 2", "max_redraws: 2\nprocessors:\n  - {processor_type: drop_columns, column_names: [part]}")
    after = load(project)
    assert after.program == before.program
    assert after.export != before.export


def test_the_version_of_what_finds_near_duplicates_is_in_the_export(project: Project, edit: Callable[[str, str, str], None]) -> None:
    """Another version may find others; exact duplicates need no package."""
    edit(
        CONFIG, "max_redraws: 2", "max_redraws: 2\nprocessors:\n  - {processor_type: deduplicate, column_names: [subject], threshold: 0.8}"
    )
    (near,) = load(project).export.processors
    edit(CONFIG, ", threshold: 0.8", "")
    (exact,) = load(project).export.processors
    assert (getattr(near, "package"), getattr(exact, "package")) == (f"rensa {metadata.version('rensa')}", "")  # noqa: B009 - of one type
