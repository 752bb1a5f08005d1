"""One file keeps a gallery, to open again and to train on."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from latent_explorer import config
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.data import own_images
from latent_explorer.engine import gallery_file
from latent_explorer.errors import InputError
from latent_explorer.user_image.gallery import Gallery, GalleryPicture
from tests.engine.queries.test_gallery import EVEN, draw


class Trap:
    """What runs code when it is read by `pickle`."""

    sprung: ClassVar[list[int]] = []

    def __reduce__(self) -> tuple[Callable[[int], None], tuple[int]]:
        return Trap.sprung.append, (1,)


@pytest.fixture
def gallery() -> Gallery:
    return Gallery(tuple(GalleryPicture(draw(k), str(k % 3) if k % 4 else "") for k in range(20)))


def test_one_file_keeps_the_gallery(tiny: Checkpoint, gallery: Gallery, tmp_path: Path) -> None:
    path = tmp_path / "gallery.npz"
    path.write_bytes(gallery_file.serialise(gallery, tiny))
    assert gallery_file.read(path) == gallery


def test_the_file_is_a_data_set_to_train_on(tiny: Checkpoint, gallery: Gallery, tmp_path: Path) -> None:
    path = tmp_path / "gallery.npz"
    with_nothing = gallery.add([GalleryPicture(EVEN, "2")])
    path.write_bytes(gallery_file.serialise(with_nothing, tiny))
    dataset = own_images.load(config.Data(name="array"), str(path), 0)
    assert dataset.image_shape == tiny.image_shape
    assert dataset.count == len(gallery.pictures)
    assert dataset.class_names == ("0", "1", "2")
    labels = [*dataset.train.labels.tolist(), *dataset.test.labels.tolist()]
    assert labels.count(-1) == sum(not one.label for one in gallery.pictures)


def test_any_other_file_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "class.npz"
    with pytest.raises(InputError, match=r"^class\.npz: cannot be read"):
        gallery_file.read(path)
    path.write_bytes(b"no archive")
    with pytest.raises(InputError, match=r"^class\.npz: the file is damaged"):
        gallery_file.read(path)
    np.savez(path, images=np.zeros((3, 8, 8)))
    with pytest.raises(InputError, match=r"^class\.npz: no gallery is in it, but images\. .*train.py .*class\.npz$"):
        gallery_file.read(path)
    for wrong, said in ((np.zeros((2, 3)), "2x3 float64"), (np.array([Trap()], object), "1 object")):
        np.savez(path, gallery=wrong)
        with pytest.raises(InputError, match=rf"^class\.npz: gallery: an array of {said} arrived; .* is allowed$"):
            gallery_file.read(path)
    assert not Trap.sprung
    for document in (b"{", b"[]", b'{"pictures": [{"image": {"pixels": "AA==", "size": [9, 9], "channels": 1}}]}'):
        np.savez(path, gallery=np.frombuffer(document, np.uint8))
        with pytest.raises(InputError, match=r"^class\.npz: "):
            gallery_file.read(path)
    monkeypatch.setattr(gallery_file, "MAX_BYTES", 4 << 20)
    np.savez_compressed(path, gallery=np.zeros(5 << 20, np.uint8))
    with pytest.raises(InputError, match=r"^class\.npz: 5 MiB arrived; up to 4 are allowed"):
        gallery_file.read(path)
