"""The judge of pictures: a small network that tells pictures like those of a data set from noise, from blends of two
pictures and from pictures between two of them. It is fitted to the data set alone (`training.judge_training`), so that
it knows nothing of the models whose pictures it judges."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from latent_explorer.models.batch_norm import BatchNorm

CHANNELS = 24
SIDES = (16, 32)
"""Sides in pixels to which pictures are scaled. What is of two pictures shows at 32 too, at a third of the cost."""
EARLIER_SIDES = (16, 32, 64)
LATE_LAYERS = {16: 2}
"""Number of convolutions at 4 x 4 pixels by side, where so few lead there that none would see more than a part of the
picture: halves of two digits of 8 x 8 pixels are told from a digit by how they go together."""
SHALLOW_SIDE = 32
"""The least side for networks of earlier versions."""


def choose_side(image_shape: tuple[int, int, int], sides: tuple[int, ...] = SIDES) -> int:
    """Return the side to which pictures (C, H, W) are scaled: the least of `sides` that is no smaller, or the last."""
    return next((side for side in sides if side >= max(image_shape[1:])), sides[-1])


def choose_earlier_side(image_shape: tuple[int, int, int], *, deep: bool) -> int:
    """Return the side of a judge whose file, of an earlier version, does not say it."""
    side = choose_side(image_shape, EARLIER_SIDES)
    return side if deep else max(side, SHALLOW_SIDE)


def scale_pictures(x: Tensor, side: int) -> Tensor:
    """Return pictures (N, C, H, W) scaled to squares of `side` pixels."""
    return resize(x, side, side, antialias=max(x.shape[-2:]) > side)


def resize(x: Tensor, height: int, width: int, *, antialias: bool) -> Tensor:
    """Return pictures (N, C, ...) at (height, width), as they are where that is their size."""
    if tuple(x.shape[-2:]) == (height, width):
        return x
    return F.interpolate(x, size=(height, width), mode="bilinear", antialias=antialias, align_corners=False)


def make_encoder(image_channels: int, side: int, outputs: int) -> nn.Sequential:
    """Return convolutions of stride 2 down to 4 x 4 pixels, and a linear layer."""
    layers: list[nn.Module] = []
    width, wider = image_channels, CHANNELS
    while side > 4:
        layers += [nn.Conv2d(width, wider, 3, 2, 1), nn.SiLU()]
        width, wider, side = wider, 2 * wider, side // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * width, outputs))


def make_decoder(image_channels: int, side: int, inputs: int) -> nn.Sequential:
    """Return the mirror image of `make_encoder`, with values from 0 to 1."""
    steps = (side // 4).bit_length() - 1
    width = CHANNELS * 2 ** (steps - 1)
    layers: list[nn.Module] = [nn.Linear(inputs, 16 * width), nn.SiLU(), nn.Unflatten(1, (width, 4, 4))]
    for step in range(steps):
        narrower = image_channels if step == steps - 1 else width // 2
        layers += [nn.ConvTranspose2d(width, narrower, 4, 2, 1), nn.SiLU() if step < steps - 1 else nn.Sigmoid()]
        width = narrower
    return nn.Sequential(*layers)


def make_deep_body(image_channels: int, side: int, *, late_layers: int, normalised: bool) -> nn.Sequential:
    """Return convolutions of stride 2 down to 4 x 4 pixels, each followed by one of stride 1, the last by
    `late_layers` of them, and a linear layer to a score. With batch normalisation (Ioffe and Szegedy 2015) if
    `normalised`."""
    layers: list[nn.Module] = []
    width, wider = image_channels, CHANNELS
    while side > 4:
        strides = (2, 1) if side > 8 else (2, *[1] * late_layers)
        for stride in strides:
            normalisation = [BatchNorm(wider)] if normalised else []
            layers += [nn.Conv2d(width, wider, 3, stride, 1), *normalisation, nn.SiLU()]
            width = wider
        wider, side = wider + CHANNELS, side // 2
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(16 * width, 1))


class PictureJudge(nn.Module):
    """Scores pictures (N, C, H, W) with values from 0 to 1: the log odds that they are of the data set, (N,)."""

    def __init__(
        self, image_shape: tuple[int, int, int], *, deep: bool = True, side: int | None = None,
        late_layers: int | None = None,
    ) -> None:  # fmt: skip
        """`deep` is False for judges of earlier versions; `side` is `choose_side` and `late_layers` that of
        `LATE_LAYERS` by default."""
        super().__init__()
        self.deep, self.side = deep, side or choose_side(image_shape)
        self.late_layers = LATE_LAYERS.get(self.side, 0) if late_layers is None else late_layers
        self.body = self.make_body(image_shape[0]) if deep else make_encoder(image_shape[0], self.side, 1)

    def make_body(self, image_channels: int, *, normalised: bool = False) -> nn.Sequential:
        """Return the layers of a deep judge, not trained yet."""
        return make_deep_body(image_channels, self.side, late_layers=self.late_layers, normalised=normalised)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.body(scale_pictures(x, self.side))
        return scores[:, 0]

    @torch.inference_mode()
    def score(self, x: Tensor, block: int = 500) -> Tensor:
        """Return the scores (N,), computed in blocks."""
        return torch.cat([self(part) for part in torch.split(x, block)])
