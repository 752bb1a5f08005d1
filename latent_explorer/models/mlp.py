"""Fully connected encoder and decoder: layers of widths `hidden`, mirrored in the decoder."""

from math import prod

from torch import nn

from latent_explorer import config
from latent_explorer.models.activation import layers
from latent_explorer.models.encoder_body import Body


def encoder(image_shape: tuple[int, int, int], model: config.Model) -> Body:
    """Return the encoder body: (N, C, H, W) -> (N, hidden[-1])."""
    widths = [prod(image_shape), *model.hidden]
    return Body([nn.Flatten(), *layers(widths, model.activation)], widths[-1])


def decoder(image_shape: tuple[int, int, int], model: config.Model) -> nn.Module:
    """Return the decoder: (N, d) -> (N, C, H, W) logits."""
    widths = [model.latent_dim, *reversed(model.hidden)]
    return nn.Sequential(
        *layers(widths, model.activation),
        nn.Linear(widths[-1], prod(image_shape)),
        nn.Unflatten(1, image_shape),
    )
