"""A network of the user's own: any `nn.Module` with `encode` and `decode`, named `package.Class` in a preset.

Code is imported only from packages that the caller allows; a file alone can never choose what runs.
"""

import importlib
import os
import sys
from collections.abc import Collection
from types import ModuleType
from typing import Any

import torch
from torch import Tensor, nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models.body import Body

ROUND = 1e-6  # how near decoded pictures may come to 0 and 1: their logits stay finite


def bodies(
    image_shape: tuple[int, int, int], model: config.Model, allowed: Collection[str]
) -> tuple[Body, "OwnDecoder"]:
    """The encoder and decoder of `Class(image_shape, latent_dim)`, one module in two roles."""
    module = _made(image_shape, model, allowed)
    return Body([OwnEncoder(module)], model.latent_dim), OwnDecoder(module)


class OwnEncoder(nn.Module):
    """(N, C, H, W) -> (N, d)."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        z: Tensor = self.module.encode(x)  # type: ignore[operator]
        return z


class OwnDecoder(nn.Module):
    """(N, d) -> (N, C, H, W) logits, of pictures in [0, 1]."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self._module = (module,)  # in a tuple: its weights already belong to the encoder

    def forward(self, z: Tensor) -> Tensor:
        pictures: Tensor = self._module[0].decode(z)  # type: ignore[operator]
        return torch.logit(pictures.float().clamp(ROUND, 1 - ROUND))


def package(network: str) -> str:
    """`my_package` of `my_package.models.Mine`."""
    return network.partition(".")[0]


def _made(image_shape: tuple[int, int, int], model: config.Model, allowed: Collection[str]) -> nn.Module:
    name = model.network
    if package(name) not in allowed:
        raise InputError(
            f"model.network: {name} is code of a package of its own; it is imported where you trust it and allow it "
            f"with --allow-import {package(name)} (allow_import= in Python)"
        )
    path, _, class_name = name.rpartition(".")
    kind: Any = getattr(_imported(path, name), class_name, None)
    if not (isinstance(kind, type) and issubclass(kind, nn.Module)):
        raise InputError(f"model.network: {name} is no torch.nn.Module of {path}")
    for method in ("encode", "decode"):
        if not callable(getattr(kind, method, None)):
            raise InputError(f"model.network: {name} has no method {method!r}; encode and decode are needed")
    try:
        made: nn.Module = kind(image_shape, model.latent_dim)
    except Exception as error:  # whatever the user's own code raises
        raise InputError(
            f"model.network: {name}(image_shape={image_shape}, latent_dim={model.latent_dim}) raised "
            f"{type(error).__name__}: {error}"
        ) from None
    return made


def _imported(path: str, name: str) -> ModuleType:
    """The module, also from the current folder, where a program that was installed would not look."""
    here = os.getcwd()
    sys.path.append(here)
    try:
        return importlib.import_module(path)
    except Exception as error:  # whatever importing the user's own code raises
        raise InputError(f"model.network: {name}: importing {path} raised {type(error).__name__}: {error}") from None
    finally:
        sys.path.remove(here)
