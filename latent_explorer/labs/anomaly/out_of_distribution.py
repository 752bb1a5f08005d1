"""Out-of-distribution samples: pictures of another data set, a photograph, noise, and modified samples."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.measurements import dataset_framing
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.subject import Dot, Subject
from latent_explorer.errors import InputError
from latent_explorer.texts import mark
from latent_explorer.user_image import OwnImage, fit_image, framing_stats

SEED = 5
PHOTO, MNIST = "photo", "mnist"
"""The kinds of pictures that are of no data set, and of one; the latter whose picture may not be on this machine."""

OUTLIER_NAMES = {
    "digits": mark("8×8 digit"), "photo": mark("a photo"), "noise": mark("noise"), "blank": mark("blank"),
    "inverted": mark("inverted"), "shuffled": mark("shuffled"), "turned": mark("turned"), "halved": mark("half of it"),
    "mnist": mark("MNIST digit"), "flat": mark("flat"), "reversed": mark("backwards"), "cut": mark("cut short"),
    "mixed": mark("mixed rows"), "flipped": mark("one value off"), "halfway": mark("between classes"),
}  # fmt: skip
"""Displayed name by kind. Most are made from the scored sample."""
SHORT_NAMES = {"digits": "8×8", MNIST: "MNIST"}
"""The same where there is no room for it."""
OF_PICTURES = ("digits", "photo", "noise", "blank", "inverted", "shuffled", "turned", "halved", MNIST)
OF_CURVES = ("noise", "flat", "inverted", "shuffled", "reversed", "cut")
OF_ROWS = ("noise", "mixed", "flipped", "halfway")
"""Kinds for values without neighbours: each on its own, or all of them, may be usual, and the row is not."""


@dataclass(frozen=True)
class Outlier:
    """An out-of-distribution picture by its kind; `subject` is the picture that some kinds are made from."""

    kind: str
    subject: Subject


def list_outliers(checkpoint: Checkpoint) -> tuple[str, ...]:
    """Return the out-of-distribution kinds for `checkpoint`; MNIST, the last one, may not be on this machine."""
    learnt, samples = checkpoint.config.data.name, checkpoint.sample_kind
    if not samples.has_pixels:
        has_classes = len(np.unique(checkpoint.labels[checkpoint.labels >= 0])) > 1
        kinds = OF_CURVES if samples.has_neighbours else OF_ROWS
        return tuple(kind for kind in kinds if kind != "halfway" or has_classes)
    return tuple(kind for kind in OF_PICTURES if kind != (learnt if learnt == "digits" else "mnist"))


def is_available(kind: str, data_dir: str | None) -> bool:
    """Return True if the picture of `kind` is on this machine; scikit-learn's always are."""
    try:
        return kind != MNIST or load_mnist(data_dir) is not None
    except (InputError, OSError):  # missing, or damaged
        return False


def get_image(subject: Subject | Outlier, model: str, context: QueryContext) -> tuple[Floats, str]:
    """Return the picture (C, H, W) of values from 0 to 1, and a note on its origin."""
    if not isinstance(subject, Outlier):
        return context.find_image(model, subject)
    checkpoint, shape = context.get_checkpoint(model), context.get_checkpoint(model).image_shape
    match subject.kind:
        case "digits" | "mnist":
            image = load_mnist(context.data_dir) if subject.kind == MNIST else _load_digit()
            return fit_image(image, shape, framing=dataset_framing.find_framing(checkpoint)), ""
        case "photo":
            return fit_image(_load_photo(), shape, framing=framing_stats.PHOTOGRAPH), ""
        case "noise":
            return np.random.default_rng(SEED).random(shape, dtype=np.float32), ""
        case "blank":
            return np.zeros(shape, np.float32), ""
        case "flat":
            return np.full(shape, 0.5, np.float32), ""
    whole, note = context.find_image(model, subject.subject)
    if subject.kind in OF_ROWS:
        return _spoil_row(whole, subject, model, context), note
    return np.ascontiguousarray(_spoil_image(whole, subject.kind)), note


def _spoil_row(whole: Floats, outlier: Outlier, model: str, context: QueryContext) -> Floats:
    """Return a row (C, H, W) whose values are each usual, but do not go together."""
    checkpoint, row = context.get_checkpoint(model), whole.copy()
    if outlier.kind == "mixed":
        dots = np.random.default_rng(SEED).integers(0, len(checkpoint.latents), row.size)
        mixed = [context.find_image(model, Dot(int(dot)))[0].ravel()[k] for k, dot in enumerate(dots)]
        return np.array(mixed, np.float32).reshape(row.shape)
    if outlier.kind == "flipped":  # the value that can go farthest, within what occurs
        low, high = checkpoint.sample_kind.find_ends(row.shape)
        far = np.where(row - low > high - row, low, high)
        k = int(np.argmax(np.abs(far - row) / np.maximum(high - low, 1e-6)))
        row.ravel()[k] = far.ravel()[k]
        return row
    label = checkpoint.labels[outlier.subject.dot] if isinstance(outlier.subject, Dot) else -1
    others = np.flatnonzero((checkpoint.labels >= 0) & (checkpoint.labels != label))
    other, _ = context.find_image(model, Dot(int(others[len(others) // 2])))
    return np.asarray((row + other) / 2, np.float32)


def _spoil_image(whole: Floats, kind: str) -> Floats:
    if kind == "inverted":
        return 1 - whole
    if kind == "shuffled":
        order = np.random.default_rng(SEED).permutation(whole[0].size)
        return whole.reshape(len(whole), -1)[:, order].reshape(whole.shape)
    if kind == "reversed":
        return whole[:, :, ::-1]
    if kind == "cut":
        middle = whole.shape[2] // 2
        return np.where(np.arange(whole.shape[2]) < middle, whole, whole[:, :, middle : middle + 1])
    if kind == "turned":
        return np.rot90(whole, axes=(1, 2)) if whole.shape[1] == whole.shape[2] else whole[:, ::-1]
    half = whole.copy()
    half[:, whole.shape[1] // 2 :] = 0
    return half


@lru_cache(maxsize=1)
def _load_digit() -> OwnImage:
    from sklearn.datasets import load_digits

    return _to_grey_image(np.round(load_digits().images[3] * (255 / 16)))


@lru_cache(maxsize=1)
def _load_photo() -> OwnImage:
    """Load the flower photograph that comes with scikit-learn."""
    from sklearn.datasets import load_sample_image

    flower = load_sample_image("flower.jpg")[20:420, 140:540]
    return OwnImage(np.ascontiguousarray(flower).tobytes(), (400, 400), 3)


@lru_cache(maxsize=1)
def load_mnist(data_dir: str | None) -> OwnImage:
    """Load a test image; raise `InputError` or `OSError` if the data set is missing or damaged."""
    from latent_explorer import config
    from latent_explorer.data import datasets

    mnist = datasets.load(config.Data(name="mnist"), data_dir=data_dir, download=False)
    return _to_grey_image(mnist.test.images[0, 0].numpy())


def _to_grey_image(pixels: NDArray[np.floating] | NDArray[np.uint8]) -> OwnImage:
    height, width = pixels.shape
    return OwnImage(pixels.astype(np.uint8).tobytes(), (width, height), 1)
