"""`python -m resyn.testing '{"latency_ms": 5}'`: serve until a pipe on standard input ends, so that no server outlives the test that started it."""

import os
import stat
import sys

import orjson

from resyn.errors import ResynError
from resyn.testing.options import change
from resyn.testing.server import run

try:
    run(change(None, orjson.loads(sys.argv[1])), until_eof=stat.S_ISFIFO(os.fstat(0).st_mode))
except ResynError as error:
    sys.exit(str(error))
