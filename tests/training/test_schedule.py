import math

import pytest
import torch
from torch.optim import lr_scheduler

from latent_explorer.config import Training
from latent_explorer.training import schedule

STEPS = 200


@pytest.fixture
def optimizer():
    return torch.optim.AdamW([torch.nn.Parameter(torch.zeros(1))], 3e-3)


def test_onecycle_follows_torchs_own(optimizer):
    """torch counts to the last step, here the last step is followed by the end: one step in 200 apart."""
    expected = lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=STEPS + 1)
    for step in range(STEPS):
        rate, first = expected.get_last_lr()[0], optimizer.param_groups[0]["betas"][0]
        share = step / STEPS
        assert 3e-3 * schedule.compute_rate_factor("onecycle", share) == pytest.approx(rate, abs=3e-3 * 0.02)
        assert schedule.compute_momentum(share) == pytest.approx(first, abs=0.003)
        optimizer.step()
        expected.step()


def test_cosine_falls_from_the_peak_to_nothing():
    values = [schedule.compute_rate_factor("cosine", step / STEPS) for step in range(STEPS + 1)]
    assert values[0] == 1
    assert values[-1] == pytest.approx(0)
    assert values[STEPS // 2] == pytest.approx(0.5)
    assert values == sorted(values, reverse=True)


def test_a_constant_rate_stays(optimizer):
    for share in (0.0, 0.4, 1.0):
        schedule.apply(optimizer, Training(schedule="constant", learning_rate=0.125), share)
        assert optimizer.param_groups[0]["lr"] == 0.125


def test_the_peak_is_the_learning_rate_of_the_preset(optimizer):
    rates = []
    for step in range(STEPS):
        schedule.apply(optimizer, Training(schedule="onecycle", learning_rate=0.5), step / STEPS)
        rates.append(optimizer.param_groups[0]["lr"])
    assert max(rates) == pytest.approx(0.5, rel=1e-3)
    assert math.isclose(rates[0], 0.02)


def test_momentum_of_sgd_is_cycled_too():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1.0, momentum=0.9)
    schedule.apply(optimizer, Training(schedule="onecycle"), schedule.WARM_UP_FRACTION)
    assert optimizer.param_groups[0]["momentum"] == pytest.approx(0.85)
