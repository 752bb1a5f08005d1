"""The file of a gallery: an .npz that opens again in the window, and that `train.py` reads as a data set.

Its arrays are `images`, fitted to a model's input, with `labels` beside them, and `gallery`: all pictures as they were
drawn, with their labels, as the bytes of a JSON document.
"""

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from latent_explorer import files
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.config import schema
from latent_explorer.engine.queries.gallery import fit_or_refuse
from latent_explorer.errors import InputError, report_unreadable
from latent_explorer.user_image.gallery import Gallery

STEM, SUFFIX = "gallery", ".npz"
ENTRY = "gallery"
MAX_BYTES = 32 * 2**20
"""Of the document, and of the file that holds it."""
ALLOWED = "a gallery that the window saved is allowed"


def serialise(gallery: Gallery, checkpoint: Checkpoint) -> bytes:
    """Return the bytes of the file; `images` are fitted to the input of `checkpoint`, without those that show it
    nothing."""
    document = json.dumps(schema.encode(gallery)).encode()
    arrays: dict[str, Any] = {ENTRY: np.frombuffer(document, np.uint8)}
    if checkpoint.sample_kind.has_pixels:
        fitted = [(fit_or_refuse(checkpoint, one.image), one.label) for one in gallery.pictures]
        shown = [(x, label) for x, label in fitted if not isinstance(x, str)]
        if shown:
            images = np.stack([np.rint(np.moveaxis(x, 0, -1) * 255).astype(np.uint8) for x, _ in shown])
            arrays["images"] = images[..., 0] if images.shape[-1] == 1 else images
            arrays["labels"] = np.array([label for _, label in shown], np.str_)
    written = io.BytesIO()
    np.savez_compressed(written, **arrays)
    return written.getvalue()


def read(path: Path) -> Gallery:
    """Return the gallery in a file; raise `InputError`, which names the file, for any other file."""
    with _name_errors(path), path.open("rb"), report_unreadable("the file"):
        return schema.decode(Gallery, json.loads(_read_document(path)), ENTRY)


def check(path: Path) -> None:
    """Raise `InputError`, which names the file, unless a gallery may be in it; the names of its arrays alone are
    read."""
    from latent_explorer.data import array_file

    with _name_errors(path), path.open("rb"), report_unreadable("the file"), ExitStack() as opened:
        _require_entry(path, array_file.READERS[SUFFIX](path, opened).arrays)


@contextmanager
def _name_errors(path: Path) -> Iterator[None]:
    name = files.to_printable(path.name)
    try:
        yield
    except OSError as error:
        raise InputError(f"{name}: cannot be read: {error.strerror or error}") from None
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _require_entry(path: Path, names: Iterable[str]) -> None:
    """Raise `InputError` unless a gallery is among the arrays; a data set is trained on elsewhere."""
    there = list(names)
    if ENTRY in there:
        return
    preset, kind = ("beats-vae", "signal") if {"signals", "series"} & {*there} else ("mnist-vae", "array")
    command = f"python train.py {preset} --set data.name={kind} --data-dir {files.to_argument(path.name)}"
    raise InputError(f"no gallery is in it, but {', '.join(there[:4]) or 'nothing'}. To train on it: {command}")


def _read_document(path: Path) -> bytes:
    from latent_explorer.data import array_file

    if path.stat().st_size > MAX_BYTES:
        raise InputError(f"{path.stat().st_size >> 20} MiB arrived; up to {MAX_BYTES >> 20} are allowed")
    with ExitStack() as opened:
        arrays = array_file.READERS[SUFFIX](path, opened).arrays
        _require_entry(path, arrays)
        entry = arrays[ENTRY]
        if entry.dtype != np.uint8 or len(entry.shape) != 1:
            shape = "x".join(map(str, entry.shape))
            raise InputError(f"{ENTRY}: an array of {shape} {entry.dtype} arrived; {ALLOWED}")
        if entry.shape[0] > MAX_BYTES:
            raise InputError(f"{entry.shape[0] >> 20} MiB arrived; up to {MAX_BYTES >> 20} are allowed")
        return b"".join(block.tobytes() for block in entry.read(1 << 20))
