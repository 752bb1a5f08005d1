"""Examples of A - B + C that come out: a trait that tells A from B (slant, boldness) is carried over to C's class.

A slanted 7 - an upright 7 + an upright 1 = a slanted 1. Each example is found by computation, on the model's own
pictures: the trait is measured in the pictures of all four, the judge takes the result for data, and the samples with
the nearest codes are of C's class. It knows nothing of the window.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.decode import decode_dot_pictures, decode_pictures, make_one_hot_labels
from latent_explorer.engine.judge_pictures import judge_pictures
from latent_explorer.engine.subject import Picture
from latent_explorer.texts import mark

GROUP_SIZE = 8
"""Samples in a group: enough to test how well A - B tells them apart, few enough for a sharp mean."""
SEEDS = 4
"""Groups of each class and trait that are tried if a first one does not come out."""
MAX_SAMPLES, MIN_EXAMPLES, MAX_EXAMPLES = 1500, 2, 12
NEAREST_COUNT = 5
"""Number of samples nearest to the result that must all be of C's class."""
DARK, DARK_SHARE = 0.1, 0.3
"""The value below which this share of all pixels lies if the pictures are strokes on a dark ground: they have a slant,
and are bold or thin."""
MIN_SLANT, MAX_UPRIGHT = 0.25, 0.15
"""Slants (tangents of the angle to the vertical) from which a picture is slanted, and up to which it is upright."""

TRAIT_NAMES = {
    "slanted": mark("slanted {class_name}"), "upright": mark("upright {class_name}"),
    "bold": mark("bold {class_name}"), "thin": mark("thin {class_name}"),
    "bright": mark("bright {class_name}"), "dark": mark("dark {class_name}"),
}  # fmt: skip
"""What samples of a class with each trait are called."""

Groups = dict[tuple[int, str, int], NDArray[np.intp]]
"""Dots of each group, by class, word and number."""
Words = Callable[[Floats], NDArray[np.str_]]
"""From images (N, H, W) to the word for each one's trait, (N,); empty for one between."""


@dataclass(frozen=True)
class GroupName:
    """What the samples of a group have in common."""

    class_name: str = ""
    """Empty for samples that were picked one by one."""
    trait: str = ""
    """One of `TRAIT_NAMES`; empty for the whole class."""


@dataclass(frozen=True, eq=False)
class Example:
    dots: tuple[NDArray[np.intp], ...]
    """Dots of A, B and C."""
    names: tuple[GroupName, ...]
    """Names of A, B and C, and of the result if it came out."""


_lock = Lock()


def find_examples(checkpoint: Checkpoint) -> tuple[Example, ...]:
    """Return the examples of a model with classes, the best first; triples of its classes if none comes out."""
    with _lock:  # several queries of one model ask for them at once
        return _find_examples(checkpoint)


@remember(8)
def _find_examples(checkpoint: Checkpoint) -> tuple[Example, ...]:
    if not checkpoint.sample_kind.has_pixels:  # neither slanted nor bold
        return _list_class_triples(checkpoint)
    number = min(MAX_SAMPLES, len(checkpoint.latents))
    dots = np.linspace(0, len(checkpoint.latents) - 1, number).astype(np.intp)
    pictures = decode_dot_pictures(checkpoint, dots)
    images = _to_grey(pictures)
    best: dict[tuple[int, str], Example] = {}
    for count, size in ((1, GROUP_SIZE), (SEEDS, GROUP_SIZE), (SEEDS, 1)):
        if len(best) >= MIN_EXAMPLES:
            break
        # at first around the middle sample; of a model whose means are no pictures, around its most plausible pictures
        plausibility = judge_pictures(checkpoint, pictures) if count > 1 else None
        rated: list[tuple[float, tuple[int, str], Example]] = []
        for words, opposites in _list_traits(images):
            groups = _form_groups(checkpoint, dots, words(images), plausibility, count, size)
            rated += _list_working(checkpoint, groups, opposites, words)
        for _, kind, example in sorted(rated, key=lambda one: -one[0]):
            best.setdefault(kind, example)  # one for each class and trait of a result, for variety
    return tuple(best.values())[:MAX_EXAMPLES] or _list_class_triples(checkpoint)


def _to_grey(pictures: Sequence[Picture]) -> Floats:
    """Return pictures of bytes as images (N, H, W), 0 to 1."""
    images = np.stack(pictures).astype(np.float32) / np.float32(255)
    grey: Floats = images if images.ndim == 3 else images.mean(axis=3)
    return grey


def compute_slants(images: Floats) -> Floats:
    """Return the slant of each image (N, H, W) to the right, from its second moments about its centre: 0 is upright, 1
    leans by 45 degrees."""
    y, x = (axis.astype(np.float64) for axis in np.mgrid[: images.shape[1], : images.shape[2]])
    mass = images.sum(axis=(1, 2), dtype=np.float64) + 1e-9
    right = x - ((images * x).sum(axis=(1, 2)) / mass)[:, None, None]
    up = ((images * y).sum(axis=(1, 2)) / mass)[:, None, None] - y
    leaning = (images * right * up).sum(axis=(1, 2)) / ((images * up * up).sum(axis=(1, 2)) + 1e-9)
    return np.asarray(leaning, np.float32)


