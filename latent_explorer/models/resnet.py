"""Convolutional encoder and decoder with residual blocks: strided convolutions down, nearest upsampling up.

Blocks are bottlenecks of half the width (He et al. 2016, arXiv:1512.03385), narrow enough for a CPU. They have no
normalisation; instead each begins as the identity (Zhang et al. 2019, arXiv:1901.09321), so that depth does no harm at
the start. Upsampling before a convolution leaves no checkerboard, at any side.
"""

from itertools import pairwise

from torch import Tensor, nn

from latent_explorer import config
from latent_explorer.models.activation import ACTIVATIONS, make_dense_layers
from latent_explorer.models.cnn import KERNEL, PADDING, STRIDE, compute_feature_map_sizes, compute_flattened_size
from latent_explorer.models.encoder_body import EncoderBody


class ResidualBlock(nn.Module):
    """Adds to feature maps (N, C, H, W) what three convolutions of half the width make of them."""

    def __init__(self, channels: int, activation: type[nn.Module]) -> None:
        super().__init__()
        narrow = max(1, channels // 2)
        last = nn.Conv2d(narrow, channels, 1)
        for parameter in last.parameters():
            nn.init.zeros_(parameter)
        self.layers = nn.Sequential(
            activation(), nn.Conv2d(channels, narrow, 1), activation(), nn.Conv2d(narrow, narrow, 3, padding=1),
            activation(), last,
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        added: Tensor = self.layers(x)
        return x + added


def make_encoder(image_shape: tuple[int, int, int], model: config.Model) -> EncoderBody:
    """Return the encoder body: (N, C, H, W) -> (N, hidden[-1]), or the flattened last feature map if `hidden` is
    empty."""
    activation = ACTIVATIONS[model.activation]
    stack: list[nn.Module] = []
    for k, (n_in, n_out) in enumerate(pairwise([image_shape[0], *model.channels])):
        before = [activation()] if k else []
        stack += [*before, nn.Conv2d(n_in, n_out, KERNEL, STRIDE, PADDING), ResidualBlock(n_out, activation)]
    widths = [compute_flattened_size(image_shape, model), *model.hidden]
    return EncoderBody([*stack, activation(), nn.Flatten(), *make_dense_layers(widths, model.activation)], widths[-1])


def make_decoder(image_shape: tuple[int, int, int], model: config.Model) -> nn.Module:
    """Return the decoder: (N, d) -> (N, C, H, W) logits."""
    activation = ACTIVATIONS[model.activation]
    sides = compute_feature_map_sizes(image_shape, model)
    widths = [model.latent_dim, *reversed(model.hidden), compute_flattened_size(image_shape, model)]
    stack = [*make_dense_layers(widths, model.activation), nn.Unflatten(1, (model.channels[-1], *sides[-1]))]
    for k, (n_in, n_out) in enumerate(pairwise([*reversed(model.channels), image_shape[0]])):
        stack += [ResidualBlock(n_in, activation), activation(), nn.Upsample(sides[-2 - k], mode="nearest")]
        stack.append(nn.Conv2d(n_in, n_out, 3, padding=1))
    return nn.Sequential(*stack)
