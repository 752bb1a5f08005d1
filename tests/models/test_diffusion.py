"""Latent diffusion: new codes out of noise, nearer to the data's than those of the prior."""

import numpy as np
import pytest
import torch

import latent_explorer
from latent_explorer import config, models, training
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import training_run
from latent_explorer.config import Model, Objective, Training
from latent_explorer.data.datasets import to_floats
from latent_explorer.engine.queries.base import Generation, GenerationValue
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.metrics import reconstruction
from latent_explorer.models import diffusion
from latent_explorer.scene.events import Key
from latent_explorer.scene.items import Line, Marker, Text
from latent_explorer.shell import update
from tests.stage import answered, click, drag, marks, of_kind, play, px_of, texts

NETWORK = Model(latent_dim=6, hidden=(128,), activation="silu")
SETTINGS = Training(epochs=40, batch_size=64, learning_rate=3e-3)


@pytest.fixture(scope="module")
def trained(digits) -> models.Autoencoder:
    torch.manual_seed(0)
    model = models.build(NETWORK, Objective("diffusion", beta=0.1), (1, 8, 8))
    training.fit(model, digits.train.images, SETTINGS)
    return model


@pytest.fixture(scope="module")
def features(digits):
    """The hidden layer of a classifier of the digits, as a function of pictures."""
    from sklearn.neural_network import MLPClassifier

    judge = MLPClassifier((48,), random_state=0, max_iter=120, tol=1e-2)
    judge.fit(to_floats(digits.train.images).flatten(1).numpy(), digits.train.labels.numpy())
    assert judge.score(to_floats(digits.test.images).flatten(1).numpy(), digits.test.labels.numpy()) > 0.93
    return lambda pictures: np.maximum(pictures.flatten(1).numpy() @ judge.coefs_[0] + judge.intercepts_[0], 0)


def frechet(first: np.ndarray, second: np.ndarray) -> float:
    """The distance of two Gaussians of the features' means and covariances (Heusel et al. 2017)."""
    means, spreads = zip(*((x.mean(axis=0), np.cov(x.T)) for x in (first, second)), strict=True)
    values = np.linalg.eigvals(spreads[0] @ spreads[1])
    overlap = np.sqrt(np.clip(values.real, 0, None)).sum()
    return float(np.square(means[0] - means[1]).sum() + np.trace(spreads[0]) + np.trace(spreads[1]) - 2 * overlap)


def generator() -> torch.Generator:
    return torch.Generator().manual_seed(3)


@pytest.mark.slow
def test_its_samples_are_nearer_to_the_data_than_the_priors(trained, features, digits):
    real = features(to_floats(digits.test.images))
    with torch.inference_mode():
        prior = trained.decode(torch.randn(1000, 6, generator=generator()))
        drawn = trained.decode(trained.sample(1000, generator())[-1])
    assert frechet(features(drawn), real) < 0.6 * frechet(features(prior), real)


def test_its_codes_have_the_datas_mean_and_spread(trained, digits):
    z = reconstruction.encode_all(trained, digits.train.images)
    drawn = trained.sample(2000, generator())[-1]
    assert (drawn.mean(dim=0) - z.mean(dim=0)).abs().max() < 0.4
    assert (drawn.std(dim=0) / z.std(dim=0) - 1).abs().max() < 0.4


def test_a_way_begins_in_noise_and_ends_where_the_denoiser_leads(trained):
    way = trained.sample(500, generator(), steps=20)
    assert way.shape == (21, 500, 6)
    first = (way[0] - trained.mean) / trained.variance.sqrt()
    assert first.mean().abs() < 0.1
    assert abs(float(first.std()) - 1) < 0.1
    assert torch.equal(way, trained.sample(500, generator(), steps=20))
    lengths = (way[1:] - way[:-1]).norm(dim=2).mean(dim=1)
    assert lengths.max() < 2  # it glides


def test_the_denoiser_beats_a_guess_and_leaves_the_autoencoder_alone(trained, digits):
    z = trained.standardise(reconstruction.encode_all(trained, digits.test.images))
    with torch.no_grad():
        assert float(trained.compute_denoising_loss(z, generator())) < 0.8  # predicting no noise at all has 1
    x = to_floats(digits.test.images[:64])
    trained.train()
    trained.zero_grad()
    trained.compute_denoising_loss(trained.standardise(trained.encode(x).detach())).backward()
    assert all(
        p.grad is None or not p.grad.any() for p in [*trained.encoder.parameters(), *trained.decoder.parameters()]
    )
    trained.eval()


def test_the_schedule_goes_from_the_code_to_noise():
    signal = diffusion.compute_alpha_bar(torch.linspace(0, 1, 101))
    assert (signal[1:] <= signal[:-1]).all()
    assert signal[0] > 0.99
    assert signal[-1] < 0.001


