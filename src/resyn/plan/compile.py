"""What a plan has to say, worked out from what a person wrote. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from resyn.config import Loaded
from resyn.errors import ConfigError
from resyn.plan.canonical import canonical
from resyn.plan.ranges import cut
from resyn.project import Project
from resyn.spec import FINGERPRINT_VERSION, encode
from resyn.spec.files import fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Hold every byte of a plan."""

    generation: bytes
    export: bytes
    runtime: bytes
    batches: Mapping[str, range]
    """Batch key → its rows, in order."""
    has_media: bool = False
    """Whether rows name files, which are then an out of their batch."""

    @property
    def section(self) -> dict[str, str | int]:
        """Return the plan section of params.yaml."""
        return {"fingerprint": self.fingerprint, "fingerprint_version": FINGERPRINT_VERSION}

    @property
    def ranges(self) -> bytes:
        """Return the content of plan/ranges.json: half-open pairs, a line each; DVC reads the file for every stage it checks."""
        lines = (f' "{key}": [{rows.start}, {rows.stop}]' for key, rows in self.batches.items())
        return ("{\n" + ",\n".join(lines) + "\n}\n").encode()

    @property
    def fingerprint(self) -> str:
        """Return the identity of the dataset's rows."""
        return fingerprint(self.generation)


def compile_plan(project: Project, loaded: Loaded) -> Plan:
    """Return the plan of a loaded project whose data pools are known.

    Raises:
        ConfigError: a value has no canonical form (NaN, an infinity, a lone surrogate).
    """
    batches = cut(loaded.params.num_records, loaded.params.batch_size)
    try:
        return Plan(
            generation=canonical(encode(loaded.program)),
            export=canonical(encode(loaded.export)),
            runtime=canonical(encode(loaded.runtime)),
            batches=batches,
            has_media=bool(loaded.program.media),
        )
    except ValueError as error:
        raise ConfigError(str(error), file=project.root / loaded.params.config) from error
