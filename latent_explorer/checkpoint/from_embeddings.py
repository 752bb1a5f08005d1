"""Checkpoints of vectors without a model: word or sentence vectors, features of a foundation model. They are mapped,
and their texts and small pictures are kept beside them, since no decoder draws them."""

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from latent_explorer import config as configuration
from latent_explorer import files
from latent_explorer.arrays import Floats, as_float16_if_safe, as_rows
from latent_explorer.atlas.map_frame import LARGEST_LATENT
from latent_explorer.checkpoint import build_checkpoint, kept_samples
from latent_explorer.checkpoint.build_checkpoint import Kind
from latent_explorer.checkpoint.kept_samples import KeptSamples
from latent_explorer.config import Config, Data, Map, Model, Objective, Training
from latent_explorer.data import array_columns, array_images
from latent_explorer.data.array_columns import Annotations
from latent_explorer.errors import InputError, quote
from latent_explorer.training.interrupts import handle_interrupts
from latent_explorer.training.prepare_training import check_map_methods, fill_in_perplexity

METRICS = ("euclidean", "cosine")
MIN_VECTORS, MAX_DIMENSIONS = 8, 4096
BLOCK = 256  # pictures that are made smaller at once


def from_embeddings(
    kind: type[Kind], vectors: Any, texts: Any, images: Any, annotations: Annotations, *, name: str,
    methods: Sequence[str], points: int, metric: str, seed: int, say: Callable[[str], None],
) -> Kind:  # fmt: skip
    """Return the checkpoint of vectors, as `Checkpoint.from_embeddings` describes it."""
    z = check_vectors(vectors, metric)
    count = len(z)
    written = _check_texts(texts, count)
    pixels = None if images is None else _read_images(images, count, say)
    numbers, names = array_columns.to_classes(annotations.labels, annotations.class_names, count)
    known, left_out = array_columns.to_attributes(annotations.attributes or {}, count)
    for remark in left_out:
        say(remark)
    indices = build_checkpoint.draw_indices(count, 0, points, seed)
    if len(indices) < count:
        say(f"{len(indices):,} of {count:,} vectors are drawn at random for the map")
    chosen = as_float16_if_safe(z[indices]).astype(np.float32)
    pictures = None if pixels is None else _make_small(pixels, indices)
    kept = KeptSamples(tuple(written[k] for k in indices.tolist()) if written else (), pictures)
    if not written and pictures is None:
        kept = KeptSamples(tuple(f"row {k + 1}" for k in indices.tolist()))
    config = Config(
        description=f"{name}, vectors without a decoder",
        data=Data(name="array", shape=(1, 1, 1) if pictures is None else pictures.shape[1:]),
        model=Model(network="vectors", latent_dim=z.shape[1]),
        objective=Objective(name="plain", loss="mse"),
        training=Training(seed=seed),
        map=Map(methods=tuple(methods), points=points),
    )
    check_map_methods(config)
    config = configuration.from_dict(fill_in_perplexity(config, len(indices), say).as_dict(), name)
    with handle_interrupts() as interrupts:
        maps = build_checkpoint.make_maps(None, config, chosen, numbers[indices], interrupts=interrupts, say=say)
    checkpoint = kind(
        config=config,
        image_shape=config.data.image_shape,
        class_names=names,
        maps=maps,
        indices=indices,
        weights={},
        made_by={"source": _compute_digest(z, kept), "vectors": count, **build_checkpoint.describe_versions()},
        attributes={one: attribute.select(indices) for one, attribute in known.items()},
        kept=kept,
    )
    return replace(checkpoint, name=name)


def check_vectors(vectors: Any, metric: str = "euclidean") -> Floats:
    """Return vectors as a matrix (N, d), by cosine scaled to length 1; raise `InputError` for what is not allowed."""
    if metric not in METRICS:
        raise InputError(f"metric: {quote(metric)} arrived; {' or '.join(METRICS)} is allowed")
    z = as_rows(vectors, "vectors")
    if len(z) < MIN_VECTORS or z.shape[1] > MAX_DIMENSIONS:
        raise InputError(
            f"vectors: shape {z.shape} arrived; at least {MIN_VECTORS} of up to {MAX_DIMENSIONS:,} numbers are allowed"
        )
    if metric == "cosine":
        lengths = np.linalg.norm(z.astype(np.float64), axis=1, keepdims=True)
        return np.asarray(z / np.where(lengths > 0, lengths, 1), np.float32)
    if not np.abs(z).max() < LARGEST_LATENT:
        raise InputError(
            f"vectors: {np.abs(z).max():.3g} arrived; numbers of up to {LARGEST_LATENT:g} are allowed, or any with "
            "metric cosine"
        )
    return z


def _check_texts(texts: Any, count: int) -> list[str]:
    if texts is None:
        return []
    if isinstance(texts, str | bytes) or not hasattr(texts, "__len__"):
        raise InputError(f"texts: {type(texts).__name__} arrived; a list of texts, one a vector, is allowed")
    rows = list(texts)
    if len(rows) != count:
        raise InputError(f"texts: {len(rows):,} arrived for {count:,} vectors; one a vector is allowed")
    odd = next((one for one in rows if not isinstance(one, str)), None)
    if odd is not None:
        raise InputError(f"texts: {type(odd).__name__} arrived among them; texts are allowed")
    written = [kept_samples.clean(text.encode("utf-8", "replace").decode()) for text in rows]
    if sum(map(len, written)) > kept_samples.MAX_TEXT_BYTES // 4:
        raise InputError(f"texts: {sum(map(len, written)):,} letters arrived; fewer, or shorter ones, are allowed")
    return written


def _read_images(images: Any, count: int, say: Callable[[str], None]) -> torch.Tensor:
    try:
        pixels, remarks = array_images.read_images(array_images.from_memory(images), Data(name="array"))
    except InputError as error:
        raise InputError(f"images: {str(error).removeprefix('images: ')}") from None
    if len(pixels) != count:
        raise InputError(f"images: {len(pixels):,} arrived for {count:,} vectors; one a vector is allowed")
    for remark in remarks:
        say(files.to_printable(remark))
    return pixels


def _make_small(pixels: torch.Tensor, indices: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return some pictures (M, C, h, w), so small that the file may hold them all."""
    channels, height, width = pixels.shape[1:]
    fits = math.sqrt(kept_samples.MAX_PICTURE_BYTES / (len(indices) * channels * height * width))
    share = min(1.0, kept_samples.MAX_SIDE / max(height, width), fits)
    size = max(1, int(share * height)), max(1, int(share * width))
    chosen = torch.from_numpy(indices)
    if size == (height, width):
        return pixels[chosen].numpy()
    small = torch.empty((len(indices), channels, *size), dtype=torch.uint8)
    for at in range(0, len(indices), BLOCK):
        block = pixels[chosen[at : at + BLOCK]].float()
        resized = torch.nn.functional.interpolate(block, size, mode="bilinear", antialias=True)
        small[at : at + BLOCK] = resized.round_().clamp_(0, 255).to(torch.uint8)
    return small.numpy()


def _compute_digest(z: Floats, kept: KeptSamples) -> str:
    """Return a digest of the vectors and what is kept with them: the same samples are the same data set."""
    digest = hashlib.blake2b(f"vectors {z.shape}".encode(), digest_size=16)
    digest.update(z.data)
    for tensor in kept_samples.make_tensors(kept).values():
        digest.update(np.ascontiguousarray(tensor).data)
    return digest.hexdigest()