def test_measuring_does_not_move_what_is_followed(trained, digits):
    before = trained.mean.clone(), trained.variance.clone()
    trained.eval()
    with torch.no_grad():
        trained.loss(to_floats(digits.test.images[:50]), generator())
    assert torch.equal(trained.mean, before[0])
    assert torch.equal(trained.variance, before[1])


# -- from the preset to the window ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("diffusion") / "d.safetensors"
    settings = ["training.epochs=3", "model.hidden=[16]", "map.methods=[pca]", "map.points=100", "training.device=cpu"]
    training_run.run(
        config.load("digits-diffusion", settings), preset="digits-diffusion", out=out, data_dir=None, say=lambda _: None
    )
    return checkpoint_file.load(out, "cpu")


def test_a_checkpoint_generates_by_its_seed(made, tiny):
    way = made.generate(4, seed=1)
    assert way.shape == (diffusion.SAMPLING_STEPS + 1, 4, 8)
    assert np.array_equal(way, made.generate(4, seed=1))
    assert not np.array_equal(way, made.generate(4, seed=2))
    mean = made.model.mean.numpy()
    calm = made.generate(4, seed=1, temperature=0.5)
    assert calm[0] - mean == pytest.approx(0.5 * (way[0] - mean), abs=1e-5)
    assert not np.allclose(calm[-1], way[-1], atol=1e-3)
    assert made.decode(way[-1]).shape == (4, 1, 8, 8)
    with pytest.raises(InputError, match="tiny generates nothing"):
        tiny.generate(1)
    with pytest.raises(InputError, match="count: 0 arrived"):
        made.generate(0)


def test_the_shipped_faces_are_drawn_for_the_decoder_of_the_vae_that_they_start_from():
    drawn, vae = (latent_explorer.load(name, "cpu") for name in ("faces-diffusion", "faces-vae"))
    assert all(np.array_equal(value, drawn.weights[name]) for name, value in vae.weights.items())
    new, prior = drawn.generate(200)[-1], np.random.default_rng(0).standard_normal((200, 32)).astype(np.float32)
    distances = [np.median(vae.neighbours(z, k=1)[1]) for z in (new, prior)]
    assert distances[0] < 0.9 * distances[1]  # the codes of faces leave much of the prior empty


def test_the_engine_gives_the_way_on_the_map_and_its_pictures(made):
    value = Generation("d", "pca", 5, 10).answer(QueryContext({"d": made}, {}))
    assert isinstance(value, GenerationValue)
    way = made.generate(1, seed=5)[:, 0]
    np.testing.assert_allclose(value.trajectory, made.maps["pca"].transform(way), atol=1e-5)
    assert len(value.pictures) == 10
    last = (made.decode(way[-1:])[0, 0] * 255 + 0.5).astype(np.uint8)
    assert np.array_equal(value.pictures[-1], last)


def test_g_draws_a_sample_and_its_way_until_something_else_is_done(made, tiny):
    world = {"d": made, "tiny": tiny}
    lab = LABS["explore"]
    state = update.start(world, ("d",), lab="explore", size=(1440, 900))
    drawn = play(state, Key("g"))
    assert lab.make_queries(drawn)["strip"] == Generation("d", "pca", 1, 10)
    again = play(drawn, Key("g"))
    assert lab.make_queries(again)["strip"] == Generation("d", "pca", 2, 10)
    assert "Drawing a sample" in texts(lab.make_view(again, Results()))
    results = answered(again)
    view = lab.make_view(again, results)
    assert [marker.label for marker in of_kind(view, Marker)] == ["G"]  # and no ring around a dot nobody points at
    assert len(of_kind(view, Line)[0].points) == diffusion.SAMPLING_STEPS + 1
    title = next(item.text for item in of_kind(view, Text) if "Sample 2" in item.text)
    third = play(again, Key("g"))
    assert title in texts(lab.make_view(third, results))  # until the third one's pictures are there
    assert "A new sample" in texts(view)
    assert marks(play(again, *click(px_of(again, (0.5, 0.5))))).drawn == 0
    x, y = made.atlas.xy[3]
    assert marks(play(again, *drag(px_of(again, (x, y)), px_of(again, (0.9, 0.9))))).drawn == 0
    assert marks(play(again, Key("c"))).drawn == 0


def test_another_model_says_that_it_draws_none(tiny):
    world = {"tiny": tiny}
    state = update.start(world, ("tiny",), lab="explore", size=(1440, 900))
    said = play(state, Key("g"))
    assert "diffusion" in said.status.message
    assert said.lab_states == state.lab_states
