"""The conditional variational autoencoder: what the label says, the code need not."""

import numpy as np
import pytest
import torch

from latent_explorer import config, models, training
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.commands import train, training_run
from latent_explorer.config import Model, Objective, Training
from latent_explorer.data.datasets import to_floats
from latent_explorer.engine.decode import decode_pictures
from latent_explorer.engine.queries.base import Interpolation, Point, Trace, Variants, make_decoder_input
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.scheduler import Engine
from latent_explorer.engine.subject import Place
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.metrics import reconstruction
from latent_explorer.scene.events import Move
from latent_explorer.scene.items import FilmStrip
from latent_explorer.shell import update
from tests import stage

NETWORK = Model(latent_dim=6, hidden=(128,), activation="silu")
SETTINGS = Training(epochs=25, batch_size=64, learning_rate=5e-3)
SHAPE = (1, 8, 8)


def build(objective: Objective) -> models.Autoencoder:
    torch.manual_seed(0)
    return models.build(NETWORK, objective, SHAPE)


@pytest.fixture(scope="module")
def conditional(digits) -> models.Autoencoder:
    model = build(Objective("conditional", classes=10))
    training.fit(model, digits.train.images, SETTINGS, labels=digits.train.labels)
    return model


@pytest.fixture(scope="module")
def plain(digits) -> models.Autoencoder:
    model = build(Objective("variational"))
    training.fit(model, digits.train.images, SETTINGS, labels=digits.train.labels)
    return model


@torch.inference_mode()
def under_every_label(model: models.Autoencoder, z: torch.Tensor) -> torch.Tensor:
    """(N, d) -> pictures (N, 10, 8, 8)."""
    told = model.condition_on(torch.arange(10).repeat(len(z)))
    return told.decode(z.repeat_interleave(10, dim=0)).reshape(len(z), 10, 8, 8)


@pytest.mark.slow
def test_one_code_under_ten_labels_is_ten_digits_to_a_classifier(conditional, digits):
    from sklearn.linear_model import LogisticRegression

    judge = LogisticRegression(max_iter=500)
    judge.fit(to_floats(digits.train.images).flatten(1).numpy(), digits.train.labels.numpy())
    pictures = under_every_label(conditional, torch.randn(60, 6, generator=torch.Generator().manual_seed(0)))
    said = judge.predict(pictures.reshape(-1, 64).numpy()).reshape(60, 10)
    assert (said == np.arange(10)).mean() > 0.9


def test_one_code_is_one_handwriting_whatever_the_label(conditional, digits):
    """The slant goes with the code: from code to code, the ten digits lean together."""
    labels = digits.test.labels
    with torch.inference_mode():
        z = conditional.condition_on(labels).encode(to_floats(digits.test.images))
    leaning = slant(under_every_label(conditional, z).numpy())  # (N, 10)
    assert np.corrcoef(leaning.T)[np.triu_indices(10, 1)].mean() > 0.8
    other = np.stack([np.random.default_rng(k).permutation(leaning[:, k]) for k in range(10)])
    assert np.abs(np.corrcoef(other)[np.triu_indices(10, 1)]).mean() < 0.2


def slant(pictures: np.ndarray) -> np.ndarray:
    """(..., H, W) -> (...): how far the ink moves to the right from row to row, in pixels."""
    ink = pictures / pictures.sum(axis=(-2, -1), keepdims=True)
    y, x = np.mgrid[: ink.shape[-2], : ink.shape[-1]].astype(float)
    right = x - (ink * x).sum(axis=(-2, -1), keepdims=True)
    down = y - (ink * y).sum(axis=(-2, -1), keepdims=True)
    return (ink * right * down).sum(axis=(-2, -1)) / (ink * down**2).sum(axis=(-2, -1))


