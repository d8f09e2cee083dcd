"""What a person wrote becomes the spec."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from resyn.config import DataDesignerConfig, load
from resyn.config.dataset import read_dataset
from resyn.config.seeds.local import LocalFileSeedSource
from resyn.errors import ConfigError
from resyn.project import Project
from resyn.spec import Constraint, Export, Limits, Model, Program, Provider, decode, encode
from resyn.spec.columns.expression import Expression
from resyn.spec.columns.llm_structured import LLMStructured
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import ConditionalParams, Sampler
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

Edit = Callable[[str, str, str], None]
Edit2 = Callable[[str, str], None]
CONFIG = "configs/tickets.yaml"


def test_every_key_reaches_the_spec(project: Project) -> None:
    """Each column compiles to exactly what was written, in the order it was written in."""
    program = load(project).program
    assert (program.name, program.seed, program.draw, program.reference_date) == ("tickets", 20261123, 0, "2026-01-01")
    assert (program.max_missing_share, program.max_redraws, program.pools) == (0.01, 2, {})
    assert program.columns == (
        Sampler(name="id", params=UUID(prefix="T-", short_form=True)),
        Sampler(name="product", params=Category(values=("laptop", "phone"), weights=(2.0, 1.0))),
        Sampler(name="part", params=Subcategory(category="product", values={"laptop": ("lid", "fan"), "phone": ("screen",)})),
        Sampler(name="opened", params=Datetime(start="2026-01-01T00:00:00", end="2026-02-01T00:00:00", unit="h"), convert_to="%Y-%m-%d"),
        Sampler(name="customer", params=PersonFromFaker(city=("Paris",), age_range=(18, 70))),
        Sampler(name="minutes", params=Uniform(low=1.0, high=90.0, decimal_places=1)),
        Sampler(name="load", params=Gaussian(mean=0.0, stddev=1.0)),
        Sampler(name="urgent", params=Bernoulli(p=0.5)),
        Sampler(name="visits", params=Poisson(mean=3.0)),
        Expression(name="label", expr="{{ product }}/{{ part }}"),
        LLMText(
            name="subject",
            model_alias="writer",
            system_prompt="You write subjects.",
            prompt="{{ customer.first_name }} has a broken {{ product }}.\n\nWrite about the {{ part }}.\n",
        ),
        LLMStructured(
            name="verdict",
            model_alias="writer",
            prompt="Judge: {{ subject }}",
            output_format='{"type": "object", "properties": {"mood": {"type": "string", "enum": ["calm", "angry"]}, '
            '"score": {"type": "integer", "minimum": 1, "maximum": 5}}, "required": ["mood", "score"]}',
        ),
    )
    assert decode(Program, encode(program)) == program


def test_only_what_columns_use_is_kept(project: Project) -> None:
    """An alias no column names, and its provider, are neither identity nor runtime; the provider's extra_body wins."""
    loaded = load(project)
    extra_body = {"top_k": 5, "min_p": 0.2}
    model = Model(
        provider="embedded", provider_type="local", model="smollm2-135m", temperature=0.7, top_p=0.9, max_tokens=48, extra_body=extra_body
    )
    assert loaded.program.models == {"writer": model}
    assert loaded.runtime.providers == {"embedded": Provider()}
    assert loaded.runtime.limits == {"writer": Limits()}
    assert loaded.export == Export(name="tickets", formats=("parquet", "csv"), drop=("customer",))


def test_the_files_read_are_named(project: Project) -> None:
    """`inputs` are the files that plan keeps a copy of."""
    loaded = load(project)
    assert loaded.inputs == (project.params, project.root / CONFIG, project.providers)
    assert loaded.params.config == Path(CONFIG)
    assert (loaded.params.num_records, loaded.params.batch_size) == (60, 20)


