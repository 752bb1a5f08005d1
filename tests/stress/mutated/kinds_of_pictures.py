"""Files of pictures: single ones, folders and archives of them, and the attributes beside them."""

import io
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from latent_explorer import user_image
from latent_explorer.config import Data
from latent_explorer.data import datasets
from latent_explorer.data.dataset import Dataset
from latent_explorer.user_image import framing_stats, read_image
from tests.stress.mutated import containers
from tests.stress.mutated.kinds import Kind
from tests.stress.mutated.plain import Files

FORMATS = {
    "png": "PNG",
    "jpg": "JPEG",
    "gif": "GIF",
    "bmp": "BMP",
    "tif": "TIFF",
    "webp": "WEBP",
    "ppm": "PPM",
    "tga": "TGA",
    "jp2": "JPEG2000",
    "avif": "AVIF",
}


def list_kinds() -> list[Kind]:
    load = partial(load_data, name="folder")
    single = [
        Kind(
            "image",
            suffix,
            partial(_make_picture, suffix),
            f"case.{suffix}",
            open_picture,
            share=4 if suffix in ("png", "jpg") else 2,
        )
        for suffix in FORMATS
    ]
    return [
        *single,
        Kind("image folder", "classes", _make_folder, "", load, share=6, beside=1.0),
        Kind("image folder", "attributes", _make_attributes, "case.csv", open_attributes, share=6, beside=0.1),
        Kind(
            "image archive",
            "zip",
            lambda: {"case.zip": containers.write_zip(_make_folder())},
            "case.zip",
            load,
            share=5,
        ),
        Kind(
            "image archive",
            "tar",
            lambda: {"case.tar": containers.write_tar(_make_folder())},
            "case.tar",
            load,
            share=4,
        ),
        Kind(
            "image archive",
            "tgz",
            lambda: {"case.tgz": containers.write_tar(_make_folder(), packed=True)},
            "case.tgz",
            load,
            share=3,
        ),
    ]


def load_data(path: Path, name: str, **keys: Any) -> None:
    """Load a data set of one's own, and look at its first and last sample."""
    look(datasets.load(Data(name=name, path=str(path), size=8 if name == "folder" else None, **keys)))


def look(dataset: Dataset) -> None:
    for index in (0, dataset.count - 1):
        sample = dataset.get_image(index).numpy()
        dataset.kind.draw(sample[None])
    for remark in dataset.remarks:
        assert remark.isprintable(), remark


def encode(kind: str, k: int = 0, side: int = 30) -> bytes:
    y, x = np.mgrid[:side, :side] / side - 0.5
    disc = 250 * (np.hypot(x, y) < 0.3) + np.add.outer(np.arange(side), np.arange(side)) % (k + 3)
    pixels = np.stack([disc, disc * 0.8, disc * 0.6], axis=2).astype(np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, kind)
    return written.getvalue()


def _make_picture(suffix: str) -> Files:
    return {f"case.{suffix}": encode(FORMATS[suffix])}


def open_picture(path: Path) -> None:
    """Open a picture as the pad does, and fit it to models of two shapes."""
    image = read_image.read(path)
    user_image.fit_image(image, (3, 16, 16), framing=framing_stats.PHOTOGRAPH)
    user_image.fit_image(image, (1, 28, 28), framing=framing_stats.PUBLISHED["mnist"])


@lru_cache(maxsize=1)
def _make_folder() -> Files:
    formats = list(FORMATS)
    return {
        f"class {k % 2}/{k:02}.{formats[k % len(formats)]}": encode(FORMATS[formats[k % len(formats)]], k, 9)
        for k in range(20)
    }


def _make_attributes() -> Files:
    rows = ["file,age,colour,note"] + [
        f"{name},{20 + k * 1.5},{('red', 'blue')[k % 2]},n{k}" for k, name in enumerate(_make_folder())
    ]
    return {"case.csv": "\n".join(rows).encode(), **_make_folder()}


def open_attributes(path: Path) -> None:
    look(datasets.load(Data(name="folder", path=str(path.parent), size=8, attributes=str(path))))
