"""A loss that is compiled learns what it learns as it is, and a machine without a compiler does without."""

import re
import warnings

import pytest
import torch

from latent_explorer import config, models, training
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import training_run
from latent_explorer.config import Training
from latent_explorer.training import compilation

CPU, MISSING = torch.device("cpu"), "no compiler here"
FEW = ["training.epochs=1", "model.hidden=[8]", "map.methods=[pca]", "map.points=50", "training.device=cpu"]


@pytest.fixture(scope="module")
def here() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        why = compilation.find_compile_error(CPU)
    if why:
        pytest.skip(f"nothing can be compiled here: {why}")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of torch's own about itself
def test_the_weights_are_those_of_a_loss_that_is_not_compiled(here, digits):
    found = {}
    for compile in (False, True):
        torch.manual_seed(0)
        model = models.build(config.Model(latent_dim=3, hidden=(16,)), config.Objective("variational"), (1, 8, 8))
        history = training.fit(model, digits.train.images[:250], Training(epochs=2, batch_size=50, compile=compile))
        found[compile] = model.state_dict(), history.epochs[-1].parts
    for name, value in found[False][0].items():
        torch.testing.assert_close(found[True][0][name], value, atol=1e-3, rtol=1e-2)
    assert found[True][1] == pytest.approx(found[False][1], rel=1e-3)


def test_a_step_on_cuda_is_captured_as_a_graph_and_its_last_one_is_let_go_first(monkeypatch):
    told: list[object] = []

    def compile(loss, mode=None):
        told.append(mode)
        return lambda x: told.append("loss") or loss(x)

    monkeypatch.setattr(torch, "compile", compile)
    monkeypatch.setattr(torch.compiler, "cudagraph_mark_step_begin", lambda: told.append("begin"))
    assert compilation.compile_loss(abs, torch.device("cuda"))(-2) == 2
    assert told == ["reduce-overhead", "begin", "loss"]
    told.clear()
    assert compilation.compile_loss(abs, CPU)(-3) == 3
    assert told == [None, "loss"]


def test_where_nothing_can_be_compiled_the_reason_is_one_line(monkeypatch):
    def compile(_: object) -> object:
        raise RuntimeError(f"{MISSING}\nand a long tail")

    monkeypatch.setattr(torch, "compile", compile)
    assert compilation.find_compile_error(CPU) == MISSING


def test_a_training_goes_on_without_and_its_file_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(compilation, "find_compile_error", lambda _: MISSING)
    said: list[str] = []
    asked = config.load("digits-ae", [*FEW, "training.compile=true"])
    training_run.run(asked, preset="digits-ae", out=tmp_path / "a.safetensors", data_dir=None, say=said.append)
    assert re.match(rf"training\.compile: .*\({MISSING}\)", said[0])
    assert checkpoint_file.load(tmp_path / "a.safetensors", "cpu").config.training.compile is False
