"""Convolutional encoder and decoder: strided convolutions to a vector bottleneck, transposed ones back.

Kernels of 4 at stride 2 cover every pixel equally often when upsampling, so no checkerboard appears
(Odena et al. 2016, distill.pub/2016/deconv-checkerboard).
"""

from itertools import pairwise
from math import prod

from torch import nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models.activation import ACTIVATIONS, make_dense_layers
from latent_explorer.models.encoder_body import EncoderBody

KERNEL, STRIDE, PADDING = 4, 2, 1  # halves the side, rounding down


def make_encoder(image_shape: tuple[int, int, int], model: config.Model) -> EncoderBody:
    """Return the encoder body: (N, C, H, W) -> (N, hidden[-1]), or the flattened last feature map if `hidden` is
    empty."""
    stack: list[nn.Module] = []
    channels = [image_shape[0], *model.channels]
    for n_in, n_out in pairwise(channels):
        stack += [nn.Conv2d(n_in, n_out, KERNEL, STRIDE, PADDING), ACTIVATIONS[model.activation]()]
    widths = [compute_flattened_size(image_shape, model), *model.hidden]
    return EncoderBody([*stack, nn.Flatten(), *make_dense_layers(widths, model.activation)], widths[-1])


def make_decoder(image_shape: tuple[int, int, int], model: config.Model) -> nn.Module:
    """Return the decoder: (N, d) -> (N, C, H, W) logits."""
    sides = compute_feature_map_sizes(image_shape, model)
    widths = [model.latent_dim, *reversed(model.hidden), compute_flattened_size(image_shape, model)]
    stack = [*make_dense_layers(widths, model.activation), nn.Unflatten(1, (model.channels[-1], *sides[-1]))]
    channels = [*reversed(model.channels), image_shape[0]]
    for i, (n_in, n_out) in enumerate(pairwise(channels)):
        target = sides[-2 - i]
        odd = (target[0] % STRIDE, target[1] % STRIDE)  # the pixel lost to rounding down in the encoder
        if i > 0:
            stack.append(ACTIVATIONS[model.activation]())
        stack.append(nn.ConvTranspose2d(n_in, n_out, KERNEL, STRIDE, PADDING, output_padding=odd))
    return nn.Sequential(*stack)


def compute_feature_map_sizes(image_shape: tuple[int, int, int], model: config.Model) -> list[tuple[int, int]]:
    """Return the (H, W) of the feature maps before and after each convolution."""
    sides = [image_shape[1:]]
    for _ in model.channels:
        height, width = sides[-1]
        sides.append((height // STRIDE, width // STRIDE))
    if min(sides[-1]) < 1:
        raise InputError(
            f"model.channels: {len(model.channels)} halvings arrived for pictures of "
            f"{image_shape[1]}x{image_shape[2]} pixels; as many are allowed as leave one pixel"
        )
    return sides


def compute_flattened_size(image_shape: tuple[int, int, int], model: config.Model) -> int:
    """Return the number of values in the last feature map."""
    return model.channels[-1] * prod(compute_feature_map_sizes(image_shape, model)[-1])
