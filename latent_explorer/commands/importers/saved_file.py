"""Checks of files of other programs."""

from pathlib import Path

from latent_explorer.errors import InputError
from latent_explorer.models.onnx_check import MAX_GRAPH_BYTES

TORCH_EXPORT = "export encoder and decoder with torch.onnx.export, and give --encoder E.onnx --decoder D.onnx"
"""How a torch model comes here instead of a file that holds code."""


def require_file(path: Path, most: int = MAX_GRAPH_BYTES) -> Path:
    """Return `path`; raise `InputError` unless it is a file of at most so many bytes."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    if not path.is_file():  # a folder, or a device that never ends
        raise InputError(f"{path}: this is no file")
    if size > most:
        raise InputError(f"{path}: {size:,} bytes arrived; up to {most:,} are allowed")
    return path
