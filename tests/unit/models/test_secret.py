"""Keys struck out of texts."""

from __future__ import annotations

import pytest

from resyn.models.secret import secrets, strike, strike_text

KEY = 'sk-a/"b&c<d>=0123'


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        r"sk-a/\"b&c<d>=0123",
        r"sk-a\/\"b&c<d>=0123",
        r"sk-a/\u0022b\u0026c\u003Cd\u003e=0123",
        r"sk-a/\\\"b\\u0026c<d>\\u003D0123",
        "sk-a/&quot;b&amp;c&lt;d&gt;=0123",
        "sk-a&#x2F;&#34;b&amp;c&#060;d&gt;&#61;0123",
        "sk-a%2F%22b%26c%3Cd%3E%3D0123",
        "sk-a%2f%2522b%26c%3cd%3e%3d0123",
    ],
)
def test_a_key_is_struck_out_in_every_form_it_may_be_echoed_in(form: str) -> None:
    """As it is, as JSON, HTML and addresses write it, sparingly or not, and one within another."""
    assert strike(f"said: {form}!".encode(), KEY) == b"said: ***!"
    assert strike_text(f"said: {form}!", [KEY]) == "said: ***!"


def test_a_word_is_no_secret() -> None:
    """Servers that want any key are given `none`, and that may stand in an answer."""
    assert strike(b"none of them", "none") == b"none of them"


def test_variables_that_hold_keys_are_told_by_their_names() -> None:
    """Those that a provider names, and those called like one; an author is no authority."""
    variables = {
        "LAB": "named",
        "OPENAI_API_KEY": "called so",
        "HF_TOKEN": "called",
        "GIT_AUTHOR_NAME": "Jane",
        "XAUTHORITY": "/home",
        "HOME": "/",
    }
    assert secrets(variables, ["LAB"]) == ("called so", "called", "named")
