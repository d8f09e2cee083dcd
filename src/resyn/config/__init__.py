"""What a person writes: loading, checking, compiling to the spec."""

from resyn.config.dataset import DataDesignerConfig
from resyn.config.load import Loaded, load
from resyn.config.models import ChatCompletionInferenceParams, ModelConfig
from resyn.config.params import Params
from resyn.config.providers import ModelProvider
from resyn.config.schema import schema

__all__ = ["ChatCompletionInferenceParams", "DataDesignerConfig", "Loaded", "ModelConfig", "ModelProvider", "Params", "load", "schema"]