def test_a_file_of_data_designers_loads_unchanged(project: Project, edit: Edit) -> None:
    """What its `write_config` wrote is wrapped, has every default spelled out, and names its version."""
    edit("params.yaml", CONFIG, "configs/the-basics.yaml")
    loaded = load(project)
    assert [column.name for column in loaded.program.columns][-2:] == ["product_name", "customer_review"]
    assert loaded.program.name == "dataset"
    assert loaded.runtime.providers["nvidia"].api_key == "NVIDIA_API_KEY"
    assert loaded.program.models["nemotron-nano-v3"].extra_body == {"chat_template_kwargs": {"enable_thinking": False}}


def test_our_keys_may_stand_beside_the_wrapper(project: Project) -> None:
    """Wrapped, with our keys outside, a config is the same program as bare."""
    bare = load(project)
    config = yaml.safe_load((project.root / CONFIG).read_text())
    ours = {key: config.pop(key) for key in ("name", "export", "max_missing_share", "max_redraws")}
    (project.root / CONFIG).write_text(yaml.safe_dump({"data_designer": config, "library_version": "0.9.6", **ours}, sort_keys=False))
    assert encode(load(project).program) == encode(bare.program)


def test_sampler_type_may_stand_inside_params_alone(project: Project, edit: Edit) -> None:
    """Data Designer writes it in both places; either is enough."""
    before = load(project).program
    edit(CONFIG, "    sampler_type: poisson\n    params: {mean: 3}", "    params: {mean: 3, sampler_type: poisson}")
    assert load(project).program == before


def test_uuid_needs_no_params(project: Project, edit: Edit) -> None:
    """Absent and empty are one."""
    edit(CONFIG, '    params: {prefix: "T-", short_form: true}\n', "")
    assert load(project).program.columns[0] == Sampler(name="id", params=UUID())


def test_without_models_no_providers_file_is_needed(project: Project) -> None:
    """A dataset that asks no model needs no providers.yaml."""
    config = yaml.safe_load((project.root / CONFIG).read_text())
    config["columns"] = config["columns"][:10]
    (project.root / CONFIG).write_text(yaml.safe_dump(config))
    project.providers.unlink()
    loaded = load(project)
    assert loaded.program.models == {}
    assert loaded.inputs == (project.params, project.root / CONFIG)


@pytest.mark.parametrize(
    ("values", "compiled", "dtype"),
    [
        ("[1, 2]", (1, 2), "int"),
        ("[1, 2.5]", (1.0, 2.5), "float"),
        ("[1, two, 3.5]", ("1", "two", "3.5"), "str"),
        ("[01234, 12:30, 2026-01-01, 1e3, 1_0_x]", ("01234", "12:30", "2026-01-01", "1e3", "1_0_x"), "str"),
        ("['yes', \"5\"]", ("yes", "5"), "str"),
    ],
)
def test_categories_are_of_one_kind(project: Project, edit: Edit, values: str, compiled: tuple[object, ...], dtype: str) -> None:
    """Numbers stay numbers where all are; what only YAML 1.1 takes for a number or a date stays text."""
    edit(CONFIG, "    params: {p: 0.5}", f"    params: {{values: {values}}}")
    edit(CONFIG, "sampler_type: bernoulli", "sampler_type: category")
    column = load(project).program.columns[7]
    assert isinstance(column, Sampler)
    assert column.params == Category(values=compiled, dtype=dtype)  # type: ignore[arg-type]
    assert [type(value) for value in column.params.values] == [type(value) for value in compiled]


def test_conditional_params_are_of_the_columns_sampler_type(project: Project, edit: Edit) -> None:
    """In the order they are written in, which decides; those of a category add to what its subcategories are listed under."""
    edit(
        CONFIG,
        "weights: [2, 1]",
        "weights: [2, 1]\n    conditional_params:\n      urgent == 1: {values: [phone]}\n      load > 0: {values: [tablet]}",
    )
    edit(CONFIG, "phone: [screen]", "phone: [screen]\n        tablet: [pen]")
    column = load(project).program.columns[1]
    assert isinstance(column, Sampler)
    assert column.conditional_params == (
        ConditionalParams(condition="urgent == 1", params=Category(values=("phone",))),
        ConditionalParams(condition="load > 0", params=Category(values=("tablet",))),
    )


