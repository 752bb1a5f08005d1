"""t-SNE and UMAP by cuML, for which a stand-in answers."""

import sys
from types import ModuleType

import numpy as np
import pytest

from latent_explorer.atlas import projection, rapids
from latent_explorer.errors import InputError


@pytest.fixture
def asked(monkeypatch) -> dict[str, dict]:
    """The settings that the stand-in for cuML was given, by method; it shows the first two dimensions."""
    settings: dict[str, dict] = {}

    def make(kind):
        class Estimator:
            def __init__(self, **given):
                settings[kind] = given

            def fit_transform(self, latents):
                return 10 * latents[:, :2]

        return Estimator

    module = ModuleType("cuml.manifold")
    module.TSNE, module.UMAP = make("TSNE"), make("UMAP")
    monkeypatch.setitem(sys.modules, "cuml", ModuleType("cuml"))
    monkeypatch.setitem(sys.modules, "cuml.manifold", module)
    return settings


@pytest.mark.parametrize(("method", "kind"), [("tsne", "TSNE"), ("umap", "UMAP")])
def test_cuml_fits_a_map_like_the_others(cloud, asked, method, kind):
    latents, _ = cloud(90, 4, classes=3)
    made = projection.fit(method, latents, backend="cuml", metric="cosine", seed=3, perplexity=20, neighbours=9)
    assert (asked[kind]["random_state"], asked[kind]["metric"]) == (3, "cosine")
    assert asked[kind]["n_neighbors"] == {"TSNE": 61, "UMAP": 9}[kind]
    np.testing.assert_allclose(made.frame.to_raw(made.xy), 10 * latents[:, :2], atol=1e-3)
    again = type(made).restore(made.to_header(), made.to_tensors(), latents)
    np.testing.assert_allclose(again.transform(latents[:5]), made.transform(latents[:5]))


@pytest.mark.parametrize("method", ["tsne", "umap"])
def test_without_rapids_one_line_says_so(cloud, monkeypatch, method):
    monkeypatch.setitem(sys.modules, "cuml.manifold", None)
    with pytest.raises(InputError) as caught:
        projection.fit(method, cloud(90, 4)[0], backend="cuml", perplexity=10)
    assert str(caught.value) == rapids.MISSING
    with pytest.raises(InputError):
        rapids.check_installed()


@pytest.mark.parametrize("fault", [RuntimeError("no device\nmore"), None])
def test_what_cuml_does_not_answer_is_one_line(cloud, asked, monkeypatch, fault):
    def fit_transform(self, latents):
        if fault is not None:
            raise fault
        return np.full((len(latents), 2), np.nan)

    monkeypatch.setattr(sys.modules["cuml.manifold"].TSNE, "fit_transform", fit_transform)
    with pytest.raises(InputError) as caught:
        projection.fit("tsne", cloud(90, 4)[0], backend="cuml", perplexity=10)
    assert "cuML" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_backend_is_answered_with_the_known():
    with pytest.raises(InputError, match="cuml"):
        projection.check_settings({"backend": "gpu"})
