"""A training whose accelerator fails: the CPU makes the further steps that it would have made."""

import pytest
import torch

from latent_explorer import config, models
from latent_explorer.config import Training
from latent_explorer.training import device_fallback, loop
from latent_explorer.training.device_fallback import fit_on_any_device

SETTINGS = Training(epochs=4, batch_size=50)


def build() -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(config.Model(latent_dim=3, hidden=(16,)), config.Objective("plain"), (1, 8, 8))


def fail_after(steps: int, error: BaseException):
    """Return what ends a training by `error` before its step of this number, once."""
    left = [steps]

    def fail() -> bool:
        left[0] -= 1
        if left[0] == -1:
            raise error
        return False

    return fail


@pytest.fixture
def images(digits):
    return digits.train.images[:250]


@pytest.fixture(autouse=True)
def on_accelerator(monkeypatch):
    monkeypatch.setattr(device_fallback, "_is_alone_on_accelerator", lambda _: True)


@pytest.mark.parametrize("saved", [True, False])
def test_it_goes_on_from_the_last_state_to_the_weights_of_one_never_lost(images, saved):
    whole, lost, said = build(), build(), list[str]()
    loop.fit(whole, images, SETTINGS)
    states: list[object] = []
    history = fit_on_any_device(
        lost, images, SETTINGS, said.append, save_interval=0, save_state=states.append if saved else None,
        stop=fail_after(7, torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 1 GiB")),
    )  # fmt: skip
    assert said == ["cpu: out of memory; the training goes on with the CPU, from step 2 of epoch 2"]
    assert len(history.epochs) == 4
    assert len(states) > 7 if saved else not states
    for one, other in zip(whole.state_dict().values(), lost.state_dict().values(), strict=True):
        assert torch.equal(one, other)


def test_without_a_state_it_begins_anew(images):
    whole, lost, said = build(), build(), list[str]()
    loop.fit(whole, images, SETTINGS)
    fit_on_any_device(lost, images, SETTINGS, said.append, stop=fail_after(3, RuntimeError("CUDA error: device lost")))
    assert said == ["cpu: CUDA error: device lost; the training goes on with the CPU, from its beginning"]
    assert torch.equal(whole.head.weight, lost.head.weight)


def test_a_mistake_is_no_lost_device(images):
    with pytest.raises(RuntimeError, match="shapes"):
        fit_on_any_device(build(), images, SETTINGS, print, stop=fail_after(3, RuntimeError("shapes differ")))
