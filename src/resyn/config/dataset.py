"""A dataset's config: Data Designer's vocabulary, and a few keys of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import yaml
from pydantic import BeforeValidator, Field

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.constraints.constraint import Constraint, typed
from resyn.config.document import Document, compose_mapping, document
from resyn.config.export import ExportConfig
from resyn.config.families import Family
from resyn.config.models import ModelConfig
from resyn.config.money import BudgetConfig
from resyn.config.processors.processor import ProcessorConfig
from resyn.config.seed import SeedConfig
from resyn.config.tools import ToolConfig
from resyn.config.written import Name, Number, Whole, Written
from resyn.spec.installed import COLUMN_TYPES

COLUMNS = Family("resyn.config.columns", SingleColumnConfig, "column_type", group=COLUMN_TYPES)

CONSTRAINTS = Family("resyn.config.constraints", Constraint, "constraint_type")
PROCESSORS = Family("resyn.config.processors", ProcessorConfig, "processor_type")

if TYPE_CHECKING:
    AnyColumnConfig = SingleColumnConfig
    AnyConstraint = Constraint
    AnyProcessorConfig = ProcessorConfig
else:
    AnyColumnConfig = COLUMNS.union
    AnyConstraint = Annotated[CONSTRAINTS.union, BeforeValidator(typed)]
    AnyProcessorConfig = PROCESSORS.union


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value or []


class DataDesignerConfig(Written):
    """A dataset: its columns, the models they ask, and what becomes of the rows."""

    name: Name = "dataset"
    """What the dataset is called; another name draws other random numbers."""
    columns: Annotated[list[AnyColumnConfig], Field(min_length=1)]
    """The columns, in the order of the exported files."""
    model_configs: list[ModelConfig] | None = None
    """The models that columns ask."""
    export: ExportConfig = ExportConfig()
    """The files a dataset becomes."""
    budget: BudgetConfig = BudgetConfig()
    """What the dataset may cost, over all its runs."""
    max_missing_share: Number = Field(default=0.0, ge=0, le=1)
    """The share of rows that may be missing from the dataset, 0 to 1."""
    max_redraws: Whole = Field(default=3, ge=0)
    """How often a row that failed is drawn again before it is given up."""
    accept: Annotated[tuple[Name, ...], BeforeValidator(_listed)] = ()
    """Jinja expressions that must hold for a row, such as "check.is_valid and rating.quality.score >= 4"; others are drawn again."""
    max_candidates: Whole = Field(default=10, ge=1)
    """How often a row may be drawn in all until `accept` holds."""
    seed_config: SeedConfig | None = None
    """Rows that a person brings."""
    constraints: list[AnyConstraint] | None = None
    """What holds in every row: columns are drawn again until it does."""
    processors: list[AnyProcessorConfig] | None = None
    """What happens to the finished rows on their way into the dataset, in this order."""
    tool_configs: list[ToolConfig] | None = None
    """The tools that columns let their models call."""
    profilers: Any = None
    """Accepted for Data Designer's files, without effect."""

    @property
    def used_aliases(self) -> frozenset[str]:
        """Return the models that columns ask."""
        return frozenset(alias for column in self.columns for alias in column.model_aliases)


OURS = ("name", "export", "budget", "max_missing_share", "max_redraws", "accept", "max_candidates")
"""The keys that may stand beside `data_designer:`."""
_WRAPPER = "data_designer"


def read_dataset(text: str, file: str) -> Document:
    """Return a config's text as one section, whether or not it is wrapped in `data_designer:`.

    Raises:
        ConfigError: it does not parse, or a key stands at the wrong level.
    """
    root = compose_mapping(text, file)
    whole = document(root, file)
    if _WRAPPER not in whole.value:
        return whole
    wrapped = next(value for key, value in root.value if key.value == _WRAPPER)
    if not isinstance(wrapped, yaml.MappingNode):
        raise whole.error(f"'{_WRAPPER}' must hold keys and values", (_WRAPPER,))
    for key in whole.value:
        if key not in (_WRAPPER, "library_version", *OURS):
            belongs = key in DataDesignerConfig.model_fields
            why = f"'{key}' belongs inside '{_WRAPPER}'" if belongs else f"unknown key '{key}' beside '{_WRAPPER}'"
            raise whole.error(why, (key,), hint=f"keys that exist here: {', '.join(OURS)}")
    beside = [pair for pair in root.value if pair[0].value in OURS]
    return document(yaml.MappingNode(wrapped.tag, [*wrapped.value, *beside], wrapped.start_mark, wrapped.end_mark), file)
