"""Where models are, and never a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from resyn.config import load
from resyn.errors import ConfigError
from resyn.project import Project

Edit = Callable[[str, str, str], None]
Refused = Callable[[], ConfigError]

KEY = "api_key: NVIDIA_API_KEY"
ENDPOINT = "endpoint: https://integrate.api.example/v1"
BAD = {
    "unknown type": ("provider_type: openai", "provider_type: opnai", 6, "'provider_type' must be 'openai', 'anthropic' or 'local', not 'opnai' (did you mean 'openai'?)"),
    "no endpoint": (f"    {ENDPOINT}\n", "", 5, "provider 'nvidia' needs 'endpoint', the address of the API"),
    "no scheme": (ENDPOINT, "endpoint: integrate.api.example", 7, "provider 'nvidia': 'endpoint' must be an address that begins with http:// or https://"),
    "no address": (ENDPOINT, "endpoint: 'http://[1'", 7, "'endpoint' is not an address such as"),
    "two of one name": ("name: idle", "name: nvidia", 10, "two providers are called 'nvidia' (the first one is on line 5)"),
    "a body of ours": ("extra_body: {min_p: 0.2}", "extra_body: {messages: []}", 4, "'extra_body.messages' is set by resyn itself"),
    "unknown key": ("extra_headers", "headers", 9, "unknown key 'headers' in provider 'nvidia' (did you mean 'extra_headers'?)"),
    "no list": ("providers:\n  - name: embedded\n    provider_type: local\n    extra_body: {min_p: 0.2}", "providers:\n  - embedded", 2, "provider 1 must hold keys and values, not 'embedded'"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "message"), BAD.values(), ids=BAD)
def test_a_mistake_has_one_clear_message(old: str, new: str, line: int, message: str, edit: Edit, refused: Refused) -> None:
    """The message names the file, the line, the provider and the key."""
    edit("providers.yaml", old, new)
    error = refused()
    assert message in error.message
    assert error.message.startswith(f"providers.yaml:{line}: "), error.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (KEY, "api_key: sk-abc123SECRET"),
        (KEY, "api_key: gsk_SECRET"),
        (KEY, "api_key: 123456789"),
        (KEY, "api_key: [SECRET]"),
        (ENDPOINT, "endpoint: https://user:SECRET@integrate.api.example/v1"),
        (ENDPOINT, "endpoint: https://integrate.api.example/v1?api_key=SECRET"),
        ("extra_body: {min_p: 0.2}", "extra_body: {api_key: SECRET}"),
        ("{X-Title: tickets}", "{Authorization: Bearer SECRET}"),
        ("{X-Title: tickets}", "{X-Title: 123456789}"),
    ],
)
def test_a_secret_is_refused_and_never_shown(old: str, new: str, edit: Edit, refused: Refused) -> None:
    """Neither the message nor any error behind it holds what was written."""
    edit("providers.yaml", old, new)
    error: BaseException | None = refused()
    assert str(error).startswith("providers.yaml:")
    while error is not None:
        assert "SECRET" not in str(error)
        assert "123456789" not in str(error)
        error = error.__cause__


@pytest.mark.parametrize("text", ["", "# none yet\n", "providers: []\n", "providers:\n"])
def test_a_file_without_providers_names_the_one_that_is_missing(text: str, write: Callable[[str, str], None], refused: Refused) -> None:
    """An empty file is no mistake; a model whose provider is not in it is."""
    write("providers.yaml", text)
    assert "model 'writer': there is no provider 'embedded' in providers.yaml" in refused().message


def test_only_extra_body_of_a_provider_is_identity(project: Project, edit: Edit) -> None:
    """Another endpoint, key or header changes the runtime alone."""
    edit("params.yaml", "tickets.yaml", "the-basics.yaml")
    before = load(project)
    edit("providers.yaml", ENDPOINT, "endpoint: http://127.0.0.1:1/v1")
    edit("providers.yaml", KEY, "api_key: OTHER")
    after = load(project)
    assert after.program == before.program
    assert after.runtime != before.runtime
