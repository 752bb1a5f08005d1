"""The stand-in for a slow decoder draws what the decoder draws, as far as distances between pictures go."""

import numpy as np
import pytest
import torch
from torch import nn

from latent_explorer.atlas import distil_decoder, fit_smooth_network
from latent_explorer.errors import InputError

DIMENSIONS, PIXELS = 3, 40


@pytest.fixture
def decode():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(DIMENSIONS, 12), nn.Tanh(), nn.Linear(12, PIXELS), nn.Sigmoid()).requires_grad_(False)
    return lambda z, rows: net(z).reshape(-1, 1, 5, 8)


@pytest.fixture
def latents():
    return np.random.default_rng(1).normal(size=(400, DIMENSIONS)).astype(np.float32)


@pytest.fixture
def quick(monkeypatch):
    for name, value in {"PICTURES": 1500, "BASIS_PICTURES": 500, "STEPS": 500, "WIDTH": 64}.items():
        monkeypatch.setattr(distil_decoder, name, value)
    for name, value in {"STEPS": 150, "MIN_STEPS": 150, "MIN_BATCH": 128, "BATCH": 128}.items():
        monkeypatch.setattr(fit_smooth_network, name, value)


@pytest.mark.slow
def test_distances_between_pictures_are_kept(decode, latents, quick):
    z = torch.from_numpy(latents)
    fast = distil_decoder.distil(z, decode, np.random.default_rng(0), torch.Generator().manual_seed(0))
    start, end = z[:200], (z[:200] + z[200:]) / 2
    rows = np.zeros(200, np.intp)
    true = (decode(start, rows) - decode(end, rows)).flatten(1).square().mean(dim=1).sqrt()
    guessed = (fast(start, rows) - fast(end, rows)).square().mean(dim=1).sqrt()
    assert float((guessed - true).abs().mean() / true.mean()) < 0.05


@pytest.mark.slow
def test_the_field_fitted_by_it_is_about_as_faithful(decode, latents, quick, monkeypatch):
    xy = (latents[:, :2] - latents[:, :2].min(axis=0)) / np.ptp(latents[:, :2], axis=0).max()

    def measure_error(too_slow):
        monkeypatch.setattr(fit_smooth_network, "_is_too_slow", lambda net, z, decode: too_slow)
        field = fit_smooth_network.fit(xy, latents, decode, fit_smooth_network.LINEAR_MAP)
        rows = np.arange(len(xy))
        wanted, drawn = (decode(torch.from_numpy(z), rows) for z in (latents, np.float32(field(xy))))
        return float((wanted - drawn).square().mean())

    assert measure_error(too_slow=True) < 1.1 * measure_error(too_slow=False)


def test_a_decoder_that_is_told_the_label_is_known(decode, latents):
    z, rows = torch.from_numpy(latents), np.arange(10)
    assert not distil_decoder.depends_on_labels(z, decode, rows)
    labels = torch.arange(len(latents)) % 2
    told = lambda z, rows: decode(z + labels[torch.from_numpy(rows)][:, None], rows)  # noqa: E731
    assert distil_decoder.depends_on_labels(z, told, rows)


@pytest.mark.parametrize(
    ("each", "once", "allowed"), [(1.0, 0.0, False), (0.1, 0.0, True), (0.01, 15.0, True), (0.0, 30.0, False)]
)
def test_a_decoder_that_takes_too_long_is_noticed_after_a_few_pictures(
    decode, latents, monkeypatch, each, once, allowed
):
    """`each` second a picture and `once` a call, by a clock of the test's."""
    clock, drawn = [0.0], []
    monkeypatch.setattr(distil_decoder.time, "perf_counter", lambda: clock[0])

    def slow(z, rows):
        clock[0] += once + each * len(z)
        drawn.append(len(z))
        return decode(z, rows)

    z = torch.from_numpy(latents)
    if allowed:
        distil_decoder.require_speed(z, slow)
    else:
        with pytest.raises(InputError, match="decoder"):
            distil_decoder.require_speed(z, slow)
    assert sum(drawn) <= 11


def test_a_fit_asks_for_the_speed_before_anything_else(decode, latents, monkeypatch):
    drawn = []

    def refuse(z, decode):
        raise InputError("too slow")

    def without_gradient(z, rows):
        drawn.append(len(z))
        return decode(z.detach(), rows)

    monkeypatch.setattr(distil_decoder, "require_speed", refuse)
    spec = fit_smooth_network.LINEAR_MAP
    with pytest.raises(InputError, match="too slow"):
        fit_smooth_network.fit(latents[:, :2], latents, without_gradient, spec)
    assert sum(drawn) == 1


@pytest.mark.parametrize(("units", "half"), [("avx2", False), ("avx512_bf16", True)])
def test_it_decodes_in_the_format_that_is_fast_here(decode, latents, quick, monkeypatch, units, half):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {units: True})
    monkeypatch.setattr(distil_decoder, "STEPS", 2)
    found = set()

    def watch(z, rows):
        found.add(torch.is_autocast_enabled("cpu"))
        return decode(z, rows)

    distil_decoder.distil(torch.from_numpy(latents), watch, np.random.default_rng(0), torch.Generator().manual_seed(0))
    assert (True in found) == half
