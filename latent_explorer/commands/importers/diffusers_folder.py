"""Folders that the `save_pretrained` of diffusers' autoencoders writes: AutoencoderKL and AutoencoderTiny."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from latent_explorer import files
from latent_explorer.commands.importers.foreign_model import ForeignModel
from latent_explorer.commands.importers.saved_file import require_file
from latent_explorer.errors import InputError

EXTRA = 'pip install "latent_explorer[diffusers]"'
CONFIG, WEIGHTS = "config.json", "diffusion_pytorch_model.safetensors"
CLASSES = ("AutoencoderKL", "AutoencoderTiny")
PIXEL_RANGE = (-1.0, 1.0)
MAX_CONFIG_BYTES = 1 << 20
LARGEST_SIDE, SMALL_SIDE = 128, 64
"""Pictures of more pixels a side, as of those for 512 pixels, are mapped at the smaller size, unless `data.size` says
another: a map needs thousands of them."""


def read(folder: Path) -> ForeignModel:
    """Return the model of a folder; raise `InputError` for one that is missing, damaged, or of another class."""
    path = require_file(folder / CONFIG, MAX_CONFIG_BYTES)
    require_file(folder / WEIGHTS)
    try:
        config = json.loads(path.read_bytes())
        kind = config["_class_name"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise InputError(f"{path}: damaged, or not written by diffusers") from None
    if kind not in CLASSES:
        arrived = files.to_printable(str(kind)[:60])
        raise InputError(f"{path}: {arrived} arrived; {' and '.join(CLASSES)} are allowed")
    if importlib.util.find_spec("diffusers") is None:
        raise InputError(f"diffusers is not installed; its models need it: {EXTRA}")
    model = _load(folder, kind)
    channels, side = config.get("in_channels", 3), config.get("sample_size", SMALL_SIDE)
    if channels not in (1, 3) or channels != config.get("out_channels", 3):
        raise InputError(f"{path}: pictures of 1 or 3 channels, in and out, are allowed")
    side = side if type(side) is int and 1 <= side <= LARGEST_SIDE else SMALL_SIDE
    scaling = config.get("scaling_factor")
    remark = ""
    if isinstance(scaling, float) and scaling != 1:
        remark = f"its codes are mapped as the encoder gives them, before diffusion's scaling by {scaling:.5g}"
    return ForeignModel(
        _Encoder(model), _Decoder(model), (channels, side, side), PIXEL_RANGE, remark,
    )  # fmt: skip


class _Encoder(nn.Module):
    """(N, C, H, W) -> (N, c, h, w), or mean and log-variance (N, c, h, w) each."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Any:
        answer = self.model.encode(x)
        if hasattr(answer, "latent_dist"):
            return answer.latent_dist.mean, answer.latent_dist.logvar
        return answer.latents


class _Decoder(nn.Module):
    """(N, c, h, w) -> (N, C, H, W)."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, z: Tensor) -> Any:
        return self.model.decode(z).sample


def _load(folder: Path, kind: str) -> nn.Module:
    try:
        import diffusers

        diffusers.utils.logging.set_verbosity_error()
        model: nn.Module = getattr(diffusers, kind).from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, low_cpu_mem_usage=False, torch_dtype=torch.float32
        )
    except Exception as error:  # diffusers, safetensors and torch raise each their own
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        raise InputError(f"{folder}: diffusers cannot open it ({files.to_printable(reason)})") from None
    return model.eval().requires_grad_(False)
