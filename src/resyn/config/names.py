"""Words of a config as enumerations, called as Data Designer calls them; wherever one stands, its text may stand."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    _Words = TypeVar("_Words", bound=StrEnum)
    Word: TypeAlias = _Words | str
else:

    class Word:
        """`Word[SomeEnum]`: one of its texts; for type checkers, a member of it or a text."""

        def __class_getitem__(cls, words: type[StrEnum]) -> object:
            return Literal[tuple(word.value for word in words)]


class DataDesignerColumnType(StrEnum):
    """`column_type`."""

    CUSTOM = "custom"
    EMBEDDING = "embedding"
    EXPRESSION = "expression"
    IMAGE = "image"
    LLM_CODE = "llm-code"
    LLM_JUDGE = "llm-judge"
    LLM_STRUCTURED = "llm-structured"
    LLM_TEXT = "llm-text"
    SAMPLER = "sampler"
    SEED_DATASET = "seed-dataset"
    VALIDATION = "validation"


class SamplerType(StrEnum):
    """`sampler_type`."""

    BERNOULLI = "bernoulli"
    BERNOULLI_MIXTURE = "bernoulli_mixture"
    BINOMIAL = "binomial"
    CATEGORY = "category"
    DATETIME = "datetime"
    GAUSSIAN = "gaussian"
    PERSON = "person"
    PERSON_FROM_FAKER = "person_from_faker"
    POISSON = "poisson"
    SCIPY = "scipy"
    SUBCATEGORY = "subcategory"
    TIMEDELTA = "timedelta"
    UNIFORM = "uniform"
    UUID = "uuid"


class ProcessorType(StrEnum):
    """`processor_type`."""

    DEDUPLICATE = "deduplicate"
    DROP_COLUMNS = "drop_columns"
    FILTER = "filter"
    SCHEMA_TRANSFORM = "schema_transform"
    SORT = "sort"
    SPLIT = "split"


class ConstraintType(StrEnum):
    """`constraint_type`."""

    COLUMN_EQUALITY = "column_equality"
    COLUMN_INEQUALITY = "column_inequality"
    EXPRESSION = "expression"
    MEMBERSHIP = "membership"
    SCALAR_EQUALITY = "scalar_equality"
    SCALAR_INEQUALITY = "scalar_inequality"
    SUM = "sum"


class InequalityOperator(StrEnum):
    """`operator` of a constraint."""

    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"


class ValidatorType(StrEnum):
    """`validator_type`."""

    CODE = "code"
    JSON_SCHEMA = "json_schema"
    LOCAL_CALLABLE = "local_callable"
    REMOTE = "remote"


class CodeLang(StrEnum):
    """`code_lang`."""

    BASH = "bash"
    C = "c"
    COBOL = "cobol"
    CPP = "cpp"
    CSHARP = "csharp"
    GO = "go"
    JAVA = "java"
    JAVASCRIPT = "javascript"
    KOTLIN = "kotlin"
    PYTHON = "python"
    RUBY = "ruby"
    RUST = "rust"
    SCALA = "scala"
    SWIFT = "swift"
    TYPESCRIPT = "typescript"
    SQL_ANSI = "sql:ansi"
    SQL_BIGQUERY = "sql:bigquery"
    SQL_MYSQL = "sql:mysql"
    SQL_POSTGRES = "sql:postgres"
    SQL_SQLITE = "sql:sqlite"
    SQL_TSQL = "sql:tsql"


class SamplingStrategy(StrEnum):
    """`sampling_strategy` of a seed dataset."""

    ORDERED = "ordered"
    SHUFFLE = "shuffle"


class TraceType(StrEnum):
    """`with_trace`."""

    NONE = "none"
    LAST_MESSAGE = "last_message"
    ALL_MESSAGES = "all_messages"


class GenerationType(StrEnum):
    """`generation_type` of inference parameters."""

    CHAT_COMPLETION = "chat-completion"
    EMBEDDING = "embedding"
    IMAGE = "image"


class GenerationStrategy(StrEnum):
    """`generation_strategy` of a custom column."""

    CELL_BY_CELL = "cell_by_cell"
    FULL_COLUMN = "full_column"


class Modality(StrEnum):
    """`modality` of what a model is shown."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


class ModalityDataType(StrEnum):
    """`data_type` of what a model is shown."""

    URL = "url"
    BASE64 = "base64"


class ImageFormat(StrEnum):
    """`image_format`."""

    PNG = "png"
    JPG = "jpg"
    JPEG = "jpeg"
    GIF = "gif"
    WEBP = "webp"


class AudioFormat(StrEnum):
    """`audio_format`."""

    MP3 = "mp3"
    WAV = "wav"


class VideoFormat(StrEnum):
    """`video_format`."""

    MP4 = "mp4"
    MOV = "mov"
    WEBM = "webm"
