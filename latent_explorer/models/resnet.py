"""Convolutional encoder and decoder with residual blocks and batch normalisation, narrow enough for a CPU.

The first convolution quarters the side and the last one writes patches of 4x4 pixels (Shi et al. 2016,
arXiv:1609.05158): most of the work is spared where maps are largest. Between them strided convolutions go down, and
nearest upsampling before a convolution goes up, which leaves no checkerboard. Blocks are bottlenecks of half the width
with the activation first (He et al. 2016, arXiv:1603.05027); each begins as the identity.
"""

from itertools import pairwise

from torch import Tensor, nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models.activation import ACTIVATIONS, make_dense_layers
from latent_explorer.models.batch_norm import BatchNorm
from latent_explorer.models.cnn import KERNEL, PADDING, STRIDE
from latent_explorer.models.encoder_body import EncoderBody

PATCH, PATCH_KERNEL = 4, 6


class ResidualBlock(nn.Module):
    """Adds to feature maps (N, C, H, W) what three convolutions of half the width make of them."""

    def __init__(self, channels: int, activation: type[nn.Module]) -> None:
        super().__init__()
        narrow = max(1, channels // 2)
        last = nn.Conv2d(narrow, channels, 1)
        for parameter in last.parameters():
            nn.init.zeros_(parameter)
        self.layers = nn.Sequential(
            BatchNorm(channels), activation(), nn.Conv2d(channels, narrow, 1),
            BatchNorm(narrow), activation(), nn.Conv2d(narrow, narrow, 3, padding=1),
            BatchNorm(narrow), activation(), last,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        added: Tensor = self.layers(x)
        return x + added


class Crop(nn.Module):
    """Cuts pictures to (H, W), where their sides are no multiple of a patch."""

    def __init__(self, height: int, width: int) -> None:
        super().__init__()
        self.height, self.width = height, width

    def forward(self, x: Tensor) -> Tensor:
        return x[..., : self.height, : self.width]


def make_encoder(image_shape: tuple[int, int, int], model: config.Model) -> EncoderBody:
    """Return the encoder body: (N, C, H, W) -> (N, hidden[-1]), or the flattened last feature map if `hidden` is
    empty."""
    activation = ACTIVATIONS[model.activation]
    channels, sides = model.channels, compute_feature_map_sizes(image_shape, model)
    stack: list[nn.Module] = [nn.Conv2d(image_shape[0], channels[0], PATCH_KERNEL, PATCH, PADDING)]
    for n_in, n_out in pairwise(channels):
        stack += [ResidualBlock(n_in, activation), BatchNorm(n_in), activation()]
        stack.append(nn.Conv2d(n_in, n_out, KERNEL, STRIDE, PADDING))
    stack += [ResidualBlock(channels[-1], activation), BatchNorm(channels[-1]), activation(), nn.Flatten()]
    widths = [channels[-1] * sides[-1][0] * sides[-1][1], *model.hidden]
    return EncoderBody([*stack, *make_dense_layers(widths, model.activation, "batch")], widths[-1])


def make_decoder(image_shape: tuple[int, int, int], model: config.Model) -> nn.Module:
    """Return the decoder: (N, d) -> (N, C, H, W) logits."""
    activation = ACTIVATIONS[model.activation]
    n_pixels, height, width = image_shape
    channels, sides = model.channels, compute_feature_map_sizes(image_shape, model)
    first = channels[-1] * sides[-1][0] * sides[-1][1]
    widths = [model.latent_dim, *reversed(model.hidden)]
    stack = [*make_dense_layers(widths, model.activation, "batch"), nn.Linear(widths[-1], first)]
    stack += [nn.Unflatten(1, (channels[-1], *sides[-1])), ResidualBlock(channels[-1], activation)]
    for k, (n_in, n_out) in enumerate(pairwise(reversed(channels))):
        stack += [BatchNorm(n_in), activation(), nn.Upsample(sides[-2 - k], mode="nearest")]
        stack += [nn.Conv2d(n_in, n_out, 3, padding=1), ResidualBlock(n_out, activation)]
    whole = (-(-height // PATCH), -(-width // PATCH))
    stack += [BatchNorm(channels[0]), activation(), nn.Upsample(whole, mode="nearest")]
    stack += [nn.Conv2d(channels[0], PATCH * PATCH * n_pixels, 3, padding=1), nn.PixelShuffle(PATCH)]
    return nn.Sequential(*stack, Crop(height, width))


def compute_feature_map_sizes(image_shape: tuple[int, int, int], model: config.Model) -> list[tuple[int, int]]:
    """Return the (H, W) of the feature maps after each convolution of the encoder."""
    height, width = image_shape[1:]
    sides = [(height // (PATCH * STRIDE**k), width // (PATCH * STRIDE**k)) for k in range(len(model.channels))]
    if min(sides[-1]) < 1:
        raise InputError(
            f"model.channels: {len(model.channels)} arrived for pictures of {height}x{width} pixels; the first "
            "quarters the side, each other halves it: as many are allowed as leave one pixel"
        )
    return sides
