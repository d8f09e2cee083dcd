"""The JSON Schema of a config file, for editors."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from resyn.config.columns.sampler import SAMPLERS, SamplerColumnConfig
from resyn.config.columns.validation import VALIDATORS, ValidationColumnConfig
from resyn.config.dataset import COLUMNS, CONSTRAINTS, OURS, PROCESSORS, DataDesignerConfig
from resyn.config.families import Family

_REF = "#/$defs/{model}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a config file, bare or wrapped in `data_designer:`."""
    models: list[type[BaseModel]] = [DataDesignerConfig, *SAMPLERS.members.values(), *VALIDATORS.members.values()]
    tagged = [(family.tag, member) for family in (COLUMNS, CONSTRAINTS, PROCESSORS) for member in family.members.values()]
    models += [member for _, member in tagged if member not in models]
    refs, generated = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    definitions = generated["$defs"]
    for tag, member in tagged:
        _require(tag, definitions[refs[member, "validation"]["$ref"].rpartition("/")[2]])
    _tie_params_to_their_type(definitions, SamplerColumnConfig, SAMPLERS, ("params", "conditional_params"))
    _tie_params_to_their_type(definitions, ValidationColumnConfig, VALIDATORS, ("validator_params", ""))
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


def _tie_params_to_their_type(definitions: dict[str, Any], column: type[BaseModel], family: Family, keys: tuple[str, str]) -> None:
    """Let the type beside `keys` choose their schema, the first key's and that of each value of the second's; pydantic asks inside them."""
    section, (one, many), tag = definitions[column.__name__], keys, family.tag
    section["properties"][tag]["enum"] = list(family.members)
    for key in filter(None, keys):
        section["properties"][key] = {"type": "object", "description": section["properties"][key]["description"]}
    section["required"] = [key for key in section["required"] if key != one]
    section["allOf"] = []
    for name, model in family.members.items():
        chosen = {"properties": {tag: {"const": name}}, "required": [tag]}
        needed = {"required": [one]} if "required" in definitions[model.__name__] else {}
        ref = {"$ref": _REF.format(model=model.__name__)}
        properties = {one: ref, **({many: {"additionalProperties": ref}} if many else {})}
        section["allOf"].append({"if": chosen, "then": {"properties": properties, **needed}})
