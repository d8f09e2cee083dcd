"""Jinja texts: what they name, how they are rendered."""

from resyn.templates.block import BlockTemplate
from resyn.templates.environment import compiled
from resyn.templates.references import TemplateError, bare, references

__all__ = ["BlockTemplate", "TemplateError", "bare", "compiled", "references"]
