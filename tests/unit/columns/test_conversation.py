"""What all columns that ask a chat model share: traces, reasoning, drawn parameters, media."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from resyn.columns import build_column
from resyn.columns.media import media_pools
from resyn.columns.protocol import CellFailed
from resyn.errors import ResynError
from resyn.spec import Distribution
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.conversation import MediaContext
from resyn.testing.answers import Draw, write_png
from unit.columns.conftest import Converse, chat_body, program_of

PNG = write_png(Draw(b"picture"))
CODED = base64.b64encode(PNG).decode()
RECORD = '{"type": "object", "properties": {"mood": {"type": "string"}}}'


def text(**fields: Any) -> LLMText:
    """Return a column."""
    return LLMText(name="reply", model_alias="writer", prompt="Say hello.", system_prompt="Be kind.", **fields)


def test_the_trace_is_the_conversation(converse: Converse) -> None:
    """All of it or the last message, in one form, beside the reasoning."""
    body = chat_body(" Hello. ", reasoning_content=" They greet. ")
    column = text(with_trace="all_messages", extract_reasoning_content=True)
    value, _ = converse(column, body)
    assert list(value) == ["reply", "reply__trace", "reply__reasoning_content"] == list(column.outputs)
    assert value["reply"] == "Hello."
    assert value["reply__reasoning_content"] == "They greet."
    assert [message["role"] for message in value["reply__trace"]] == ["system", "user", "assistant"]
    assert value["reply__trace"][0]["content"] == [{"type": "text", "text": "Be kind.", "url": None}]
    assert value["reply__trace"][2]["reasoning_content"] == "They greet."
    last, _ = converse(text(with_trace="last_message"), chat_body("Hi."))
    assert [message["role"] for message in last["reply__trace"]] == ["assistant"]
    assert (
        build_column(column, program_of(column), Path()).arrow_type.field("reply__trace").type
        == pytest.importorskip("resyn.columns.aside").TRACE
    )


def test_no_reasoning_is_null(converse: Converse) -> None:
    """Never an empty text."""
    value, _ = converse(text(extract_reasoning_content=True), chat_body("Hi.", reasoning_content=" "))
    assert value == {"reply": "Hi.", "reply__reasoning_content": None}


def test_parameters_are_drawn_for_each_row(converse: Converse) -> None:
    """From the row's index: the same again, within bounds, part of the request's key."""
    model: dict[str, Any] = {
        "temperature": None,
        "temperature_from": Distribution(low=0.5, high=0.9),
        "top_p_from": Distribution(values=(0.9, 0.95), weights=(3, 1)),
    }
    requests = [converse(text(), "Hi.", row=row, **model)[1][0] for row in range(200)]
    temperatures = [request.parameters["temperature"] for request in requests]
    assert all(0.5 <= temperature < 0.9 for temperature in temperatures)
    assert len(set(temperatures)) == 200
    assert 0.65 < sum(temperatures) / 200 < 0.75
    assert 120 < [request.parameters["top_p"] for request in requests].count(0.9) < 180
    assert requests[7].key == converse(text(), "Hi.", row=7, **model)[1][0].key


def shown(converse: Converse, value: Any, **context: Any) -> list[dict[str, Any]]:
    """Return the parts of the message that shows a value."""
    fields = {"modality": "image", "column_name": "picture"} | context
    column = text(multi_modal_context=(MediaContext(**fields),))
    _, (request,) = converse(column, "A cat.", values={"picture": value})
    *parts, words = request.messages[-1]["content"]
    assert words == {"type": "text", "text": "Say hello."}
    return list(parts)


def test_an_address_stays_one_and_anything_else_is_sent_as_bytes(converse: Converse, tmp_path: Path) -> None:
    """One value or a list, found out for each; a file must be where DVC would see it change."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds/a.png").write_bytes(PNG)
    address = {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}}
    data = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{CODED}"}}
    assert shown(converse, "https://example.org/a.png") == [address]
    assert shown(converse, ["https://example.org/a.png", "seeds/a.png", None]) == [address, data]
    assert shown(converse, f'["{CODED}"]') == [data]
    assert shown(converse, f"data:image/png;base64,{CODED}") == [data]
    assert shown(converse, "anything", data_type="url") == [{"type": "image_url", "image_url": {"url": "anything"}}]
    sound = shown(converse, CODED, modality="audio", data_type="base64", format="wav")
    assert sound == [{"type": "input_audio", "input_audio": {"data": CODED, "format": "wav"}}]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("../a.png", "where DVC would not see it change"),
        ("seeds/none.png", "cannot be read"),
        ("not base64!", "is no address, file or base64"),
        (base64.b64encode(b"plain words").decode(), "of no known format"),
    ],
)
def test_what_cannot_be_shown_is_named(converse: Converse, value: str, words: str) -> None:
    """Column, row and value."""
    with pytest.raises(ResynError, match=f"column 'reply', row 0: 'picture'.*{words}"):
        shown(converse, value)


def test_the_files_that_may_be_shown_are_part_of_the_identity(tmp_path: Path) -> None:
    """An image that changes is another dataset."""
    (tmp_path / "seeds/deep").mkdir(parents=True)
    column = text(multi_modal_context=(MediaContext(modality="image", column_name="picture"),))
    of: Callable[[], dict[str, str]] = lambda: media_pools(column, tmp_path)  # noqa: E731 - a name for a look
    empty = of()
    (tmp_path / "seeds/deep/a.PNG").write_bytes(PNG)
    one = of()
    (tmp_path / "seeds/deep/a.PNG").write_bytes(PNG + b"\0")
    assert len({str(pools) for pools in (empty, one, of())}) == 3
    assert media_pools(text(), tmp_path) == {}


@pytest.mark.parametrize(
    ("reason", "words"),
    [("stop", "with nothing$"), ("length", "before it was cut at max_tokens$"), ("content_filter", "content filter took it$")],
)
def test_an_empty_answer_says_why_it_is_empty(converse: Converse, reason: str, words: str) -> None:
    """Where its endpoint says: otherwise nobody finds the filter behind a model that is silent."""
    body = orjson.dumps({"choices": [{"message": {"content": None if reason != "stop" else ""}, "finish_reason": reason}]})
    structured = LLMStructured(name="record", model_alias="writer", prompt="Say hello.", output_format=RECORD)
    for column in (text(), structured):
        with pytest.raises(CellFailed, match=words):
            converse(column, *[body] * 20)
