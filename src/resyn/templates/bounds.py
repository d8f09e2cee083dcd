"""How large a text or a list may get while a template is rendered: bounds that hold before the memory is taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sized
from itertools import islice
from typing import Any

MAX_CHARACTERS = 512_000
"""Data Designer's bound on a rendered template; here on every text made on the way too."""
WIDEST = 10_000
"""The largest number a method, a size or a format may be given: `'%1000000000d' % 3` is a gigabyte of text."""
_MOST_BITS = 16_384
"""Of a whole number that a product makes: Python refuses to write one of 4,300 digits."""

_PARTS = 64
"""Parts looked at together: a third of the time that a look at each takes."""

_WIDE = re.compile(r"\d{5,}|\*")
_PLACE = re.compile(r"[%{]")


class TooLarge(OverflowError):
    """A template that would make more than it may."""


def concat(parts: Iterable[str]) -> str:
    """Return the parts as one text, stopping at the first that makes it too long: a template's output, a macro's, a block's."""
    rest = iter(parts)
    text = ""
    while some := list(islice(rest, _PARTS)):
        text += "".join(some)
        if len(text) > MAX_CHARACTERS:
            raise TooLarge(f"the text has more than {MAX_CHARACTERS:,} characters")
    return text


def require_product(times: int, length: int) -> None:
    """Refuse to write a text of some length so many times."""
    if times * length > MAX_CHARACTERS:
        raise TooLarge(f"a text of {length:,} characters {times:,} times: more than {MAX_CHARACTERS:,} characters")


def require_narrow(*numbers: Any) -> None:
    """Refuse numbers that are sizes and no small ones."""
    if any(isinstance(number, int) and abs(number) > WIDEST for number in numbers):
        raise TooLarge(f"a number beyond {WIDEST:,} in a method's arguments")


def require_format(text: str, values: Iterable[Any]) -> None:
    """Refuse a format with wide places, or one whose places would hold too much together."""
    if ("%" in text or "{" in text) and _WIDE.search(text):
        raise TooLarge(f"a width beyond {WIDEST:,} in a format")
    require_product(len(_PLACE.findall(text)), max((len(value) for value in values if isinstance(value, str)), default=0))


def require_sum(left: Any, right: Any) -> None:
    """Refuse texts and lists that are too long together."""
    if isinstance(left, Sized) and isinstance(right, Sized) and len(left) + len(right) > MAX_CHARACTERS:
        raise TooLarge(f"more than {MAX_CHARACTERS:,} characters or items")


def require_factors(left: Any, right: Any) -> None:
    """Refuse a product of texts and lists, and one of enormous numbers."""
    if isinstance(left, Sized) or isinstance(right, Sized):
        raise TooLarge("text and lists cannot be multiplied")
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > _MOST_BITS:
        raise TooLarge("product too large")


def require_power(base: Any, exponent: Any) -> None:
    """Refuse powers that fill the memory."""
    if abs(base) > 10**6 or abs(exponent) > 64:
        raise TooLarge("power too large")


def listed(items: Iterator[Any]) -> list[Any]:
    """Return the items as a list, stopping where they hold too much together."""
    kept: list[Any] = []
    held = 0
    for item in items:
        held += len(item) if isinstance(item, Sized) else 1
        if held > MAX_CHARACTERS:
            raise TooLarge(f"a list that holds more than {MAX_CHARACTERS:,} characters")
        kept.append(item)
    return kept


def within(value: Any) -> Any:
    """Return a value as it is, if it is no text that is too long."""
    if isinstance(value, str) and len(value) > MAX_CHARACTERS:
        raise TooLarge(f"the text has more than {MAX_CHARACTERS:,} characters")
    return value


def call_text_method(text: str, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return what a method of a text gives, its size known before."""
    values = (*args, *kwargs.values())
    match getattr(method, "__name__", ""):
        case "replace" if len(args) > 1:
            require_product(text.count(str(args[0])), len(str(args[1])))
        case "join" if args:
            args = (list(args[0]), *args[1:])
            require_product(len(args[0]), len(text))
        case "expandtabs":
            require_product(text.count("\t"), max((value for value in values if isinstance(value, int)), default=8))
        case "translate":
            raise TooLarge("`translate` is not available: use `replace`")
        case name if name.startswith("format"):
            require_format(text, values)
    return within(method(*args, **kwargs))
