"""Convolutional encoder and decoder: strided convolutions to a vector bottleneck, transposed ones back.

Kernels of a multiple of the stride cover every pixel equally often when upsampling, so no checkerboard appears
(Odena et al. 2016, distill.pub/2016/deconv-checkerboard). A first stride of 4 spares most of the work, which lies
where the maps are largest.
"""

from itertools import pairwise
from math import prod

from torch import nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models.activation import make_activation, make_dense_layers
from latent_explorer.models.encoder_body import EncoderBody
from latent_explorer.models.subpixel import SubpixelConvTranspose2d

KERNEL, STRIDE, PADDING = 4, 2, 1  # halves the side, rounding down
DOWN_KERNELS = {2: 4, 4: 6}
"""Of a convolution, by its stride."""


def make_encoder(image_shape: tuple[int, int, int], model: config.Model) -> EncoderBody:
    """Return the encoder body: (N, C, H, W) -> (N, hidden[-1]), or the flattened last feature map if `hidden` is
    empty."""
    stack: list[nn.Module] = []
    channels = [image_shape[0], *model.channels]
    for (n_in, n_out), stride in zip(pairwise(channels), get_strides(model), strict=True):
        stack.append(nn.Conv2d(n_in, n_out, DOWN_KERNELS[stride], stride, PADDING))
        stack += make_activation(n_out, model.activation, model.normalisation)
    widths = [compute_flattened_size(image_shape, model), *model.hidden]
    dense = make_dense_layers(widths, model.activation, model.normalisation)
    return EncoderBody([*stack, nn.Flatten(), *dense], widths[-1])


def make_decoder(image_shape: tuple[int, int, int], model: config.Model) -> nn.Module:
    """Return the decoder: (N, d) -> (N, C, H, W) logits."""
    sides = compute_feature_map_sizes(image_shape, model)
    widths = [model.latent_dim, *reversed(model.hidden)]
    stack = make_dense_layers(widths, model.activation, model.normalisation)
    stack.append(nn.Linear(widths[-1], compute_flattened_size(image_shape, model)))
    unflatten = nn.Unflatten(1, (model.channels[-1], *sides[-1]))
    activation = make_activation(model.channels[-1], model.activation, model.normalisation)
    stack += [unflatten, *activation] if model.normalisation == "batch" else [*activation, unflatten]
    channels = [*reversed(model.channels), image_shape[0]]
    for i, ((n_in, n_out), stride) in enumerate(zip(pairwise(channels), reversed(get_strides(model)), strict=True)):
        target = sides[-2 - i]
        odd = (target[0] % stride, target[1] % stride)  # the pixels lost to rounding down in the encoder
        if i > 0:
            stack += make_activation(n_in, model.activation, model.normalisation)
        for _ in range(model.refine if i == len(model.channels) - 1 else 0):
            stack.append(nn.Conv2d(n_in, n_in, 3, padding=1))
            stack += make_activation(n_in, model.activation, model.normalisation)
        if stride == STRIDE:
            stack.append(nn.ConvTranspose2d(n_in, n_out, KERNEL, STRIDE, PADDING, output_padding=odd))
        else:
            stack.append(SubpixelConvTranspose2d(n_in, n_out, stride, odd))
    return nn.Sequential(*stack)


def get_strides(model: config.Model) -> tuple[int, ...]:
    """Return the stride of each convolution."""
    return (model.first_stride, *[STRIDE] * (len(model.channels) - 1))


def compute_feature_map_sizes(image_shape: tuple[int, int, int], model: config.Model) -> list[tuple[int, int]]:
    """Return the (H, W) of the feature maps before and after each convolution."""
    sides = [image_shape[1:]]
    for stride in get_strides(model):
        height, width = sides[-1]
        sides.append((height // stride, width // stride))
    if min(sides[-1]) < 1:
        halvings = sum(stride.bit_length() - 1 for stride in get_strides(model))
        section = "model.channels" if model.first_stride == STRIDE else "model.channels and first_stride"
        raise InputError(
            f"{section}: {halvings} halvings arrived for pictures of "
            f"{image_shape[1]}x{image_shape[2]} pixels; as many are allowed as leave one pixel"
        )
    return sides


def compute_flattened_size(image_shape: tuple[int, int, int], model: config.Model) -> int:
    """Return the number of values in the last feature map."""
    return model.channels[-1] * prod(compute_feature_map_sizes(image_shape, model)[-1])
