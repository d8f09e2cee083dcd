"""A config built in Python, step by step, as Data Designer's configs are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import yaml

from resyn.config.columns.column import SingleColumnConfig
from resyn.config.constraints.constraint import Constraint
from resyn.config.dataset import COLUMNS, CONSTRAINTS, OURS, PROCESSORS, DataDesignerConfig, read_dataset
from resyn.config.document import read_text
from resyn.config.dump import as_written, to_json, to_yaml
from resyn.config.families import Family
from resyn.config.messages import validated
from resyn.config.models import ModelConfig
from resyn.config.nearest import did_you_mean
from resyn.config.processors.processor import ProcessorConfig
from resyn.config.seed import SeedConfig
from resyn.config.written import Written
from resyn.errors import ConfigError


class DataDesignerConfigBuilder:
    """Collect the sections of a config; every method that adds or takes away returns the builder.

    Args:
        model_configs: the models, or the path of a YAML file that holds a list of them.
        tool_configs: the tools of models.

    Raises, in every method:
        pydantic.ValidationError: a value does not fit, as where its class is called.
        ConfigError: a name is not there, or a file cannot be used.
    """

    def __init__(self, model_configs: Sequence[ModelConfig] | str | Path | None = None, tool_configs: Sequence[Any] | None = None) -> None:
        self._models = {model.alias: model for model in _models(model_configs)}
        self._tools: dict[str, Any] = {tool.tool_alias: tool for tool in tool_configs or ()}
        self._columns: dict[str, SingleColumnConfig] = {}
        self._constraints: list[Constraint] = []
        self._processors: list[ProcessorConfig] = []
        self._sections: dict[str, Any] = {}

    @classmethod
    def from_config(cls, config: DataDesignerConfig | Mapping[str, Any] | str | Path) -> Self:
        """Return a builder that holds a config: one that was built, its values, or the path of its file."""
        whole = config if isinstance(config, DataDesignerConfig) else _read(config)
        builder = cls(whole.model_configs or (), getattr(whole, "tool_configs", None))
        builder._columns = {column.name: column for column in whole.columns}
        builder._constraints = list(whole.constraints or ())
        builder._processors = list(whole.processors or ())
        kept = set(DataDesignerConfig.model_fields) - {"model_configs", "tool_configs", "columns", "constraints", "processors"}
        builder._sections = {name: getattr(whole, name) for name in kept & whole.model_fields_set}
        return builder

    def add_column(self, column_config: SingleColumnConfig | None = None, *, name: str = "", column_type: str = "", **kwargs: Any) -> Self:
        """Add a column, or the column of a type and its keys; one of the same name is replaced where it stands."""
        column = column_config or _made(COLUMNS, column_type, {"name": name, **kwargs})
        if not isinstance(column, SingleColumnConfig):
            raise ConfigError(f"no column: {column!r}", hint="add a column config, such as SamplerColumnConfig(…)")
        self._columns[column.name] = column
        return self

    def add_constraint(self, constraint: Constraint | None = None, *, constraint_type: str = "", **kwargs: Any) -> Self:
        """Add a constraint, or the constraint of a type and its keys."""
        self._constraints.append(constraint or _made(CONSTRAINTS, constraint_type, kwargs))
        return self

    def add_processor(self, processor_config: ProcessorConfig | None = None, *, processor_type: str = "", **kwargs: Any) -> Self:
        """Add a processor behind the others, or the processor of a type and its keys; one of the same name goes."""
        processor: ProcessorConfig = processor_config or _made(PROCESSORS, processor_type, kwargs)
        self._processors = [*(other for other in self._processors if other.called != processor.called), processor]
        return self

    def add_model_config(self, model_config: ModelConfig) -> Self:
        """Add a model; one of the same alias is refused."""
        if model_config.alias in self._models:
            raise ConfigError(f"there is a model '{model_config.alias}' already", hint="take it out by `delete_model_config` first")
        self._models[model_config.alias] = model_config
        return self

    def add_tool_config(self, tool_config: Any) -> Self:
        """Add tools; those of the same alias are refused."""
        if tool_config.tool_alias in self._tools:
            raise ConfigError(f"there are tools '{tool_config.tool_alias}' already", hint="take them out by `delete_tool_config` first")
        self._tools[tool_config.tool_alias] = tool_config
        return self

    def add_profiler(self, profiler_config: Any) -> Self:
        """Take note of a profiler: accepted as in a file, without effect."""
        self._sections["profilers"] = [*self._sections.get("profilers", ()), profiler_config]
        return self

    def get_profilers(self) -> list[Any]:
        """Return the profilers."""
        return list(self._sections.get("profilers", ()))

    def with_seed_dataset(self, seed_source: Any, *, sampling_strategy: str = "ordered", selection_strategy: Any = None) -> Self:
        """Draw rows from a seed dataset, in order or shuffled, all of them or a selection."""
        given = {"source": seed_source, "sampling_strategy": sampling_strategy, "selection_strategy": selection_strategy}
        self._sections["seed_config"] = SeedConfig.model_validate(given)
        return self

    def with_settings(self, **settings: Any) -> Self:
        """Set keys of the whole dataset that Data Designer has not: name, export, budget, max_missing_share, max_redraws."""
        for name in settings:
            if name not in OURS:
                raise ConfigError(f"unknown setting '{name}'{did_you_mean(name, OURS)}", hint=f"settings that exist: {', '.join(OURS)}")
        self._sections |= settings
        return self

    def delete_column(self, column_name: str) -> Self:
        """Take a column out."""
        return self._delete(self._columns, column_name, "column")

    def delete_constraints(self, target_column: str) -> Self:
        """Take out the constraints of a column."""
        self._constraints = [constraint for constraint in self._constraints if target_column not in _targets(constraint)]
        return self

    def delete_model_config(self, alias: str) -> Self:
        """Take a model out."""
        return self._delete(self._models, alias, "model")

    def delete_tool_config(self, alias: str) -> Self:
        """Take tools out."""
        return self._delete(self._tools, alias, "tools")

    def _delete(self, items: dict[str, Any], name: str, what: str) -> Self:
        _there(items, name, what)
        del items[name]
        return self

    @property
    def model_configs(self) -> list[ModelConfig]:
        """Return the models."""
        return list(self._models.values())

    @property
    def tool_configs(self) -> list[Any]:
        """Return the tools."""
        return list(self._tools.values())

    @property
    def allowed_references(self) -> list[str]:
        """Return what templates can name."""
        return [output for column in self._columns.values() for output in column.compile().outputs]

    def get_column_config(self, name: str) -> SingleColumnConfig:
        """Return a column."""
        column: SingleColumnConfig = _there(self._columns, name, "column")
        return column

    def get_column_configs(self) -> list[SingleColumnConfig]:
        """Return the columns in order."""
        return list(self._columns.values())

    def get_columns_of_type(self, column_type: str) -> list[SingleColumnConfig]:
        """Return the columns of a type."""
        return [column for column in self._columns.values() if _type(column) == column_type]

    def get_columns_excluding_type(self, column_type: str) -> list[SingleColumnConfig]:
        """Return the columns of all other types."""
        return [column for column in self._columns.values() if _type(column) != column_type]

    def num_columns_of_type(self, column_type: str) -> int:
        """Return how many columns of a type there are."""
        return len(self.get_columns_of_type(column_type))

    def get_constraints(self, target_column: str) -> list[Constraint]:
        """Return the constraints of a column."""
        return [constraint for constraint in self._constraints if target_column in _targets(constraint)]

    def get_processor_configs(self) -> list[ProcessorConfig]:
        """Return the processors in order."""
        return list(self._processors)

    def get_tool_config(self, alias: str) -> Any:
        """Return tools by their alias."""
        return _there(self._tools, alias, "tools")

    def get_seed_config(self) -> SeedConfig | None:
        """Return the seed dataset, or None."""
        return self._sections.get("seed_config")

    def build(self) -> DataDesignerConfig:
        """Return the config; what must hold between its parts is checked by `resyn plan`, as for a file."""
        lists = {
            "columns": list(self._columns.values()),
            "model_configs": self.model_configs,
            "tool_configs": self.tool_configs,
            "constraints": self._constraints,
            "processors": self._processors,
        }
        given = {name: items for name, items in lists.items() if items or name == "columns"}
        return DataDesignerConfig.model_validate(given | self._sections)

    def write_config(self, path: str | Path, indent: int | None = 2) -> None:
        """Write the config as YAML, or as JSON where the path ends so; `indent` is JSON's."""
        path = Path(path)
        content = as_written(self.build())
        path.write_text(to_json(content, indent) if path.suffix == ".json" else to_yaml(content), encoding="utf-8")


