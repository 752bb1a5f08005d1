"""Images of one's own, or other samples, as one tensor, and their copy in the user's cache folder under a digest of
their source.

The explorer finds the images of a checkpoint here, without reading the files that they came from. It knows neither
files nor splits.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import torch
from torch import Tensor

from latent_explorer import files
from latent_explorer.errors import WorkError, write_count
from latent_explorer.samples import IMAGES, SampleKind

HEADER_KEY = "latent_explorer_images"
MAX_NAMED_FILES = 3  # unreadable files named in the message; the others are counted


@dataclass(frozen=True)
class LoadedImages:
    images: Tensor
    """(N, C, H, W): pictures as uint8, other samples as float32 from 0 to 1."""
    labels: Tensor
    """(N,) int64; -1 without classes."""
    class_names: tuple[str, ...]
    digest: str
    skipped: tuple[str, ...] = ()
    """The skipped files and the reason for each, one line per file."""
    names: tuple[str, ...] = ()
    """Path of each image below the folder, with slashes; empty for arrays, and from a cache of an older version."""
    held_out: int = 0
    """How many of the last images are held out, as their source has it; 0 if it has no split of its own."""
    folder: str = ""
    """The folder that `names` are below; empty without one, as for an archive."""
    kind: SampleKind = IMAGES
    """What they are. The cache does not keep it: a checkpoint knows it."""


def load_cached(digest: str) -> LoadedImages | None:
    """Return the cached images of `digest`, or None if they are not in this machine's cache."""
    from safetensors import SafetensorError, safe_open

    if not digest.isalnum():  # it may come from an untrusted checkpoint, and becomes a file name
        return None
    try:
        with safe_open(make_path(digest), framework="pt") as file:
            header = json.loads((file.metadata() or {})[HEADER_KEY])
            images, labels = file.get_tensor("images"), file.get_tensor("labels")
        class_names, left_out, names = map(tuple, (header["class_names"], header["left_out"], header.get("names", ())))
        folder, held_out = str(header.get("folder", "")), int(header.get("held_out", 0))
        loaded = LoadedImages(
            images, labels, class_names, digest, skipped=left_out, names=names, held_out=held_out, folder=folder
        )
        return loaded if _is_sound(loaded) else None
    except (SafetensorError, OSError, KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError):
        return None


def save_to_cache(pictures: LoadedImages) -> None:
    """Keep a copy of the images for a later session, if the cache can be written."""
    from safetensors.torch import save as to_bytes

    header = {
        "class_names": pictures.class_names, "left_out": pictures.skipped, "names": pictures.names,
        "folder": pictures.folder, "held_out": pictures.held_out,
    }  # fmt: skip
    tensors = {"images": pictures.images.contiguous(), "labels": pictures.labels}
    data = to_bytes(tensors, {HEADER_KEY: json.dumps(header)})
    with suppress(WorkError):  # a cache that cannot be written only costs time
        files.write(make_path(pictures.digest), data, private=True)


def summarise_skipped(skipped: tuple[str, ...]) -> str:
    """Return a one-line message about the skipped files."""
    named = "; ".join(skipped[:MAX_NAMED_FILES])
    more = f"; and {len(skipped) - MAX_NAMED_FILES:,} more" if len(skipped) > MAX_NAMED_FILES else ""
    return f"{write_count(len(skipped), 'file')} left out: {named}{more}"


def _is_sound(loaded: LoadedImages) -> bool:
    """Return whether the parts of a file of the cache, which may be damaged, fit together."""
    count, texts = len(loaded.images), (*loaded.class_names, *loaded.skipped, *loaded.names)
    return (
        loaded.images.ndim == 4
        and loaded.images.dtype in (torch.uint8, torch.float32)
        and loaded.labels.shape == (count,)
        and loaded.labels.dtype == torch.int64
        and (not count or -1 <= int(loaded.labels.min()) <= int(loaded.labels.max()) < max(1, len(loaded.class_names)))
        and len(loaded.names) in (0, count)
        and 0 <= loaded.held_out <= count
        and all(isinstance(text, str) for text in texts)
    )


def make_path(digest: str) -> Path:
    """Return the cache file of the images with a digest."""
    return platformdirs.user_cache_path("latent_explorer") / "images" / f"{digest}.safetensors"
