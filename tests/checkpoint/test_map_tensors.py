"""Maps in a file: the way back is stored with its map, and refused where it does not fit."""

import numpy as np
import pytest

from latent_explorer.checkpoint import checkpoint_file, tensor_file, trained_model
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.errors import InputError


@pytest.fixture(scope="module")
def smoothed(tiny_path) -> Checkpoint:
    """No test changes it."""
    made = checkpoint_file.load(tiny_path, "cpu")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("latent_explorer.atlas.MIN_DOTS_TO_FIT", 100)
        made.fit_inverse("tsne")
    return made


def test_the_way_back_is_kept_in_the_file(smoothed, tmp_path):
    again = checkpoint_file.load(smoothed.save(tmp_path / "smoothed.safetensors"), "cpu")
    at = np.random.default_rng(0).random((50, 2)).astype(np.float32)
    for resolution in (None, 1e-3, 0.1):
        found, wanted = (one.atlas.inverse_transform(at, resolution) for one in (again, smoothed))
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert again.atlas.smooth_network is not None
    assert (
        again.save(tmp_path / "again.safetensors").read_bytes() == again.save(tmp_path / "b.safetensors").read_bytes()
    )
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "smoothed.safetensors").read_bytes()
    assert again.maps["pca"].smooth_network is None
    assert np.array_equal(again.maps["pca"].xy, smoothed.maps["pca"].xy)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("first.weights", lambda a: a[:-1], r"map.tsne.smooth.first.weights has shape \(257, 160\); \(258, 160\) is"),
        ("first.weights", lambda a: a.astype(np.float16), "first.weights is float16; int8 is expected"),
        ("last.bias", lambda a: a.astype(np.int8), "last.bias is int8; float16 or float32 is expected"),
        ("phases", lambda a: a * np.nan, "phases holds NaN"),
    ],
)
def test_a_way_back_that_does_not_fit_is_named(smoothed, tmp_path, name, value, said):
    header, tensors = trained_model.make_header(smoothed), trained_model.make_tensors(smoothed)
    tensors[f"map.tsne.smooth.{name}"] = value(tensors[f"map.tsne.smooth.{name}"])
    tensor_file.write(tmp_path / "odd.safetensors", header, tensors)
    with pytest.raises(InputError, match=said):
        checkpoint_file.load(tmp_path / "odd.safetensors", "cpu")


@pytest.mark.parametrize("odd", [{"features": 256, "width": -1}, {"features": 1e300, "width": 160}, {}, 7, [1]])
def test_widths_of_a_way_back_that_cannot_be_are_refused(smoothed, tmp_path, odd):
    header = trained_model.make_header(smoothed)
    header["maps"][0]["smooth"] = odd
    tensor_file.write(tmp_path / "odd.safetensors", header, trained_model.make_tensors(smoothed))
    with pytest.raises(InputError, match="damaged"):
        checkpoint_file.load(tmp_path / "odd.safetensors", "cpu")
