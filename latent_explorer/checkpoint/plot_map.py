"""A map of a checkpoint as matplotlib draws it, coloured by class, by an attribute or by given numbers."""

from typing import Any

import numpy as np

from latent_explorer import plots
from latent_explorer.arrays import as_floats
from latent_explorer.checkpoint.direction import CLASS, require_attribute
from latent_explorer.checkpoint.trained_model import TrainedModel
from latent_explorer.errors import InputError


def plot(checkpoint: TrainedModel, ax: Any, color_by: Any, which: str | None) -> Any:
    """Compute `Checkpoint.plot`."""
    if which is not None and which not in checkpoint.maps:
        raise InputError(f"which: {which!r} arrived; allowed: {', '.join(checkpoint.maps)}")
    atlas = checkpoint.atlas if which is None else checkpoint.maps[which]
    title = f"{checkpoint.name}, {atlas.projection.title}".replace("$", r"\$")
    if color_by is None or (isinstance(color_by, str) and color_by == CLASS):
        return atlas.plot(ax, class_names=checkpoint.class_names, title=title)
    if isinstance(color_by, str):
        attribute = require_attribute(checkpoint, color_by)
        values, label = attribute.values, f"{color_by}, in {attribute.unit}" if attribute.unit else color_by
        categories = attribute.categories
    else:
        values, label, categories = as_floats(color_by)[0], "", ()
        if values.shape != (len(atlas.xy),):
            raise InputError(f"color_by: shape {values.shape} arrived; ({len(atlas.xy)},) is allowed, a number a dot")
    ax = plots.make_axes(ax)
    if categories:
        ax = plots.draw_classes(ax, atlas.xy, values.astype(np.int64), categories)
    else:
        ax = plots.draw_numbers(ax, atlas.xy, values, label)
    ax.set_title(title)
    return ax
