"""The direction of an attribute of a trained model's samples. What is known of them comes from the checkpoint alone."""

from typing import Any

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint.trained_model import TrainedModel
from latent_explorer.data.attributes import UNKNOWN, Attribute
from latent_explorer.errors import InputError, did_you_mean
from latent_explorer.metrics import attribute_direction, attribute_probe

CLASS = "class"
YES_NO = ("no", "yes")


def find_direction(checkpoint: TrainedModel, name: str, value: Any) -> Floats:
    """Compute `Checkpoint.direction`."""
    attribute, latents = require_attribute(checkpoint, name), checkpoint.latents
    if not attribute.is_categorical:
        if value is not None:
            raise InputError(f"value: {value!r} arrived; {name} has numbers and takes none")
        probe = attribute_probe.fit(latents, attribute)
        if probe is None:
            few = f"fewer than {attribute_probe.MIN_SAMPLES} samples are known, or all are the same"
            raise InputError(f"attribute: {name} has no direction: {few}")
        return attribute_direction.compute_step(latents, probe)
    if value is None and attribute.categories == YES_NO:
        value = "yes"
    if str(value) not in attribute.categories:
        raise InputError(f"value: {value!r} arrived; {name} has {', '.join(attribute.categories)}")
    has, others = attribute_direction.split_by_category(attribute, str(value))
    difference: Floats = latents[has].mean(axis=0) - latents[others].mean(axis=0)
    return difference


def require_attribute(checkpoint: TrainedModel, name: str) -> Attribute:
    """Return an attribute of the dots, of which `CLASS` is the label; raise `InputError` for one that is not known."""
    known = dict(checkpoint.attributes)
    if checkpoint.class_names:
        labels = np.maximum(checkpoint.labels, UNKNOWN).astype(np.float32)
        known[CLASS] = Attribute(labels, checkpoint.class_names)
    if name not in known:
        there = ", ".join(known) or "nothing"
        raise InputError(
            f"attribute: {name!r} arrived; {checkpoint.name} knows {there}{did_you_mean(str(name), list(known))}"
        )
    return known[name]
