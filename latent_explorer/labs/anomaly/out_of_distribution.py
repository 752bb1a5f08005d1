"""Pictures that no model here has learnt: of another data set, a photograph, noise, and a sample spoilt in some way."""

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine import dataset_framing
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Subject
from latent_explorer.errors import InputError, MissingError
from latent_explorer.user_image import OwnImage, fitted, framing_stats

SEED = 5

KINDS = MappingProxyType(
    {
        "digits": "8×8 digit",
        "photo": "a photo",
        "noise": "noise",
        "blank": "blank",
        "inverted": "inverted",
        "shuffled": "shuffled",
        "turned": "turned",
        "halved": "half of it",
        "mnist": "MNIST digit",
    }
)
"""What each is called. Four of them are made of the sample that is looked at."""


@dataclass(frozen=True)
class Foreign:
    """A foreign picture by its kind, made of `subject` where it is one of those that are."""

    kind: str
    subject: Subject


def kinds(checkpoint: Checkpoint) -> tuple[str, ...]:
    """Those that are foreign to this model; MNIST's, which is last, may not be on the machine."""
    learnt = checkpoint.config.data.name
    return tuple(kind for kind in KINDS if kind != (learnt if learnt == "digits" else "mnist"))


def is_here(kind: str) -> bool:
    """Whether its picture is on this machine; scikit-learn's always are."""
    return kind != "mnist" or _mnist() is not None


def image(subject: Subject | Foreign, model: str, desk: QueryContext) -> tuple[Floats, str]:
    """The picture (C, H, W) of values from 0 to 1, and what is to be said of it."""
    if not isinstance(subject, Foreign):
        return desk.image(model, subject)
    shape = desk.checkpoint(model).image_shape
    match subject.kind:
        case "digits" | "mnist":
            return fitted(_other(subject.kind), shape, like=dataset_framing.of(desk.checkpoint(model))), ""
        case "photo":
            return fitted(_other(subject.kind), shape, like=framing_stats.PHOTOGRAPH), ""
        case "noise":
            return np.random.default_rng(SEED).random(shape, dtype=np.float32), ""
        case "blank":
            return np.zeros(shape, np.float32), ""
    whole, note = desk.image(model, subject.subject)
    return np.ascontiguousarray(_spoilt(whole, subject.kind)), note


def _spoilt(whole: Floats, kind: str) -> Floats:
    if kind == "inverted":
        return 1 - whole
    if kind == "shuffled":
        order = np.random.default_rng(SEED).permutation(whole[0].size)
        return whole.reshape(len(whole), -1)[:, order].reshape(whole.shape)
    if kind == "turned":
        return np.rot90(whole, axes=(1, 2)) if whole.shape[1] == whole.shape[2] else whole[:, ::-1]
    half = whole.copy()
    half[:, whole.shape[1] // 2 :] = 0
    return half


@lru_cache(maxsize=4)
def _other(kind: str) -> OwnImage:
    if kind == "photo":
        return _photo()
    if kind == "mnist":
        found = _mnist()
        if found is None:
            raise MissingError("MNIST is not on this machine")
        return found
    from sklearn.datasets import load_digits

    return _grey(np.round(load_digits().images[3] * (255 / 16)))


def _photo() -> OwnImage:
    """The flower that comes with scikit-learn."""
    from sklearn.datasets import load_sample_image

    flower = load_sample_image("flower.jpg")[20:420, 140:540]
    return OwnImage(np.ascontiguousarray(flower).tobytes(), (400, 400), 3)


@lru_cache(maxsize=1)
def _mnist() -> OwnImage | None:
    from latent_explorer import config
    from latent_explorer.data import datasets

    try:
        found = datasets.load(config.Data(name="mnist"), download=False)
    except (InputError, OSError):  # missing, or damaged
        return None
    return _grey(found.test.images[0, 0].numpy())


def _grey(pixels: NDArray[np.floating] | NDArray[np.uint8]) -> OwnImage:
    height, width = pixels.shape
    return OwnImage(pixels.astype(np.uint8).tobytes(), (width, height), 1)
