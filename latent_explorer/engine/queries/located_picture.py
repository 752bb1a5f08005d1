"""The code of a picture and its place on a map: several queries of a frame ask for those of one picture."""

from dataclasses import dataclass

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.atlas import Atlas
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint


@dataclass(frozen=True, eq=False)
class LocatedPicture:
    z: Floats
    """(d,)"""
    xy: tuple[float, float]


def locate(checkpoint: Checkpoint, map_name: str, picture: Floats, label: int = -1) -> LocatedPicture:
    """Encode a picture (C, H, W) and place its code on a map; a conditional model is told its `label`, -1 if that is
    unknown."""
    told = label if checkpoint.conditional else None
    return _locate(checkpoint, checkpoint.maps[map_name], picture.shape, picture.tobytes(), told)


@remember(16)
def _locate(
    checkpoint: Checkpoint, atlas: Atlas, shape: tuple[int, ...], pixels: bytes, label: int | None
) -> LocatedPicture:
    picture = np.frombuffer(pixels, np.float32).reshape(1, *shape).copy()  # writable, as torch wants it
    z: Floats = checkpoint.encode(picture, None if label is None else np.array([label]))
    ((x, y),) = atlas.transform(z).tolist()
    return LocatedPicture(z[0], (x, y))
