"""Whatever the config, the same text is the same program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import rfc8785
import yaml
from hypothesis import given
from hypothesis import strategies as st

from resyn.config.compile import compile_export, compile_program, compile_runtime
from resyn.config.dataset import DataDesignerConfig, read_dataset
from resyn.config.params import Params
from resyn.config.providers import ModelProvider
from resyn.spec import Program, decode, encode

PARAMS = Params(config=Path("configs/x.yaml"), num_records=1, batch_size=1, seed=1, draw=0, reference_date="2026-01-01")
PROVIDERS = {"lab": ModelProvider(name="lab", provider_type="local")}

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
numbers = st.floats(-1e6, 1e6, allow_nan=False) | st.integers(-(10**6), 10**6)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).filter(lambda text: "{" not in text)
plain = texts | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)


def _sometimes(**optional: st.SearchStrategy[Any]) -> Callable[[dict[str, Any]], st.SearchStrategy[dict[str, Any]]]:
    """Add optional keys, or not."""
    return lambda column: st.fixed_dictionaries({}, optional=optional).map(lambda extra: column | extra)


def _sampler(kind: str, params: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return params.map(lambda chosen: {"column_type": "sampler", "sampler_type": kind, "params": chosen})


columns = st.one_of(
    _sampler("category", st.lists(plain, min_size=1, max_size=4).map(lambda values: {"values": values})),
    _sampler("uuid", st.fixed_dictionaries({}, optional={"prefix": texts, "short_form": st.booleans(), "uppercase": st.booleans()})),
    _sampler("gaussian", st.fixed_dictionaries({"mean": numbers, "stddev": st.floats(0, 10)}, optional={"decimal_places": st.integers(0, 9)})),
    _sampler("uniform", st.tuples(numbers, numbers).map(lambda ends: {"low": min(ends), "high": max(ends)})),
    _sampler("bernoulli", st.fixed_dictionaries({"p": st.floats(0, 1)})),
    _sampler("binomial", st.fixed_dictionaries({"n": st.integers(0, 99), "p": st.floats(0, 1)})),
    _sampler("scipy", st.floats(0.1, 10).map(lambda scale: {"dist_name": "expon", "dist_params": {"scale": scale}})),
    _sampler("person_from_faker", st.fixed_dictionaries({}, optional={"sex": st.sampled_from(["Male", "Female", None]), "city": st.none() | texts})),
    texts.map(lambda text: {"column_type": "expression", "expr": text}).flatmap(_sometimes(dtype=st.sampled_from(["str", "int"]))),
    texts.map(lambda text: {"column_type": "llm-text", "model_alias": "m", "prompt": text}).flatmap(
        _sometimes(system_prompt=st.none() | st.just("") | texts, skip=st.none(), with_trace=st.just("none"))
    ),
).flatmap(_sometimes(drop=st.booleans(), propagate_skip=st.booleans()))  # fmt: skip


@st.composite
def configs(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a config that loads."""
    chosen = draw(st.lists(st.tuples(names, columns), min_size=1, max_size=5, unique_by=lambda pair: pair[0]))
    settings = draw(st.fixed_dictionaries({}, optional={"temperature": st.none() | st.floats(0, 2), "max_tokens": st.integers(1, 99)}))
    model = {"alias": "m", "model": "x", "provider": "lab", "inference_parameters": settings}
    ours = draw(st.fixed_dictionaries({}, optional={"name": texts, "max_redraws": st.integers(0, 9)}))
    return {"columns": [{"name": name, **column} for name, column in chosen], "model_configs": [model], **ours}


def _compiled(config: DataDesignerConfig) -> tuple[bytes, ...]:
    parts = (compile_program(config, PARAMS, PROVIDERS), compile_export(config), compile_runtime(config, PROVIDERS))
    return tuple(rfc8785.dumps(encode(part)) for part in parts)


@given(configs())
def test_defaults_spelled_out_are_defaults_left_out(written: dict[str, Any]) -> None:
    """A config and the same config with every default in it compile to the same bytes, and so do both twice."""
    config = DataDesignerConfig.model_validate(written)
    spelled = DataDesignerConfig.model_validate(config.model_dump())
    assert _compiled(config) == _compiled(config) == _compiled(spelled)


@given(configs(), st.booleans())
def test_a_config_survives_its_file(written: dict[str, Any], wrapped: bool) -> None:
    """What PyYAML dumps, as Data Designer does, reads as what it was."""
    text = yaml.safe_dump({"data_designer": written} if wrapped else written, allow_unicode=True)
    assert _compiled(DataDesignerConfig.model_validate(read_dataset(text, "x.yaml").value)) == _compiled(
        DataDesignerConfig.model_validate(written)
    )


@given(configs())
def test_a_program_survives_its_json(written: dict[str, Any]) -> None:
    """What plan writes is what the engine reads."""
    program = compile_program(DataDesignerConfig.model_validate(written), PARAMS, PROVIDERS)
    assert decode(Program, encode(program)) == program
