"""Files of checkpoints, read with every entry checked."""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import (
    attribute_tensors,
    checkpoint_paths,
    header,
    kept_samples,
    map_tensors,
    tensor_file,
)
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    from latent_explorer.models.external_network import ExternalFunctions

Function = Callable[[Floats], Any]


def load(
    name: str | os.PathLike[str], device: str = "auto", allow_import: Collection[str] = (), *,
    encode: Function | None = None, decode: Function | None = None,
) -> Checkpoint:  # fmt: skip
    """Open and check a checkpoint; `name` is a path or the name of a shipped checkpoint.

    `allow_import` names the packages with custom networks that the checkpoint may import. `encode` and `decode` are the
    functions of a model from elsewhere, which its file does not hold.

    Raises `InputError` for a file that is missing, truncated, damaged, foreign or of a newer format, and for
    a device that is not available.
    """
    functions = _make_functions(encode, decode)
    checkpoint = read(checkpoint_paths.find(name), device, allow_import, functions)
    if functions is not None and checkpoint.config.model.network != "external":
        own = checkpoint.lack_of_decoder or "has its own"
        raise InputError(f"{checkpoint.name}: encode and decode arrived; it {own}")
    _ = checkpoint.model  # the weights are checked against the config here, not at the first decode
    return checkpoint


def read(
    path: Path, device: str = "auto", allow_import: Collection[str] = (), functions: "ExternalFunctions | None" = None
) -> Checkpoint:
    """Read and check a file; the model is built when first used, and torch is not imported before."""
    contents, arrays = header.read(path)
    latents, labels = arrays["latents"].astype(np.float32), arrays["labels"].astype(np.int64)
    maps = map_tensors.restore(contents.source, contents.maps, arrays, latents, labels)
    with header.report_damage(contents.source):
        kept = kept_samples.restore(arrays)
    return Checkpoint(
        config=contents.config,
        image_shape=contents.image_shape,
        class_names=contents.class_names,
        maps=maps,
        indices=arrays["indices"].astype(np.int64),
        weights=tensor_file.select_prefix("weights.", arrays),
        metrics=contents.metrics,
        made_by=contents.made_by,
        attributes=attribute_tensors.restore(contents.attributes, arrays),
        kept=kept,
        name=contents.source.stem,
        device=device,
        allow_import=tuple(allow_import),
        path=contents.source,
        functions=functions,
    )


def _make_functions(encode: Function | None, decode: Function | None) -> "ExternalFunctions | None":
    if encode is None and decode is None:
        return None
    from latent_explorer.models import model_adapter
    from latent_explorer.models.external_network import ExternalFunctions

    return model_adapter.adapt(ExternalFunctions(encode, decode), ())
