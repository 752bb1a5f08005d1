"""Custom networks: any `nn.Module` of the user with `encode` and `decode`, named `package.Class` in a preset.

Code is imported only from packages that the caller allows; a preset or checkpoint alone can never run code.
"""

import hashlib
import importlib
import inspect
import os
import sys
from collections.abc import Collection
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models.encoder_body import EncoderBody

LOGIT_EPSILON = 1e-6  # decoded images are clamped this far from 0 and 1, so that their logits are finite


def make_encoder_and_decoder(
    image_shape: tuple[int, int, int], model: config.Model, allowed: Collection[str]
) -> tuple[EncoderBody, "CustomDecoder"]:
    """Return the encoder and decoder of `Class(image_shape, latent_dim)`; both wrap the same module."""
    module = _instantiate(image_shape, model, allowed)
    encoder = CustomEncoder(module, model.network, (model.latent_dim,))
    return EncoderBody([encoder], model.latent_dim), CustomDecoder(module, model.network, image_shape)


class CustomEncoder(nn.Module):
    """Encoder of a custom network: (N, C, H, W) -> (N, d)."""

    def __init__(self, module: nn.Module, name: str, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.module, self.name, self.shape = module, name, shape

    def forward(self, x: Tensor) -> Tensor:
        return _call_checked(self.module, "encode", x, self.name, self.shape)


class CustomDecoder(nn.Module):
    """Decoder of a custom network: (N, d) -> (N, C, H, W) logits of its images in [0, 1]."""

    def __init__(self, module: nn.Module, name: str, shape: tuple[int, ...]) -> None:
        super().__init__()
        self._module = (module,)  # in a tuple: its weights already belong to the encoder
        self.name, self.shape = name, shape

    def forward(self, z: Tensor) -> Tensor:
        pictures = _call_checked(self._module[0], "decode", z, self.name, self.shape)
        return torch.logit(pictures.float().clamp(LOGIT_EPSILON, 1 - LOGIT_EPSILON))


def get_package(network: str) -> str:
    """Return the top-level package of `network`: `my_package` for `my_package.models.Mine`."""
    return network.partition(".")[0]


def hash_source(network: str) -> str:
    """Return a hash of the source file of an imported network, which changes when it is edited; else empty."""
    module = sys.modules.get(network.rpartition(".")[0])
    try:
        source = inspect.getsource(module) if module is not None else ""
    except OSError:  # not from a file
        source = ""
    return hashlib.blake2b(source.encode(errors="replace"), digest_size=16).hexdigest() if source else ""


def _call_checked(module: nn.Module, method: str, batch: Tensor, name: str, shape: tuple[int, ...]) -> Tensor:
    """Call `module.method` on a batch (N, ...); raise `InputError` if it fails or its output is not (N, *shape)."""
    try:
        out = getattr(module, method)(batch)
    except Exception as error:  # the user's code may raise anything
        if "memory" in str(error).lower():  # out of memory is reported elsewhere
            raise
        raise InputError(f"model.network: {name}.{method} raised {type(error).__name__}: {error}") from None
    if not isinstance(out, Tensor) or out.shape != (len(batch), *shape):
        given = f"shape {tuple(out.shape)}" if isinstance(out, Tensor) else type(out).__name__
        expected = f"({', '.join(map(str, (len(batch), *shape)))})"
        raise InputError(
            f"model.network: {name}.{method} gave {given} for {tuple(batch.shape)}; a tensor of {expected} is expected"
        )
    return out


def _instantiate(image_shape: tuple[int, int, int], model: config.Model, allowed: Collection[str]) -> nn.Module:
    name = model.network
    if get_package(name) not in allowed:
        raise InputError(
            f"model.network: {name} is code of a package of its own; it is imported where you trust it and allow it "
            f"with --allow-import {get_package(name)} (allow_import= in Python)"
        )
    path, _, class_name = name.rpartition(".")
    kind: Any = getattr(_import_module(path, name), class_name, None)
    if not (isinstance(kind, type) and issubclass(kind, nn.Module)):
        raise InputError(f"model.network: {name} is no torch.nn.Module of {path}")
    for method in ("encode", "decode"):
        if not callable(getattr(kind, method, None)):
            raise InputError(f"model.network: {name} has no method {method!r}; encode and decode are needed")
    try:
        network: nn.Module = kind(image_shape, model.latent_dim)
    except Exception as error:  # the user's code may raise anything
        raise InputError(
            f"model.network: {name}(image_shape={image_shape}, latent_dim={model.latent_dim}) raised "
            f"{type(error).__name__}: {error}"
        ) from None
    return network


def _import_module(path: str, name: str) -> ModuleType:
    """Import the module `path`, also from the current folder, which is not on an installed program's `sys.path`."""
    folder = os.getcwd()
    sys.path.append(folder)
    try:
        return importlib.import_module(path)
    except Exception as error:  # importing the user's code may raise anything
        raise InputError(f"model.network: {name}: importing {path} raised {type(error).__name__}: {error}") from None
    finally:
        sys.path.remove(folder)
