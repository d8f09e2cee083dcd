"""The `image` column: a list of the files that hold a row's pictures, named after what is in them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from resyn.columns.media import Media, media_pools
from resyn.columns.prompt import Prompt
from resyn.columns.protocol import Cell, CellFailed
from resyn.columns.refusal import answered
from resyn.errors import ConfigError
from resyn.models import pictures
from resyn.models.request import Request
from resyn.rng import request_seed
from resyn.spec import Program
from resyn.spec.columns.image import Image
from resyn.store.media import keep

_SUFFIXES = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}


class ImageColumn:
    """Ask once; what is no picture fails the row, which is drawn again."""

    arrow_type = pa.list_(pa.string())

    def __init__(self, spec: Image, program: Program, root: Path) -> None:
        model = program.models[spec.model_alias]
        self._spec, self._program, self._root = spec, program, root
        self._prompt = Prompt(spec.name, spec.prompt, "", program)
        self._media = Media(spec.name, spec.multi_modal_context if pictures.paints_in_chat(model.model) else (), root)
        self._fixed: dict[str, Any] = {
            "alias": spec.model_alias,
            "provider": model.provider,
            "provider_type": model.provider_type,
            "model": model.model,
            "kind": "image",
            "extra_body": model.extra_body,
        }

    def cell(self, row: int, attempt: int, values: Mapping[str, Any]) -> Cell:
        """Return the cell of a row; its files are kept under .resyn until the batch has them.

        Raises:
            CellFailed: the request was refused, or what came is no picture.
            ResynError: the template fails on these values.
        """
        messages = self._media.shown(self._prompt.messages(row, values, attempt), row, values)
        seed = request_seed(self._program, self._spec.random_name, row, attempt, 0)
        answer = yield Request(**self._fixed, messages=messages, seed=seed, attempt=attempt)
        found = pictures.read(answered(answer).body).pictures
        if not found:
            raise CellFailed("the model answered without an image")
        files = {self._file(picture): picture for picture in map(_bytes, found)}
        for name, picture in files.items():
            keep(self._root, name, picture)
        return list(files)

    def _file(self, picture: bytes) -> str:
        return f"media/{self._spec.name}/{hashlib.sha256(picture).hexdigest()[:32]}.{_suffix(picture)}"


pools = media_pools


def build_in(column: Image, program: Program, root: Path) -> ImageColumn:
    """Return the code of an image column."""
    return ImageColumn(column, program, root)


def _bytes(picture: bytes | str) -> bytes:
    if isinstance(picture, str):
        raise CellFailed("the model answered with the address of an image, which would be gone tomorrow")
    return picture


def _suffix(picture: bytes) -> str:
    try:
        import PIL.Image
    except ImportError as error:
        raise ConfigError("image columns need Pillow", hint="run `pip install 'resyn[images]'`") from error
    try:
        with PIL.Image.open(io.BytesIO(picture)) as image:
            image.verify()
            return _SUFFIXES[image.format or ""]
    except (OSError, SyntaxError, ValueError, KeyError, PIL.Image.DecompressionBombError) as error:
        raise CellFailed(f"the model answered with {len(picture)} bytes that are no image") from error
