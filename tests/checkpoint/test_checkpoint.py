"""What is asked of a trained checkpoint comes back from its file."""

import numpy as np
import pytest
import torch

from latent_explorer.data import datasets
from latent_explorer.metrics import reconstruction


def test_saved_loaded_and_saved_again_are_the_same_bytes(tiny, tiny_path, tmp_path):
    again = tiny.save(tmp_path / "deeper" / "again.safetensors")
    assert again.read_bytes() == tiny_path.read_bytes()


def test_everything_comes_back(tiny, tiny_path):
    assert tiny.config.training.epochs == 2
    assert tiny.image_shape == (1, 8, 8)
    assert tiny.class_names == tuple("0123456789")
    assert list(tiny.maps) == ["tsne", "pca"]
    assert tiny.atlas is tiny.maps["tsne"]
    assert tiny.atlas.xy.shape == (120, 2)
    assert tiny.latents.shape == (120, 4)
    assert tiny.labels.shape == tiny.indices.shape == (120,)
    assert set(tiny.metrics["test"]) == {"mse", "bce", "kl", "neg_elbo", "active_units", "knn_accuracy"}
    assert [epoch["epoch"] for epoch in tiny.metrics["history"]] == [1, 2]
    assert tiny.made_by["preset"] == "digits-vae"
    assert tiny.name == "tiny"
    assert not [path for path in tiny_path.parent.iterdir() if path != tiny_path]


def test_the_dots_are_the_pictures_they_say(tiny, digits):
    some = [0, 17, 119]
    images = torch.stack([digits.get_image(int(tiny.indices[dot])) for dot in some])
    np.testing.assert_allclose(tiny.encode(datasets.to_floats(images).numpy()), tiny.latents[some], atol=2e-3)
    every = torch.cat([digits.train.labels, digits.test.labels]).numpy()
    assert np.array_equal(every[tiny.indices], tiny.labels)
    assert tiny.dot_of_image[int(tiny.indices[17])] == 17


def test_the_metrics_are_those_of_the_weights_in_the_file(tiny, digits):
    found = reconstruction.encode_images(tiny.model, digits.test.images, seed=tiny.config.training.seed).metrics
    assert found["mse"] == pytest.approx(tiny.metrics["test"]["mse"], rel=1e-4)
    assert found["bce"] == pytest.approx(tiny.metrics["test"]["bce"], rel=1e-4)


def test_a_reconstruction_is_encoded_and_decoded_of_the_kind_that_came(tiny):
    images = torch.rand(3, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    copies = tiny.reconstruct(images)
    assert torch.is_tensor(copies)
    assert (copies.numpy() == tiny.decode(tiny.encode(images.numpy()))).all()


def test_neighbours_are_called_or_asked_for_their_distances(tiny):
    index, away = tiny.neighbours(tiny.latents[:3], k=1)
    assert index.tolist() == [[0], [1], [2]]
    assert away == pytest.approx(0, abs=1e-3)
    assert tiny.neighbours.sample_spacing > 0
