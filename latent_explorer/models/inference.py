"""Makes trained networks faster: what stays the same after the training is computed once.

Batch normalisation is then a factor and a summand of each channel, which the layer before can take over; the kernel
that writes patches is put in order. On a CPU convolutions are faster where the channels of a pixel lie side by side.
"""

import torch
from torch import nn

from latent_explorer.models.batch_norm import BatchNorm
from latent_explorer.models.subpixel import SubpixelConvTranspose2d

Linear = nn.Linear | nn.Conv2d | nn.ConvTranspose2d


@torch.no_grad()
def prepare_for_inference(network: nn.Module) -> None:
    """Change a trained network so that it computes the same, but for rounding, in less time.

    It can be neither trained nor saved then: its weights are no longer those of its config.
    """
    network.eval().requires_grad_(False)
    _simplify_within(network)
    if all(weight.is_cpu for weight in network.parameters()):
        network.to(memory_format=torch.channels_last)


def _simplify_within(network: nn.Module) -> None:
    for name, child in network.named_children():
        _simplify_within(child)
        if isinstance(child, nn.Sequential):
            setattr(network, name, simplify(child))


@torch.no_grad()
def simplify(layers: nn.Sequential) -> nn.Sequential:
    """Return layers that compute one after the other what these, which are changed, do in evaluation."""
    simple: list[nn.Module] = []
    for layer in layers:
        if isinstance(layer, BatchNorm) and (before := _find_linear(simple)) is not None:
            _fold(layer, before)
        elif isinstance(layer, SubpixelConvTranspose2d):
            simple += layer.make_plain()
        else:
            simple.append(layer)
    return nn.Sequential(*simple)


def _find_linear(layers: list[nn.Module]) -> Linear | None:
    """Return the last of the layers that computes anything, if it is linear."""
    last = next((layer for layer in reversed(layers) if not isinstance(layer, nn.Unflatten)), None)
    return last if isinstance(last, Linear) else None


def _fold(norm: BatchNorm, layer: Linear) -> None:
    """Let `layer` do what the normalisation after it does."""
    factor, summand = norm.compute_factor_and_summand()
    if isinstance(layer, nn.Linear):  # whose outputs may be maps, channel by channel
        repeats = layer.out_features // len(factor)
        factor, summand = factor.repeat_interleave(repeats), summand.repeat_interleave(repeats)
    shape = (1, -1, 1, 1) if isinstance(layer, nn.ConvTranspose2d) else (-1, *[1] * (layer.weight.ndim - 1))
    assert layer.bias is not None  # as all layers of the networks have one
    layer.weight.copy_(layer.weight * factor.view(shape))
    layer.bias.copy_(layer.bias * factor + summand)
