"""Paths between latents of a trained model: straight, along an arc, or through the data. Knows no map."""

from itertools import pairwise
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_floats, is_tensor
from latent_explorer.atlas import latent_paths
from latent_explorer.checkpoint import conditioning
from latent_explorer.checkpoint.trained_model import TrainedModel
from latent_explorer.errors import InputError

PathKind = Literal["linear", "spherical", "data"]
LINEAR: Final = "linear"
SPHERICAL: Final = "spherical"
DATA: Final = "data"
KINDS: tuple[PathKind, ...] = (LINEAR, SPHERICAL, DATA)


def find_arc_centre(checkpoint: TrainedModel) -> Floats:
    """Return the centre (d,) of an arc: the origin if the objective pulls the latents towards it, else their mean."""
    if checkpoint.traits.has_prior:
        return np.zeros(checkpoint.latent_dim, np.float32)
    middle: Floats = checkpoint.latents.mean(axis=0)
    return middle


def compute_path(checkpoint: TrainedModel, stops: Floats, kind: str, steps: int) -> tuple[Floats, NDArray[np.intp]]:
    """Return the latents (N, d) along the path over `stops` (S, d), `steps` from each to the next, inner stops once,
    and the dots that it runs over: none if it ignores the samples."""
    none = np.empty(0, np.intp)
    if kind == DATA:
        parts, dots = latent_paths.follow_data(stops, steps, checkpoint.neighbours)
        return latent_paths.join_paths(parts), np.unique(np.concatenate(dots))
    if kind == SPHERICAL:
        middle = find_arc_centre(checkpoint)
        return latent_paths.join_paths([latent_paths.slerp(a, b, steps, middle) for a, b in pairwise(stops)]), none
    return latent_paths.join_paths([latent_paths.lerp(a, b, steps) for a, b in pairwise(stops)]), none


def interpolate(checkpoint: TrainedModel, a: Any, b: Any, how: str, steps: int) -> Any:
    """Compute `Checkpoint.interpolate`."""
    if how not in KINDS:
        raise InputError(f"how: {how!r} arrived; allowed: {', '.join(KINDS)}")
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 2:
        raise InputError(f"steps: {steps!r} arrived; a whole number from 2 is allowed")
    ends = np.stack([_find_latent(checkpoint, end, name) for name, end in (("a", a), ("b", b))])
    z, _ = compute_path(checkpoint, ends, how, int(steps))
    tensors = [end for end in (a, b) if is_tensor(end)]
    return as_floats(tensors[0])[1](z) if tensors else z


def _find_latent(checkpoint: TrainedModel, end: Any, argument: str) -> Floats:
    """Return the latent (d,) of a dot's number, a latent (d,) or an image (C, H, W)."""
    values, count = np.asarray(end.detach().cpu() if is_tensor(end) else end), len(checkpoint.latents)
    if values.shape == () and values.dtype.kind in "iu":
        if not 0 <= values < count:
            raise InputError(f"{argument}: dot {values} arrived; 0 to {count - 1} are allowed")
        dot: Floats = checkpoint.latents[int(values)]
        return dot
    if values.shape == (checkpoint.latent_dim,):
        latent = as_floats(values)[0]
        if not np.isfinite(latent).all():
            raise InputError(f"{argument}: NaN or infinity arrived; finite numbers are allowed")
        return latent
    if values.shape == checkpoint.image_shape:
        unknown = conditioning.make_unknown_labels(checkpoint)
        coded: Floats = checkpoint.encode(values[None], unknown)[0]
        return coded
    image = ", ".join(map(str, checkpoint.image_shape))
    raise InputError(
        f"{argument}: shape {values.shape} arrived; a dot's number, a latent ({checkpoint.latent_dim},) or "
        f"an image ({image}) is allowed"
    )
