"""Convolutional encoder and decoder for signals: strided convolutions in time, and back by stretching and convolving.

Stretching before a convolution leaves no checkerboard (Odena et al. 2016, distill.pub/2016/deconv-checkerboard).
"""

from itertools import pairwise

from torch import Tensor, nn

from latent_explorer import config
from latent_explorer.errors import InputError
from latent_explorer.models.activation import make_activation, make_dense_layers
from latent_explorer.models.encoder_body import EncoderBody

KERNEL, STRIDE = 7, 2


def make_encoder(image_shape: tuple[int, int, int], model: config.Model) -> EncoderBody:
    """Return the encoder body: (N, C, 1, T) -> (N, hidden[-1]), or the flattened last features if `hidden` is empty."""
    lengths, channels = compute_lengths(image_shape, model), [image_shape[0], *model.channels]
    stack: list[nn.Module] = [nn.Flatten(2)]
    for n_in, n_out in pairwise(channels):
        stack += [nn.Conv1d(n_in, n_out, KERNEL, STRIDE, KERNEL // 2), *make_activation(n_out, model.activation)]
    widths = [channels[-1] * lengths[-1], *model.hidden]
    return EncoderBody([*stack, nn.Flatten(), *make_dense_layers(widths, model.activation)], widths[-1])


def make_decoder(image_shape: tuple[int, int, int], model: config.Model) -> nn.Module:
    """Return the decoder: (N, d) -> (N, C, 1, T) logits."""
    lengths, channels = compute_lengths(image_shape, model), [image_shape[0], *model.channels]
    widths = [model.latent_dim, *reversed(model.hidden), channels[-1] * lengths[-1]]
    stack: list[nn.Module] = [
        *make_dense_layers(widths, model.activation),
        nn.Unflatten(1, (channels[-1], lengths[-1])),
    ]
    for stage in range(len(model.channels), 0, -1):
        stack += [nn.Upsample(size=lengths[stage - 1], mode="linear"), nn.Conv1d(
            channels[stage], channels[stage - 1], KERNEL, padding=KERNEL // 2
        )]  # fmt: skip
        if stage > 1:
            stack += make_activation(channels[stage - 1], model.activation)
    return nn.Sequential(*stack, _AddHeight())


def compute_lengths(image_shape: tuple[int, int, int], model: config.Model) -> list[int]:
    """Return the number of points before and after each convolution; raise `InputError` if they are no signals, or too
    short."""
    if image_shape[1] != 1:
        raise InputError(
            f"model.network: cnn1d arrived for samples of {image_shape[1]}x{image_shape[2]}; it goes with signals, "
            "pictures with cnn"
        )
    lengths = [image_shape[2]]
    for _ in model.channels:
        lengths.append(-(-lengths[-1] // STRIDE))
    if lengths[-1] < 2:
        raise InputError(
            f"model.channels: {len(model.channels)} halvings arrived for signals of {image_shape[2]} points; as many "
            "are allowed as leave two"
        )
    return lengths


class _AddHeight(nn.Module):
    """(N, C, T) -> (N, C, 1, T)."""

    def forward(self, x: Tensor) -> Tensor:
        return x[:, :, None]
