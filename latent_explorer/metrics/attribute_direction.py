"""The direction of an attribute in latent space: the step of a number, and the two groups of a category."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.data.attributes import Attribute
from latent_explorer.errors import InputError
from latent_explorer.metrics.attribute_probe import Probe
from latent_explorer.metrics.mutual_information import find_known


def compute_step(latents: Floats, probe: Probe) -> Floats:
    """Return the step (d,) along which a linear regression rises by one standard deviation of its attribute.

    It is the gradient where each dimension of `latents` (N, d) counts in its own standard deviations: the shortest such
    step measured in these. In the units of the code it would run along dimensions that hardly vary, which a model
    has switched off.
    """
    scale = latents.std(axis=0, dtype=np.float64)
    gradient = probe.weights[:, 0] * scale
    squared = float(gradient @ gradient)
    step: Floats = (scale * gradient * (probe.spread / squared if squared > 0 else 0.0)).astype(np.float32)
    return step


def split_by_category(attribute: Attribute, category: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the samples with a category, and those known to have another one; raise `InputError` if there are none.

    Their means make the direction: as A - B of two groups does, it says how the two differ, and one step leads from
    one to the other. The normal of a logistic regression would say what tells them apart best, which can be a detail
    of the code that no picture shows (Haufe et al. 2014, doi:10.1016/j.neuroimage.2013.10.067).
    """
    has = attribute.values == attribute.categories.index(category)
    split = np.flatnonzero(has), np.flatnonzero(find_known(attribute) & ~has)
    if not all(map(len, split)):
        raise InputError(f"{category}: of {len(attribute.values)} samples {len(split[0])} have it, {len(split[1])} not")
    return split
