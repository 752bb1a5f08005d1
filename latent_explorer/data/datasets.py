"""The data sets by name, and images of one's own: loaded from this machine, drawn, or downloaded.

It knows no models. A data set that is not on this machine is downloaded by torchvision, or an `InputError` says which
files are expected where.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import platformdirs
import torch
from torch import Tensor

from latent_explorer import config, files
from latent_explorer.data import beats, face_set, faces, own_images, table_columns, table_rows, torchvision_sets
from latent_explorer.data.array_columns import Annotations
from latent_explorer.data.attributes import Attribute
from latent_explorer.data.dataset import MIN_IMAGES, Dataset, convert_images, hold_out
from latent_explorer.data.split import Split
from latent_explorer.data.table_columns import TableColumn
from latent_explorer.errors import InputError

TABLES = {"wine": ("cultivar 1", "cultivar 2", "cultivar 3"), "breast_cancer": ()}
"""Tables that ship with scikit-learn, and the names of their classes where it has none."""


def resolve_data_dir(data_dir: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder of the data sets: `data_dir`, else $LATENT_EXPLORER_DATA, else the user's cache folder."""
    chosen = data_dir or os.environ.get("LATENT_EXPLORER_DATA")
    if chosen:
        return files.expand(chosen)
    return Path(platformdirs.user_cache_dir("latent_explorer")) / "data"


def load(
    settings: config.Data, *, data_dir: str | os.PathLike[str] | None = None, seed: int = 0, download: bool = True
) -> Dataset:
    """Load the data set of the config section `settings`.

    `data_dir` overrides `settings.path`; `seed` draws the held-out share if the set has no split of its own. Raises
    `MissingDatasetError` if the files are missing and cannot be downloaded or `download` is False, `InputError` if they
    are damaged.
    """
    if settings.name in config.OWN_SETS:
        return own_images.load(settings, os.fspath(data_dir) if data_dir else settings.path, seed)
    if data_dir and os.path.isfile(data_dir):
        raise InputError(
            f"--data-dir {data_dir}: a file arrived for data.name {settings.name}; data.name array reads one"
        )
    if settings.name == "faces":
        return _load_faces(settings)
    if settings.name == "beats":
        return _load_beats(settings)
    if settings.name in TABLES:
        return _load_table(settings, seed)
    if settings.name == "digits":
        train, test = _load_digits(settings.held_out, seed)
        class_names = tuple("0123456789")
    else:
        parts = torchvision_sets.load(settings.name, resolve_data_dir(data_dir or settings.path), download=download)
        train, test = (Split(*part) for part in parts)
        class_names = torchvision_sets.SETS[settings.name].class_names
    if settings.limit is not None:
        train = train.select(slice(settings.limit))
    train, test = (Split(convert_images(part.images, settings), part.labels) for part in (train, test))
    return Dataset(settings.name, train, test, class_names)


def check_size(settings: config.Data) -> None:
    """Raise `InputError` for a size of faces that cannot be drawn."""
    size = settings.image_shape[1]
    if settings.name == "faces" and not faces.MIN_SIZE <= size <= faces.MAX_SIZE:
        raise InputError(f"data.size: {size} arrived; {faces.MIN_SIZE} to {faces.MAX_SIZE} are allowed for faces")


@dataclass(frozen=True)
class DatasetParts:
    """The training images, the held-out images, and the images of the classes left out of both."""

    train: Split
    held_out: Split
    left_out: Split | None


