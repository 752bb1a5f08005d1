"""Folders that pythae's `model.save` writes.

pythae saves encoders and decoders of one's own as code (cloudpickle), which is not run; a folder without them holds the
weights of pythae's default network, two layers each way, which is built here. So pythae itself is not needed.
"""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from latent_explorer import files
from latent_explorer.commands.importers.foreign_model import ForeignModel
from latent_explorer.commands.importers.saved_file import TORCH_EXPORT, require_file
from latent_explorer.errors import InputError

CONFIG, WEIGHTS = "model_config.json", "model.pt"
CODE = ("encoder.pkl", "decoder.pkl")
PLAIN = ("AEConfig", "RAE_GP_Config", "RAE_L2_Config", "WAE_MMD_Config")
VARIATIONAL = (
    "VAEConfig", "BetaVAEConfig", "BetaTCVAEConfig", "DisentangledBetaVAEConfig", "FactorVAEConfig",
    "INFOVAE_MMD_Config",
)  # fmt: skip
QUANTISED = "VQVAEConfig"
HIDDEN = 512
MAX_CONFIG_BYTES = 1 << 20
CODEBOOKS = ("quantizer.embeddings.weight", "quantizer.embeddings")  # learnt by gradient, or as a moving average
NOT_NEEDED = ("discriminator.", "quantizer.cluster_size", "quantizer.ema_embed")  # weights of the training alone


def read(folder: Path) -> ForeignModel:
    """Return the model of a folder; raise `InputError` for one that holds code, or another kind of model."""
    for name in CODE:
        if (folder / name).exists():
            raise InputError(f"{folder}: {name} holds code, which is not run; {TORCH_EXPORT}")
    kind, input_dim, latent_dim = _read_config(require_file(folder / CONFIG, MAX_CONFIG_BYTES))
    weights = _read_weights(require_file(folder / WEIGHTS))
    parts = 2 if kind in VARIATIONAL else 1
    pixels = input_dim[0] * input_dim[1] * input_dim[2]
    codebook = next((weights.pop(name) for name in CODEBOOKS if name in weights), None)
    _check_weights(weights, pixels, latent_dim, parts, folder / WEIGHTS)
    if (kind == QUANTISED) != (codebook is not None) or (codebook is not None and codebook.shape[1:] != (1,)):
        raise InputError(f"{folder / WEIGHTS}: the codebook does not fit a {kind.removesuffix('Config')}")
    heads = [_linear(weights, name) for name in ("encoder.embedding", "encoder.log_var")[:parts]]
    encoder = _Encoder(_linear(weights, "encoder.layers.0.0"), heads, codebook)
    decoder = nn.Sequential(
        _linear(weights, "decoder.layers.0.0"), nn.ReLU(), _linear(weights, "decoder.layers.1.0"), nn.Sigmoid(),
        nn.Unflatten(1, input_dim),
    )  # fmt: skip
    return ForeignModel(encoder, decoder, input_dim)


class _Encoder(nn.Module):
    """(N, C, H, W) -> (N, d), or the mean and log-variance (N, d) each.

    With a `codebook` (K, 1), which pythae applies to each number of the latent, each becomes the nearest code.
    """

    codes: Tensor | None

    def __init__(self, body: nn.Linear, heads: list[nn.Linear], codebook: Tensor | None) -> None:
        super().__init__()
        self.body, self.heads = body, nn.ModuleList(heads)
        self.register_buffer("codes", None if codebook is None else codebook[:, 0])

    def forward(self, x: Tensor) -> Tensor | tuple[Tensor, ...]:
        h = torch.relu(self.body(x.flatten(1)))
        parts = tuple(head(h) for head in self.heads)
        if self.codes is not None:
            return self.codes[(parts[0][:, :, None] - self.codes).abs().argmin(dim=2)]
        return parts if len(parts) > 1 else parts[0]


def _read_config(path: Path) -> tuple[str, tuple[int, int, int], int]:
    """Return the kind of model, the shape of its pictures and its latent dimension."""
    try:
        values = json.loads(path.read_bytes())
        kind, input_dim, latent_dim = values["name"], values["input_dim"], values["latent_dim"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{path}: damaged, or not written by pythae") from None
    known = (*PLAIN, *VARIATIONAL, QUANTISED)
    if kind not in known:
        titles = ", ".join(name.removesuffix("Config").rstrip("_") for name in known)
        raise InputError(f"{path}: {files.to_printable(str(kind)[:60])} arrived; allowed: {titles}")
    sides = input_dim if isinstance(input_dim, list) else []
    if len(sides) != 3 or not all(type(side) is int and side > 0 for side in sides) or sides[0] not in (1, 3):
        arrived = files.to_printable(str(input_dim)[:60])
        raise InputError(f"{path}: input_dim {arrived}; pictures (C, H, W) of 1 or 3 channels are allowed")
    if type(latent_dim) is not int or latent_dim < 1:
        raise InputError(f"{path}: latent_dim {files.to_printable(str(latent_dim)[:60])}; a number from 1 is allowed")
    return kind, (sides[0], sides[1], sides[2]), latent_dim


def _read_weights(path: Path) -> dict[str, Tensor]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickles that torch does not write
            values: Any = torch.load(path, map_location="cpu", weights_only=True)["model_state_dict"]
        weights = {str(name): value.detach().float() for name, value in values.items()}
    except Exception:  # torch's own, and whatever a damaged file makes it raise
        raise InputError(f"{path}: damaged, or it holds more than weights, which alone are allowed") from None
    return {name: value for name, value in weights.items() if not name.startswith(NOT_NEEDED)}


def _check_weights(weights: Mapping[str, Tensor], pixels: int, latent_dim: int, parts: int, path: Path) -> None:
    """Raise `InputError` unless the weights are those of the default network."""
    layers = {
        "encoder.layers.0.0": (HIDDEN, pixels), "encoder.embedding": (latent_dim, HIDDEN),
        "encoder.log_var": (latent_dim, HIDDEN), "decoder.layers.0.0": (HIDDEN, latent_dim),
        "decoder.layers.1.0": (pixels, HIDDEN),
    }  # fmt: skip
    if parts == 1:
        del layers["encoder.log_var"]
    expected: dict[str, tuple[int, ...]] = {f"{name}.weight": shape for name, shape in layers.items()}
    expected |= {f"{name}.bias": shape[:1] for name, shape in layers.items()}
    arrived = {name: tuple(value.shape) for name, value in weights.items()}
    if arrived != expected:
        odd = min(name for name in {**expected, **arrived} if expected.get(name) != arrived.get(name))
        raise InputError(
            f"{path}: {files.to_printable(odd[:60])} is {arrived.get(odd, 'missing')}, "
            f"{expected.get(odd, 'nothing')} is expected in pythae's default network"
        )


def _linear(weights: Mapping[str, Tensor], name: str) -> nn.Linear:
    weight = weights[f"{name}.weight"]
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.load_state_dict({"weight": weight, "bias": weights[f"{name}.bias"]})
    return layer.requires_grad_(False)
