"""Files of checkpoints: found by path or shipped name, and read with every entry checked."""

import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from latent_explorer import files, resources
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import attribute_tensors, kept_samples, map_tensors, tensor_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.header import CheckpointHeader, report_damage
from latent_explorer.checkpoint.tensor_file import Header, TensorLayout
from latent_explorer.config import list_preset_names
from latent_explorer.errors import InputError, did_you_mean

if TYPE_CHECKING:
    from latent_explorer.models.external_network import ExternalFunctions

SUFFIX = ".safetensors"
Function = Callable[[Floats], Any]


def list_shipped() -> list[str]:
    """List the names of the shipped checkpoints."""
    return sorted(path.stem for path in resources.find_folder("checkpoints").glob(f"*{SUFFIX}"))


def find(name: str | os.PathLike[str]) -> Path:
    """Return the file of `name`, a path or the name of a shipped checkpoint; raise `InputError` if there is none."""
    path = files.expand(name)
    if os.path.isfile(path):
        return path
    shipped = resources.find_folder("checkpoints") / f"{name}{SUFFIX}"
    if str(name) in list_shipped():
        return shipped
    if os.path.isdir(path):
        raise InputError(f"{path}: a folder arrived; a {SUFFIX} file is allowed")
    hint = did_you_mean(str(name), list_shipped())
    if os.path.isfile(f"{path}{SUFFIX}"):
        hint = f" (did you mean {path}{SUFFIX}?)"
    elif str(name) in list_preset_names():
        hint = f"; train it first: python train.py {name}"
    text = str(name)
    arrived = text if len(text) <= 110 else f"{text[:50]}...{text[-57:]}"  # leaves room for what is allowed
    raise InputError(
        f"checkpoint {arrived!r} is not there{hint}; allowed: {', '.join(list_shipped())}, or the path of a file"
    )


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
    checkpoint = read(find(name), device, allow_import, functions)
    if functions is not None and checkpoint.config.model.network != "external":
        own = checkpoint.lack_of_decoder or "has its own"
        raise InputError(f"{checkpoint.name}: encode and decode arrived; it {own}")
    _ = checkpoint.model  # the weights are checked against the config here, not at the first decode
    return checkpoint


def read(
    path: Path, device: str = "auto", allow_import: Collection[str] = (), functions: "ExternalFunctions | None" = None
) -> Checkpoint:
    """Read and check a file; the model is built when first used, and torch is not imported before."""

    def check(header: Header, layout: TensorLayout) -> CheckpointHeader:
        parsed = CheckpointHeader.of(header, path)
        parsed.check_layout(layout)
        return parsed

    contents, arrays = tensor_file.read(path, check)
    contents.check_values(arrays)
    latents, labels = arrays["latents"].astype(np.float32), arrays["labels"].astype(np.int64)
    maps = map_tensors.restore(contents.source, contents.maps, arrays, latents, labels)
    with report_damage(contents.source):
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
    from latent_explorer.models.external_network import ExternalFunctions

    return ExternalFunctions(encode, decode)
