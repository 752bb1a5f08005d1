"""Examples of A - B + C that come out: a trait that tells A from B (slant, boldness) is carried over to C's class.

A slanted 7 - an upright 7 + an upright 1 = a slanted 1. Where it is known of the samples whether they have something,
a face glasses, that is the trait, as in Radford et al. 2015 (arXiv:1511.06434). Each example is found by computation,
on the model's own pictures: the trait is measured in the pictures of all four, or read of them by a linear probe, the
judge takes the result for data, and the samples with the nearest codes are of C's class. It knows nothing of the
window.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import prod
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.data.attributes import Attribute, Attributes
from latent_explorer.engine.decode import decode_dot_pictures, decode_pictures, make_one_hot_labels
from latent_explorer.engine.measurements.judge_pictures import judge_pictures
from latent_explorer.engine.subject import Picture
from latent_explorer.metrics import attribute_probe
from latent_explorer.metrics.attribute_probe import Probe
from latent_explorer.texts import mark

GROUP_SIZE = 8
"""Samples in a group: enough to test how well A - B tells them apart, few enough for a sharp mean."""
SEEDS = 4
"""Groups of each class and trait that are tried if a first one does not come out."""
MIN_SAMPLES, MAX_SAMPLES, MIN_EXAMPLES, MAX_EXAMPLES = 200, 1500, 2, 12
MAX_TRIED = 2000
"""Largest number of triples of groups that are tried for a trait."""
MAX_VALUES = 5_000_000
"""Largest number of pixel values of the samples' pictures, if these are not too few, and of the results that are drawn
for a trait."""
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
    "with": mark("{class_name} with {attribute}"), "without": mark("{class_name} without {attribute}"),
}  # fmt: skip
"""What samples of a class with each trait are called."""

T = TypeVar("T")
Groups = dict[tuple[int, str, int], NDArray[np.intp]]
"""Dots of each group, by class, word and number."""
Reader = Callable[[Sequence[Picture]], list[NDArray[np.str_]]]
"""From pictures to the words for each one's traits, (N,) each; empty for one between."""
YES_OR_NO = {"no", "yes"}
"""Categories of an attribute that says whether a sample has something."""
MIN_SKILL, CERTAIN = 0.9, 0.9
"""Skill of a probe, and the probability that it reads of a picture, from which it is believed."""


@dataclass(frozen=True)
class Trait:
    opposites: tuple[str, str]
    """Its two words."""
    words: NDArray[np.str_]
    """(N,): the word for each of the samples that are tried."""
    read: Reader
    """Its words, then those of others, in which A must not differ from B, nor C from the result."""


