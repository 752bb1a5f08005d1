"""Files that hold code beside the weights: they are not opened, whoever wrote them; ONNX holds the model alone."""

from pathlib import Path
from typing import NoReturn

from latent_explorer.commands.importers.saved_file import TORCH_EXPORT
from latent_explorer.errors import InputError


def refuse_keras(path: Path) -> NoReturn:
    """Raise `InputError`, which says how Keras exports to ONNX."""
    raise InputError(
        f"{path}: a Keras file may hold code, and does not say which layers are the decoder; in Keras, "
        'encoder.export("E.onnx", format="onnx") and the same for the decoder, then --encoder E.onnx --decoder D.onnx'
    )


def refuse_torchscript(path: Path) -> NoReturn:
    """Raise `InputError`, which says how torch exports to ONNX."""
    raise InputError(f"{path}: TorchScript and .pt2 files hold code; {TORCH_EXPORT}")