@pytest.mark.parametrize(
    ("kind", "params", "spec"),
    [
        ("binomial", "{n: 9, p: 0.5}", Binomial(n=9, p=0.5)),
        ("scipy", "{dist_name: beta, dist_params: {a: 2, b: 5}, decimal_places: 2}", Scipy(dist_name="beta", dist_params={"a": 2.0, "b": 5.0}, decimal_places=2)),
        ("bernoulli_mixture", "{p: 0.5, dist_name: norm}", BernoulliMixture(p=0.5, dist_name="norm")),
        ("timedelta", "{dt_min: 0, dt_max: 3, reference_column_name: seen}", Timedelta(dt_min=0, dt_max=3, reference_column_name="seen")),
    ],
)  # fmt: skip
def test_every_parameter_reaches_the_spec(project: Project, edit: Edit, kind: str, params: str, spec: SamplerParams) -> None:
    """By Data Designer's names."""
    edit(CONFIG, "sampler_type: poisson\n    params: {mean: 3}", f"sampler_type: {kind}\n    params: {params}")
    edit(
        CONFIG,
        "  - name: label",
        "  - {name: seen, column_type: sampler, sampler_type: datetime, params: {start: 2026-01-01, end: 2027-01-01}}\n  - name: label",
    )
    program = load(project).program
    assert program.columns[8] == Sampler(name="visits", params=spec)
    assert decode(Program, encode(program)) == program


@pytest.mark.parametrize(
    ("values", "convert_to", "keys"),
    [("[1, 2]", "null", "1: [a], 2: [b]"), ("[1.5, 4]", "int", "2: [a], 4: [b]"), ("['1', '2']", "float", "1.0: [a], 2.0: [b]")],
)
def test_subcategories_are_listed_under_values_as_text(project: Project, edit: Edit, values: str, convert_to: str, keys: str) -> None:
    """A key of a mapping is its text, and the parent's values are what `convert_to` makes of them."""
    edit(CONFIG, "params: {p: 0.5}", f"params: {{values: {values}}}\n    convert_to: {convert_to}")
    edit(CONFIG, "sampler_type: bernoulli", "sampler_type: category")
    edit(CONFIG, "params: {mean: 3}", f"params: {{category: urgent, values: {{{keys}}}}}")
    edit(CONFIG, "sampler_type: poisson", "sampler_type: subcategory")
    column = load(project).program.columns[8]
    assert isinstance(column, Sampler)
    assert isinstance(column.params, Subcategory)
    assert list(column.params.values.values()) == [("a",), ("b",)]


def test_anchors_and_merge_keys_work(project: Project, edit: Edit) -> None:
    """YAML's own ways to say a thing once are kept; a key beside `<<` overrides."""
    edit(CONFIG, "params: {mean: 0, stddev: 1}", "params: &g {mean: 0, stddev: 1}")
    edit(CONFIG, "sampler_type: bernoulli\n    params: {p: 0.5}", "sampler_type: gaussian\n    params: {<<: *g, mean: 7}")
    column = load(project).program.columns[7]
    assert isinstance(column, Sampler)
    assert column.params == Gaussian(mean=7.0, stddev=1.0)


def test_a_model_that_makes_no_text_may_stand_unused(project: Project, edit: Edit) -> None:
    """Data Designer's own list of models holds embedding models; they load as long as no column asks them."""
    edit(
        CONFIG, "    provider: nowhere\n", "    provider: nowhere\n    inference_parameters: {generation_type: embedding, dimensions: 8}\n"
    )
    assert "spare" not in load(project).program.models


