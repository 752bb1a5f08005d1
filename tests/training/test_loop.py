import math

import pytest
import torch

from latent_explorer import config, models, training
from latent_explorer.config import Training
from latent_explorer.data import datasets
from latent_explorer.metrics import reconstruction


def build(objective: str = "plain") -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(
        config.Model(latent_dim=3, hidden=(16,)), config.Objective(objective, groups=1, classes=10), (1, 8, 8)
    )


def weights(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one)


@pytest.fixture
def images(digits) -> torch.Tensor:
    return digits.train.images[:250]


@pytest.mark.parametrize("objective", models.OBJECTIVES)
@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
@pytest.mark.parametrize("schedule", ["onecycle", "cosine", "constant"])
def test_the_loss_falls(images, objective, optimizer, schedule):
    rate = 2e-2 if optimizer == "sgd" else 1e-2
    model = build(objective)
    history = training.fit(
        model, images, Training(epochs=4, batch_size=50, optimizer=optimizer, schedule=schedule, learning_rate=rate)
    )
    losses = [epoch.parts["loss"] for epoch in history.epochs]
    assert losses[-1] < 0.96 * losses[0]
    assert [epoch.number for epoch in history.epochs] == [1, 2, 3, 4]
    assert history.images_seen == 1000
    assert not history.stopped
    assert history.diverged_in is None
    assert not model.training


@pytest.mark.parametrize("objective", models.OBJECTIVES)
def test_the_same_seed_gives_the_same_weights(images, objective):
    def trained(seed: int, elsewhere: int) -> dict[str, torch.Tensor]:
        model = build(objective)
        torch.manual_seed(elsewhere)  # the global generator is not what the training draws from
        training.fit(model, images, Training(epochs=2, batch_size=64, seed=seed))
        return weights(model)

    first = trained(0, elsewhere=0)
    assert same(first, trained(0, elsewhere=1))
    assert not same(first, trained(1, elsewhere=0))


def test_an_epochs_loss_is_the_mean_over_its_pictures(images):
    model = build()
    expected = reconstruction.encode_images(model, images).metrics["bce"]
    history = training.fit(model, images, Training(epochs=1, batch_size=100, learning_rate=1e-12, schedule="constant"))
    assert history.epochs[0].parts["loss"] == pytest.approx(expected, rel=1e-4)


def test_a_batch_may_be_larger_than_the_data(images):
    history = training.fit(build(), images, Training(epochs=2, batch_size=10_000))
    assert history.images_seen == 500


def test_progress_tells_every_epoch_with_the_losss_parts(images):
    seen: list[training.Progress] = []
    training.fit(build("variational"), images, Training(epochs=2, batch_size=100), progress=seen.append)
    assert {now.epoch for now in seen} == {1, 2}
    assert (seen[-1].epoch, seen[-1].step, seen[-1].steps) == (2, 3, 3)
    assert all(set(now.parts) == {"loss", "reconstruction", "kl"} for now in seen)


# -- stopping -----------------------------------------------------------------------------------------


def stop_after(steps: int):
    left = iter([False] * steps)
    return lambda: next(left, True)


def test_a_stop_in_the_middle_keeps_what_was_learnt(images):
    model = build()
    before = weights(model)
    history = training.fit(model, images, Training(epochs=50, batch_size=50), stop=stop_after(7))
    assert history.stopped
    assert len(history.epochs) == 2
    assert history.images_seen == 7 * 50
    assert history.diverged_in is None
    assert not same(before, weights(model))
    again = build()
    training.fit(again, images, Training(epochs=50, batch_size=50), stop=stop_after(7))
    assert same(weights(again), weights(model))


def test_a_stop_between_epochs_makes_no_empty_epoch(images):
    history = training.fit(build(), images, Training(epochs=50, batch_size=50), stop=stop_after(5))
    assert history.stopped
    assert [epoch.number for epoch in history.epochs] == [1]


def test_a_stop_before_the_first_step_changes_nothing(images):
    model = build()
    before = weights(model)
    history = training.fit(model, images, Training(), stop=lambda: True)
    assert history.stopped
    assert history.epochs == []
    assert same(before, weights(model))


# -- divergence ---------------------------------------------------------------------------------------


def test_a_rate_far_too_high_stops_in_the_first_epoch_with_the_weights_it_began_with(images):
    torch.manual_seed(0)
    model = models.build(
        config.Model(latent_dim=8, hidden=(256, 128), activation="silu"), config.Objective("variational"), (1, 8, 8)
    )
    before = weights(model)
    history = training.fit(
        model, images, Training(epochs=5, batch_size=16, optimizer="sgd", learning_rate=100.0, schedule="constant")
    )
    assert history.diverged_in == 1
    assert history.epochs == []
    assert same(before, weights(model))


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("step", [10, 12, 14])
def test_weights_gone_bad_in_a_later_epoch_fall_back_to_the_epoch_before(images, value, step):
    """Five steps an epoch: steps 10 to 14 are the third one."""
    model = build()
    good: dict[str, torch.Tensor] = {}
    steps = iter(range(100))

    def poison() -> bool:
        now = next(steps)
        if now == 10:
            good.update(weights(model))
        if now == step:
            with torch.no_grad():
                model.head.weight[0, 0] = value
        return False

    history = training.fit(model, images, Training(epochs=5, batch_size=50), stop=poison)
    assert history.diverged_in == 3
    assert [epoch.number for epoch in history.epochs] == [1, 2]
    assert same(good, weights(model))
    assert reconstruction.encode_images(model, images).metrics["mse"] < 1


def test_a_last_step_that_breaks_the_weights_is_noticed(images):
    """The loss is measured before the step, so only the weights can tell."""
    model = build()
    before = weights(model)
    optimizer_step = torch.optim.AdamW.step

    def breaking(self: torch.optim.AdamW, *args: object, **kwargs: object) -> object:
        out = optimizer_step(self, *args, **kwargs)
        with torch.no_grad():
            model.head.bias.fill_(math.nan)
        return out

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch.optim.AdamW, "step", breaking)
        history = training.fit(model, images, Training(epochs=1, batch_size=1000))
    assert history.diverged_in == 1
    assert same(before, weights(model))


def test_images_are_left_as_they_were(images):
    before = images.clone()
    training.fit(build(), images, Training(epochs=1))
    assert torch.equal(images, before)
    assert datasets.to_floats(images).max() <= 1
