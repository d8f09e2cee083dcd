"""Templates reach columns and their fields, and nothing else."""

import jinja2
import pytest

from resyn.templates import TemplateError, compiled, references


def test_a_template_names_the_columns_it_reads() -> None:
    """Loop variables and `set` are the template's own."""
    assert references("{{ a.b }}{% for x in c %}{{ x }}{% endfor %}{% set y = d %}{{ y | upper }}") == {"a", "c", "d"}


def test_a_template_that_does_not_compile_names_its_line() -> None:
    """The config's error can point at the place."""
    with pytest.raises(TemplateError, match="nope") as caught:
        references("fine\n{{ a | nope }}")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    "source",
    [
        "{{ a.__class__ }}",
        "{{ a['__class__'] }}",
        "{{ a | attr('__class__') }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ a.format_map }}",
        "{{ '{0.__class__}'.format(a) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__ }}",
        "{{ missing }}",
        "{{ record.nothing }}",
        "{{ record.keys }}",
        "{{ 'x' * 10000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 3 }}",
        "{{ '%*d' % (1000000000, 3) }}",
        "{{ '%1000000000d' | format(3) }}",
        "{{ '{:1000000000}'.format(3) }}",
        "{{ a.ljust(1000000000) }}",
        "{{ a.upper | upper }}",
        "{{ a['upper'] | upper }}",
        "{{ [a.upper] | join }}",
        "{{ {'a': a.upper} }}",
        "{{ '%s' | format(a.upper) }}",
        "{{ cycler('a', 'b') }}",
    ],
)
def test_a_template_cannot_leave_its_row(source: str) -> None:
    """Escapes known to work on plain Jinja, undefined names, functions as text and bombs all fail."""
    with pytest.raises((jinja2.TemplateError, TypeError, OverflowError)):
        compiled(source)(a="text", record={"x": 1})


@pytest.mark.parametrize("source", ["{{ [1, 2] | random }}", "{{ lipsum() }}", "{% for i in range(9) %}{% endfor %}", "{% include 'x' %}"])
def test_what_would_not_repeat_or_not_end_is_gone(source: str) -> None:
    """Python's random numbers, lorem ipsum, `range` and files are no part of a prompt."""
    with pytest.raises((TemplateError, jinja2.TemplateError, TypeError)):
        compiled(source)()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ [2, 1] | map('string') }}", "['2', '1']"),
        ("{{ [2, 1] | reverse }} {{ 'ab' | reverse }}", "[1, 2] ba"),
        ("{{ [1, 1] | unique }}", "[1]"),
        ("{{ [1, 2] | select('odd') | join }}", "1"),
        ("{{ [1, 2, 3] | batch(2) }}", "[[1, 2], [3]]"),
        ("{{ {'a': 1} | items }}", "[('a', 1)]"),
        ("{{ 'a-b'.split('-') }} {{ '%.2f' | format(1) }} {{ '%03d' % 7 }} {{ '{:>4}'.format(7) }}", "['a', 'b'] 1.00 007    7"),
    ],
)
def test_what_a_template_writes_is_the_same_in_every_process(source: str, text: str) -> None:
    """Jinja's lazy filters would write an address in memory into prompts, which would then be asked for again and again."""
    assert compiled(source)() == text


@pytest.mark.parametrize("source", ["{% include 'a' %}", "{% import 'a' as b %}", "{% from 'a' import b %}", "{% extends 'a' %}"])
def test_other_files_are_refused_when_a_template_is_read(source: str) -> None:
    """Found at plan time, with the line, not at row 0."""
    with pytest.raises(TemplateError, match="reads other templates"):
        references("\n" + source)


def test_a_field_wins_over_a_method_of_its_name() -> None:
    """A record with a field `items` gives that field."""
    assert compiled("{{ record.items }} {{ record.title }}")(record={"items": 3, "title": "t"}) == "3 t"
