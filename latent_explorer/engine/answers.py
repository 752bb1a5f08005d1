"""How each request is answered: map position to latent, latent to picture. Needs torch; knows no window."""

from collections.abc import Mapping, MutableMapping

import numpy as np
from numpy.typing import NDArray

from latent_explorer import data, folders, torchvision_sets
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import Checkpoint
from latent_explorer.engine.requests import (
    Interpolation,
    Picture,
    Point,
    PointValue,
    Request,
    Sample,
    SampleValue,
    StripValue,
    Trace,
    Value,
)
from latent_explorer.errors import InputError, MissingError

Originals = MutableMapping[tuple[object, ...], "data.Dataset | str"]
"""Data sets by `Checkpoint.data_key`; a text says why one is not here."""


def answer(request: Request, checkpoints: Mapping[str, Checkpoint], originals: Originals) -> Value:
    """Raises whatever goes wrong; the engine turns it into a `Failure`."""
    checkpoint = checkpoints[request.model]
    match request:
        case Point():
            return _point(request, checkpoint)
        case Sample():
            return _sample(request.dot, checkpoint, originals)
        case Interpolation(start=start, end=end, steps=steps):
            share = np.linspace(0, 1, steps, dtype=np.float32)[:, None]
            line = (1 - share) * checkpoint.latents[start] + share * checkpoint.latents[end]
            return StripValue(pictures(checkpoint, line))
        case Trace(which=which, positions=positions, resolution=resolution):
            z = checkpoint.maps[which].inverse_transform(np.asarray(positions, np.float32), resolution)
            return StripValue(pictures(checkpoint, z))


def pictures(checkpoint: Checkpoint, z: Floats) -> tuple[Picture, ...]:
    """Latents (N, d) decoded to N pictures of bytes."""
    import torch

    with torch.inference_mode():
        images = checkpoint.model.decode(torch.from_numpy(z).to(checkpoint.model_device)).float()
        # bytes before they leave the device; a picture that is not finite turns black
        levels = torch.nan_to_num(images).mul_(255).add_(0.5).to(torch.uint8).cpu().numpy()
    return tuple(_picture(one) for one in levels)


def load_originals(checkpoint: Checkpoint, data_dir: str | None) -> "data.Dataset | str":
    """The checkpoint's data set where it is on this machine, else why it is not."""
    named = torchvision_sets.SETS.get(checkpoint.config.data.name)
    name = named.title if named else checkpoint.config.data.name
    if checkpoint.config.data.name == "folder":
        # only what was read before: a file of a stranger must not choose which folders are looked through
        pictures = folders.cached(checkpoint.source)
        if pictures is None or pictures.images.shape[1:] != checkpoint.image_shape:
            return "these images are not on this machine"
        return data.split(pictures, checkpoint.config.data, checkpoint.config.training.seed)
    try:
        dataset = data.load(
            checkpoint.config.data, data_dir=data_dir, seed=checkpoint.config.training.seed, download=False
        )
    except MissingError:
        return f"{name} is not on this machine"
    except (InputError, OSError, MemoryError):
        return f"{name} is here, but cannot be read"
    if dataset.image_shape != checkpoint.image_shape:
        return f"{name} here has other pictures"
    return dataset


def _point(request: Point, checkpoint: Checkpoint) -> PointValue:
    atlas = checkpoint.maps[request.which]
    xy = np.asarray([request.xy], np.float32)
    z = atlas.inverse_transform(xy, request.resolution)
    distance, dot = atlas.nearest(xy)
    return PointValue(
        z=z[0],
        picture=pictures(checkpoint, z)[0],
        dot=int(dot[0]),
        map_gaps=float(distance[0]) / atlas.gap,
        latent_gaps=checkpoint.neighbours.distance(z[0]) / checkpoint.neighbours.gap,
    )


def _sample(dot: int, checkpoint: Checkpoint, originals: Originals) -> SampleValue:
    z = checkpoint.latents[dot]
    dataset = originals.get(checkpoint.data_key, "looking for the data set")
    original, note = None, ""
    if isinstance(dataset, str):
        note = dataset
    elif checkpoint.indices[dot] >= len(dataset.train) + len(dataset.test):
        note = "not in the data set here"
    else:
        original = _picture(dataset.image(int(checkpoint.indices[dot])).numpy())
    return SampleValue(dot, z, pictures(checkpoint, z[None])[0], original, note)


def _picture(image: NDArray[np.uint8]) -> Picture:
    """(C, H, W) bytes -> (H, W) or (H, W, 3)."""
    return image[0] if len(image) == 1 else np.ascontiguousarray(np.moveaxis(image[:3], 0, -1))
