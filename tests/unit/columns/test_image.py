"""Pictures: asked where the model's name says, verified, named after what is in them."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from resyn.columns.protocol import CellFailed
from resyn.models.pictures import Pictures, droppable, paints_in_chat, read, write_body
from resyn.spec.columns.image import Image
from resyn.testing.answers import Draw, write_png
from unit.columns.conftest import Converse

PNG = write_png(Draw(b"tent"))
CODED = base64.b64encode(PNG).decode()
NAME = f"media/pic/{hashlib.sha256(PNG).hexdigest()[:32]}.png"
COLUMN = Image(name="pic", prompt="A {{ topic }}", model_alias="writer")


def painted(*coded: str) -> bytes:
    """Return the answer of an image endpoint."""
    return orjson.dumps({"data": [{"b64_json": item} for item in coded]})


def test_a_picture_is_a_file_named_after_its_content(converse: Converse, tmp_path: Path) -> None:
    """The same picture is one file, and the value a list, as Data Designer's."""
    value, (request,) = converse(COLUMN, painted(CODED, CODED), values={"topic": "tent"}, model="dall-e-3")
    assert value == [NAME]
    assert (tmp_path / ".resyn" / NAME).read_bytes() == PNG
    assert request.kind == "image"
    assert request.messages == ({"role": "user", "content": "A tent"},)


@pytest.mark.parametrize("coded", [base64.b64encode(b"no picture").decode(), "###", base64.b64encode(PNG[:40]).decode(), ""])
def test_an_image_that_is_not_one_fails_the_row(converse: Converse, coded: str) -> None:
    """It is then drawn again."""
    with pytest.raises(CellFailed, match="no image"):
        converse(COLUMN, painted(coded or "AA=="), values={"topic": "tent"})


@pytest.mark.parametrize(
    "body",
    [{"choices": [{"message": {"role": "assistant", "content": "I cannot paint that."}}]}, {"data": []}],
    ids=["words of a chat model", "an empty list"],
)
def test_an_answer_without_an_image_fails_the_row(converse: Converse, body: dict[str, Any]) -> None:
    """It is an answer, stored and paid for, and no weather: asked again and again, it would be paid for each time."""
    with pytest.raises(CellFailed, match="without an image"):
        converse(COLUMN, orjson.dumps(body), values={"topic": "tent"})


def test_an_address_is_no_picture(converse: Converse) -> None:
    """It would be gone tomorrow."""
    with pytest.raises(CellFailed, match="address of an image"):
        converse(COLUMN, orjson.dumps({"data": [{"url": "https://example.org/a.png"}]}), values={"topic": "tent"})


@pytest.mark.parametrize(
    ("message", "pictures"),
    [
        ({"images": [{"image_url": {"url": f"data:image/png;base64,{CODED}"}}]}, (PNG,)),
        ({"content": [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{CODED}"}}]}, (PNG,)),
        ({"content": f"data:image/png;base64,{CODED}"}, (PNG,)),
    ],
)
def test_chat_models_answer_with_pictures_in_several_forms(message: dict[str, Any], pictures: tuple[bytes, ...]) -> None:
    """Beside the words, among them, or in place of them."""
    body = orjson.dumps({"choices": [{"message": message}], "usage": {"prompt_tokens": 3, "completion_tokens": 4}})
    assert read(body) == Pictures(pictures, 3, 4)


@pytest.mark.parametrize(
    ("model", "in_chat"),
    [("dall-e-3", False), ("gpt-image-1", False), ("black-forest/stable-diffusion-xl", False), ("gemini-2.5-flash-image", True)],
)
def test_the_name_of_a_model_says_where_it_is_asked(model: str, in_chat: bool) -> None:
    """As in Data Designer."""
    assert paints_in_chat(model) is in_chat


@pytest.mark.parametrize(("model", "sends"), [("stable-diffusion-xl", True), ("gemini-2.5-flash-image", True), ("gpt-image-1", False)])
def test_rows_with_the_same_prompt_ask_for_different_pictures(converse: Converse, model: str, sends: bool) -> None:
    """By their seeds, where the endpoint takes one; one that turns it down is asked without."""
    requests = [converse(COLUMN, painted(CODED), values={"topic": "tent"}, model=model, row=row)[1][0] for row in (0, 1)]
    bodies = [orjson.loads(write_body(request)) for request in requests]
    assert [("seed" in body) for body in bodies] == [sends, sends]
    assert len({body.get("seed") for body in bodies}) == (2 if sends else 1)
    assert ("seed" in droppable(requests[0])) is sends
    assert "seed" not in orjson.loads(write_body(requests[0], droppable(requests[0])))
