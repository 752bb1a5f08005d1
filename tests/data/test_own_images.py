"""Images of one's own, by what their path names."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from latent_explorer import config
from latent_explorer.data import datasets
from latent_explorer.errors import InputError

pytestmark = pytest.mark.usefixtures("own_cache")


def test_too_few_images_or_no_path_is_one_clear_line(tmp_path):
    Image.new("L", (20, 10)).save(tmp_path / "a.png")
    with pytest.raises(InputError, match="1 picture arrived; at least 16"):
        datasets.load(config.Data(name="folder", path=str(tmp_path)))
    with pytest.raises(InputError, match=r"data\.path: nothing arrived"):
        datasets.load(config.Data(name="folder"))


@pytest.mark.parametrize(
    ("name", "of_pictures", "of_arrays"),
    [
        ("a.npy", "data.name array", None), ("a.parquet", "data.name array", None), ("a.NPZ", "data.name array", None),
        ("a.txt", None, ".npy, .npz"), ("folder", None, "data.name folder"), ("none", None, "no such file"),
    ],
)  # fmt: skip
def test_a_path_for_the_other_kind_of_data_says_which_reads_it(tmp_path, name, of_pictures, of_arrays):
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    if "." in name:
        path.write_bytes(b"")
    for kind, said in (("folder", of_pictures), ("array", of_arrays)):
        if said is not None:
            with pytest.raises(InputError, match=said) as raised:
                datasets.load(config.Data(name=kind, path=str(path)))
            assert str(path) in str(raised.value)


def test_images_of_another_shape_than_the_config_says_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros((20, 4, 6), np.uint8) + np.arange(20, dtype=np.uint8)[:, None, None])
    wanted = config.Data(name="array", path=str(tmp_path / "a.npy"), shape=(1, 4, 6))
    assert datasets.load(wanted).image_shape == (1, 4, 6)
    with pytest.raises(InputError, match=r"\[1, 4, 5\]|4, 5"):
        datasets.load(replace(wanted, shape=(1, 4, 5)))
