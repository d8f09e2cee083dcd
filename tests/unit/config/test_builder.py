"""A config written in Python is the config of its file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from pydantic import BaseModel, Field, ValidationError

import resyn.config as dd
from resyn.config.columns.sampler import SAMPLERS
from resyn.config.columns.validation import VALIDATORS
from resyn.config.dataset import COLUMNS, CONSTRAINTS, PROCESSORS
from resyn.errors import ConfigError
from resyn.pipeline import Pipeline
from resyn.plan.compile import compile_plan
from resyn.project import Project
from support import ported

DATA = Path(__file__).parent / "data"


class Review(BaseModel):
    """What a model writes."""

    title: str = Field(description="short title")
    sentiment: Literal["positive", "neutral", "negative"]
    score: int = Field(ge=1, le=10)


def reviews() -> dd.DataDesignerConfigBuilder:
    """Return a config that was written for Data Designer: its import is all that was changed."""
    model = dd.ModelConfig(
        alias="gen",
        model="fake-model",
        provider="lab",
        inference_parameters=dd.ChatCompletionInferenceParams(temperature=0.7, max_tokens=512, timeout=60, max_parallel_requests=64),
    )
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])
    builder.add_column(dd.SamplerColumnConfig(name="uid", sampler_type=dd.SamplerType.UUID, params=dd.UUIDSamplerParams()))
    builder.add_column(
        dd.SamplerColumnConfig(
            name="topic",
            sampler_type=dd.SamplerType.CATEGORY,
            params=dd.CategorySamplerParams(values=["espresso machine", "tent", "headphones"]),
        )
    )
    builder.add_column(name="tone", column_type="sampler", sampler_type="category", params={"values": ["cheerful", "dry"]})
    builder.add_column(
        dd.LLMTextColumnConfig(name="text", model_alias="gen", prompt="Write a {{ tone }} review of a {{ topic }}, ticket {{ uid }}.")
    )
    builder.add_column(
        dd.LLMStructuredColumnConfig(name="record", model_alias="gen", output_format=Review, prompt="Extract a record from:\n{{ text }}")
    )
    builder.add_column(dd.ExpressionColumnConfig(name="label", expr="{{ topic }}: {{ record.title }} [{{ record.score }}]"))
    builder.add_processor(dd.DropColumnsProcessorConfig(name="drop", column_names=["uid"]))
    builder.add_processor(
        processor_type=dd.ProcessorType.SCHEMA_TRANSFORM, name="chat", template={"messages": [{"role": "user", "content": "{{ text }}"}]}
    )
    return builder


def planned(project: Project) -> tuple[bytes, bytes, bytes]:
    """Return the plan of a project: program, export, runtime."""
    plan = compile_plan(project, dd.load(project))
    return plan.generation, plan.export, plan.runtime


@pytest.fixture
def lab(project: Project) -> Project:
    """Return a project with a provider `lab`."""
    project.providers.write_text("providers:\n  - {name: lab, endpoint: http://127.0.0.1:9/v1}\n")
    return project


FILES = ["tickets.yaml", "the-basics.yaml", "text_to_python.yaml", "text_to_sql.yaml"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_a_config_that_was_read_and_written_again_is_the_same(project: Project, file: str, ending: str) -> None:
    """Byte for byte the same plan: ours, and those that Data Designer's `write_config` wrote."""
    shutil.copy(DATA / file, project.root / "configs/tickets.yaml")
    providers = {model.provider for model in dd.DataDesignerConfigBuilder.from_config(DATA / file).model_configs}
    project.providers.write_text("providers:\n" + "".join(f"  - {{name: {name}, endpoint: http://127.0.0.1:9/v1}}\n" for name in providers))
    before = planned(project)
    written = project.root / f"again.{ending}"
    dd.DataDesignerConfigBuilder.from_config(project.root / "configs/tickets.yaml").write_config(written)
    shutil.copy(written, project.root / "configs/tickets.yaml")
    assert planned(project) == before


