"""The data set of a model is found where it is, and else it is said why not."""

from dataclasses import replace

from latent_explorer.data import torchvision_sets
from latent_explorer.engine.datasets.load_originals import load_originals
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query_context import QueryContext


def test_a_data_set_that_is_not_here_is_said_and_nothing_is_downloaded(world, tmp_path):
    said = load_originals(world["first"], str(tmp_path))
    assert said.startswith("MNIST")
    value = Sample("first", 7).answer(QueryContext(world, {world["first"].data_key: said}))
    assert value.original is None
    assert value.error is None
    assert value.note == said


def test_a_data_set_that_is_damaged_is_not_said_to_be_missing(world, tmp_path):
    raw = tmp_path / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in torchvision_sets.IDX_FILES:
        (raw / name).write_bytes(b"nonsense")
    missing = load_originals(world["first"], str(tmp_path / "elsewhere"))
    assert load_originals(world["first"], str(tmp_path)) not in (missing, "")


def test_pictures_of_another_shape_are_not_the_originals(world):
    odd = replace(world["other"], image_shape=(1, 28, 28))
    assert "digits" in load_originals(odd, None)
