"""Templates reach columns and their fields, and nothing else."""

import tracemalloc

import jinja2
import pytest

from resyn.templates import TemplateError, compiled, references
from resyn.templates.environment import environment


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
        "{{ ().__class__.__bases__[0].__subclasses__() }}",
        "{{ ''['__cla' ~ 'ss__'] }}",
        "{{ record | map(attribute='__class__') | list }}",
        "{{ [a] | map('attr', '__class__') | list }}",
        "{{ [a] | groupby('__class__') | first | first }}",
        "{{ a.upper.__globals__ }}",
        "{{ a.upper.__func__.__code__ }}",
        "{{ dict.__mro__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ joiner.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ self.__class__ }}",
        "{{ ('{0.__class__.__init__.__globals__}' | format(a)).format(a) }}",
        "{{ '{b.__class__}'.format_map({'b': a}) }}",
        "{% for x in [1] recursive %}{{ loop.__init__.__globals__ }}{% endfor %}",
        "{% macro m() %}{% endmacro %}{{ m.__init__.__globals__ }}",
        "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{% call m() %}{% endcall %}",
        "{{ record.update({'y': 1}) }}",
        "{{ [].append(1) }}",
        "{% set record.x = 2 %}",
        "{{ a.encode.__self__ }}",
        "{{ (record | items | list)[0].__class__ }}",
        "{{ config }}{{ request }}{{ g }}{{ get_flashed_messages }}{{ url_for }}",
    ],
)
def test_a_template_cannot_leave_its_row(source: str) -> None:
    """Escapes known to work on plain Jinja, undefined names, functions as text and bombs all fail."""
    with pytest.raises((jinja2.TemplateError, TypeError, OverflowError)):
        compiled(source)(a="text", record={"x": 1})


@pytest.mark.parametrize(
    "source",
    [
        "{{ [1, 2] | random }}",
        "{{ [[1, 2]] | map('random') }}",
        "{{ lipsum() }}",
        "{% for i in range(9) %}{% endfor %}",
        "{{ range(1000000000) | list }}",
        "{% include 'x' %}",
    ],
)
def test_what_would_not_repeat_or_not_end_is_gone(source: str) -> None:
    """Python's random numbers, lorem ipsum, `range` and files are no part of a template; `random` draws where a column gives it numbers."""
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


DOUBLINGS = "{% set b = a %}" + "{% set b = b ~ b %}" * 40 + "{{ b | length }}"
BOMBS = [
    "{{ a | center(1000000000) }}",
    "{{ a | indent(1000000000) }}",
    "{{ a.center(1000000000) }}",
    "{{ record | tojson(1000000000) }}",
    "{{ [1] | batch(1000000000, 'x') }}",
    "{{ [1] | slice(1000000000) }}",
    "{{ 1.5 | round(1000000000, 'ceil') }}",
    "{{ 10 ** 1000000000 }}",
    "{{ a | replace('', b) | replace('', b) | replace('', b) }}",
    "{{ a.replace('', b).replace('', b).replace('', b) }}",
    "{{ b | list | join(b) | list | join(b) }}",
    "{{ b.join(b).join(b) }}",
    "{{ b | center(10000) | list | map('center', 10000) | list | length }}",
    "{{ ('\t' | center(9000)).expandtabs(10000) }}{{ (b | replace('x', '\t')).expandtabs(10000) }}",
    "{{ (b | replace('x', '%s')) % b }}",
    "{{ (b | replace('x', '{0}')).format(b) }}",
    "{{ (b | replace('x', '%(a)s')) | format(a=b) }}",
    "{{ a.translate({116: b}) }}",
    "{{ b | replace('x', 'x ') | wordwrap(1, wrapstring=b) }}",
    "{{ b | replace('x', 'x\n') | indent(b) }}",
    DOUBLINGS,
    "{% set b = [a] %}" + "{% set b = b + b %}" * 40 + "{{ b | length }}",
    "{% set b = a %}" + "{% set b = b + b %}" * 40 + "{{ b | length }}",
    "{% set c %}{{ b }}{% endset %}" + "{% set c %}{{ c }}{{ c }}{% endset %}" * 40 + "{{ c | length }}",
    "{% set n = namespace(b=a) %}{% for x in b %}{% set n.b = n.b ~ n.b %}{% endfor %}{{ n.b | length }}",
    "{% set n = namespace(b=7) %}{% for x in b %}{% set n.b = n.b * n.b %}{% endfor %}",
    "{% for x in b %}{% for y in b %}{% for z in b %}{{ x }}{% endfor %}{% endfor %}{% endfor %}",
    "{% macro m(n) %}{{ b }}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) | length }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{% filter replace('x', b) %}{% filter replace('x', b) %}{{ b }}{% endfilter %}{% endfilter %}",
]


@pytest.mark.parametrize("source", BOMBS)
def test_a_bomb_is_stopped_before_it_takes_the_memory(source: str) -> None:
    """Each would make a gigabyte or more, of text or of digits, on the way to a short result or a long one."""
    render = compiled(source)
    tracemalloc.start()
    try:
        with pytest.raises((OverflowError, RecursionError, jinja2.TemplateError)):
            render(a="text", b="x" * 2000, record={"x": 1})
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()


def test_a_long_text_within_bounds_is_written() -> None:
    """512,000 characters, Data Designer's bound; one more is refused."""
    text = "é" * 511_999
    assert compiled("{{ a }}{{ 'x' }}")(a=text) == text + "x"
    with pytest.raises(OverflowError, match="more than 512,000 characters"):
        compiled("{{ a }}{{ 'xx' }}")(a=text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ ['a', 1] | join(', ') }}", "a, 1"),
        ("{{ record.nothing | default('none') }}", "none"),
        ("{{ record | tojson }}", '{"x": 1}'),
        ("{{ a ~ 1 ~ none }}", "text1None"),
        ("{{ {'b': [3, 4, 5]} | jsonpath('$.b[:2]') }}", "[3, 4]"),
    ],
)
def test_filters_that_data_designer_refuses_are_here(source: str, text: str) -> None:
    """The common ones of Jinja, and its own `jsonpath`."""
    assert compiled(source)(a="text", record={"x": 1}) == text


def test_every_filter_of_data_designer_is_here() -> None:
    """Its whole list."""
    theirs = (
        "abs capitalize escape first float forceescape int items last length list lower max min random replace reverse round sort string "
        "title trim truncate unique upper urlencode jsonpath"
    )
    assert set(theirs.split()) <= set(environment().filters)
