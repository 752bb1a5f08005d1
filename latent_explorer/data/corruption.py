"""Noise on pictures, of three kinds: what a denoising autoencoder undoes."""

import torch
from torch import Tensor

KINDS = ("gaussian", "masking", "salt_and_pepper")


def corrupt(x: Tensor, kind: str, level: float | Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Pictures (N, C, H, W) in [0, 1] with noise on them, still in [0, 1].

    `level` is one number or one a picture (N,): the standard deviation for gaussian noise; for masking the share
    of pixels set to black, for salt_and_pepper the share set to black or white (Vincent et al. 2010, JMLR
    11:3371).
    """
    if isinstance(level, Tensor):
        level = level.reshape(-1, 1, 1, 1)
    if kind == "gaussian":
        return (x + level * torch.empty_like(x).normal_(generator=generator)).clamp(0.0, 1.0)
    drawn = torch.empty_like(x[:, :1]).uniform_(generator=generator)  # all channels of a pixel fare alike
    if kind == "masking":
        return torch.where(drawn < level, torch.zeros_like(x), x)
    if kind == "salt_and_pepper":
        # the lower half of what is hit turns black, the upper half white
        white = (drawn >= level / 2).to(x.dtype).expand_as(x)
        return torch.where(drawn < level, white, x)
    raise ValueError(f"kind {kind!r} arrived; one of {', '.join(KINDS)} is allowed")
