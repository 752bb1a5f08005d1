import pytest
import torch
from torch.distributions import Normal, kl_divergence

from latent_explorer import config, models
from latent_explorer.data import datasets
from latent_explorer.metrics import reconstruction


def build(objective: str) -> models.Autoencoder:
    torch.manual_seed(0)
    model = models.build(config.Model(latent_dim=3, hidden=(16,)), config.Objective(objective, beta=7.0), (1, 8, 8))
    with torch.no_grad():
        model.head.weight.mul_(5)
    return model


@pytest.fixture
def images(digits) -> torch.Tensor:
    return digits.test.images[:90]


def test_mse_is_a_pixel_and_bce_a_picture(images):
    model = build("plain")
    found = reconstruction.encode_images(model, images).metrics
    x = datasets.to_floats(images).double()
    with torch.inference_mode():
        y = model.decode(model.encode(x.float())).double()
    assert found["mse"] == pytest.approx((x - y).square().mean().item(), rel=1e-5)
    nats = -(x * y.log() + (1 - x) * (1 - y).log()).sum((1, 2, 3)).mean().item()
    assert found["bce"] == pytest.approx(nats, rel=1e-5)
    assert set(found) == {"mse", "bce"}


def test_r2_of_each_value_is_that_of_scikit_learn():
    from sklearn.metrics import r2_score

    torch.manual_seed(0)
    rows = torch.rand(40, 1, 1, 5)
    rows[..., 2] = 0.25
    model = models.build(config.Model(latent_dim=2, hidden=(8,)), config.Objective("plain", loss="mse"), (1, 1, 5))
    found = reconstruction.explain_values(model, rows)
    with torch.inference_mode():
        again = model.decode(model.encode(rows))
    expected = r2_score(rows[:, 0, 0], again[:, 0, 0], multioutput="raw_values")
    assert found[[0, 1, 3, 4]].numpy() == pytest.approx(expected[[0, 1, 3, 4]], rel=1e-4)
    assert found[2].isnan()


def test_kl_and_elbo_stand_for_variational_models(images):
    model = build("variational")
    found = reconstruction.encode_images(model, images, seed=0).metrics
    assert set(found) == {"mse", "bce", "kl", "neg_elbo", "active_units"}
    with torch.inference_mode():
        mean, log_variance = model.posterior(datasets.to_floats(images))
    exact = kl_divergence(Normal(mean, (log_variance / 2).exp()), Normal(0.0, 1.0)).sum(1).mean().item()
    assert found["kl"] == pytest.approx(exact, rel=1e-4)
    assert found["kl"] > 0.1
    assert found["neg_elbo"] > found["kl"]  # whatever beta: a plain sum


def test_the_elbo_is_drawn_by_its_seed_and_nothing_else_is(images):
    model = build("variational")
    first, again, other = (reconstruction.encode_images(model, images, seed=seed).metrics for seed in (0, 0, 1))
    assert first == again
    assert first["neg_elbo"] != other["neg_elbo"]
    assert first["neg_elbo"] == pytest.approx(other["neg_elbo"], rel=0.1)
    assert (first["mse"], first["kl"]) == (other["mse"], other["kl"])


def test_blocks_do_not_change_the_figures(images, monkeypatch):
    model = build("plain")
    whole, latents = reconstruction.encode_images(model, images).metrics, reconstruction.encode_all(model, images)
    monkeypatch.setattr(reconstruction, "MAX_BATCH", 7)
    assert reconstruction.encode_images(model, images).metrics == pytest.approx(whole, rel=1e-5)
    torch.testing.assert_close(reconstruction.encode_all(model, images), latents)


def test_latents_come_in_the_pictures_order(images):
    model = build("variational")
    latents = reconstruction.encode_all(model, images)
    assert latents.shape == (90, 3)
    with torch.inference_mode():
        torch.testing.assert_close(latents[41:42], model.encode(datasets.to_floats(images[41:42])))


def test_neighbours_tell_clusters_apart_and_guess_where_there_are_none(cloud):
    train, train_labels = (torch.from_numpy(part) for part in cloud(seed=0))
    test = train + 0.01
    assert reconstruction.measure_knn_accuracy(train, train_labels, test, train_labels) == 1.0
    shuffled = train_labels[torch.randperm(len(train_labels), generator=torch.Generator().manual_seed(0))]
    assert reconstruction.measure_knn_accuracy(train, shuffled, test, train_labels) < 0.7


def test_ten_neighbours_vote():
    """Nine of the ten nearest say 1; the single nearest says 0."""
    train = torch.tensor([[0.0]] + [[1.0 + i / 100] for i in range(9)] + [[50.0]] * 20)
    labels = torch.tensor([0] + [1] * 9 + [0] * 20)
    test, label = torch.tensor([[0.1]]), torch.tensor([1])
    assert reconstruction.measure_knn_accuracy(train, labels, test, label) == 1.0
    assert reconstruction.measure_knn_accuracy(train, labels, test, label, neighbours=1) == 0.0


def test_fewer_points_than_neighbours_are_enough():
    z, labels = torch.tensor([[0.0], [0.1], [9.0]]), torch.tensor([1, 1, 0])
    assert reconstruction.measure_knn_accuracy(z, labels, z, labels) == pytest.approx(2 / 3)
