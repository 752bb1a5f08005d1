"""Fully connected encoder and decoder: layers of widths `hidden`, mirrored in the decoder."""

from math import prod

from torch import nn

from latent_explorer import config
from latent_explorer.models.activation import make_dense_layers
from latent_explorer.models.encoder_body import EncoderBody


def make_encoder(image_shape: tuple[int, int, int], model: config.Model) -> EncoderBody:
    """Return the encoder body: (N, C, H, W) -> (N, hidden[-1])."""
    widths = [prod(image_shape), *model.hidden]
    return EncoderBody([nn.Flatten(), *make_dense_layers(widths, model.activation)], widths[-1])


def make_decoder(image_shape: tuple[int, int, int], model: config.Model) -> nn.Module:
    """Return the decoder: (N, d) -> (N, C, H, W) logits."""
    widths = [model.latent_dim, *reversed(model.hidden)]
    return nn.Sequential(
        *make_dense_layers(widths, model.activation),
        nn.Linear(widths[-1], prod(image_shape)),
        nn.Unflatten(1, image_shape),
    )
