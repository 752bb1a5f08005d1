"""Latents that are one point, or hardly differ, or are huge: positions stay finite, and nothing warns."""

import numpy as np
import pytest
from PIL import Image

from latent_explorer.atlas import Atlas, map_quality, projection
from latent_explorer.commands import train
from latent_explorer.errors import InputError

pytestmark = pytest.mark.slow  # a hunt

NOISE = np.random.default_rng(0).normal(size=(90, 4)).astype(np.float32)
CLOUDS = {
    "the origin": 0 * NOISE, "one point": 0 * NOISE + 1, "nearly one": 1 + 1e-7 * NOISE, "tiny": 1e-30 * NOISE,
    "denormal": (1e-45 * NOISE).astype(np.float32), "two points": np.eye(90, 4, dtype=np.float32)[[0] + [9] * 89],
    "far": np.full((90, 4), 1e14, np.float32), "wide": 1e14 * NOISE, "widest": 1e15 * np.sign(NOISE),
    "a line": 0 * NOISE[:, :1] + 1,
}  # fmt: skip
METHODS = [
    ("tsne", "euclidean"), ("tsne", "cosine"), ("tsne", "manhattan"), ("pca", "euclidean"), ("latent", "euclidean"),
]  # fmt: skip


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("cloud", CLOUDS)
@pytest.mark.parametrize(("method", "metric"), METHODS)
def test_every_position_is_finite(cloud, method, metric):
    z = CLOUDS[cloud]
    fitted = projection.fit(method, z, perplexity=10.0, metric=metric)
    atlas = Atlas(fitted, z, np.zeros(len(z), np.int64))
    assert np.isfinite(atlas.xy).all()
    map_quality.measure(atlas.latents, atlas.xy, atlas.labels)
    for value in (0, 1e-30, 3e7, 1e15, -1e15):
        assert np.isfinite(atlas.transform(np.full((2, z.shape[1]), value, np.float32))).all()
    assert np.isfinite(atlas.inverse_transform([[0.5, 0.5], [9, -9]])).all()
    type(fitted).restore(fitted.to_header(), fitted.to_tensors(), z)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("value", [1e16, -1e20, 1e38, 1e200, np.inf, np.nan])
@pytest.mark.parametrize(("method", "metric"), METHODS)
def test_what_is_beyond_every_checkpoint_is_refused(value, method, metric):
    atlas = Atlas(projection.fit(method, NOISE, perplexity=10.0, metric=metric), NOISE, np.zeros(90, np.int64))
    with pytest.raises(InputError, match="latents"):
        atlas.transform(np.full((2, 4), value))


@pytest.mark.slow
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("preset", ["digits-ae", "digits-vae", "identical.yaml"])
def test_a_training_says_that_its_codes_are_one_point(tmp_path, monkeypatch, capsys, preset):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_: tmp_path / "cache")
    for i in range(100):
        (tmp_path / "pictures").mkdir(exist_ok=True)
        Image.new("L", (8, 8), 90).save(tmp_path / "pictures" / f"{i}.png")
    (tmp_path / "identical.yaml").write_text("data: {name: folder, path: pictures, size: 8, channels: 1}")
    rate = [] if preset == "identical.yaml" else ["--set", "training.learning_rate=10", "--set", "map.points=300"]
    rate += ["--set", "map.methods=[pca]"] if preset == "digits-ae" else []
    assert train.main([preset, "--set", "training.epochs=1", *rate, "--out", "it.safetensors"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("warning: all codes are (nearly) one point")
    assert lines[-2].startswith("written: it.safetensors")


@pytest.mark.slow
def test_a_training_that_went_well_says_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert train.main(["digits-vae", "--set", "training.epochs=2", "--set", "map.methods=[pca]"]) == 0
    assert "warning" not in capsys.readouterr().out
