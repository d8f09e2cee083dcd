"""Pictures of rows: made, verified, kept with their batch, and where their names lead from the dataset."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import PIL.Image
import pyarrow.parquet as pq
import pytest

from resyn.errors import ResynError
from resyn.export import export
from resyn.plan.shards import shard_texts
from resyn.spec import Export, Model, encode
from resyn.spec.columns.image import Image
from resyn.spec.columns.llm_text import LLMText
from resyn.spec.columns.sampler import Sampler
from resyn.spec.conversation import MediaContext
from resyn.spec.samplers.uuid import UUID
from resyn.testing import ModelServer, model_server
from support.planned import Plan

COLUMNS = (
    Sampler(name="sku", params=UUID()),
    Image(name="pic", model_alias="writer", prompt="A picture of {{ sku }}"),
    LLMText(
        name="caption",
        model_alias="writer",
        prompt="Say what it is.",
        multi_modal_context=(MediaContext(modality="image", column_name="pic"),),
    ),
)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    """Run a server of which a third of the images are none."""
    with model_server(bad_image_rate=0.3) as running:
        yield running


@pytest.fixture
def plan(tmp_path: Path, server: ModelServer) -> Plan:
    """Return a project whose two batches are made."""
    plan = Plan(tmp_path, server.endpoint)
    model = Model(provider="lab", provider_type="openai", model="gemini-image", temperature=0.7)
    plan({"b00000": range(5), "b00001": range(5, 8)}, columns=COLUMNS, models={"writer": model}, max_redraws=9)
    for key in ("b00000", "b00001"):
        plan.generate(key)
    return plan


def exported(plan: Plan, embed_media: tuple[str, ...] = ()) -> list[list[str]]:
    """Return the names in the exported rows."""
    plan.write("export", encode(Export(name="reviews", embed_media=embed_media)))
    export(plan.project)
    names: list[list[str]] = pq.read_table(plan.project.dataset / "train.parquet")["pic"].to_pylist()
    return names


def test_an_image_that_is_not_one_is_drawn_again(plan: Plan) -> None:
    """Every row has a picture, named after what is in it, in the folder of its batch; a caption was shown it."""
    for key, rows in (("b00000", 5), ("b00001", 3)):
        names = [name for row in plan.rows(key) for name in row["pic"]]
        folder = plan.project.media(key)
        assert len(names) == rows
        assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png")) == sorted(set(names))
        for name in names:
            content = (folder / name).read_bytes()
            assert Path(name).stem == hashlib.sha256(content).hexdigest()[:32]
            PIL.Image.open(io.BytesIO(content)).verify()
    trace = pq.read_table(plan.project.trace("b00000")).to_pylist()
    assert any(turn["attempt"] > 0 for turn in trace)
    assert all("data:image/png;base64," in turn["request"] for turn in trace if turn["column"] == "caption")


def test_a_replay_makes_the_same_files_and_asks_nothing(plan: Plan, server: ModelServer) -> None:
    """From the stored answers, with every file gone."""
    rows = plan.rows("b00000")
    shutil.rmtree(plan.project.root / "data")
    shutil.rmtree(plan.project.root / ".resyn/media")
    server.reset()
    plan.generate("b00000", recorded=True)
    assert plan.rows("b00000") == rows
    assert all((plan.project.media("b00000") / name).is_file() for row in rows for name in row["pic"])
    assert server.stats()["requests"] == 0


def test_names_lead_to_the_files_from_the_dataset_s_folder(plan: Plan) -> None:
    """Copied beside the rows; a file that is no row's goes."""
    stray = plan.project.dataset / "media/pic/stray.png"
    stray.parent.mkdir(parents=True)
    stray.touch()
    names = [name for row in exported(plan) for name in row]
    assert len(names) == 8
    assert {path.relative_to(plan.project.dataset).as_posix() for path in plan.project.dataset.rglob("*.png")} == set(names)


def test_pictures_are_embedded_where_asked(plan: Plan) -> None:
    """As addresses that hold their bytes; no file is copied."""
    for row, kept in zip(exported(plan, embed_media=("pic",)), [*plan.rows("b00000"), *plan.rows("b00001")], strict=True):
        head, _, coded = row[0].partition(",")
        assert head == "data:image/png;base64"
        assert hashlib.sha256(base64.b64decode(coded)).hexdigest()[:32] == Path(kept["pic"][0]).stem
    assert not (plan.project.dataset / "media").exists()


def test_a_batch_without_its_files_is_named(plan: Plan) -> None:
    """With the command that brings them back."""
    shutil.rmtree(plan.project.media("b00001"))
    with pytest.raises(ResynError, match="b00001") as error:
        exported(plan)
    assert "dvc pull" in error.value.hint


def test_the_folder_is_an_out_only_of_datasets_with_pictures() -> None:
    """Other batch stages keep their bytes, or DVC would run each again."""
    plain, with_media = shard_texts(["b00000"])["000"], shard_texts(["b00000"], has_media=True)["000"]
    assert with_media == plain + "        - data/media/${key}\n"
