"""Samples that a checkpoint's own file holds: the texts and small pictures of vectors that no decoder draws."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.checkpoint.tensor_file import Arrays, TensorLayout
from latent_explorer.samples import Picture, texts
from latent_explorer.samples.images import to_channels_last

PREFIX = "sample."
"""Of the names of the tensors."""
TEXTS, ENDS, PICTURES = f"{PREFIX}texts", f"{PREFIX}ends", f"{PREFIX}pictures"
MAX_TEXT, MAX_TEXT_BYTES = 1000, 64 << 20
"""Characters of a text, and bytes of all."""
MAX_SIDE, MAX_PICTURE_BYTES = 128, 48 << 20
"""Pixels of the longer side of a picture, and bytes of all."""


CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""Of the Unicode category Cc, which never changes."""


@dataclass(frozen=True, eq=False)
class KeptSamples:
    """The sample of each dot: a text, a picture, or both."""

    texts: tuple[str, ...] = ()
    """One a dot, or none."""
    pictures: NDArray[np.uint8] | None = None
    """(M, C, H, W)."""

    def show(self, dots: Sequence[int] | NDArray[np.integer[Any]]) -> tuple[Picture, ...]:
        """Return the picture of each of some dots; where there is none, its text in the picture's place."""
        if self.pictures is not None:
            return tuple(to_channels_last(self.pictures[dot]) for dot in dots)
        return tuple(texts.write(self.get_text(int(dot)) or f"sample {dot + 1}") for dot in dots)

    def get_text(self, dot: int) -> str:
        """Return the text of a dot; empty if there is none."""
        return self.texts[dot] if self.texts else ""


def make_tensors(kept: KeptSamples) -> Arrays:
    """Return the tensors of the file: the texts in a row with the byte at which each ends, and the pictures."""
    tensors: Arrays = {}
    if kept.texts:
        encoded = [text.encode() for text in kept.texts]
        tensors[TEXTS] = np.frombuffer(b"".join(encoded) or b" ", np.uint8)
        tensors[ENDS] = np.cumsum([len(one) for one in encoded]).astype(np.int32)
    if kept.pictures is not None:
        tensors[PICTURES] = kept.pictures
    return tensors


def check_layout(layout: TensorLayout, points: int, image_shape: tuple[int, int, int]) -> TensorLayout:
    """Return the layout without the tensors of samples; raise `ValueError` for invalid ones."""
    expected = {
        TEXTS: ("uint8", layout.get(TEXTS, ("", ()))[1]), ENDS: ("int32", (points,)),
        PICTURES: ("uint8", (points, *image_shape)),
    }  # fmt: skip
    own = {name: one for name, one in layout.items() if name.startswith(PREFIX)}
    for name, one in own.items():
        if one != expected.get(name):
            raise ValueError(f"{name} of the type {one[0]} and the shape {one[1]}")
    if (TEXTS in own) != (ENDS in own) or len(expected[TEXTS][1]) != (1 if TEXTS in own else 0):
        raise ValueError("texts without their ends")
    return {name: one for name, one in layout.items() if name not in own}


def restore(tensors: Arrays) -> KeptSamples:
    """Return the samples of a file whose layout was checked; raise `ValueError` for texts that are damaged."""
    if TEXTS not in tensors:
        return KeptSamples((), tensors.get(PICTURES))
    written, ends = tensors[TEXTS].tobytes(), tensors[ENDS].tolist()
    starts = [0, *ends[:-1]]
    if any(end < start for start, end in zip(starts, ends, strict=True)) or ends[-1] > len(written):
        raise ValueError("texts whose ends do not rise")
    whole = [written[start:end].decode() for start, end in zip(starts, ends, strict=True)]  # UnicodeError: ValueError
    if any(len(text) > MAX_TEXT or CONTROL.search(text) for text in whole):
        raise ValueError(f"texts with control characters, or of more than {MAX_TEXT:,} characters")
    # what can be printed depends on the Unicode version of the Python that wrote the file
    return KeptSamples(tuple(map(clean, whole)), tensors.get(PICTURES))


def clean(text: str) -> str:
    """Return a text in one line, without control characters, cut after `MAX_TEXT` characters."""
    line = " ".join("".join(c if c.isprintable() else " " * c.isspace() for c in text[: 4 * MAX_TEXT]).split())
    return line if len(line) <= MAX_TEXT else f"{line[: MAX_TEXT - 1]}…"
