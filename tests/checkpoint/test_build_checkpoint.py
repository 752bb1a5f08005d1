"""What a checkpoint is built of: the dots of its map, its metrics and maps, some of which Ctrl-C skips."""

import signal

import numpy as np
import pytest

from latent_explorer.checkpoint import build_checkpoint, checkpoint_file
from tests.checkpoint.foreign import Net, make

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_the_rest_of_the_samples_is_placed_on_the_map_of_some(method, tmp_path):
    few = make(methods=(method,), points=30)
    every = make(methods=(method,), points=30, place="all")
    assert (len(few.latents), len(every.latents)) == (30, 60)
    assert every.indices.tolist() == list(range(60))
    np.testing.assert_allclose(every.maps[method].xy[few.indices], few.maps[method].xy, atol=1e-5)
    others = np.setdiff1d(np.arange(60), few.indices)
    placed = few.maps[method].transform(every.latents[others])
    np.testing.assert_allclose(every.maps[method].xy[others], placed, atol=1e-3)
    again = checkpoint_file.read(every.save(tmp_path / "all.safetensors"))
    np.testing.assert_allclose(again.maps[method].xy, every.maps[method].xy, atol=1e-3)


@pytest.mark.parametrize("title", ["t-SNE map", "way back from the t-SNE"])
def test_ctrl_c_skips_a_step_that_can_be_skipped_and_goes_on_with_the_next(monkeypatch, title):
    said = []

    def press(line):
        said.append(line)
        if title in line and "about" in line:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("latent_explorer.atlas.MIN_DOTS_TO_FIT", 10)
    monkeypatch.setattr("latent_explorer.atlas.distil_decoder.STEPS", 20)  # how good a way is, is not asked
    monkeypatch.setattr("latent_explorer.atlas.fit_smooth_network.MIN_STEPS", 20)
    monkeypatch.setattr("latent_explorer.atlas.fit_smooth_network.STEPS", 20)
    monkeypatch.setattr("latent_explorer.time_left.TRIAL", 0.0)
    monkeypatch.setattr("latent_explorer.time_left.LONG", 0.0)
    made = make(model=Net(), methods=("tsne", "pca"), fit_inverse=True, say=press)
    assert any(build_checkpoint.SKIP in line for line in said)
    assert list(made.maps) == ["pca"] if title == "t-SNE map" else ["tsne", "pca"]
    assert [name for name, one in made.maps.items() if one.smooth_network is not None] == ["pca"]


def test_the_map_takes_training_images_first_then_held_out_ones():
    assert build_checkpoint.draw_indices(100, 50, 30, 0).max() < 100
    both = build_checkpoint.draw_indices(100, 50, 120, 0)
    assert set(range(100)) < set(both.tolist())
    assert len(both) == len(set(both.tolist())) == 120
    assert build_checkpoint.draw_indices(100, 50, 10_000, 0).tolist() == list(range(150))
