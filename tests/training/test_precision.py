"""A training in another number format learns what float32 does, and goes on to the same weights."""

from functools import partial

import pytest
import torch

from latent_explorer import config, models, training
from latent_explorer.config import Training
from latent_explorer.device import INSTRUCTIONS, multiplies
from latent_explorer.training import RunState
from latent_explorer.training.precision import MixedPrecision, choose_dtype
from latent_explorer.training.prepare_training import prepare_with

SLOW = "training.precision: this CPU has no instructions for {}; training in float32"
CPU, ORIGIN = torch.device("cpu"), {"images": "abc"}


@pytest.fixture(autouse=True)
def all_instructions(monkeypatch):
    """A processor with instructions for each format; torch emulates those that it lacks."""
    every = {name: True for names in INSTRUCTIONS.values() for name in names}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: every, raising=False)


def build(objective: str = "plain") -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(
        config.Model(latent_dim=3, hidden=(16,)), config.Objective(objective, groups=1, classes=10), (1, 8, 8)
    )


@pytest.mark.parametrize(
    "objective",
    [pytest.param(name, marks=() if name == "variational" else pytest.mark.slow) for name in models.OBJECTIVES],
)
def test_half_precision_learns_and_reports_what_float32_does(digits, objective):
    """Batches of 4 give sums of 300 terms, which a bfloat16 total would lose."""
    images = digits.train.images[:1200]
    found = {}
    for precision in ("float32", "bfloat16", "float16"):
        model = build(objective)
        history = training.fit(model, images, Training(epochs=1, batch_size=4, precision=precision))
        assert {p.dtype for p in model.parameters()} == {torch.float32}
        assert history.diverged_in is None
        found[precision] = history.epochs[0].parts
    for name, value in found["float32"].items():
        assert found["bfloat16"][name] == pytest.approx(value, rel=0.03)
        assert found["float16"][name] == pytest.approx(value, rel=0.04)  # its first steps overflow and are left out


@pytest.mark.parametrize("optimizer", ["adamw", "adam", "sgd"])
def test_a_first_step_that_overflows_costs_nothing_but_that_step(digits, monkeypatch, optimizer):
    monkeypatch.setattr(torch.amp, "GradScaler", partial(torch.amp.GradScaler, init_scale=2.0**30))
    losses = {}
    for precision in ("float32", "float16"):
        model, settings = build(), Training(epochs=3, batch_size=10, optimizer=optimizer, precision=precision)
        losses[precision] = training.fit(model, digits.train.images[:500], settings).epochs[-1].parts["loss"]
    assert losses["float16"] == pytest.approx(losses["float32"], rel=0.1)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
@pytest.mark.parametrize("clip", [None, 1.0])
def test_cut_short_and_resumed_is_as_never_stopped(digits, tmp_path, monkeypatch, precision, clip):
    changing = partial(torch.amp.GradScaler, init_scale=2.0**26, growth_interval=3)  # overflows at first, then grows
    monkeypatch.setattr(torch.amp, "GradScaler", changing)
    images, settings = digits.train.images[:250], Training(epochs=4, batch_size=50, precision=precision, clip=clip)
    left = iter([False] * 7)
    whole, resumed = build(), build()
    training.fit(whole, images, settings)
    training.fit(
        build(),
        images,
        settings,
        stop=lambda: next(left, True),
        save_state=lambda state: state.save(tmp_path / "s", ORIGIN),
    )
    training.fit(resumed, images, settings, state=RunState.load(tmp_path / "s", ORIGIN))
    for one, other in zip(whole.state_dict().values(), resumed.state_dict().values(), strict=True):
        assert torch.equal(one, other)


def test_a_gradient_too_small_for_float16_is_not_lost():
    """1e-6 times 1e-3 is below float16's smallest number, the scaled loss's gradient is not."""
    layer = torch.nn.Linear(1, 1, bias=False)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    precision = MixedPrecision(Training(precision="float16"), torch.device("cpu"))
    before = layer.weight.item()
    with precision.autocast:
        loss = layer(torch.full((1, 1), 1e-3)).float().sum() * 1e-6
    precision.step(loss, optimizer, list(layer.parameters()))
    assert layer.weight.item() == pytest.approx(before, abs=1e-8)
    assert layer.weight.grad is not None
    assert layer.weight.grad.item() == pytest.approx(1e-9, rel=0.01)