def test_a_config_of_data_designers_in_python_ports_by_its_import(lab: Project) -> None:
    """Classes, enumerations, a pydantic model as output format; written, loaded, planned."""
    Pipeline(lab.root).use(reviews().with_settings(name="reviews"), num_records=7)
    loaded = dd.load(lab)
    assert (loaded.params.config.as_posix(), loaded.params.num_records) == ("configs/reviews.yaml", 7)
    assert [column.name for column in loaded.program.columns] == ["uid", "topic", "tone", "text", "record", "label"]
    assert loaded.program.models["gen"].temperature == 0.7
    assert [processor.name for processor in loaded.export.processors] == ["drop", "chat"]
    first = (lab.root / "configs/reviews.yaml").read_bytes()
    Pipeline(lab.root).use(dd.DataDesignerConfigBuilder.from_config(lab.root / "configs/reviews.yaml"))
    assert (lab.root / "configs/reviews.yaml").read_bytes() == first


def test_a_file_and_python_have_one_identity(lab: Project) -> None:
    """The same columns, written by hand."""
    Pipeline(lab.root).use(reviews())
    built = dd.load(lab).program
    config = yaml.safe_load((lab.root / "configs/dataset.yaml").read_text())
    config["columns"][0]["params"] = {}
    config["columns"][2]["params"] = {"values": ["cheerful", "dry"], "weights": None}
    (lab.root / "configs/dataset.yaml").write_text(yaml.safe_dump({"data_designer": config}, sort_keys=False))
    assert dd.load(lab).program == built


def test_use_changes_its_own_lines_of_params_only(lab: Project) -> None:
    """Comments stay, and keys of a person's own."""
    lab.params.write_text(
        "# mine\nconfig: configs/tickets.yaml  # which\nnum_records: 3\nbatch_size: 2\nseed: 1 # why\nreference_date: '2026-01-01'\ntrain: {lr: 1}\n"
    )
    Pipeline(lab.root).use(reviews(), num_records=40, draw=2)
    assert lab.params.read_text() == (
        "draw: 2\n# mine\nconfig: configs/dataset.yaml  # which\nnum_records: 40\nbatch_size: 2\nseed: 1 # why\nreference_date: '2026-01-01'\ntrain: {lr: 1}\n"
    )
    with pytest.raises(ConfigError, match="no parameter 'records'"):
        Pipeline(lab.root).use(reviews(), records=40)


def test_the_builder_gives_back_what_it_holds() -> None:
    """And takes it out again."""
    builder = reviews()
    builder.add_constraint(dd.ScalarInequalityConstraint(target_column="n", operator="lt", rhs=3))
    assert [column.name for column in builder.get_columns_of_type(dd.DataDesignerColumnType.LLM_TEXT)] == ["text"]
    assert builder.num_columns_of_type("sampler") == 3
    assert len(builder.get_columns_excluding_type("sampler")) == 3
    assert builder.get_column_config("label") == builder.get_column_configs()[-1]
    assert builder.allowed_references == ["uid", "topic", "tone", "text", "record", "label"]
    assert [processor.name for processor in builder.get_processor_configs()] == ["drop", "chat"]
    assert len(builder.get_constraints("n")) == 1
    assert builder.delete_constraints("n").get_constraints("n") == []
    assert builder.delete_column("label").allowed_references == ["uid", "topic", "tone", "text", "record"]
    assert builder.delete_model_config("gen").model_configs == []
    assert builder.get_seed_config() is None


@pytest.mark.parametrize("script", [ported.orders, ported.topics, ported.programs])
def test_scripts_of_data_designers_port_by_their_import(script: Callable[[], dd.DataDesignerConfigBuilder], lab: Project) -> None:
    """Built, written, read and planned; numbers as a judge's options, a processor added twice, a profiler."""
    (lab.root / "seeds").mkdir(exist_ok=True)
    pq.write_table(pa.table({"sid": range(50), "topic": [f"t{number % 7}" for number in range(50)]}), lab.root / "seeds/topics.parquet")
    builder = script()
    for processor in builder.get_processor_configs():
        builder.add_processor(processor)
    Pipeline(lab.root).use(builder.with_settings(name="ported"))
    first = planned(lab)
    Pipeline(lab.root).use(dd.DataDesignerConfigBuilder.from_config(lab.root / "configs/ported.yaml"))
    assert planned(lab) == first


