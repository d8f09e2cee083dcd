"""The DVC stages of batches, ten to a file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from resyn.project import BATCHES_PER_SHARD, batch_number

_HEADER = """\
# Written by `resyn plan`, which overwrites edits; the stages that are yours are in the dvc.yaml of the project's root.
stages:
  batch:
    foreach:
"""
_STAGE = """\
    do:
      wdir: ../..
      cmd: resyn generate ${key}
      deps:
        - plan/generation.json
      params:
        - plan.fingerprint
        - plan/ranges.json:
            - ${key}
      outs:
        - data/batches/${key}.parquet
        - data/traces/${key}.parquet
"""
_KEY = re.compile(r"^      (b\d{5}):", re.MULTILINE)


_MEDIA = "        - data/media/${key}\n"


def shard_texts(keys: Iterable[str], *, has_media: bool = False) -> dict[str, str]:
    """Return shard name → the text of its `batches/<name>/dvc.yaml`, for batch keys in order; `has_media`: their rows name files."""
    shards = groupby(keys, lambda key: batch_number(key) // BATCHES_PER_SHARD)
    return {f"{number:03d}": _text(members) + _MEDIA * has_media for number, members in shards}


def keys_in(text: str) -> tuple[str, ...]:
    """Return the batch keys that a shard's text names, in order."""
    return tuple(_KEY.findall(text))


def _text(keys: Iterable[str]) -> str:
    return _HEADER + "".join(f"      {key}: {{}}\n" for key in keys) + _STAGE