@pytest.mark.parametrize("clip", [None, 0.05])
def test_the_gradient_that_is_clipped_is_not_the_scaled_one(clip):
    after = {}
    for precision in ("float32", "float16"):
        torch.manual_seed(0)
        layer = torch.nn.Linear(4, 4)
        optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
        steps = MixedPrecision(Training(precision=precision, clip=clip), torch.device("cpu"))
        with steps.autocast:
            loss = 0.01 * (layer(torch.ones(2, 4)).float() - 3).square().sum()
        steps.step(loss, optimizer, list(layer.parameters()))
        after[precision] = layer.weight.detach()
    torch.testing.assert_close(after["float16"], after["float32"], atol=2e-4, rtol=2e-3)


def test_what_a_program_said_of_each_backend_stays_as_it_is(digits):
    """torch then no longer tells one precision for all."""

    def refuse() -> str:
        raise RuntimeError("mixed")

    asked: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch, "get_float32_matmul_precision", refuse)
        patch.setattr(torch, "set_float32_matmul_precision", asked.append)
        history = training.fit(build(), digits.train.images[:50], Training(epochs=1))
    assert len(history.epochs) == 1
    assert asked == []


def test_a_step_that_overflows_is_left_out_and_the_scale_falls():
    layer = torch.nn.Linear(1, 1, bias=False)
    optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
    precision = MixedPrecision(Training(precision="float16"), torch.device("cpu"))
    before, scale = layer.weight.item(), precision.get_scaler_state()["scale"]
    with precision.autocast:
        loss = (layer(torch.ones(1, 1)).float() * 1000).sum()
    precision.step(loss, optimizer, list(layer.parameters()))
    assert layer.weight.item() == before
    assert precision.get_scaler_state()["scale"] < scale


@pytest.mark.parametrize("wanted", ["highest", "high", "medium"])
def test_matrix_products_are_as_precise_as_asked_and_as_before_afterwards(digits, wanted):
    before, seen = torch.get_float32_matmul_precision(), []
    training.fit(
        build(), digits.train.images[:50], Training(epochs=1, matmul_precision=wanted),
        before_step=lambda *_: seen.append(torch.get_float32_matmul_precision()),
    )  # fmt: skip
    assert set(seen) == {wanted}
    assert torch.get_float32_matmul_precision() == before


def test_matrix_products_are_as_before_after_a_failure(digits):
    before = torch.get_float32_matmul_precision()

    def fail(*_: object) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        training.fit(build(), digits.train.images[:50], Training(epochs=1), before_step=fail)
    assert torch.get_float32_matmul_precision() == before


@pytest.mark.parametrize(
    ("units", "parameters", "where", "wanted"),
    [
        ("avx512_bf16", 1_000_000, "cpu", torch.bfloat16),
        ("amx_bf16", 1_000_000, "cpu", torch.bfloat16),
        ("bf16", 1_000_000, "cpu", torch.bfloat16),  # of an Arm
        ("avx2", 1_000_000, "cpu", None),  # it would be emulated
        ("avx512_bf16", 100_000, "cpu", None),  # casts would cost what products save
        ("avx512_bf16", 1_000_000, "cuda", None),
    ],
)
def test_the_number_format_is_that_in_which_the_processor_gains(monkeypatch, units, parameters, where, wanted):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True, units: True})
    found = choose_dtype(Training(batch_size=128), torch.device(where), parameters)
    assert found is wanted
    assert choose_dtype(Training(precision="float32"), torch.device(where), parameters) is None


def test_a_release_of_torch_that_does_not_know_the_processor_keeps_float32(monkeypatch):
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert multiplies(torch.bfloat16, CPU) is None
    assert choose_dtype(Training(batch_size=128), CPU, 10**9) is None
    assert choose_dtype(Training(precision="bfloat16"), CPU, 1) is torch.bfloat16  # unless it is asked for


@pytest.mark.parametrize(
    ("precision", "units", "wanted"),
    [
        ("bfloat16", "avx512_bf16", torch.bfloat16), ("bfloat16", "avx512_fp16", None),
        ("float16", "avx512_fp16", torch.float16), ("float16", "avx2", None), ("auto", "avx2", None),
    ],
)  # fmt: skip
def test_a_format_that_the_processor_would_emulate_is_not_trained_in(monkeypatch, digits, precision, units, wanted):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {units: True})
    said: list[str] = []
    asked = config.load("digits-ae", [f"training.precision={precision}"])
    prepared = prepare_with(digits, asked, CPU, say=said.append)
    assert choose_dtype(prepared.config.training, CPU, 1) is wanted
    assert said == ([] if wanted or precision == "auto" else [SLOW.format(precision)])
    assert prepared.config.training.precision == precision  # as it was asked for: a training goes on on any machine