def test_a_byte_order_mark_is_no_part_of_the_first_key(project: Project) -> None:
    """Editors on Windows write one."""
    project.params.write_bytes(b"\xef\xbb\xbf" + project.params.read_bytes())
    assert load(project).params.num_records == 60


def test_a_conflict_in_the_plan_section_is_no_obstacle(project: Project, edit: Edit) -> None:
    """Two branches that both planned conflict there alone, and plan writes the section anew."""
    edit("params.yaml", "  fingerprint: sha256:0\n", "<<<<<<< HEAD\n  fingerprint: sha256:0\n=======\n  fingerprint: sha256:1\n>>>>>>> b\n")
    assert load(project).params.seed == 20261123


def test_a_round_trip_through_a_file_changes_nothing(project: Project) -> None:
    """What pydantic dumps, every default spelled out, compiles to the same program."""
    before = load(project)
    config = DataDesignerConfig.model_validate(read_dataset((project.root / CONFIG).read_text(), CONFIG).value)
    (project.root / CONFIG).write_text(yaml.safe_dump(config.model_dump(), sort_keys=False))
    after = load(project)
    assert (after.program, after.export, after.runtime) == (before.program, before.export, before.runtime)


def test_constraints_are_those_of_data_designer_and_more(edit: Edit, project: Project) -> None:
    """As its newer files write them, and as its older ones do, which tell a column from a number by `rhs`."""
    written = [
        "{constraint_type: scalar_inequality, target_column: load, operator: ge, rhs: 0}",
        "{target_column: load, operator: lt, rhs: '2.5'}",
        "{target_column: load, operator: le, rhs: minutes}",
        "{constraint_type: scalar_equality, target_column: product, operator: eq, rhs: phone}",
        "{constraint_type: column_equality, target_column: load, operator: ne, rhs: minutes}",
        "{constraint_type: membership, target_column: visits, operator: not_in, rhs: [1, 2]}",
        "{constraint_type: sum, target_columns: [load, visits], operator: lt, rhs: minutes}",
        "{constraint_type: sum, target_columns: [load, visits], operator: gt, rhs: -1}",
        "{constraint_type: expression, expr: \"{{ load < 2 or product == 'phone' }}\"}",
    ]
    edit(CONFIG, "max_redraws: 2", "constraints:\n" + "".join(f"  - {line}\n" for line in written))
    program = load(project).program
    assert program.constraints == (
        Constraint(target_columns=("load",), operator="ge", rhs="0.0"),
        Constraint(target_columns=("load",), operator="lt", rhs="2.5"),
        Constraint(target_columns=("load",), operator="le", rhs_column="minutes"),
        Constraint(target_columns=("product",), operator="eq", rhs='"phone"'),
        Constraint(target_columns=("load",), operator="ne", rhs_column="minutes"),
        Constraint(target_columns=("visits",), operator="not_in", rhs="[1, 2]"),
        Constraint(target_columns=("load", "visits"), operator="lt", rhs_column="minutes"),
        Constraint(target_columns=("load", "visits"), operator="gt", rhs="-1.0"),
        Constraint(expr="load < 2 or product == 'phone'"),
    )
    assert decode(Program, encode(program)) == program


SEEDS = "seed_config:\n  source: {path: seeds/customers.csv}\n"


def test_seed_columns_come_first_and_those_written_where_they_stand(edit: Edit, write: Edit2, project: Project) -> None:
    """The file's columns are there without being written down; a name that templates cannot use is no mistake."""
    (project.root / "seeds").mkdir()
    write("seeds/customers.csv", "region,city name,size\nnorth,Oslo,3\nsouth,Rome,4\nwest,Cork,5\n")
    edit(CONFIG, "max_redraws: 2", SEEDS + "  sampling_strategy: shuffle\n  selection_strategy: {start: 1, end: 9}\n  records_per_row: 2")
    edit(CONFIG, "  - name: verdict", "  - {name: size, column_type: seed-dataset, drop: true}\n  - name: verdict")
    edit(CONFIG, "Write about the {{ part }}.", "Write about the {{ part }} in {{ region }}.")
    loaded = load(project)
    names = [column.name for column in loaded.program.columns]
    assert names[:3] == ["region", "city name", "id"]
    assert names[-2:] == ["size", "verdict"]
    assert loaded.export.drop == ("customer", "size")
    given = loaded.program.seed_dataset
    assert given is not None
    assert (given.start, given.stop, given.sampling_strategy, given.records_per_row) == (1, 3, "shuffle", 2)
    assert dict(given.types) == {"region": "string", "city name": "string", "size": "int64"}
    assert decode(Program, encode(loaded.program)) == loaded.program


