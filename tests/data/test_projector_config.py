"""The folder of TensorBoard's projector: the files that its config names, and the sprite of thumbnails."""

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image

from latent_explorer import image_file
from latent_explorer.data import projector_config
from latent_explorer.errors import InputError

CONFIG = """
# written by a summary writer
embeddings {
  tensor_name: "default:00000"
  tensor_path: "00000/tensors.tsv"
  metadata_path: "00000/meta \\"data\\".tsv"
  sprite: { image_path: "sprite.png" single_image_dim: 3 single_image_dim: 2 }
}
embeddings { tensor_name: "x" tensor_path: "more.tsv" }
"""


def read(tmp_path, text):
    (tmp_path / projector_config.NAME).write_text(text, "utf-8")
    return projector_config.read(tmp_path)


def test_the_files_lie_beside_it(tmp_path):
    found = read(tmp_path, CONFIG)
    assert found.vectors == tmp_path / "00000/tensors.tsv"
    assert found.metadata == tmp_path / '00000/meta "data".tsv'
    assert (found.sprite, found.tile) == (tmp_path / "sprite.png", (3, 2))
    assert found.others == ("more.tsv",)
    assert projector_config.read(tmp_path / projector_config.NAME) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [('embeddings { tensor_name: "w" }', "tensor_path"), ("", "tensor_path"), ("}", "line 1"), ("\n<xml>", "line 2"),
     ("a {" * 50, "line 1"),
     (CONFIG.replace("dim: 3", f"dim: {'3' * 5000}"), "single_image_dim")],
)  # fmt: skip
def test_a_config_without_vectors_is_refused(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read(tmp_path, text)


def test_a_folder_without_config_is_refused(tmp_path):
    with pytest.raises(InputError, match=projector_config.NAME):
        projector_config.read(tmp_path)


def test_the_sprite_is_cut_row_by_row(tmp_path):
    tiles = np.arange(4, dtype=np.uint8)[:, None, None, None] * np.full((4, 2, 3, 3), 40, np.uint8)
    sheet = tiles.reshape(2, 2, 2, 3, 3).swapaxes(1, 2).reshape(4, 6, 3)
    Image.fromarray(sheet).save(tmp_path / "s.png")
    np.testing.assert_array_equal(projector_config.cut_sprite(tmp_path / "s.png", (3, 2), 3), tiles[:3])
    with pytest.raises(InputError, match="5"):
        projector_config.cut_sprite(tmp_path / "s.png", (3, 2), 5)
    (tmp_path / "s.png").write_bytes(b"no picture")
    with pytest.raises(InputError, match="no image that can be read"):
        projector_config.cut_sprite(tmp_path / "s.png", (3, 2), 3)


@pytest.mark.parametrize("old", ["00000/tensors.tsv", "00000/meta", "sprite.png"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path, old):
    with pytest.raises(InputError, match="arrived; a printable name is allowed"):
        read(tmp_path, CONFIG.replace(old, "a\0b"))


def test_no_program_is_started_for_a_sprite(tmp_path, monkeypatch):
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    (tmp_path / "sprite.png").write_bytes(eps)
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *_: pytest.fail("Ghostscript was started"))
    with pytest.raises(InputError, match=r"sprite\.png: this is no image that can be read"):
        projector_config.cut_sprite(tmp_path / "sprite.png", (5, 5), 4)


def test_a_sprite_may_be_as_large_as_tensorboards(tmp_path, monkeypatch):
    Image.new("L", (60, 40), 7).save(tmp_path / "sprite.png")
    monkeypatch.setitem(image_file.MAX_MEGAPIXELS, "PNG", 0.001)
    assert projector_config.cut_sprite(tmp_path / "sprite.png", (20, 20), 5).shape == (5, 20, 20, 3)
    monkeypatch.setattr(projector_config, "SPRITE_MEGAPIXELS", 0.002)
    with pytest.raises(InputError, match=r"sprite\.png: 60 x 40 pixels arrived; at most 0\.002 million"):
        projector_config.cut_sprite(tmp_path / "sprite.png", (20, 20), 5)
