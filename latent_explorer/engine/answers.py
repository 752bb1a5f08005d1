"""How each request is answered: map position to latent, latent to picture. Needs torch; knows no window."""

from collections.abc import Mapping, MutableMapping

import numpy as np
from numpy.typing import NDArray

from latent_explorer import data, folders, torchvision_sets
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import Checkpoint
from latent_explorer.engine import honesty
from latent_explorer.engine.requests import (
    Between,
    BetweenValue,
    Codes,
    CodesValue,
    Generation,
    GenerationValue,
    Interpolation,
    Links,
    LinksValue,
    Picture,
    Point,
    PointValue,
    Posterior,
    Reasons,
    ReasonsValue,
    Request,
    RoundTrip,
    Sample,
    SampleValue,
    StripValue,
    Trace,
    Value,
    Variants,
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
            first, last = _labels(checkpoint, np.array([start, end]))
            return StripValue(pictures(checkpoint, line, (1 - share) * first + share * last))
        case Trace(which=which, positions=positions, resolution=resolution):
            xy = np.asarray(positions, np.float32)
            z = checkpoint.maps[which].inverse_transform(xy, resolution)
            _, dots = checkpoint.maps[which].nearest(xy)
            return StripValue(pictures(checkpoint, z, _labels(checkpoint, dots)))
        case Generation():
            return _generated(request, checkpoint)
        case Codes(part=part):
            return _codes(part, checkpoint)
        case Variants(which=which, xy=xy, resolution=resolution, count=count):
            z = checkpoint.maps[which].inverse_transform(np.asarray([xy], np.float32), resolution)
            every = np.eye(len(checkpoint.class_names), dtype=np.float32)[:count]
            return StripValue(pictures(checkpoint, np.repeat(z, len(every), axis=0), every))
        case Between(code=code, variants=variants):
            return _between(code, variants, checkpoint)
        case Reasons(nearest=nearest):
            dots, shares = honesty.reasons(request, checkpoint)
            shown = pictures(checkpoint, checkpoint.latents[dots], _labels(checkpoint, dots)) if len(dots) else ()
            return ReasonsValue(nearest, dots, shares, shown)
        case RoundTrip():
            return honesty.round_trip(request, checkpoint)
        case Posterior(dot=dot):
            return honesty.posterior(request, checkpoint, _original(dot, checkpoint, originals)[0])
        case Links():
            return LinksValue(checkpoint.neighbours.links)


def code(checkpoint: Checkpoint, z: Floats, dot: int) -> Floats:
    """What a picture is decoded from: a latent (d,), and for a conditional model the shares (K,) of its labels."""
    return np.concatenate([z, _labels(checkpoint, np.array([dot]))[0]]) if checkpoint.conditional else z


def _between(code: Floats, variants: int, checkpoint: Checkpoint) -> BetweenValue:
    z, shares = np.split(code, [checkpoint.latents.shape[1]])
    every = np.eye(len(shares), dtype=np.float32)[:variants]  # (V, K)
    decoded = pictures(checkpoint, np.repeat(z[None], 1 + len(every), axis=0), np.concatenate([shares[None], every]))
    return BetweenValue(z, decoded[0], decoded[1:])


def _generated(request: Generation, checkpoint: Checkpoint) -> GenerationValue:
    way = checkpoint.generate(1, seed=request.seed)[:, 0]
    some = np.linspace(0, len(way) - 1, request.steps).round().astype(int)
    xy = checkpoint.maps[request.which].transform(way)
    return GenerationValue(pictures(checkpoint, way[some]), request.seed, tuple((float(x), float(y)) for x, y in xy))


def _codes(part: int, checkpoint: Checkpoint) -> CodesValue:
    if checkpoint.codebook is None:
        raise InputError(f"{checkpoint.name} has no codebook")
    z, dots = checkpoint.codebook.placed(part - 1)
    return CodesValue(part, pictures(checkpoint, z), dots)


def pictures(checkpoint: Checkpoint, z: Floats, labels: Floats | None = None) -> tuple[Picture, ...]:
    """Latents (N, d) decoded to N pictures of bytes; a conditional model is told shares of labels (N, K)."""
    import torch

    there = checkpoint.model_device
    with torch.inference_mode():
        model = checkpoint.model
        if labels is not None and checkpoint.conditional:
            model = model.given(torch.from_numpy(labels).to(there))
        images = model.decode(torch.from_numpy(z).to(there)).float()
        # bytes before they leave the device; a picture that is not finite turns black
        levels = torch.nan_to_num(images).mul_(255).add_(0.5).to(torch.uint8).cpu().numpy()
    return tuple(_picture(one) for one in levels)


def _labels(checkpoint: Checkpoint, dots: NDArray[np.intp]) -> Floats:
    """The dots' labels as one-hot rows (N, K), without a 1 where there is none."""
    labels = checkpoint.labels[dots]
    rows: Floats = (labels[:, None] == np.arange(len(checkpoint.class_names))).astype(np.float32)
    return rows


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
    z = atlas.inverse_transform(xy, request.resolution, method=request.method)
    distance, dot = atlas.nearest(xy)
    return PointValue(
        z=z[0],
        picture=pictures(checkpoint, z, _labels(checkpoint, dot))[0],
        dot=int(dot[0]),
        map_gaps=float(distance[0]) / atlas.gap,
        latent_gaps=checkpoint.neighbours.distance(z[0]) / checkpoint.neighbours.gap,
        agreement=honesty.agreement(checkpoint, request.which, request.xy, request.resolution),
    )


def _sample(dot: int, checkpoint: Checkpoint, originals: Originals) -> SampleValue:
    z = checkpoint.latents[dot]
    (picture,) = pictures(checkpoint, z[None], _labels(checkpoint, np.array([dot])))
    image, note = _original(dot, checkpoint, originals)
    return SampleValue(dot, z, picture, None if image is None else _picture(image), note)


def _original(dot: int, checkpoint: Checkpoint, originals: Originals) -> tuple[NDArray[np.uint8] | None, str]:
    """A dot's image (C, H, W), or None and why it is not here."""
    dataset = originals.get(checkpoint.data_key, "looking for the data set")
    if isinstance(dataset, str):
        return None, dataset
    if checkpoint.indices[dot] >= len(dataset.train) + len(dataset.test):
        return None, "not in the data set here"
    return dataset.image(int(checkpoint.indices[dot])).numpy(), ""


def _picture(image: NDArray[np.uint8]) -> Picture:
    """(C, H, W) bytes -> (H, W) or (H, W, 3)."""
    return image[0] if len(image) == 1 else np.ascontiguousarray(np.moveaxis(image[:3], 0, -1))