@pytest.mark.parametrize(("part", "rows"), [(0, (0, 3)), (1, (3, 6)), (2, (6, 11))])
def test_the_last_part_has_what_is_left_over(edit: Edit, write: Edit2, project: Project, part: int, rows: tuple[int, int]) -> None:
    """As in Data Designer."""
    (project.root / "seeds").mkdir()
    write("seeds/customers.csv", "region\n" + "x\n" * 11)
    edit(CONFIG, "max_redraws: 2", SEEDS + f"  selection_strategy: {{index: {part}, num_partitions: 3}}")
    given = load(project).program.seed_dataset
    assert given is not None
    assert (given.start, given.stop) == rows


def test_a_linked_folder_that_leads_out_of_seeds_is_refused(edit: Edit, project: Project, tmp_path: Path) -> None:
    """DVC does not look into it, and would not see the rows change; a link to a file, and seeds/ itself as a link, it follows."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "customers.csv").write_text("region\nnorth\n")
    seeds = project.root / "seeds"
    seeds.mkdir()
    edit(CONFIG, "max_redraws: 2", SEEDS.replace("seeds/", "seeds/linked/"))
    (seeds / "linked").symlink_to(outside)
    with pytest.raises(ConfigError, match="a linked folder leads out of seeds/: DVC would not see it change"):
        load(project)
    edit(CONFIG, "seeds/linked/", "seeds/")
    (seeds / "customers.csv").symlink_to(outside / "customers.csv")
    load(project)
    seeds.rename(tmp_path / "moved")
    seeds.symlink_to(tmp_path / "moved")
    load(project)


@pytest.mark.parametrize(
    ("header", "more", "message"),
    [
        ("product,region", "", "configs/tickets.yaml:15: column 'product' has the name of a column of the seed dataset"),
        ("__region", "", "configs/tickets.yaml:80: the seed dataset has a column '__region'"),
        (
            "region",
            "  selection_strategy: {start: 1, end: 2}",
            "configs/tickets.yaml:81: 'seed_config.selection_strategy' selects no row: the seed dataset has 1",
        ),
    ],
)
def test_what_does_not_fit_the_seed_dataset_is_named(edit: Edit, project: Project, header: str, more: str, message: str) -> None:
    """Data Designer replaces one column by another of its name, without a word."""
    (project.root / "seeds").mkdir()
    (project.root / "seeds/customers.csv").write_text(f"{header}\n1{',2' if ',' in header else ''}\n")
    edit(CONFIG, "max_redraws: 2", SEEDS + more)
    with pytest.raises(ConfigError) as caught:
        load(project)
    assert caught.value.message.startswith(message)


def test_a_table_in_memory_becomes_a_file_of_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data Designer's name for it; an index of pandas is no column."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    monkeypatch.chdir(tmp_path)
    for table in (pd.DataFrame({"a": [1, 2]}, index=[7, 8]), pa.table({"a": [1, 2]})):
        assert LocalFileSeedSource.from_dataframe(table, "seeds/rows.parquet").path == "seeds/rows.parquet"
        assert pq.read_table("seeds/rows.parquet").to_pydict() == {"a": [1, 2]}
    with pytest.raises(ValueError, match="seed data must be in seeds/"):
        LocalFileSeedSource.from_dataframe(table, "rows.parquet")
