"""A model of another program as two torch modules, and their ONNX graphs."""

import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from latent_explorer.arrays import Floats
from latent_explorer.errors import InputError
from latent_explorer.models import onnx_graph, onnx_network

OPSET = 17
TOLERANCE = 1e-4  # largest difference of graph and module, as a share of the largest number where that is above 1


@dataclass(frozen=True, eq=False)
class ForeignModel:
    """The two halves of a model."""

    encoder: nn.Module
    """Images (N, C, H, W) -> latents (N, ...), or a tuple of a posterior's mean and log-variance."""
    decoder: nn.Module
    """Latents (N, ...) -> images (N, C, H, W)."""
    image_shape: tuple[int, int, int]
    """Of the pictures that suit it; of other ones if it takes several sizes."""
    pixel_range: tuple[float, float] = (0.0, 1.0)
    remark: str = ""
    """What a user should know of its latents."""

    def export(self, images: Floats) -> tuple[bytes, bytes]:
        """Return encoder and decoder as ONNX graphs for pictures like `images` (N, C, H, W), given in `pixel_range`.

        Raises `InputError` for a model that does not take such pictures, or whose graphs do not do what it does.
        """
        onnx_graph.require_packages()
        x = torch.from_numpy(images)
        try:
            with torch.no_grad():
                latents = _as_tuple(self.encoder.eval()(x))
                pictures = self.decoder.eval()(latents[0])
            names = ["mean", "log_variance"] if len(latents) == 2 else ["latent"]
            graphs = _export(self.encoder, x, names), _export(self.decoder, latents[0], ["picture"])
        except Exception as error:  # torch and the other program raise what they like
            reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
            raise InputError(f"the model cannot be exported for pictures of {tuple(x.shape[1:])}: {reason}") from None
        functions = onnx_network.make_functions(*graphs)
        assert functions.encode is not None
        assert functions.decode is not None
        flat = [one.flatten(1).numpy() for one in latents]
        _check_agreement(functions.encode(images), flat, "encoder")
        _check_agreement([functions.decode(flat[0])], [pictures.numpy()], "decoder")
        return graphs


def _export(module: nn.Module, example: Tensor, names: list[str]) -> bytes:
    """Return the graph of a module with one input, of any batch size."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        path = Path(folder) / "graph.onnx"
        warnings.simplefilter("ignore")  # the other exporter needs another package
        torch.onnx.export(
            module, (example,), path, input_names=["input"], output_names=names, opset_version=OPSET, dynamo=False,
            dynamic_axes={name: {0: "batch"} for name in ("input", *names)},
        )  # fmt: skip
        return path.read_bytes()


def _as_tuple(answer: Any) -> tuple[Tensor, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


def _check_agreement(given: Any, expected: list[Any], which: str) -> None:
    for one, other in zip(given, expected, strict=True):
        scale = max(1.0, float(np.abs(other).max(initial=0)))
        if one.shape != other.shape or not np.abs(one - other).max(initial=0) <= TOLERANCE * scale:
            raise InputError(f"the {which} as an ONNX graph does not compute what the model does; export it yourself")
