"""Maps in a file: their JSON headers, their tensors, and their restoration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats
from latent_explorer.atlas import PROJECTIONS, Atlas, Projection, SmoothNetwork
from latent_explorer.checkpoint.header import get_method, report_damage
from latent_explorer.checkpoint.tensor_file import Arrays, select_prefix


def make_header(name: str, atlas: Atlas) -> dict[str, Any]:
    """Return the JSON header of a map, with `method` if the map's name is not its projection's."""
    method = {} if name == atlas.method else {"method": atlas.method}
    smooth = {} if atlas.smooth_network is None else {"smooth": atlas.smooth_network.to_header()}
    return {"name": name, **method, **atlas.projection.to_header(), **smooth}


def make_tensors(name: str, atlas: Atlas) -> Arrays:
    """Return the tensors of a map, by their names in the file."""
    tensors: Arrays = {f"map.{name}.{key}": value for key, value in atlas.projection.to_tensors().items()}
    if atlas.smooth_network is not None:
        tensors.update({f"map.{name}.smooth.{key}": value for key, value in atlas.smooth_network.to_tensors().items()})
    return tensors


def restore(
    source: Path,
    maps: Mapping[str, Mapping[str, Any]],
    arrays: Arrays,
    latents: Floats,
    labels: NDArray[np.int64],
) -> dict[str, Atlas]:
    """Restore the maps of a validated file; raise `InputError`, which names `source`, for invalid numbers."""
    restored = {}
    for name, parameters in maps.items():
        parts, smooth = (
            {key: value.astype(np.float32) for key, value in select_prefix(prefix, arrays).items()}
            for prefix in (f"map.{name}.", f"map.{name}.smooth.")
        )
        with report_damage(source):
            projection: Projection = PROJECTIONS[get_method(parameters)].restore(parameters, parts, latents)
            way_back = SmoothNetwork.restore(smooth) if smooth else None
            if way_back is not None and not way_back.is_finite:
                raise ValueError(f"the way back from the map {name} leads nowhere")
        restored[name] = Atlas(projection, latents, labels, way_back)
    return restored