def test_a_seed_dataset_is_checked_and_held_before_there_are_columns() -> None:
    """As it was given."""
    source = dd.LocalFileSeedSource(path="seeds/topics.parquet")
    builder = dd.DataDesignerConfigBuilder().with_seed_dataset(source, sampling_strategy=dd.SamplingStrategy.SHUFFLE)
    seed = builder.get_seed_config()
    assert seed is not None
    assert (seed.source, seed.sampling_strategy) == (source, "shuffle")
    with pytest.raises(ValidationError, match="shuffle"):
        builder.with_seed_dataset(source, sampling_strategy="shuffled")


def test_a_function_is_named_by_its_plugin_and_refused_elsewhere() -> None:
    """Stages that run later could not find one of the script; parameters may be an instance of their class."""

    def checked(row: dict[str, Any]) -> dict[str, Any]:
        return row

    with pytest.raises(ValidationError, match="a function of the script"):
        dd.LocalCallableValidatorParams(validation_function=checked)
    checked.__module__, checked.__qualname__ = "plugins.mine", "checked"
    assert dd.LocalCallableValidatorParams(validation_function=checked).validation_function == "plugins.mine:checked"
    params = Review(title="t", sentiment="neutral", score=1)
    column = dd.CustomColumnConfig(name="c", generator_function=checked, generator_params=params)
    assert (column.generator_function, column.generator_params) == ("plugins.mine:checked", params.model_dump())


def test_tools_have_data_designers_names() -> None:
    """Added, found, refused when there twice, taken out; servers that are started or reached."""
    tools = dd.ToolConfig(tool_alias="sums", providers=["calc"], allow_tools=["add"], max_tool_call_turns=3, timeout_sec=10)
    builder = dd.DataDesignerConfigBuilder(tool_configs=[tools])
    assert builder.get_tool_config("sums") is tools
    with pytest.raises(ConfigError, match="tools 'sums' already"):
        builder.add_tool_config(tools)
    assert builder.delete_tool_config("sums").add_tool_config(tools).tool_configs == [tools]
    assert dd.LocalStdioMCPProvider(name="calc", command="python", args=("-m", "calc")).provider_type == "stdio"
    assert dd.MCPProvider(name="far", endpoint="http://127.0.0.1:9/mcp").provider_type == "streamable_http"


MISUSES: dict[str, tuple[Any, str]] = {
    "no such type": (lambda b: b.add_column(name="x", column_type="lm-text"), r"no column_type 'lm-text' \(did you mean 'llm-text'\?\)"),
    "no such column": (lambda b: b.delete_column("lable"), r"no column 'lable' \(did you mean 'label'\?\)"),
    "alias twice": (lambda b: b.add_model_config(b.model_configs[0]), "a model 'gen' already"),
    "no such setting": (lambda b: b.with_settings(nam="x"), r"unknown setting 'nam' \(did you mean 'name'\?\)"),
    "no column": (lambda b: b.add_column(b), "no column"),
}


@pytest.mark.parametrize(("misuse", "message"), MISUSES.values(), ids=MISUSES)
def test_a_misuse_is_said_at_once(misuse: Any, message: str) -> None:
    """With what was probably meant."""
    with pytest.raises(ConfigError, match=message):
        misuse(reviews())


def test_a_wrong_value_is_said_in_our_words() -> None:
    """As for a file, without its lines."""
    with pytest.raises(ValidationError, match="unknown key 'value'"):
        dd.CategorySamplerParams(value=["a"])  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="there are 1 weights and 2 values"):
        dd.CategorySamplerParams(values=["a", "b"], weights=[1])


