"""Near duplicates: MinHash signatures by rensa, candidates by bands, the first of each kind kept.

A row is left out where an earlier row that stays has a signature as like its own as the threshold says, so that the rows of a shorter
dataset fare the same in a longer one. In memory are one byte a row and what DuckDB may hold; signatures are on disk.
Broder, "On the resemblance and containment of documents" (1997); bands: Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from resyn.export.paths import values
from resyn.export.spool import Spool
from resyn.export.sql import database, literal
from resyn.export.stream import Stream, Surroundings
from resyn.spec.processors.deduplicate import Deduplicate

PERMUTATIONS = 128
_SEED = 1
_FOUND = 0.99
"""The least probability with which two rows exactly as like as the threshold share a band."""
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""A word, or one character of a script that puts no spaces between words."""
Signatures = npt.NDArray[np.uint32]


def first_of_near(processor: Deduplicate, threshold: float, rows: Stream, surroundings: Surroundings) -> Iterator[pa.Table]:
    """Yield the rows without near duplicates of earlier ones; texts of several columns are compared as one."""
    signatures = _SignatureFile(surroundings.spill, _rows_per_band(threshold))
    spool = Spool(Stream(rows.schema, _signed(processor, rows, signatures)), surroundings.spill)
    stays = _stays(signatures, threshold)
    start = 0
    for table in spool.read():
        yield table.filter(pa.array(stays[start : start + table.num_rows]))
        start += table.num_rows


def _signed(processor: Deduplicate, rows: Stream, signatures: _SignatureFile) -> Iterator[pa.Table]:
    with signatures:
        for table in rows.tables:
            texts = zip(*(map(_text, values(path, table).to_pylist()) for path in processor.columns), strict=True)
            signatures.add([_sequences(" ".join(parts), processor.ngram) for parts in texts])
            yield table


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else orjson.dumps(value).decode()


def _sequences(text: str, length: int) -> list[str]:
    """Return the sequences of `length` words in a text, or all its words as one where it has fewer."""
    words = _WORD.findall(text.casefold())
    return [" ".join(words[start : start + length]) for start in range(max(1, len(words) - length + 1))]


def _rows_per_band(threshold: float) -> int:
    """Return the most rows a band can have and still find what is as like as the threshold."""
    for rows in (32, 16, 8, 4, 2):
        missed = 1.0 - threshold**rows
        if 1.0 - missed ** (PERMUTATIONS // rows) >= _FOUND:
            return rows
    return 1


class _SignatureFile:
    """Write a signature a row, and the hashes of its bands, in the order of the rows."""

    def __init__(self, folder: Path, rows_per_band: int) -> None:
        self.folder = folder
        self.bands = PERMUTATIONS // rows_per_band
        self.count = 0
        self.path = folder / "signatures"
        self._schema = pa.schema([("place", pa.int64()), *((f"band{number}", pa.uint64()) for number in range(self.bands))])

    def __enter__(self) -> None:
        self._file = self.path.open("wb")
        self._bands = pq.ParquetWriter(self.folder / "bands.parquet", self._schema, compression="none", use_dictionary=False)

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._bands.close()

    def add(self, texts: list[list[str]]) -> None:
        """Append the signatures of texts, given as sequences of words."""
        from rensa import RMinHash

        signatures = np.array(RMinHash.digests_from_token_sets(texts, PERMUTATIONS, _SEED), np.uint32).reshape(-1, PERMUTATIONS)
        self._file.write(signatures.tobytes())
        at = np.arange(self.count, self.count + len(texts))
        self._bands.write_table(pa.table([at, *_hashes(signatures, self.bands)], schema=self._schema))
        self.count += len(texts)

    def read(self) -> Signatures:
        """Return the signatures, mapped from the file."""
        if not self.count:
            return np.empty((0, PERMUTATIONS), np.uint32)
        return np.memmap(self.path, np.uint32, "r", shape=(self.count, PERMUTATIONS))


def _hashes(signatures: Signatures, bands: int) -> list[npt.NDArray[np.uint64]]:
    """Return one hash a row for each band: FNV-1a over its numbers, begun at the band's own."""
    hashes = []
    for number, band in enumerate(np.split(signatures, bands, axis=1)):
        mixed = np.full(len(band), 0xCBF29CE484222325 + number, np.uint64)
        for column in band.T:
            mixed = (mixed ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
        hashes.append(mixed)
    return hashes


def _stays(signatures: _SignatureFile, threshold: float) -> npt.NDArray[np.bool_]:
    """Decide row by row which stays: pairs come by their later row, so that all is known of the earlier one."""
    stays = np.zeros(signatures.count, np.bool_)
    known = signatures.read()
    with database(signatures.folder) as duckdb:
        names = ", ".join(f"band{number}" for number in range(signatures.bands))
        # Rows of one signature fare alike but for the first; left in, a thousand of them would be half a million pairs.
        bands = literal(signatures.folder / "bands.parquet")
        duckdb.run(_FIRST, names=names, bands=bands)
        for first in duckdb.read("SELECT place FROM first ORDER BY place"):
            stays[first.column("place").to_numpy()] = True
        for pairs in duckdb.read(_PAIRS):
            later, earlier = pairs.column("later").to_numpy(), pairs.column("earlier").to_numpy()
            alike = (known[later] == known[earlier]).sum(axis=1) >= threshold * PERMUTATIONS
            for row, before in zip(later[alike].tolist(), earlier[alike].tolist(), strict=True):
                stays[row] &= not stays[before]
    return stays


_FIRST = "CREATE TABLE first AS SELECT min(place) AS place, [{names}] AS hashes FROM read_parquet({bands}) GROUP BY {names}"
_PAIRS = """
WITH bands AS (SELECT place, unnest(hashes) AS hash FROM first)
SELECT DISTINCT later.place AS later, earlier.place AS earlier
FROM bands AS later JOIN bands AS earlier ON later.hash = earlier.hash AND earlier.place < later.place
ORDER BY later, earlier
"""
"""The pairs of rows that share a band."""