def split_off_classes(dataset: Dataset, leave_out: Sequence[str] | None) -> DatasetParts:
    """Split off the classes named in `leave_out`, training and held-out images alike; raise `InputError` if a name is
    not a class of the data set, or too few images remain."""
    if not leave_out:
        return DatasetParts(dataset.train, dataset.test, None)
    known = dataset.class_names
    if not known:
        raise InputError("data.leave_out: classes arrived for images without labels; they are needed")
    for name in leave_out:
        if name not in known:
            raise InputError(f"data.leave_out: {name!r} arrived; classes of {', '.join(known)} are allowed")
    unseen = torch.tensor([known.index(name) for name in leave_out])
    both = (dataset.train, dataset.test)
    away = [torch.isin(part.labels, unseen) for part in both]
    train, held_out = (part.select(~out) for part, out in zip(both, away, strict=True))
    if len(train) < MIN_IMAGES or not len(held_out):
        raise InputError(
            f"data.leave_out: {', '.join(leave_out)} arrived, which leaves {len(train)} images to learn from and "
            f"{len(held_out)} to measure; at least {MIN_IMAGES} and 1 are needed"
        )
    return DatasetParts(train, held_out, dataset.train.select(away[0]) + dataset.test.select(away[1]))


def to_floats(images: Tensor) -> Tensor:
    """Convert uint8 images 0..255 to float32 in [0, 1]; samples that are no pictures are float32 in [0, 1] already."""
    return images.to(torch.float32).div_(255) if images.dtype == torch.uint8 else images


# -- the sets -----------------------------------------------------------------------------------------


def _load_digits(held_out: float, seed: int) -> tuple[Split, Split]:
    """Load scikit-learn's 1,797 digits of 8x8 pixels (UCI, Alpaydin and Kaynak 1998), grey values 0..16."""
    from sklearn.datasets import load_digits

    pixels, labels = load_digits(return_X_y=True)
    images = torch.from_numpy(np.round(pixels * (255 / 16)).astype(np.uint8)).reshape(-1, 1, 8, 8)
    every = Split(images, torch.from_numpy(labels.astype(np.int64)))
    train, test = map(every.select, hold_out(len(every), held_out, seed))
    return train, test


def _load_table(settings: config.Data, seed: int) -> Dataset:
    """Load a table that ships with scikit-learn: 178 wines by 13 numbers (UCI, Forina et al. 1991), 569 tumours by 30
    (UCI, Wolberg, Street and Mangasarian 1995)."""
    from sklearn import datasets as tables

    table = getattr(tables, f"load_{settings.name}")()
    names = table_columns.clean_names([str(name).replace("_", " ") for name in table.feature_names])
    columns = [TableColumn(name, column) for name, column in zip(names, table.data.T, strict=True)]
    classes = TABLES[settings.name] or tuple(map(str, table.target_names))
    return table_rows.convert(columns, {}, Annotations(table.target, classes), settings, seed)


def _load_faces(settings: config.Data) -> Dataset:
    """Make the set of drawn faces, each drawn when it is needed; grey ones are drawn at once."""
    check_size(settings)
    size = settings.image_shape[1]
    train, test = face_set.make_splits(size, settings.limit)
    if settings.channels == 1:
        grey = replace(settings, size=None)
        train, test = (Split(convert_images(part.images, grey), part.labels) for part in (train, test))
    return Dataset("faces", train, test, faces.HAIR_STYLES)


def _load_beats(settings: config.Data) -> Dataset:
    """Draw the heartbeats, at most `limit` of them to learn from, with their parameters as attributes."""
    every = (beats.TRAINING_SEED, beats.TRAINING), (beats.HELD_OUT_SEED, beats.HELD_OUT)
    parts, known = list[Split](), list[dict[str, Attribute]]()
    for (seed, counts), limit in zip(every, (settings.limit, None), strict=True):
        values, labels, attributes = beats.make(seed, counts)
        rows = np.arange(len(values))[:limit]
        parts.append(Split(torch.from_numpy(values[rows]), torch.from_numpy(labels[rows])))
        known.append({name: one.select(rows) for name, one in attributes.items()})
    joined = {
        name: replace(one, values=np.concatenate([part[name].values for part in known]))
        for name, one in known[0].items()
    }
    train, test = parts
    return Dataset("beats", train, test, beats.CLASSES, attributes=joined, kind=beats.KIND)