PEER = [
    "AgentRolloutFormat",
    "AgentRolloutSeedSource",
    "AudioContext",
    "AudioFormat",
    "BernoulliMixtureSamplerParams",
    "BernoulliSamplerParams",
    "BinomialSamplerParams",
    "CategorySamplerParams",
    "ChatCompletionInferenceParams",
    "CodeLang",
    "CodeValidatorParams",
    "ColumnInequalityConstraint",
    "ConstraintType",
    "CustomColumnConfig",
    "DataDesignerColumnType",
    "DataDesignerConfig",
    "DataDesignerConfigBuilder",
    "DataDesignerScriptParams",
    "DataFrameSeedSource",
    "DatetimeSamplerParams",
    "DirectorySeedSource",
    "DropColumnsProcessorConfig",
    "EmbeddingColumnConfig",
    "EmbeddingInferenceParams",
    "ExpressionColumnConfig",
    "FileContentsSeedSource",
    "GaussianSamplerParams",
    "GenerationStrategy",
    "GenerationType",
    "HuggingFaceSeedSource",
    "ImageColumnConfig",
    "ImageContext",
    "ImageFormat",
    "ImageInferenceParams",
    "IndexRange",
    "InequalityOperator",
    "InfoType",
    "JinjaRenderingEngine",
    "JudgeScoreProfilerConfig",
    "LLMCodeColumnConfig",
    "LLMJudgeColumnConfig",
    "LLMStructuredColumnConfig",
    "LLMTextColumnConfig",
    "LocalCallableValidatorParams",
    "LocalFileSeedSource",
    "LocalStdioMCPProvider",
    "MCPProvider",
    "ManualDistribution",
    "ManualDistributionParams",
    "Modality",
    "ModalityContext",
    "ModalityDataType",
    "ModelConfig",
    "ModelProvider",
    "PartitionBlock",
    "PersonFromFakerSamplerParams",
    "PersonSamplerParams",
    "PoissonSamplerParams",
    "ProcessorType",
    "RemoteValidatorParams",
    "RequestAdmissionTuningConfig",
    "ResumeMode",
    "RunConfig",
    "SamplerColumnConfig",
    "SamplerType",
    "SamplingStrategy",
    "ScalarInequalityConstraint",
    "SchedulingMetadata",
    "SchedulingMetadataError",
    "SchemaTransformProcessorConfig",
    "ScipySamplerParams",
    "Score",
    "SeedConfig",
    "SeedDatasetColumnConfig",
    "SkipConfig",
    "SubcategorySamplerParams",
    "ThrottleConfig",
    "TimeDeltaSamplerParams",
    "ToolConfig",
    "TraceType",
    "UUIDSamplerParams",
    "UniformDistribution",
    "UniformDistributionParams",
    "UniformSamplerParams",
    "ValidationColumnConfig",
    "ValidatorType",
    "VideoContext",
    "VideoFormat",
    "custom_column_generator",
    "get_library_version",
]
"""The public names of `data_designer.config` 0.9.6."""


@pytest.mark.parametrize("name", PEER)
def test_every_name_of_data_designers_is_here_or_says_what_to_write(name: str) -> None:
    """By the same name."""
    if not hasattr(dd, name):
        with pytest.raises(AttributeError, match=f"resyn has no {name}: "):
            getattr(dd, name)
    else:
        assert getattr(dd, name).__name__ == name


def test_enumerations_hold_what_there_is() -> None:
    """A type with a file and no name, or the other way round, is a slip."""
    assert set(dd.SamplerType) == set(SAMPLERS.members)
    assert set(dd.ProcessorType) == set(PROCESSORS.members)
    assert set(dd.ConstraintType) == set(CONSTRAINTS.members)
    assert set(dd.ValidatorType) == set(VALIDATORS.members)
    assert set(COLUMNS.members) <= set(dd.DataDesignerColumnType)
    for family in (SAMPLERS, PROCESSORS, CONSTRAINTS, VALIDATORS):
        assert {member.__name__ for member in family.members.values()} <= set(dd.__all__)
