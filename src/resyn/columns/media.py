"""Images, sounds and films that a prompt shows: an address as it is, a file below seeds/ or of an image column as its bytes."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from resyn.errors import ResynError
from resyn.spec.columns.image import Image
from resyn.spec.conversation import ChatColumn, MediaContext
from resyn.store.media import find

TYPES = {
    "image": {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"},
    "audio": {"mp3": "audio/mpeg", "wav": "audio/wav"},
    "video": {"mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm"},
}
"""What is shown → the formats of it → what each is called on the wire."""
_DATA = re.compile(r"data:([^;,]+);base64,(.+)", re.DOTALL)
_BEGINS = {b"\x89PNG\r\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


class Media:
    """Show a column's media to the model."""

    def __init__(self, column: str, contexts: tuple[MediaContext, ...], root: Path) -> None:
        self._name, self._contexts, self._root = column, contexts, root

    def shown(self, messages: tuple[Mapping[str, Any], ...], row: int, values: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
        """Return the messages, the last one of which shows what the row holds before it says anything.

        Raises:
            ResynError: a value is neither an address, nor a file of the project, nor bytes in base64; names column and row.
        """
        if not self._contexts:
            return messages
        parts = [self._part(context, value, row) for context in self._contexts for value in _values(values[context.column_name])]
        *before, last = messages
        return (*before, {**last, "content": [*parts, {"type": "text", "text": last["content"]}]})

    def _part(self, context: MediaContext, value: str, row: int) -> dict[str, Any]:
        where = f"column '{self._name}', row {row}: '{context.column_name}'"
        if context.data_type == "url" or (not context.data_type and value.startswith(("http://", "https://"))):
            return {"type": f"{context.modality}_url", f"{context.modality}_url": {"url": value}}
        kind, data = self._bytes(context, value, where)
        if context.modality == "audio":
            name = next(name for name, of in TYPES["audio"].items() if of == kind)
            return {"type": "input_audio", "input_audio": {"data": data, "format": name}}
        return {"type": f"{context.modality}_url", f"{context.modality}_url": {"url": f"data:{kind};base64,{data}"}}

    def _bytes(self, context: MediaContext, value: str, where: str) -> tuple[str, str]:
        """Return what a value is called on the wire, and its bytes in base64."""
        types, kind = TYPES[context.modality], TYPES[context.modality].get(context.format, "")
        if given := _DATA.fullmatch(value):
            kind, data = given[1], given[2]
        elif Path(value[:260]).suffix[1:].lower() in types and not context.data_type:
            kind, data = types[Path(value).suffix[1:].lower()], base64.b64encode(self._read(value, where)).decode()
        else:
            data = value
        try:
            begins = base64.b64decode(data[:64], validate=True)
        except ValueError as error:
            raise ResynError(f"{where} is no address, file or base64: {value[:60]!r}", hint="write a path below seeds/") from error
        kind = kind or next((name for start, name in _BEGINS.items() if begins.startswith(start)), "")
        if kind not in types.values():
            raise ResynError(f"{where} is of no known format of {context.modality}", hint=f"name it: `{context.modality}_format`")
        return kind, data

    def _read(self, value: str, where: str) -> bytes:
        path = find(self._root, value) if value.startswith("media/") else (self._root / value).resolve()
        if not value.startswith("media/") and not path.is_relative_to((self._root / "seeds").resolve()):
            raise ResynError(f"{where} is the file {value}, where DVC would not see it change", hint="put it below seeds/")
        try:
            return path.read_bytes()
        except OSError as error:
            raise ResynError(f"{where} is the file {value}, which cannot be read: {error.strerror}", hint="put it there") from error


def media_pools(column: ChatColumn | Image, root: Path) -> dict[str, str]:
    """Return the content of the media below seeds/, where the column may show files: rows name them, and nobody knows yet which."""
    if not any(not context.data_type for context in column.multi_modal_context):
        return {}
    suffixes = {f".{name}" for formats in TYPES.values() for name in formats}
    sums = hashlib.sha256()
    for path in sorted((root / "seeds").rglob("*")):
        if path.suffix.lower() in suffixes and path.is_file():
            sums.update(f"{path.relative_to(root).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return {"media:seeds": sums.hexdigest()}


def _values(value: Any) -> Iterator[str]:
    """Yield the media of a value: one, a list, or a list as JSON."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    yield from (str(item) for item in (value if isinstance(value, list) else [value]) if item is not None)
