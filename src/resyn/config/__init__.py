"""What a person writes: loading, checking, compiling to the spec; and the same classes for configs written in Python.

`import resyn.config as dd` takes the place of `import data_designer.config as dd`.
"""

from importlib import metadata
from typing import NoReturn

from resyn.config.absent import ABSENT
from resyn.config.builder import DataDesignerConfigBuilder
from resyn.config.columns.custom import CustomColumnConfig
from resyn.config.columns.embedding import EmbeddingColumnConfig
from resyn.config.columns.expression import ExpressionColumnConfig
from resyn.config.columns.image import ImageColumnConfig
from resyn.config.columns.llm_code import LLMCodeColumnConfig
from resyn.config.columns.llm_judge import LLMJudgeColumnConfig, Score
from resyn.config.columns.llm_structured import LLMStructuredColumnConfig
from resyn.config.columns.llm_text import LLMTextColumnConfig
from resyn.config.columns.sampler import SamplerColumnConfig
from resyn.config.columns.seed_dataset import SeedDatasetColumnConfig
from resyn.config.columns.validation import ValidationColumnConfig
from resyn.config.constraints.equality import ColumnEqualityConstraint, MembershipConstraint, ScalarEqualityConstraint
from resyn.config.constraints.expression import ExpressionConstraint
from resyn.config.constraints.inequality import ColumnInequalityConstraint, ScalarInequalityConstraint
from resyn.config.constraints.sum import SumConstraint
from resyn.config.dataset import DataDesignerConfig
from resyn.config.distributions import ManualDistribution, ManualDistributionParams, UniformDistribution, UniformDistributionParams
from resyn.config.export import ExportConfig
from resyn.config.limits import ModelLimits, TombstoneConfig
from resyn.config.load import Loaded, load
from resyn.config.media import AudioContext, ImageContext, ModalityContext, VideoContext
from resyn.config.models import ChatCompletionInferenceParams, EmbeddingInferenceParams, ImageInferenceParams, ModelConfig
from resyn.config.money import BudgetConfig
from resyn.config.names import (
    AudioFormat,
    CodeLang,
    ConstraintType,
    DataDesignerColumnType,
    GenerationStrategy,
    GenerationType,
    ImageFormat,
    InequalityOperator,
    Modality,
    ModalityDataType,
    ProcessorType,
    SamplerType,
    SamplingStrategy,
    TraceType,
    ValidatorType,
    VideoFormat,
)
from resyn.config.params import Params
from resyn.config.processors.deduplicate import DeduplicateProcessorConfig
from resyn.config.processors.drop_columns import DropColumnsProcessorConfig
from resyn.config.processors.filter import FilterProcessorConfig
from resyn.config.processors.schema_transform import SchemaTransformProcessorConfig
from resyn.config.processors.sort import SortProcessorConfig
from resyn.config.processors.split import SplitProcessorConfig
from resyn.config.profilers import JudgeScoreProfilerConfig
from resyn.config.providers import ModelProvider
from resyn.config.samplers.bernoulli import BernoulliSamplerParams
from resyn.config.samplers.bernoulli_mixture import BernoulliMixtureSamplerParams
from resyn.config.samplers.binomial import BinomialSamplerParams
from resyn.config.samplers.category import CategorySamplerParams
from resyn.config.samplers.datetime import DatetimeSamplerParams
from resyn.config.samplers.gaussian import GaussianSamplerParams
from resyn.config.samplers.person import PersonSamplerParams
from resyn.config.samplers.person_from_faker import PersonFromFakerSamplerParams
from resyn.config.samplers.poisson import PoissonSamplerParams
from resyn.config.samplers.scipy import ScipySamplerParams
from resyn.config.samplers.subcategory import SubcategorySamplerParams
from resyn.config.samplers.timedelta import TimeDeltaSamplerParams
from resyn.config.samplers.uniform import UniformSamplerParams
from resyn.config.samplers.uuid import UUIDSamplerParams
from resyn.config.schema import schema
from resyn.config.seed import IndexRange, PartitionBlock, SeedConfig
from resyn.config.seeds.directory import DirectorySeedSource
from resyn.config.seeds.file_contents import FileContentsSeedSource
from resyn.config.seeds.local import LocalFileSeedSource
from resyn.config.skip import SkipConfig
from resyn.config.tools import LocalStdioMCPProvider, MCPProvider, ToolConfig
from resyn.config.validators.code import CodeValidatorParams
from resyn.config.validators.json_schema import JSONSchemaValidatorParams
from resyn.config.validators.local_callable import LocalCallableValidatorParams
from resyn.config.validators.remote import RemoteValidatorParams
from resyn.plugins.declared import custom_column_generator
from resyn.resume import ResumeMode


def get_library_version() -> str:
    """Return resyn's version."""
    return metadata.version("resyn")


def __getattr__(name: str) -> NoReturn:
    why = f"resyn has no {name}: {ABSENT[name]}" if name in ABSENT else f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(why)


__all__ = [
    "AudioContext",
    "AudioFormat",
    "BernoulliMixtureSamplerParams",
    "BernoulliSamplerParams",
    "BinomialSamplerParams",
    "BudgetConfig",
    "CategorySamplerParams",
    "ChatCompletionInferenceParams",
    "CodeLang",
    "CodeValidatorParams",
    "ColumnEqualityConstraint",
    "ColumnInequalityConstraint",
    "ConstraintType",
    "CustomColumnConfig",
    "DataDesignerColumnType",
    "DataDesignerConfig",
    "DataDesignerConfigBuilder",
    "DatetimeSamplerParams",
    "DeduplicateProcessorConfig",
    "DirectorySeedSource",
    "DropColumnsProcessorConfig",
    "EmbeddingColumnConfig",
    "EmbeddingInferenceParams",
    "ExportConfig",
    "ExpressionColumnConfig",
    "ExpressionConstraint",
    "FileContentsSeedSource",
    "FilterProcessorConfig",
    "GaussianSamplerParams",
    "GenerationStrategy",
    "GenerationType",
    "ImageColumnConfig",
    "ImageContext",
    "ImageFormat",
    "ImageInferenceParams",
    "IndexRange",
    "InequalityOperator",
    "JSONSchemaValidatorParams",
    "JudgeScoreProfilerConfig",
    "LLMCodeColumnConfig",
    "LLMJudgeColumnConfig",
    "LLMStructuredColumnConfig",
    "LLMTextColumnConfig",
    "Loaded",
    "LocalCallableValidatorParams",
    "LocalFileSeedSource",
    "LocalStdioMCPProvider",
    "MCPProvider",
    "ManualDistribution",
    "ManualDistributionParams",
    "MembershipConstraint",
    "Modality",
    "ModalityContext",
    "ModalityDataType",
    "ModelConfig",
    "ModelLimits",
    "ModelProvider",
    "Params",
    "PartitionBlock",
    "PersonFromFakerSamplerParams",
    "PersonSamplerParams",
    "PoissonSamplerParams",
    "ProcessorType",
    "RemoteValidatorParams",
    "ResumeMode",
    "SamplerColumnConfig",
    "SamplerType",
    "SamplingStrategy",
    "ScalarEqualityConstraint",
    "ScalarInequalityConstraint",
    "SchemaTransformProcessorConfig",
    "ScipySamplerParams",
    "Score",
    "SeedConfig",
    "SeedDatasetColumnConfig",
    "SkipConfig",
    "SortProcessorConfig",
    "SplitProcessorConfig",
    "SubcategorySamplerParams",
    "SumConstraint",
    "TimeDeltaSamplerParams",
    "TombstoneConfig",
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
    "load",
    "schema",
]
