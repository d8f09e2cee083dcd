"""The bytes of a batch do not depend on the process or the machine that makes it: real processes, one config with every sampler."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from resyn.plan.ranges import cut
from resyn.spec import Column
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.sampler import ConditionalParams, Sampler
from resyn.spec.files import fingerprint
from resyn.spec.samplers import SamplerParams
from resyn.spec.samplers.bernoulli import Bernoulli
from resyn.spec.samplers.bernoulli_mixture import BernoulliMixture
from resyn.spec.samplers.binomial import Binomial
from resyn.spec.samplers.category import Category
from resyn.spec.samplers.datetime import Datetime
from resyn.spec.samplers.gaussian import Gaussian
from resyn.spec.samplers.person_from_faker import PersonFromFaker
from resyn.spec.samplers.poisson import Poisson
from resyn.spec.samplers.scipy import Scipy
from resyn.spec.samplers.subcategory import Subcategory
from resyn.spec.samplers.timedelta import Timedelta
from resyn.spec.samplers.uniform import Uniform
from resyn.spec.samplers.uuid import UUID
from support.planned import Plan

ROWS = 600
SAMPLERS: dict[str, SamplerParams] = {
    "kind": Category(values=("a", "b", "ß"), weights=(1, 2, 3)),
    "part": Subcategory(category="kind", values={"a": ("x", "y"), "b": ("z",), "ß": ("w",)}),
    "uniform": Uniform(low=-1, high=3, decimal_places=3),
    "gaussian": Gaussian(mean=1, stddev=2),
    "bernoulli": Bernoulli(p=0.3),
    "binomial": Binomial(n=40, p=0.3),
    "poisson": Poisson(mean=4.5),
    "opened": Datetime(start="2024-03-30T22:00:00", end="2024-10-28", unit="s"),
    "closed": Timedelta(dt_min=1, dt_max=90, reference_column_name="opened", unit="m"),
    "id": UUID(uppercase=True),
    "short": UUID(short_form=True),
    "person": PersonFromFaker(locale="it_IT"),
}
FROM_SCIPY: dict[str, SamplerParams] = {
    "gamma": Scipy(dist_name="gamma", dist_params={"a": 2}),
    "mixed": BernoulliMixture(p=0.5, dist_name="expon", dist_params={"scale": 3}),
}
"""Promised for one family of CPUs, and left out where another is played."""
MORE: tuple[Column, ...] = (
    Sampler(name="day", params=SAMPLERS["opened"], convert_to="%A %d %B %Y"),
    Sampler(name="price", params=Gaussian(mean=9, stddev=1), conditional_params=(ConditionalParams(condition="kind == 'a'", params=Gaussian(mean=0, stddev=1)),)),
    Expression(name="label", expr="{{ kind | upper }} {{ person.city | title }} {{ gaussian | round(2) }} {{ uniform }} {{ ['p', 'q'] | random }} {{ opened }}"),
    Expression(name="double", expr="{{ gaussian * 2 }}", dtype="float"),
)  # fmt: skip
DISPATCHED = [name for name in np._core._multiarray_umath.__cpu_dispatch__ if np._core._multiarray_umath.__cpu_features__.get(name)]  # type: ignore[attr-defined]
"""The features of this processor that NumPy chooses code by."""
LOGARITHMS = "import numpy; print(hash(numpy.log(numpy.linspace(0.001, 50, 100_001)).tobytes()))"
CODE = """
import sys
from pathlib import Path
from resyn.engine.batch import generate
from resyn.project import Project
for key in sys.argv[3:]:
    generate(Project(Path(sys.argv[1])), key, fingerprint=sys.argv[2])
"""
Make = Callable[..., list[bytes]]


def columns(samplers: Mapping[str, SamplerParams]) -> tuple[Column, ...]:
    """Return the columns of a config."""
    return (*(Sampler(name=name, params=params) for name, params in samplers.items()), *MORE)


@pytest.fixture
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make batches in processes of their own, all at once, each with some variables set; return the bytes of each batch."""

    def make(samplers: Mapping[str, SamplerParams], environments: list[dict[str, str]]) -> list[bytes]:
        plans, running = [], []
        for variables in environments:
            plan = Plan(tmp_path_factory.mktemp("project"), "")
            plan({"b00000": range(ROWS)}, columns=columns(samplers), models={})
            identity = fingerprint(plan.project.generation.read_bytes())
            command = [sys.executable, "-c", CODE, str(plan.project.root), identity, "b00000"]
            running.append(subprocess.Popen(command, env={"PATH": os.environ["PATH"], **variables}, stderr=subprocess.PIPE, text=True))
            plans.append(plan)
        ends = [process.communicate()[1] for process in running]
        assert [process.returncode for process in running] == [0] * len(running), ends
        return [plan.project.batch("b00000").read_bytes() for plan in plans]

    return make


def test_hash_seed_time_zone_and_locale_move_nothing(make: Make) -> None:
    """Nor does the number of processes at work: all run at once."""
    environments = [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"},
        {"TZ": "America/St_Johns", "LC_ALL": "C", "PYTHONUTF8": "0", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"},
    ]
    assert len(set(make(SAMPLERS | FROM_SCIPY, environments))) == 1


@pytest.mark.skipif(platform.machine() not in {"x86_64", "AMD64"}, reason="the features named are those of x86")
def test_features_of_the_processor_move_nothing(make: Make) -> None:
    """NumPy, the C library and Arrow each choose other code where AVX-512, AVX2 and FMA are missing; `log` and `exp` then differ."""
    tunables = "glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-AVX_Fast_Unaligned_Load"
    environments = [
        {},
        {"NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED)},
        {"GLIBC_TUNABLES": tunables},
        {"NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED), "GLIBC_TUNABLES": tunables, "ARROW_USER_SIMD_LEVEL": "NONE"},
    ]
    assert len(set(make(SAMPLERS, environments))) == 1


def test_batch_sizes_and_their_order_move_nothing(tmp_path: Path) -> None:
    """Batches of any size, made in any order, hold the rows of the whole."""
    plan = Plan(tmp_path, "")
    every = columns(SAMPLERS | FROM_SCIPY)
    plan({"b00000": range(ROWS)}, columns=every, models={})
    plan.generate("b00000")
    whole = plan.rows("b00000")
    for size in (1, 97, 256):
        batches = cut(ROWS if size > 1 else 3, size)
        plan(batches, columns=every, models={})
        for key in reversed(batches):
            plan.generate(key)
        assert plan.rows(*batches) == whole[: ROWS if size > 1 else 3]


@pytest.mark.skipif(not {"X86_V4", "AVX512_SKX"} & set(DISPATCHED), reason="this processor has one way to compute a logarithm")
def test_features_of_the_processor_would_be_noticed() -> None:
    """The variables do what they are set for: the logarithms of NumPy, which samplers do not use, change with them."""
    found = set()
    for variables in ({}, {"NPY_DISABLE_CPU_FEATURES": " ".join(DISPATCHED)}):
        environment = {"PATH": os.environ["PATH"], "PYTHONHASHSEED": "1", **variables}
        found.add(subprocess.run([sys.executable, "-c", LOGARITHMS], env=environment, check=True, capture_output=True, text=True).stdout)
    assert len(found) == 2
