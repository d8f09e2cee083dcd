"""Memory that is the kernel's again; that a batch takes no more of it as it grows is measured in benchmarks/size.py."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

_PROBE = """
import ctypes, sys
from resyn.engine.heap import give_large_blocks_back
class Heap(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()]
look = ctypes.CDLL(None).mallinfo2
look.restype = Heap
if sys.argv[1] == "kept":
    give_large_blocks_back()
del_me = bytearray(20 << 20)
del del_me
before = look().hblkhd
kept = bytearray(1 << 20)
print(look().hblkhd - before >= 1 << 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has no such threshold")
@pytest.mark.parametrize(("how", "is_mapped"), [("kept", True), ("left alone", False)])
def test_a_large_block_stays_out_of_the_heap_after_a_larger_one_was_freed(how: str, is_mapped: bool) -> None:
    """The heap then has no holes that small blocks keep it from using again; without the call it would have."""
    said = subprocess.run([sys.executable, "-c", _PROBE, how], check=True, capture_output=True, text=True).stdout
    assert said.strip() == str(is_mapped)
