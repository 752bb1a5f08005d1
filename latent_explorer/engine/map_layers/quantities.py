"""The quantities of the heat maps: map positions (N, 2) in, one number each (N,) out. Needs torch.

The latents are those that the window shows, z = `inverse_transform(xy, VIEW_RESOLUTION)`. Distances in latent space are
in sample gaps (the median distance from a sample to its nearest neighbour), so that models of different scales can be
compared.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.engine.map_layer_query import CLASS_NEIGHBOURS
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    import torch

VIEW_RESOLUTION = 1 / 640
"""Resolution in map units: a pixel of a map of ordinary size, seen whole."""
STRETCH_STEP = 0.01
"""Share of the map's width: the step for which `measure_stretch` gives the change."""

QuantityValues = tuple[Floats, NDArray[np.intp] | None]
"""The numbers (N,), and the classes (N,) or None."""


def measure_distance(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return the distance from each latent to the nearest sample, in sample gaps."""
    z = _compute_latents(checkpoint, map_name, xy)
    nearest = np.sqrt(np.maximum(checkpoint.neighbours.compute_squared_distances(z).min(axis=1), 0.0))
    return nearest / checkpoint.neighbours.sample_spacing, None


def measure_cycle_error(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return the cycle error |encode(decode(z)) - z| of each latent, in sample gaps."""
    import torch

    z = _compute_latents(checkpoint, map_name, xy)
    with torch.inference_mode():
        model = _condition_model(checkpoint, map_name, xy)
        sent = torch.from_numpy(z).to(checkpoint.model_device)
        back = model.encode(model.decode(sent)).float()
        moved: Floats = torch.linalg.vector_norm(back - sent, dim=1).cpu().numpy()
    return moved / np.float32(checkpoint.neighbours.sample_spacing), None


def measure_stretch(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return the change of the picture for a step on the map, in the direction of the largest change.

    The largest singular value of the Jacobian d picture / d xy (P, 2), from differences over one pixel of the map,
    as the root mean square over the P pixel values, in percent of their range, for a step of a percent of the map.
    """
    import torch

    step = np.float32(VIEW_RESOLUTION)
    with torch.inference_mode():
        model = _condition_model(checkpoint, map_name, xy)

        def picture(moved: Floats) -> "torch.Tensor":
            z = torch.from_numpy(_compute_latents(checkpoint, map_name, moved)).to(checkpoint.model_device)
            pictures: torch.Tensor = model.decode(z).float().flatten(1)  # (N, P)
            return pictures

        at_xy = picture(xy)
        along = picture(xy + np.array([step, 0], np.float32)) - at_xy
        up = picture(xy + np.array([0, step], np.float32)) - at_xy
        # the eigenvalues of the 2 x 2 matrix J^T J, by its trace and its determinant
        a, b, c = (one.mean(dim=1).double() for one in (along.square(), up.square(), along * up))
        largest = (a + b) / 2 + torch.sqrt(((a - b) / 2).square() + c.square())
        stretch: Floats = (100 * STRETCH_STEP / VIEW_RESOLUTION * largest.sqrt()).float().cpu().numpy()
    return stretch, None


def measure_prior(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return log N(z; 0, I) in nats. Raises `InputError` for a model without a prior."""
    if not checkpoint.traits.has_prior_density:
        raise InputError(f"{checkpoint.name} has no prior; a variational model has one")
    z = _compute_latents(checkpoint, map_name, xy)
    return -0.5 * (np.square(z).sum(axis=1) + np.float32(z.shape[1] * math.log(2 * math.pi))), None


def decide_class(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return the share of the majority class among the `CLASS_NEIGHBOURS` nearest samples, and that class."""
    if not (checkpoint.labels >= 0).any():
        raise InputError(f"{checkpoint.name} has no classes")
    squared = checkpoint.neighbours.compute_squared_distances(_compute_latents(checkpoint, map_name, xy))
    squared[:, checkpoint.labels < 0] = np.inf  # samples without a label do not vote
    count = min(CLASS_NEIGHBOURS, int((checkpoint.labels >= 0).sum()))
    near = np.argpartition(squared, count - 1, axis=1)[:, :count]
    votes = (checkpoint.labels[near][:, :, None] == np.arange(len(checkpoint.class_names))).sum(axis=1)
    return (votes.max(axis=1) / count).astype(np.float32), votes.argmax(axis=1)


QUANTITIES: dict[str, Callable[[Checkpoint, str, Floats], QuantityValues]] = {
    "distance": measure_distance,
    "cycle": measure_cycle_error,
    "stretch": measure_stretch,
    "prior": measure_prior,
    "class": decide_class,
}


def _compute_latents(checkpoint: Checkpoint, map_name: str, xy: Floats) -> Floats:
    z: Floats = checkpoint.maps[map_name].inverse_transform(xy, VIEW_RESOLUTION)
    return z


def _condition_model(checkpoint: Checkpoint, map_name: str, xy: Floats) -> Any:
    """Return the model; a conditional one is conditioned on the class of the dot nearest to each position."""
    if not checkpoint.conditional:
        return checkpoint.model
    import torch

    _, dots = checkpoint.maps[map_name].find_nearest(xy)
    labels = torch.from_numpy(checkpoint.labels[dots]).to(checkpoint.model_device)
    return checkpoint.model.conditioned_on(labels)