def _models(given: Sequence[ModelConfig] | str | Path | None) -> Sequence[ModelConfig]:
    if not isinstance(given, str | Path):
        return given or ()
    listed = yaml.safe_load(read_text(Path(given), str(given)))
    items = listed.get("model_configs", ()) if isinstance(listed, dict) else listed
    return [ModelConfig.model_validate(item) for item in items or ()]


def _read(config: Mapping[str, Any] | str | Path) -> DataDesignerConfig:
    if isinstance(config, Mapping):
        text, file = to_yaml(as_written(config)), "config"
    else:
        text, file = read_text(Path(config), str(config)), str(config)
    return validated(DataDesignerConfig, read_dataset(text, file))


def _made(family: Family, kind: str, keys: Mapping[str, Any]) -> Any:
    """Return the member of a family that keys describe."""
    if kind not in family.members:
        guess = did_you_mean(kind, family.members)
        raise ConfigError(f"there is no {family.tag} '{kind}'{guess}", hint=f"types that exist: {', '.join(family.members)}")
    return family.members[kind].model_validate(dict(keys))


def _there(items: Mapping[str, Any], name: str, what: str) -> Any:
    if name not in items:
        raise ConfigError(f"there is no {what} '{name}'{did_you_mean(name, items)}")
    return items[name]


def _type(column: Written) -> str:
    return str(getattr(column, "column_type"))  # noqa: B009 - each column has its own literal


def _targets(constraint: Constraint) -> tuple[str, ...]:
    return constraint.compile().target_columns
