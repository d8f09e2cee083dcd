"""Random numbers by counter: any row of any column can be computed alone, with the same bits on every CPU."""

from resyn.rng.permutation import Permutation
from resyn.rng.seed import request_seed, request_share, template_draw
from resyn.rng.stream import Stream, Words

__all__ = ["Permutation", "Stream", "Words", "request_seed", "request_share", "template_draw"]