@dataclass(frozen=True)
class GroupName:
    """What the samples of a group have in common."""

    class_name: str = ""
    """Empty for samples that were picked one by one."""
    trait: str = ""
    """One of `TRAIT_NAMES`; empty for the whole class."""
    attribute: str = ""
    """What they are with or without."""


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
    affordable = max(MIN_SAMPLES, MAX_VALUES // prod(checkpoint.image_shape))
    number = min(MAX_SAMPLES, affordable, len(checkpoint.latents))
    dots = np.linspace(0, len(checkpoint.latents) - 1, number).astype(np.intp)
    pictures = decode_dot_pictures(checkpoint, dots)
    known = {name: one for name, one in checkpoint.attributes.items() if set(one.categories) == YES_OR_NO}
    traits = _list_attribute_traits(checkpoint, known, dots) if known else _list_image_traits(pictures)
    best: dict[tuple[int, str], Example] = {}
    for count, size in ((1, GROUP_SIZE), (SEEDS, GROUP_SIZE), (SEEDS, 1)):
        if len(best) >= MIN_EXAMPLES:
            break
        # at first around the middle sample; of a model whose means are no pictures, around its most plausible pictures
        plausibility = judge_pictures(checkpoint, pictures) if count > 1 else None
        rated: list[tuple[float, tuple[int, str], Example]] = []
        for trait in traits:
            groups = _form_groups(checkpoint, dots, trait.words, plausibility, count, size)
            rated += _list_working(checkpoint, groups, trait)
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


def _list_attribute_traits(checkpoint: Checkpoint, known: Attributes, dots: NDArray[np.intp]) -> list[Trait]:
    """Return what samples are known to have or not to have, where it can be read from their codes without doubt."""
    if checkpoint.conditional:  # a picture is encoded without its class
        return []
    fitted = {name: attribute_probe.fit(checkpoint.latents, attribute) for name, attribute in known.items()}
    probes = {name: probe for name, probe in fitted.items() if probe is not None and probe.skill >= MIN_SKILL}
    traits = []
    for name, probe in probes.items():
        words = _name_categories(name, probe.attribute, probe.attribute.values[dots])
        own_first = {name: probe, **probes}
        traits.append(Trait((f"with {name}", f"without {name}"), words, _make_reader(checkpoint, own_first)))
    return traits


def _make_reader(checkpoint: Checkpoint, probes: dict[str, Probe]) -> Reader:
    def read(pictures: Sequence[Picture]) -> list[NDArray[np.str_]]:
        images = np.stack([np.atleast_3d(picture).transpose(2, 0, 1) for picture in pictures])
        codes = checkpoint.encode(np.divide(images, 255, dtype=np.float32))  # once for all of them
        return [_read_categories(name, probe, codes) for name, probe in probes.items()]

    return read


def _read_categories(name: str, probe: Probe, codes: Floats) -> NDArray[np.str_]:
    read = probe.read(codes)
    return _name_categories(name, probe.attribute, np.where(read.max(axis=1) >= CERTAIN, read.argmax(axis=1), -1))


def _name_categories(name: str, attribute: Attribute, values: NDArray[Any]) -> NDArray[np.str_]:
    words = {attribute.categories.index("yes"): f"with {name}", attribute.categories.index("no"): f"without {name}"}
    return np.array([words.get(int(value), "") for value in values])


def _list_image_traits(pictures: Sequence[Picture]) -> list[Trait]:
    """Return the traits that such pictures have: strokes are slanted, bold or thin, others bright or dark."""
    images = _to_grey(pictures)
    return [Trait(opposites, words(images), _read_grey(words)) for words, opposites in _list_measures(images)]


def _read_grey(words: Callable[[Floats], NDArray[np.str_]]) -> Reader:
    """Return the naming of pictures by that of images (N, H, W)."""
    return lambda pictures: [words(_to_grey(pictures))]


def _list_measures(images: Floats) -> Iterator[tuple[Callable[[Floats], NDArray[np.str_]], tuple[str, str]]]:
    """Yield the ways to name such images (N, H, W), and the two words of each."""
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


def _list_working(checkpoint: Checkpoint, groups: Groups, trait: Trait) -> list[tuple[float, tuple[int, str], Example]]:
    """Return the examples that come out, each with how good it is and with class and word of its result."""
    tried = [
        (a, b, c, (c[0], a[1]))
        for word, other in permutations(trait.opposites)
        for a in groups
        if a[1] == word
        for b in groups
        if b[:2] == (a[0], other)
        for c in groups
        if c[0] != a[0] and c[1] == other
    ]
    tried = _choose_some(tried, MAX_TRIED)
    means = {key: checkpoint.latents[dots].mean(axis=0) for key, dots in groups.items()}
    if tried and not checkpoint.conditional:  # told the class, its code holds none
        near, _ = checkpoint.neighbours(
            np.stack([means[a] - means[b] + means[c] for a, b, c, _ in tried]), NEAREST_COUNT
        )
        wanted_class = np.array([c[0] for _, _, c, _ in tried])
        alike = (checkpoint.labels[near] == wanted_class[:, None]).all(axis=1)
        tried = [one for one, is_alike in zip(tried, alike.tolist(), strict=True) if is_alike]
    tried = _choose_some(tried, max(1, MAX_VALUES // prod(checkpoint.image_shape)))
    if not tried:
        return []
    shares = {key: make_one_hot_labels(checkpoint, dots).mean(axis=0) for key, dots in groups.items()}
    results = np.stack([means[a] - means[b] + means[c] for a, b, c, _ in tried])
    all_shares = np.stack([*shares.values(), *(shares[c] for _, _, c, _ in tried)])
    pictures = decode_pictures(checkpoint, np.concatenate([np.stack(list(means.values())), results]), all_shares)
    named, *kept = [words.tolist() for words in trait.read(pictures)]
    sharp = {key for key, word in zip(groups, named, strict=False) if word == key[1]}
    keys = list(groups)
    working = []
    for i, (a, b, c, result) in enumerate(tried):
        pairs = ((keys.index(a), keys.index(b)), (keys.index(c), len(groups) + i))
        is_pure = all(one[first] == one[second] for one in kept for first, second in pairs)
        if is_pure and {a, b, c} <= sharp and named[len(groups) + i] == result[1]:
            working.append(i)
    wanted = [keys.index(part) for i in working for part in tried[i][:3]] + [len(groups) + i for i in working]
    judged = judge_pictures(checkpoint, [pictures[i] for i in wanted]) if wanted else None
    if judged is None:
        return []
    ends = judged[: -len(working)].reshape(-1, 3).min(axis=1)
    working_examples = []
    for i, end, plausibility in zip(working, ends.tolist(), judged[-len(working) :].tolist(), strict=True):
        if plausibility >= USUAL_SHARE:
            a, b, c, result = tried[i]
            names = tuple(_name_group(checkpoint.class_names[part[0]], part[1]) for part in (a, b, c, result))
            working_examples.append((min(end, plausibility), result, Example((groups[a], groups[b], groups[c]), names)))
    return working_examples


def _choose_some(tried: list[T], count: int) -> list[T]:
    """Return `count` of them by chance, always the same; all if they are fewer."""
    if len(tried) <= count:
        return tried
    return [tried[i] for i in np.sort(np.random.default_rng(0).permutation(len(tried))[:count]).tolist()]


def _name_group(class_name: str, word: str) -> GroupName:
    trait, _, attribute = word.partition(" ")
    return GroupName(class_name, trait, attribute)


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
