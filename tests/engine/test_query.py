from latent_explorer.engine.queries.base import Point, Trace
from latent_explorer.engine.queries.sample import Sample
from latent_explorer.engine.subject import Place


def test_requests_are_values():
    assert Point("m", "tsne", (0.1, 0.2), None) == Point("m", "tsne", (0.1, 0.2), None)
    assert len({Sample("m", 1), Sample("m", 1), Sample("n", 1), Sample("m", 2)}) == 3
    assert Trace("m", "pca", (Place((0.0, 0.0), 0.1),)) != Trace("m", "pca", (Place((0.0, 0.0)),))
