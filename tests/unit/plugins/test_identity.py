"""What counts as a plugin's code."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from resyn.errors import ConfigError
from resyn.plugins.identity import identity

SCORES = '''\
"""How texts are scored."""
import math
from functools import lru_cache

from plugins import words
from plugins.weights import WEIGHTS as weights, unused

SCALE = 10.0  # of a score
OTHER = 3


class Word:
    """A word."""

    factor: float = 2.0


@lru_cache
def score(row):
    """Return the score of a text."""
    total = sum(weights.get(word, 0) * Word.factor for word in words.split(row["text"]))
    return f"{scaled(total)!r:>{4}}"


def scaled(total):
    return math.sqrt(total) * SCALE


def another(row):
    return OTHER
'''
WORDS = """\
import re
_SEPARATOR = re.compile(r"\\W+")
def split(text):
    # at everything that is no letter
    return _SEPARATOR.split(text)
def join(words):
    return " ".join(words)
"""
WEIGHTS = 'WEIGHTS = {"good": 1, "bad": -1}\ndef unused():\n    return 7\n'

Edited = Callable[..., str]


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Return the identity of `plugins.scores:score` with some texts replaced."""

    def edited(*edits: tuple[str, str], function: str = "score", **more: str) -> str:
        folder = tmp_path / "plugins"
        folder.mkdir(exist_ok=True)
        for name, text in {"scores": SCORES, "words": WORDS, "weights": WEIGHTS, **more}.items():
            for old, new in edits:
                text = text.replace(old, new)  # noqa: PLW2901 - edited step by step
            (folder / f"{name}.py").write_text(text)
        return identity(tmp_path, f"plugins.scores:{function}")

    return edited


@pytest.mark.parametrize(
    "edit",
    [
        ("# of a score", "# of each score"),
        ('    """Return the score of a text."""\n', ""),
        ('"""How texts are scored."""', "'''Scores.'''"),
        ("# at everything that is no letter", "# elsewhere"),
        ("    return math.sqrt(total) * SCALE", "    return (\n        math.sqrt(total) * SCALE\n    )"),
        ("import math\n", "import math\n\n\n"),
        ("return OTHER", "return OTHER + 1"),
        ("OTHER = 3", "OTHER = 4"),
        ('" ".join', '"-".join'),
        ("return 7", "return 8"),
        ("SCALE = 10.0", "SCALE = 1e1"),
    ],
)
def test_what_the_function_does_not_refer_to_does_not_count(edited: Edited, edit: tuple[str, str]) -> None:
    """Nor do comments, docstrings and layout."""
    assert edited(edit) == edited()


@pytest.mark.parametrize(
    "edit",
    [
        ("math.sqrt(total)", "math.cbrt(total)"),
        ("SCALE = 10.0", "SCALE = 10"),
        ("factor: float = 2.0", "factor: float = 3.0"),
        ("factor: float", "factor: int"),
        ("\\W+", "\\s+"),
        ('"good": 1', '"good": 2'),
        ("@lru_cache\n", ""),
        ("import math", "import cmath as math"),
        ("import re\n", "import regex as re\n"),
        ("OTHER = 3", "OTHER = 3\nSCALE += 1"),
        ("OTHER = 3", 'OTHER = 3\nweights["new"] = 4'),
        ("OTHER = 3", "OTHER = 3\nfor number in range(3):\n    print(number)"),
        ("def join", "_SEPARATOR = None\ndef join"),
        ('row["text"]', "row['text'] or globals()['x']"),
    ],
)
def test_all_that_the_function_refers_to_counts(edited: Edited, edit: tuple[str, str]) -> None:
    """Its helpers, classes, constants and imports, in other files too, and what happens when those are imported."""
    assert edited(edit) != edited()


def test_all_of_a_file_counts_where_names_cannot_be_told(edited: Edited) -> None:
    """From the syntax: `globals()`, a module passed on as a whole, `import *`."""
    other = ("return OTHER", "return OTHER + 1")
    dynamic = ("OTHER = 3", "OTHER = 3\ndef pick(name): return globals()[name]"), ("scaled(total)!r", "pick('scaled')(total)!r")
    assert edited(*dynamic) != edited(*dynamic, other)
    passed = ("words.split(row", "getattr(words, 'split')(row")
    assert edited(passed) != edited(passed, ('" ".join', '"-".join'))
    star = ("from plugins.weights import WEIGHTS as weights, unused", "from plugins.weights import *"), ("weights.get", "WEIGHTS.get")
    assert edited(*star) != edited(*star, ("return 7", "return 8"))


def test_imports_of_siblings_are_followed_in_every_form(edited: Edited) -> None:
    """Relative, by the whole name, inside a function."""
    for form in (
        ("from plugins import words", "from . import words"),
        ("from plugins import words", "import plugins.words as words"),
        ("    total = sum", "    from plugins.words import split\n    total = sum"),
    ):
        assert edited(form) != edited(form, ("\\W+", "\\s+"))
    whole = ("from plugins import words", "import plugins.words"), ("words.split(", "plugins.words.split(")
    assert edited(*whole) != edited(*whole, ("\\W+", "\\s+"))


def test_what_a_decorator_of_the_plugins_registers_counts(edited: Edited) -> None:
    """Though no name leads from the function to it."""
    registry = "TABLE = {}\ndef register(function):\n    TABLE[function.__name__] = function\n    return function\n"
    uses = (
        ("from plugins import words", "from plugins import words\nfrom plugins.registry import TABLE"),
        ("{scaled(total)!r", "{TABLE['a'](total)!r"),
    )
    one, two = ("@register\ndef a(x): return x\n", "@register\ndef a(x): return -x\n")
    assert edited(*uses, registry=registry + one) != edited(*uses, registry=registry + two)


def test_data_beside_a_file_that_speaks_of_itself_counts(edited: Edited, tmp_path: Path) -> None:
    """`__file__` is how a plugin finds it."""
    reads = ("SCALE = 10.0", "from pathlib import Path\nSCALE = float(Path(__file__).with_name('scale.txt').read_text())")
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins/scale.txt").write_text("10")
    with_ten, without = edited(reads), edited()
    (tmp_path / "plugins/scale.txt").write_text("11")
    assert edited(reads) != with_ten
    assert edited() == without


FROZEN = "sha256:f86d7b23457154a97df2a468baf898633854f0d79b53e72bca17ae3a46252ee3"


def test_every_python_makes_the_same_of_it(edited: Edited) -> None:
    """3.11, 3.12 and 3.13 agree, as do machines: the hash is part of identities."""
    assert edited() == FROZEN


def test_a_hash_seed_changes_nothing(edited: Edited, tmp_path: Path) -> None:
    """Sets have no order of their own."""
    found = edited()
    code = "import sys, pathlib; from resyn.plugins.identity import identity; print(identity(pathlib.Path(sys.argv[1]), 'plugins.scores:score'))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, tmp_path], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == found


@pytest.mark.parametrize(
    ("reference", "text", "message"),
    [
        ("plugins.scores:scorer", "", "plugins/scores.py: there is no function 'scorer'"),
        ("plugins.score:score", "", "plugins/score.py: there is no such file"),
        ("scores.score", "", "'scores.score' names no function of a plugin"),
        ("plugins.bad:f", "def f(row:\n    return\n", "plugins/bad.py:1: no Python: '(' was never closed"),
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error(edited: Edited, tmp_path: Path, reference: str, text: str, message: str) -> None:
    """It says what there is instead."""
    edited(bad=text)
    with pytest.raises(ConfigError, match=f"^{re.escape(message)}"):
        identity(tmp_path, reference)
