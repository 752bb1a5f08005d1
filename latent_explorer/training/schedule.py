"""Learning-rate schedules as functions of the fraction of the training done; a resumed run needs no saved state."""

import math

import torch

from latent_explorer import config

WARM_UP_FRACTION = 0.3  # fraction of the training in which the one-cycle rate rises
INITIAL_DIVISOR, FINAL_DIVISOR = 25.0, 250_000.0  # the one-cycle rate starts and ends at the peak divided by these
MOMENTUM = (0.95, 0.85)  # at the ends of the cycle and at the peak rate


def apply(optimizer: torch.optim.Optimizer, training: config.Training, progress: float) -> None:
    """Set the optimizer's learning rate and momentum for the next step, at `progress` (0 to 1) of the training."""
    rate = training.learning_rate * compute_rate_factor(training.schedule, progress)
    for group in optimizer.param_groups:
        group["lr"] = rate
        if training.schedule == "onecycle":
            first = compute_momentum(progress)
            if "betas" in group:
                group["betas"] = (first, group["betas"][1])
            else:
                group["momentum"] = first


def compute_rate_factor(schedule: str, progress: float) -> float:
    """Return the multiplier of the peak learning rate at `progress` (0 to 1)."""
    if schedule == "onecycle":  # Smith and Topin 2017, arXiv:1708.07120, with cosines as in fast.ai
        return _compute_cycle(progress, 1 / INITIAL_DIVISOR, 1.0, 1 / FINAL_DIVISOR)
    if schedule == "cosine":  # Loshchilov and Hutter 2016, arXiv:1608.03983
        return _interpolate_cosine(1.0, 0.0, progress)
    return 1.0


def compute_momentum(progress: float) -> float:
    """Return the one-cycle momentum (Adam's first beta) at `progress`: low when the rate is high."""
    ends, peak = MOMENTUM
    return _compute_cycle(progress, ends, peak, ends)


def _compute_cycle(progress: float, start: float, peak: float, end: float) -> float:
    if progress < WARM_UP_FRACTION:
        return _interpolate_cosine(start, peak, progress / WARM_UP_FRACTION)
    return _interpolate_cosine(peak, end, (progress - WARM_UP_FRACTION) / (1 - WARM_UP_FRACTION))


def _interpolate_cosine(start: float, end: float, fraction: float) -> float:
    """Interpolate from `start` to `end` along half a cosine."""
    return end + (start - end) * (1 + math.cos(math.pi * fraction)) / 2
