"""Tells whether the faces that the program draws are still those that a model was trained on."""

from typing import TYPE_CHECKING

import numpy as np

from latent_explorer.arrays import to_unit
from latent_explorer.cache import Same, remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.errors import InputError
from latent_explorer.texts import mark

if TYPE_CHECKING:
    from latent_explorer.data.dataset import Dataset

DRAWN_OTHERWISE = mark("this version draws other faces than the model was trained on")
"""Reason why there are no originals."""
SAMPLES = 8
"""So few that they are drawn and encoded within a frame or two where a second model is opened."""
MAX_SHIFT = 0.05
"""Largest shift of a code, as a share of the spread of all codes, that is laid to rounding: of the same faces it is at
most 0.001; between two drawings that were told apart by eye the largest of eight was 0.46 and more."""


def is_drawn_as_trained(checkpoint: Checkpoint, dataset: "Dataset") -> bool:
    """Return whether the encoder gives some faces as they are drawn now the codes that the file has of them; of other
    data sets always True, since their pictures are no work of this program."""
    return checkpoint.config.data.name != "faces" or _have_same_codes(checkpoint, Same(dataset))


# -- inside -------------------------------------------------------------------------------------------


@remember(16)
def _have_same_codes(checkpoint: Checkpoint, drawn: "Same[Dataset]") -> bool:
    dataset, indices = drawn.value, checkpoint.indices
    known = np.flatnonzero(indices < dataset.count)
    if len(known) == 0:
        return True
    dots = known[np.linspace(0, len(known) - 1, min(SAMPLES, len(known))).astype(np.intp)]
    labels = checkpoint.labels[dots] if checkpoint.conditional else None
    try:
        codes = np.asarray(checkpoint.encode(to_unit(dataset.get_images(indices[dots]).numpy()), labels))
    except InputError:  # a model without an encoder has nothing to compare
        return True
    shifts = np.linalg.norm(codes - checkpoint.latents[dots], axis=1)
    spread = float(np.linalg.norm(checkpoint.latents.std(axis=0)))
    return bool(shifts.max() <= MAX_SHIFT * spread + 1e-4)
