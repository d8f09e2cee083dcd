"""What a seed dataset costs: made ready once, then rows of it in order and shuffled.

python benchmarks/seeds.py [rows]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from resyn.seeds import Prepared, open_seed, prepare
from resyn.seeds.prepared import derived
from resyn.spec import Program, Seed, Source

SOURCE = Source(path="seeds/big.parquet")
BLOCK, BLOCKS = 4096, 100
PART = 500_000


def main(rows: int) -> None:
    """Print CPU seconds and the peak of memory of each step."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write(root, rows)
        began = time.process_time()
        prepared = prepare(root, SOURCE)
        told = f"{time.process_time() - began:.1f} s of CPU, {derived(root, prepared.content).stat().st_size / 2**20:.0f} MB"
        print(f"{rows:,} rows ({(root / SOURCE.path).stat().st_size / 2**20:.0f} MB) made ready: {told}")
        for strategy in ("ordered", "shuffle"):
            read(root, prepared, strategy)


def write(root: Path, rows: int) -> None:
    """Write the seed file."""
    (root / "seeds").mkdir()
    schema = pa.schema([("id", pa.int64()), ("name", pa.string()), ("score", pa.float64())])
    with pq.ParquetWriter(root / SOURCE.path, schema) as writer:
        for start in range(0, rows, PART):
            ids = pa.array(np.arange(start, min(start + PART, rows)))
            names = pc.binary_join_element_wise("customer", ids.cast(pa.string()), " ")
            writer.write_table(pa.table([ids, names, pc.divide(ids.cast(pa.float64()), 7.0)], schema=schema))


def read(root: Path, prepared: Prepared, strategy: str) -> None:
    """Read 1,000 rows near the end, then many blocks."""
    given = Seed(source=SOURCE, content=prepared.content, types=prepared.types, start=0, stop=prepared.rows, sampling_strategy=strategy)
    began = time.process_time()
    reader = open_seed(Program(name="x", seed=1, draw=0, reference_date="", columns=(), seed_dataset=given), root)
    reader.column("name", range(prepared.rows - 1_000, prepared.rows))
    first = time.process_time() - began
    began = time.process_time()
    for number in range(BLOCKS):
        reader.column("name", range(number * BLOCK, (number + 1) * BLOCK))
    each = (time.process_time() - began) / (BLOCK * BLOCKS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{strategy}: opened and 1,000 rows {first * 1e3:.0f} ms, then {each * 1e6:.1f} µs a row; peak of the process so far {peak} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
