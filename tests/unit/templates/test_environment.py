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


def test_a_field_wins_over_a_method_of_its_name() -> None:
    """A record with a field `items` gives that field."""
    assert compiled("{{ record.items }} {{ record.title }}")(record={"items": 3, "title": "t"}) == "3 t"
