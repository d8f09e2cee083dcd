"""A real project on a real DVC repository, and what a person would type in it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from resyn.testing import ModelServer

CONFIG = """\
name: reviews
model_configs:
  - {alias: writer, model: fake, provider: lab, inference_parameters: {temperature: 0.7, max_parallel_requests: 8}}
columns:
  - {name: topic, column_type: sampler, sampler_type: category, params: {values: [tent, lamp, kettle]}}
  - {name: text, column_type: llm-text, model_alias: writer, prompt: "TEXT about a {{ topic }}"}
  - name: record
    column_type: llm-structured
    model_alias: writer
    prompt: "RECORD of {{ text }}"
    output_format:
      type: object
      properties: {title: {type: string}, score: {type: integer, minimum: 1, maximum: 5}}
      required: [title, score]
  - {name: label, column_type: expression, expr: "{{ topic }} [{{ record.score }}]"}
export: {formats: [parquet, jsonl, csv]}
"""
"""Two requests a row: TEXT, and RECORD, which reads it."""

PARAMS = """\
config: configs/reviews.yaml
num_records: 12
batch_size: 4
seed: 7
draw: 0
reference_date: "2026-01-01"
"""

PROVIDERS = """\
providers:
  - {{name: lab, provider_type: openai, endpoint: "{endpoint}"}}
"""

DATASET = ("train.parquet", "train.jsonl", "train.csv")


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a person's shell: this interpreter's commands first on PATH, nothing of DVC's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DVC_", "RESYN_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return {**kept, "PATH": path, "DVC_NO_ANALYTICS": "1", "GIT_CONFIG_GLOBAL": os.devnull, **more}


@dataclass(frozen=True)
class DVCProject:
    """One project folder and the server its models are on."""

    root: Path
    server: ModelServer

    def sh(self, *command: str | Path, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project; its output is one text, as a person sees it."""
        done = subprocess.run(
            [str(word) for word in command],
            cwd=self.root,
            env=environment(**env),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}"
        return done

    def dvc(self, *words: str | Path, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a DVC command."""
        return self.sh(sys.executable, "-m", "dvc", *words, check=check, **env)

    def repro(self, *, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run plain `dvc repro`."""
        return self.dvc("repro", check=check, **env)

    def resyn(self, *words: str, check: bool = True, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a verb of resyn."""
        return self.sh("resyn", *words, check=check, **env)

    def git(self, *words: str) -> str:
        """Run git and return what it says."""
        return self.sh("git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words).stdout

    def commit(self) -> None:
        """Commit everything git may track."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", "state")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace the one place in a file."""
        path = self.root / name
        text = path.read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new))

    def set(self, **params: Any) -> None:
        """Change values in params.yaml as a person does."""
        path = self.root / "params.yaml"
        text = path.read_text()
        for name, value in params.items():
            text, count = re.subn(rf"(?m)^{name}: .*$", f"{name}: {value}", text)
            assert count == 1, name
        path.write_text(text)

    @property
    def requests(self) -> int:
        """Return how many requests the server saw."""
        return int(self.server.stats()["requests"])

    def asked(self, marker: str) -> int:
        """Return how many requests had a prompt with the marker."""
        return self.server.count(marker)

    def dataset(self) -> dict[str, bytes]:
        """Return the exported files, byte for byte."""
        return {name: (self.root / "data/dataset" / name).read_bytes() for name in DATASET}

    def rows(self) -> list[dict[str, Any]]:
        """Return the exported rows."""
        rows: list[dict[str, Any]] = pq.read_table(self.root / "data/dataset/train.parquet").to_pylist()
        return rows

    @property
    def fingerprint(self) -> str:
        """Return what params.yaml says the plan's identity is."""
        return str(yaml.safe_load((self.root / "params.yaml").read_text())["plan"]["fingerprint"])

    def data_in_git_status(self) -> list[str]:
        """Return the data files that git would show a person as new."""
        lines = self.git("status", "--porcelain", "--untracked-files=all").splitlines()
        return [line for line in lines if line[3:].startswith("data/") and line[3:] != "data/.gitignore"]

    def stages_run(self, said: subprocess.CompletedProcess[str]) -> list[str]:
        """Return the stages that DVC ran, by its own words."""
        return re.findall(r"Running stage '([^']+)'", said.stdout)

    @classmethod
    def planned(cls, folder: Path, server: ModelServer) -> DVCProject:
        """Make a project of two model columns and 12 rows in 3 batches, planned and committed, in a new folder."""
        cls(folder.parent, server).resyn("init", folder.name)
        for config in (folder / "configs").glob("*.yaml"):
            config.unlink()
        (folder / "configs/reviews.yaml").write_text(CONFIG)
        (folder / "params.yaml").write_text(PARAMS)
        (folder / "providers.yaml").write_text(PROVIDERS.format(endpoint=server.endpoint))
        project = cls(folder, server)
        project.resyn("plan")
        project.commit()
        return project

    def clone(self, folder: Path) -> DVCProject:
        """Return a fresh git clone."""
        self.git("clone", "--quiet", str(self.root), str(folder))
        return DVCProject(folder, self.server)

    def copy(self, folder: Path) -> DVCProject:
        """Return a copy of the whole folder, state and all."""
        shutil.copytree(self.root, folder, symlinks=True)
        return DVCProject(folder, self.server)
