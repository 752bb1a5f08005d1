"""Whether a map is straight: a shadow of the codes, as PCA and the latent plane are, or even the code itself.

Such a map tears nothing apart as t-SNE does, but lays one thing over another.
"""

from latent_explorer.atlas import Atlas
from latent_explorer.atlas.projection import LatentPlane

STRAIGHT_METHODS = ("pca", "latent")


def is_straight(atlas: Atlas) -> bool:
    """Return True if a straight line of codes is straight on the map."""
    return atlas.method in STRAIGHT_METHODS


def is_whole_code(atlas: Atlas) -> bool:
    """Return True if a position is the code itself: a latent plane beside which there are no dimensions."""
    return isinstance(atlas.projection, LatentPlane) and atlas.projection.spans_latent_space
