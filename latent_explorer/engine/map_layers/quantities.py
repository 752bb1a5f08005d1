"""The quantities of the heat maps: map positions (N, 2) in, one number each (N,) out. Needs torch.

The latents are those that the window shows, z = `inverse_transform(xy, VIEW_RESOLUTION)`; "stretch" alone is measured
between the samples. Distances in latent space are in sample gaps (the median distance from a sample to its nearest
neighbour), so that models of different scales can be compared; distance and cycle error count only what the decoder
uses (`used_dimensions`).
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.device_fallback import falls_back_to_cpu
from latent_explorer.engine.map_layers.map_layer_query import CLASS_NEIGHBOURS
from latent_explorer.engine.measurements.used_dimensions import get_used_dimensions
from latent_explorer.errors import InputError
from latent_explorer.texts import mark

VIEW_RESOLUTION = 1 / 640
"""Resolution in map units: a pixel of a map of ordinary size, seen whole."""
STRETCH_STEP = 0.01
"""Share of the map's width: the step for which `measure_stretch` gives the distance of the codes."""
SCALE_NEIGHBOURS, AVERAGED_DOTS = 20, 3
"""Neighbours on the map from which a dot's local scale is measured, and dots whose scales are averaged."""

QuantityValues = tuple[Floats, NDArray[np.intp] | None]
"""The numbers (N,), and the classes (N,) or None."""


def measure_distance(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return the distance from each latent to the nearest sample, in sample gaps."""
    z = _compute_latents(checkpoint, map_name, xy)
    return get_used_dimensions(checkpoint).measure_distances(z), None


@falls_back_to_cpu
def measure_cycle_error(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return the cycle error |encode(decode(z)) - z| of each latent, in sample gaps."""
    import torch

    z = _compute_latents(checkpoint, map_name, xy)
    with torch.inference_mode():
        model = _condition_model(checkpoint, map_name, xy)
        sent = torch.from_numpy(z).to(checkpoint.model_device)
        moved: Floats = (model.encode(model.decode(sent)).float() - sent).cpu().numpy()
    return get_used_dimensions(checkpoint).measure_gaps(moved), None


def measure_stretch(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return how many sample gaps the codes of neighbouring dots lie apart for each percent of the map between them.

    The mean over the dots nearest to a position of their local scale: the mean distance to the `SCALE_NEIGHBOURS`
    nearest dots in latent space over that on the map. It knows the samples alone: the field between them is fitted to
    be calm, and its slope says little about how far apart they are.
    """
    atlas = checkpoint.maps[map_name]
    _, nearest = atlas.tree.query(xy, k=range(1, min(AVERAGED_DOTS, len(atlas.xy)) + 1))
    dots, places = np.unique(nearest, return_inverse=True)
    away, others = atlas.tree.query(atlas.xy[dots], k=range(1, min(SCALE_NEIGHBOURS + 1, len(atlas.xy)) + 1))
    steps = np.linalg.norm(checkpoint.latents[others] - checkpoint.latents[dots, None], axis=2)  # 0 to the dot itself
    gaps = steps.sum(axis=1) / checkpoint.neighbours.sample_spacing
    scale = gaps * STRETCH_STEP / np.maximum(away.sum(axis=1), 1e-9)
    return scale[places.reshape(nearest.shape)].mean(axis=1).astype(np.float32), None


def measure_prior(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return log N(z; 0, I) in nats. Raises `InputError` for a model without a prior."""
    if not checkpoint.traits.has_prior_density:
        raise InputError(mark("{model} has no prior; a variational model has one", model=checkpoint.name))
    z = _compute_latents(checkpoint, map_name, xy)
    return -0.5 * (np.square(z).sum(axis=1) + np.float32(z.shape[1] * math.log(2 * math.pi))), None


def decide_class(checkpoint: Checkpoint, map_name: str, xy: Floats) -> QuantityValues:
    """Return the share of the majority class among the `CLASS_NEIGHBOURS` nearest samples, and that class."""
    if not (checkpoint.labels >= 0).any():
        raise InputError(mark("{model} has no classes", model=checkpoint.name))
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
    return checkpoint.model.condition_on(labels)
