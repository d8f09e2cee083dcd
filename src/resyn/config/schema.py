"""The JSON Schema of a config file, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from resyn.config.columns.sampler import SAMPLERS, SamplerColumnConfig
from resyn.config.dataset import COLUMNS, OURS, PROCESSORS, DataDesignerConfig

_REF = "#/$defs/{model}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a config file, bare or wrapped in `data_designer:`."""
    models: list[type[BaseModel]] = [DataDesignerConfig, *SAMPLERS.members.values()]
    _, generated = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    definitions = generated["$defs"]
    for family in (COLUMNS, PROCESSORS):
        for member in family.members.values():
            _require(family.tag, definitions[member.__name__])
    _tie_params_to_their_sampler(definitions)
    bare = definitions["DataDesignerConfig"]
    definitions["Wrapped"] = {
        "type": "object",
        "description": "A config as Data Designer's write_config writes it.",
        "properties": {
            "data_designer": {"$ref": _REF.format(model="DataDesignerConfig")},
            "library_version": {"description": "Data Designer's version; without effect."},
            **{key: bare["properties"][key] for key in OURS},
        },
        "required": ["data_designer"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "resyn config",
        "description": bare["description"],
        "if": {"type": "object", "required": ["data_designer"]},
        "then": {"$ref": _REF.format(model="Wrapped")},
        "else": {"$ref": _REF.format(model="DataDesignerConfig")},
        "$defs": definitions,
    }


def _require(key: str, definition: dict[str, Any]) -> None:
    """Ask for a key that classes have a default for: in Python the class says it, in a file nothing else does."""
    definition["required"] = sorted({key, *definition.get("required", ())}, key=list(definition["properties"]).index)


def _tie_params_to_their_sampler(definitions: dict[str, Any]) -> None:
    """Let `sampler_type` beside `params` choose their schema; pydantic's own asks for it inside `params`."""
    column = definitions[SamplerColumnConfig.__name__]
    column["properties"]["sampler_type"]["enum"] = list(SAMPLERS.members)
    for key in ("params", "conditional_params"):
        column["properties"][key] = {"type": "object", "description": column["properties"][key]["description"]}
    column["required"] = [key for key in column["required"] if key != "params"]
    column["allOf"] = []
    for name, model in SAMPLERS.members.items():
        chosen = {"properties": {"sampler_type": {"const": name}}, "required": ["sampler_type"]}
        needed = {"required": ["params"]} if "required" in definitions[model.__name__] else {}
        one = {"$ref": _REF.format(model=model.__name__)}
        then = {"properties": {"params": one, "conditional_params": {"additionalProperties": one}}, **needed}
        column["allOf"].append({"if": chosen, "then": then})
