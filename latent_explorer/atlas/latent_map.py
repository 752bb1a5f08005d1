"""The map of latents as a scikit-learn transformer. Imports scikit-learn, so it is imported on first use alone."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from latent_explorer.atlas import Atlas

Numbers = NDArray[np.floating[Any]]


class LatentMap(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A map of latents in two dimensions, as a scikit-learn transformer: new latents can be placed, and there is a way
    back.

    It computes what `Atlas.fit` does, in float32.

    Args:
        method: `"pca"`, `"tsne"`, `"umap"` (needs umap-learn) or `"latent"`, the plane of the first two dimensions.
        perplexity: of tsne: the effective number of neighbours, at most a third of the number of latents.
        metric: of tsne and umap: `"euclidean"`, `"cosine"` or `"manhattan"`.
        seed: of tsne and umap.

    Attributes:
        atlas_: the fitted `Atlas`.
        embedding_: the positions (M, 2) of the latents of `fit`, from 0 to 1.
        n_features_in_: the number d of latent dimensions.
    """

    def __init__(
        self, method: str = "pca", perplexity: float = 30, metric: str = "euclidean", seed: int = 0
    ) -> None:  # fmt: skip
        self.method, self.perplexity, self.metric, self.seed = method, perplexity, metric, seed

    def fit(self, X: Any, y: Any = None) -> Self:
        """Lay out latents `X` (M, d); `y` is ignored."""
        z = validate_data(self, X, dtype=[np.float64, np.float32], ensure_min_samples=2)
        self.atlas_ = Atlas.fit(z, self.method, perplexity=self.perplexity, metric=self.metric, seed=self.seed)
        self.embedding_ = self.atlas_.xy.astype(z.dtype)
        self._n_features_out = 2
        return self

    def transform(self, X: Any) -> Numbers:
        """Return the positions (N, 2) of latents `X` (N, d), also of new ones.

        With tsne and umap a latent of `fit` lies near its dot, not on it.
        """
        check_is_fitted(self)
        z = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        xy: Numbers = self.atlas_.transform(z).astype(z.dtype)
        return xy

    def fit_transform(self, X: Any, y: Any = None) -> Numbers:
        """Lay out latents `X` (M, d) and return their positions, `embedding_`; `y` is ignored."""
        xy: Numbers = self.fit(X, y).embedding_
        return xy

    def inverse_transform(self, X: Any, resolution: float | None = None) -> Numbers:
        """Return the latents (N, d) of positions `X` (N, 2); `resolution` as in `Atlas.inverse_transform`."""
        check_is_fitted(self)
        xy = check_array(X, dtype=[np.float64, np.float32])
        z: Numbers = self.atlas_.inverse_transform(xy, resolution).astype(xy.dtype)
        return z
