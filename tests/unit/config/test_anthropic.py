"""What Anthropic's messages cannot be asked for is said when a dataset is planned."""

from __future__ import annotations

import pytest

from unit.config.conftest import Refused, Write

CONFIG = """\
model_configs:
  - alias: m
    model: claude
    provider: lab
    inference_parameters: {{temperature: {temperature}}}
columns:
  - {{name: url, column_type: sampler, sampler_type: category, params: {{values: [seeds/a.wav]}}}}
  - {{name: text, column_type: llm-text, model_alias: m, prompt: p, multi_modal_context: [{{column_name: url, modality: {modality}}}]}}
"""
PROVIDERS = "providers:\n  - {name: lab, provider_type: anthropic, endpoint: 'http://127.0.0.1:9'}\n"
UNIFORM = "{distribution_type: uniform, params: {low: 0.5, high: 1.5}}"


@pytest.mark.parametrize(
    ("temperature", "modality", "line", "message"),
    [
        ("1.2", "image", 5, "Anthropic takes temperatures from 0 to 1, and this one goes up to 1.2"),
        (UNIFORM, "image", 5, "this one goes up to 1.5"),
        ("1", "audio", 8, "column 'text' shows audio, and Anthropic's models are shown images alone"),
        ("1", "video", 8, "column 'text' shows video"),
    ],
)
def test_it_is_refused_with_its_line(write: Write, refused: Refused, temperature: str, modality: str, line: int, message: str) -> None:
    """Before anything is asked; an OpenAI-compatible endpoint may know better."""
    write("providers.yaml", PROVIDERS)
    write("configs/tickets.yaml", CONFIG.format(temperature=temperature, modality=modality))
    error = refused()
    assert (error.line, message in error.message) == (line, True), error.message
