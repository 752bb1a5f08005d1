"""Three kinds of image noise, which a denoising autoencoder learns to remove."""

import torch
from torch import Tensor

CORRUPTION_KINDS = ("gaussian", "masking", "salt_and_pepper")


def corrupt(x: Tensor, kind: str, level: float | Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Add noise to images (N, C, H, W) in [0, 1]; the result stays in [0, 1].

    `level` is one number or one per image (N,): the standard deviation for gaussian noise; for masking the share
    of pixels set to black, for salt_and_pepper the share set to black or white (Vincent et al. 2010, JMLR
    11:3371).
    """
    if isinstance(level, Tensor):
        level = level.reshape(-1, 1, 1, 1)
    if kind == "gaussian":
        return (x + level * torch.empty_like(x).normal_(generator=generator)).clamp(0.0, 1.0)
    drawn = torch.empty_like(x[:, :1]).uniform_(generator=generator)  # the same for all channels of a pixel
    if kind == "masking":
        return torch.where(drawn < level, torch.zeros_like(x), x)
    if kind == "salt_and_pepper":
        # the lower half of the corrupted pixels turns black, the upper half white
        white = (drawn >= level / 2).to(x.dtype).expand_as(x)
        return torch.where(drawn < level, white, x)
    raise ValueError(f"kind {kind!r} arrived; one of {', '.join(CORRUPTION_KINDS)} is allowed")
