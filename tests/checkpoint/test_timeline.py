"""A timeline shows the moments of one training, each with a map near its own dots."""

from dataclasses import replace

import numpy as np

from latent_explorer import config
from latent_explorer.atlas import procrustes
from latent_explorer.atlas.map_frame import MapFrame
from latent_explorer.checkpoint import checkpoint_paths, snapshots
from latent_explorer.checkpoint.timeline import Timeline, from_snapshots


def test_a_film_becomes_moments_with_the_films_maps(film):
    made = from_snapshots("film", film)
    assert (made.kind, made.axis, len(made)) == ("film", "epoch", 3)
    assert made.axis_values.tolist() == [0, 1, 2]
    assert [one.label for one in made.moments] == ["epoch 0", "epoch 1", "epoch 2"]
    moment = made.make_checkpoint(1)
    assert moment.name == "film, epoch 1"
    aligned = procrustes.align_to_last([one.latents for one in film.moments])[1]
    ours, theirs = (xy - xy.mean(axis=0) for xy in (moment.atlas.xy, aligned.xy))
    np.testing.assert_allclose(ours / ours.std(), theirs / theirs.std(), atol=1e-4)
    sizes = [one.plane.xy.std() for one in made.moments]
    assert sizes[0] < sizes[1] < sizes[2] < 2 * sizes[0]  # it grows threefold, and is seen nearer while it is small
    assert list(moment.maps) == ["pca"]


def test_a_timeline_grows_by_moments_and_their_losses(film):
    moment = from_snapshots("film", film).moments[0]
    grown = Timeline("live 1", "live", "epoch", (), film.indices, film.labels, ())
    for t in range(3):
        grown = grown.with_moment(replace(moment, axis_value=float(t)), {"loss": 3.0 - t})
    assert grown.model_names == ("live 1 @ 0", "live 1 @ 1", "live 1 @ 2")
    assert grown.loss_curves["loss"].tolist() == [3, 2, 1]


def test_the_film_of_a_training_on_own_images_has_their_digest(film, tmp_path):
    own = config.from_dict({"data": {"name": "array", "shape": [1, 4, 9]}, "model": {"latent_dim": 4, "hidden": [8]}})
    replace(film, config=own, source="abc").save(tmp_path / "mine.snapshots")
    read = snapshots.load(tmp_path / "mine.snapshots")
    made = from_snapshots("film", read).make_checkpoint(1)
    assert (read.source, made.source, made.image_shape) == ("abc", "abc", (1, 4, 9))
    assert made.data_key[-1] == "abc"


def test_a_moment_has_its_own_frame(film):
    """What a moment's checkpoint says of a position is what its map shows there."""
    assert isinstance(from_snapshots("film", film).moments[-1].plane.frame, MapFrame)
    moment = from_snapshots("film", film).make_checkpoint(2)
    np.testing.assert_allclose(moment.atlas.inverse_transform(moment.atlas.xy[:5]), moment.latents[:5], atol=1e-3)
    assert checkpoint_paths.SUFFIX != snapshots.SUFFIX
