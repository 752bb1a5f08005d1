"""The map as a scikit-learn transformer: scikit-learn's own checks, and what they do not know."""

import subprocess
import sys

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import latent_explorer
from latent_explorer import LatentMap
from latent_explorer.atlas import tsne_umap
from latent_explorer.errors import InputError

NEAR = "t-SNE has no formula: a latent of the fit is placed near its dot by the loss of the fixed map, not on it"
TOGETHER = "the search for the places of several latents ends when all have settled: each differs by 1e-4 of the map"
EXPECTED_FAILURES = {
    "check_transformer_general": NEAR,
    "check_transformer_data_not_an_array": NEAR,
    "check_methods_subset_invariance": TOGETHER,
}


def list_expected_failures(estimator: LatentMap) -> dict[str, str]:
    return EXPECTED_FAILURES if estimator.method == "tsne" else {}


@parametrize_with_checks(
    [LatentMap(), LatentMap("latent"), LatentMap("tsne", perplexity=3)], expected_failed_checks=list_expected_failures
)
def test_scikit_learn_takes_it_for_one_of_its_own(estimator, check, monkeypatch):
    if check.func.__name__ not in EXPECTED_FAILURES:  # these are of the map, the others of the interface
        monkeypatch.setattr(tsne_umap, "STEPS", (20, 40))
    check(estimator)


def test_it_makes_the_map_that_the_atlas_makes(cloud):
    z, _ = cloud()
    fitted = LatentMap("tsne", perplexity=10, seed=3).fit(z)
    atlas = latent_explorer.Atlas.fit(z, "tsne", perplexity=10, seed=3)
    assert (fitted.embedding_ == atlas.xy).all()
    new = z[:5] + 0.1
    assert (fitted.transform(new) == atlas.transform(new)).all()
    xy = [[0.5, 0.5], [0.1, 0.9]]
    assert fitted.inverse_transform(xy) == pytest.approx(atlas.inverse_transform(xy))
    assert fitted.inverse_transform(fitted.embedding_) == pytest.approx(z, abs=1e-4)


def test_it_stands_at_the_end_of_a_pipeline_and_goes_back(cloud):
    z, _ = cloud()
    pipeline = make_pipeline(StandardScaler(), LatentMap("pca"))
    xy = pipeline.fit_transform(z)
    assert pipeline.transform(z) == pytest.approx(xy, abs=1e-5)
    assert pipeline.inverse_transform(xy) == pytest.approx(z, abs=1e-3)
    assert list(pipeline.get_feature_names_out()) == ["latentmap0", "latentmap1"]


@pytest.mark.parametrize(
    "settings", [{"method": "mds"}, {"metric": "hamming"}, {"perplexity": 0}, {"seed": -1}, {"method": "tsne"}]
)
def test_a_setting_that_is_not_allowed_is_named_at_the_fit(settings):
    with pytest.raises(InputError, match=next(iter(set(settings) - {"method"}), "method|perplexity|projection")):
        LatentMap(**settings).fit(np.eye(9))


def test_scikit_learn_is_not_imported_before_it_is_needed():
    code = (
        "import sys, latent_explorer\n"
        "latent_explorer.load, latent_explorer.Atlas, latent_explorer.Checkpoint, dir(latent_explorer)\n"
        "heavy = {'torch', 'sklearn', 'matplotlib'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "[]\n", "")