@pytest.mark.slow
def test_the_code_holds_less_of_the_class_and_costs_fewer_nats(conditional, plain, digits):
    def accuracy(model: models.Autoencoder) -> float:
        codes = [reconstruction.encode_all(model, part.images, part.labels) for part in (digits.train, digits.test)]
        return reconstruction.measure_knn_accuracy(codes[0], digits.train.labels, codes[1], digits.test.labels)

    assert accuracy(conditional) < 0.6 < 0.85 < accuracy(plain)
    found, before = (
        reconstruction.encode_images(m, digits.test.images, digits.test.labels).metrics for m in (conditional, plain)
    )
    assert found["kl"] < before["kl"] - 1
    assert found["neg_elbo"] < before["neg_elbo"]


def test_the_wrong_label_costs_and_no_label_costs_less_than_that(conditional, digits):
    right, wrong = digits.test.labels, (digits.test.labels + 1) % 10
    told, misled, untold = (
        reconstruction.encode_images(conditional, digits.test.images, y).metrics["bce"] for y in (right, wrong, None)
    )
    assert told < untold < misled


def test_labels_may_be_unknown_or_shares(conditional):
    z = torch.randn(3, 6, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        unknown = conditional.condition_on(torch.tensor([-1, -1, -1])).decode(z)
        assert torch.equal(unknown, conditional.decode(z))
        assert torch.equal(unknown, conditional.condition_on(None).decode(z))
        ones = conditional.condition_on(torch.tensor([1, 1, 1])).decode(z)
        shares = torch.zeros(3, 10)
        shares[:, 1] = 1
        assert torch.equal(conditional.condition_on(shares).decode(z), ones)
        assert not torch.equal(ones, unknown)
    assert conditional._condition is None  # what one was told, the other does not know


def test_others_are_told_in_vain(plain):
    assert plain.condition_on(torch.tensor([3])) is plain


@pytest.mark.parametrize("network", ["mlp", "cnn", "sequence"])
def test_it_goes_with_every_network(network):
    model = models.build(
        Model(network=network, latent_dim=3, hidden=(8,), channels=(4,)), Objective("conditional", classes=4), SHAPE
    )
    x, labels = torch.rand(5, *SHAPE), torch.tensor([0, 1, 2, 3, -1])
    model.loss(x, torch.Generator().manual_seed(0), labels)["loss"].backward()
    told = model.condition_on(labels)
    assert told.encode(x).shape == (5, 3)
    assert told.decode(told.encode(x)).shape == x.shape


# -- from the preset to the window ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    out = tmp_path_factory.mktemp("conditional") / "c.safetensors"
    settings = ["training.epochs=8", "model.hidden=[32]", "map.methods=[pca]", "map.points=200", "training.device=cpu"]
    training_run.run(
        config.load("digits-conditional", settings), preset="digits-conditional", out=out, data_dir=None,
        say=lambda _: None,
    )  # fmt: skip
    return checkpoint_file.load(out, "cpu")


def test_the_data_set_says_how_many_classes_there_are(made, capsys):
    assert made.config.objective.classes == 10
    assert made.conditional
    assert train.main(["digits-conditional", "--set", "objective.classes=9"]) == 2
    assert "objective.classes: 9" in capsys.readouterr().err


def test_images_without_labels_are_refused(tmp_path, monkeypatch, capsys):
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    (tmp_path / "flat").mkdir()
    for i in range(20):
        Image.new("L", (8, 8), 10 * i).save(tmp_path / "flat" / f"{i}.png")
    (tmp_path / "mine.yaml").write_text(
        "data: {name: folder, path: flat, size: 8, channels: 1}\nobjective: {name: conditional}\n"
        "map: {methods: [pca], points: 16}\n"
    )
    assert train.main(["mine.yaml"]) == 2
    assert "without labels" in capsys.readouterr().err


def test_encode_and_decode_take_labels(made, digits):
    images, labels = to_floats(digits.test.images[:5]).numpy(), digits.test.labels[:5]
    z = made.encode(images, labels)
    assert z.shape == (5, 8)
    assert not np.array_equal(z, made.encode(images))
    assert not np.array_equal(made.decode(z, labels), made.decode(z))
    assert np.array_equal(made.decode(z, [-1] * 5), made.decode(z))
    tensor = made.decode(torch.from_numpy(z), labels)
    assert isinstance(tensor, torch.Tensor)
    np.testing.assert_array_equal(tensor.numpy(), made.decode(z, labels.numpy()))


@pytest.mark.parametrize("labels", [[1], [1, 2, 10], [1, 2, -2], [1, 2, 0.5], ["a", "b", "c"], [[1, 2, 3]]])
def test_labels_that_are_none_are_refused(made, labels):
    with pytest.raises(InputError, match=r"labels: .* arrived"):
        made.decode(np.zeros((3, 8)), labels)


def test_another_model_takes_no_labels(tiny):
    with pytest.raises(InputError, match="labels: tiny takes none; a conditional model does"):
        tiny.decode(np.zeros((1, 4)), [3])


def test_the_engine_tells_the_decoder_the_dots_labels(made):
    world = {"c": made}

    def bytes_of(z, labels):
        return [np.asarray(p) for p in (made.decode(z, labels)[:, 0] * 255 + 0.5).astype(np.uint8)]

    x, y = (float(v) for v in made.atlas.xy[7])
    own = bytes_of(made.latents[7:8], made.labels[7:8])[0]
    assert np.array_equal(Sample("c", 7).answer(QueryContext(world, {})).reconstruction, own)
    assert np.array_equal(Point("c", "pca", (x, y), None).answer(QueryContext(world, {})).picture, own)
    assert np.array_equal(Trace("c", "pca", (Place((x, y)),)).answer(QueryContext(world, {})).pictures[0], own)
    strip = Interpolation("c", 7, 11, 3).answer(QueryContext(world, {})).pictures
    assert np.array_equal(strip[0], own)
    assert np.array_equal(strip[-1], bytes_of(made.latents[11:12], made.labels[11:12])[0])
    variants = Variants("c", "pca", (x, y), None, 10).answer(QueryContext(world, {})).pictures
    assert len(variants) == 10
    assert np.array_equal(variants[int(made.labels[7])], own)


def test_on_the_way_the_labels_glide_along_and_so_do_the_pictures_under_each(made):
    world, lab = {"c": made}, LABS["explore"]
    over = play_over(made, 7, world), play_over(made, 11, world)
    engine = Engine(world)
    try:
        for state, seconds in zip(over, (0.0, 0.03), strict=True):
            engine.ask(lab.make_queries(state))
            assert engine.finish()
            engine.animate(lab.make_animation_targets(state, engine.results), seconds, even_if_slow=True)
        between = engine.results.get_transition("point")
        start, end = (make_decoder_input(made, made.latents[dot], dot) for dot in (7, 11))
        assert len(start) == 8 + 10
        share = float((between.z - start[:8])[0] / (end - start)[0])
        assert 0.1 < share < 0.9
        labels = (1 - share) * start[8:] + share * end[8:]
        (picture,) = decode_pictures(made, between.z[None], labels[None])
        assert np.abs(between.picture.astype(int) - picture).max() <= 1
        every = decode_pictures(made, np.repeat(between.z[None], 10, axis=0), np.eye(10, dtype=np.float32))
        assert len(between.variants) == 10
        assert all(np.abs(a.astype(int) - b).max() <= 1 for a, b in zip(between.variants, every, strict=True))
        (film,) = stage.of_kind(lab.make_view(over[1], engine.results), FilmStrip)
        assert film.pictures is between.variants
    finally:
        engine.close()


def play_over(made, dot: int, world):
    """Explore with the mouse over a dot."""
    state = update.start(world, ("c",), lab="explore", size=(1440, 900))
    return stage.play(state, Move(stage.dot_px(state, dot)))


def test_explore_shows_the_code_under_every_label_until_something_is_pinned(made, tiny):
    lab = LABS["explore"]
    state = update.start({"c": made, "tiny": tiny}, ("c",), lab="explore", size=(1440, 900))
    assert isinstance(lab.make_queries(state)["strip"], Variants)
    other = update.start({"c": made, "tiny": tiny}, ("tiny",), lab="explore", size=(1440, 900))
    assert "strip" not in lab.make_queries(other)