def name_slants(images: Floats) -> NDArray[np.str_]:
    slants = compute_slants(images)
    words = np.where(np.abs(slants) < MAX_UPRIGHT, "upright", "")
    return np.where(slants > MIN_SLANT, "slanted", words)


def _list_traits(images: Floats) -> Iterator[tuple[Words, tuple[str, str]]]:
    """Yield the traits that such images have: the naming of images, and the two words that are opposites."""
    means = images.mean(axis=(1, 2))
    middle, half = float(means.mean()), 0.5 * float(means.std())
    strokes = float(np.quantile(images, DARK_SHARE)) < DARK
    more, less = ("bold", "thin") if strokes else ("bright", "dark")

    def name_brightness(some: Floats) -> NDArray[np.str_]:
        away = some.mean(axis=(1, 2)) - middle
        return np.where(away > half, more, np.where(away < -half, less, ""))

    if strokes:
        yield name_slants, ("slanted", "upright")
    yield name_brightness, (more, less)


def _form_groups(
    checkpoint: Checkpoint, dots: NDArray[np.intp], words: NDArray[np.str_], plausibility: Floats | None, count: int,
    size: int,
) -> Groups:  # fmt: skip
    """Return up to `count` groups of each class and word: a sample and its `size` nearest neighbours among `dots` (N,),
    itself included. It is the most plausible one, or the one in the middle if there is no `plausibility` (N,)."""
    labels, groups = checkpoint.labels[dots], Groups()
    for k in range(len(checkpoint.class_names)):
        for word in np.unique(words[words != ""]).tolist():
            own = np.flatnonzero((labels == k) & (words == word))
            if len(own) < size:
                continue
            z = checkpoint.latents[dots[own]]
            from_middle = np.square(z - z.mean(axis=0)).sum(axis=1)
            order = np.argsort(from_middle if plausibility is None else -plausibility[own], kind="stable")
            for i, seed in enumerate(order[:count].tolist()):
                near = np.argsort(np.square(z - z[seed]).sum(axis=1), kind="stable")[:size]
                groups[k, word, i] = np.sort(dots[own[near]])
    return groups


def _list_working(
    checkpoint: Checkpoint, groups: Groups, opposites: tuple[str, str], words: Words
) -> list[tuple[float, tuple[int, str], Example]]:
    """Return the examples that come out, each with how good it is and with class and word of its result."""
    tried = [
        (a, b, c, (c[0], a[1]))
        for word, other in permutations(opposites)
        for a in groups
        if a[1] == word
        for b in groups
        if b[:2] == (a[0], other)
        for c in groups
        if c[0] != a[0] and c[1] == other
    ]
    if not tried:
        return []
    means = {key: checkpoint.latents[dots].mean(axis=0) for key, dots in groups.items()}
    shares = {key: make_one_hot_labels(checkpoint, dots).mean(axis=0) for key, dots in groups.items()}
    results = np.stack([means[a] - means[b] + means[c] for a, b, c, _ in tried])
    all_shares = np.stack([*shares.values(), *(shares[c] for _, _, c, _ in tried)])
    pictures = decode_pictures(checkpoint, np.concatenate([np.stack(list(means.values())), results]), all_shares)
    named = words(_to_grey(pictures)).tolist()
    sharp = {key for key, word in zip(groups, named, strict=False) if word == key[1]}
    working = []
    for i, (a, b, c, result) in enumerate(tried):
        if {a, b, c} <= sharp and named[len(groups) + i] == result[1]:
            near, _ = checkpoint.neighbours.find_nearest(results[i], NEAREST_COUNT)
            if checkpoint.conditional or (checkpoint.labels[near] == c[0]).all():  # told the class, its code holds none
                working.append(i)
    keys = list(groups)
    wanted = [keys.index(part) for i in working for part in tried[i][:3]] + [len(groups) + i for i in working]
    judged = judge_pictures(checkpoint, [pictures[i] for i in wanted]) if wanted else None
    if judged is None:
        return []
    ends = judged[: -len(working)].reshape(-1, 3).min(axis=1)
    working_examples = []
    for i, end, plausibility in zip(working, ends.tolist(), judged[-len(working) :].tolist(), strict=True):
        if plausibility >= USUAL_SHARE:
            a, b, c, result = tried[i]
            names = tuple(GroupName(checkpoint.class_names[part[0]], part[1]) for part in (a, b, c, result))
            working_examples.append((min(end, plausibility), result, Example((groups[a], groups[b], groups[c]), names)))
    return working_examples


def _list_class_triples(checkpoint: Checkpoint) -> tuple[Example, ...]:
    present = [k for k in range(len(checkpoint.class_names)) if (checkpoint.labels == k).any()]
    triples = [[present[(i + step) % len(present)] for step in range(3)] for i in range(len(present))]
    return tuple(
        Example(
            tuple(np.flatnonzero(checkpoint.labels == k) for k in triple),
            tuple(GroupName(checkpoint.class_names[k]) for k in triple),
        )
        for triple in triples[:MAX_EXAMPLES]
    )
