"""Learning-rate schedules as functions of the fraction of the training done; a resumed run needs no saved state."""

import math

import torch

from latent_explorer import config

WARM = 0.3  # fraction of the training in which the one-cycle rate rises
RISE, FALL = 25.0, 250_000.0  # the one-cycle rate starts and ends at the peak divided by these
MOMENTUM = (0.95, 0.85)  # at the ends of the cycle and at the peak rate


def apply(optimizer: torch.optim.Optimizer, training: config.Training, share: float) -> None:
    """Set the optimizer's learning rate and momentum for the next step, at `progress` (0 to 1) of the training."""
    rate = training.learning_rate * factor(training.schedule, share)
    for group in optimizer.param_groups:
        group["lr"] = rate
        if training.schedule == "onecycle":
            first = momentum(share)
            if "betas" in group:
                group["betas"] = (first, group["betas"][1])
            else:
                group["momentum"] = first


def factor(schedule: str, share: float) -> float:
    """Return the multiplier of the peak learning rate at `progress` (0 to 1)."""
    if schedule == "onecycle":  # Smith and Topin 2017, arXiv:1708.07120, with cosines as in fast.ai
        if share < WARM:
            return _between(1 / RISE, 1.0, share / WARM)
        return _between(1.0, 1 / FALL, (share - WARM) / (1 - WARM))
    if schedule == "cosine":  # Loshchilov and Hutter 2016, arXiv:1608.03983
        return _between(1.0, 0.0, share)
    return 1.0


def momentum(share: float) -> float:
    """Return the one-cycle momentum (Adam's first beta) at `progress`: low when the rate is high."""
    ends, peak = MOMENTUM
    return _between(ends, peak, share / WARM) if share < WARM else _between(peak, ends, (share - WARM) / (1 - WARM))


def _between(start: float, end: float, share: float) -> float:
    """Interpolate from `start` to `end` along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
