"""Files that hold code beside the weights: they are not opened, whoever wrote them; ONNX holds the model alone."""

from pathlib import Path
from typing import NoReturn

from latent_explorer.commands.importers.saved_file import TORCH_EXPORT
from latent_explorer.errors import InputError

KERAS, TORCH = (".keras", ".h5", ".hdf5"), (".pt", ".pth", ".pt2", ".ckpt", ".bin")
"""Endings of their files."""


def refuse_code(path: Path) -> None:
    """Raise `InputError` for a file of Keras or torch, by its ending."""
    if path.suffix.lower() in KERAS:
        refuse_keras(path)
    if path.suffix.lower() in TORCH:
        refuse_torchscript(path)


def refuse_keras(path: Path) -> NoReturn:
    """Raise `InputError`, which says how Keras exports to ONNX."""
    raise InputError(
        f"{path}: a Keras file may hold code, and does not say which layers are the decoder; in Keras, "
        'encoder.export("E.onnx", format="onnx") and the same for the decoder, then --encoder E.onnx --decoder D.onnx'
    )


def refuse_torchscript(path: Path) -> NoReturn:
    """Raise `InputError`, which says how torch exports to ONNX."""
    raise InputError(f"{path}: a file of torch may hold code, and does not say what decodes; {TORCH_EXPORT}")
