"""Seed datasets: their files, made readable by row number once, and the seed row of each row."""

from resyn.seeds.prepared import Prepared, prepare
from resyn.seeds.reader import SeedReader, open_seed

__all__ = ["Prepared", "SeedReader", "open_seed", "prepare"]
