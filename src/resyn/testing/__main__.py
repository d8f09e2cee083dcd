"""`python -m resyn.testing '{"latency_ms": 5}'`: serve until standard input ends, so that no server outlives the test that started it."""

import sys

import orjson

from resyn.testing.options import change
from resyn.testing.server import run

run(change(None, orjson.loads(sys.argv[1])), until_eof=True)
