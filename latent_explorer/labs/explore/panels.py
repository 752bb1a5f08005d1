"""The panels that Explore can put beside the map: their names, which models have them, and the places in them.

It knows nothing of the state; what is drawn in the places is said by a module for each panel.
"""

from latent_explorer.atlas import Atlas
from latent_explorer.atlas.projection import LatentPlane
from latent_explorer.cache import remember
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.scene.box_layout import Box, at_least, at_most, columns, rows
from latent_explorer.texts import mark

NONE, WAY, DIRECTIONS, POSTERIOR, LATTICE = "none", "way", "directions", "posterior", "lattice"
TITLES = {
    NONE: mark("No panel"), WAY: mark("Encode, decode"), DIRECTIONS: mark("Directions"), POSTERIOR: mark("Posterior"),
    LATTICE: mark("Prior grid"),
}  # fmt: skip
TIP = mark("A panel: a sample's way, directions, the posterior, a grid")
CLOSE = "close panel"
"""The button of a panel: there is none then until a sample is clicked again."""
MAX_EPSILON = 3.0
"""Largest distance from the mean that the dial goes to, in standard deviations of the posterior."""
DRAW_COUNT, DRAW_ROWS = 10, 2
"""Number of codes drawn from a posterior, and of the rows of their pictures."""
HEAD_HEIGHT = 40
"""Of a title and a line below it, in design pixels."""
_WIDTH = at_most(552)
"""Width that a panel can use: that of seven pictures beside their names, in design pixels."""


@remember(8)
def list_available(checkpoint: Checkpoint, atlas: Atlas) -> tuple[str, ...]:
    """Return the panels that a model has on a map; none without a decoder."""
    if not checkpoint.can_decode:
        return (NONE,)
    names = [NONE, WAY, DIRECTIONS]
    if checkpoint.variational:
        names.append(POSTERIOR)
    if checkpoint.traits.has_prior_density and find_plane(atlas) is not None:
        names.append(LATTICE)
    return tuple(names)


def find_plane(atlas: Atlas) -> LatentPlane | None:
    """Return the projection of a map that is the whole latent space of two dimensions; None for other maps."""
    plane = atlas.projection
    return plane if isinstance(plane, LatentPlane) and plane.dimensions == 2 else None


def make_box(panel: str) -> Box:
    """Return the box of a panel with the places in it."""
    if panel == WAY:
        return rows(*_BOXES[WAY], name="panel", pad=12, gap=10, title=mark("encoder, code, decoder"))
    return rows(*_BOXES[panel], name="panel", pad=8, gap=6, width=_WIDTH, share=0.52, title=TITLES[panel])


_SPACE, _PICTURE = Box(weight=0.01), {"gap": 6, "share": 0.25, "width": at_least(110)}
"""What lies above and below the pictures of a sample's way, and their columns."""
_BOXES = {
    WAY: (
        Box("panel head", height=34),
        columns(
            rows(_SPACE, Box("original text", height=26), Box("original", aspect=1), _SPACE, **_PICTURE),
            Box("encoder", width=(62, 72), weight=0.16),
            rows(Box("code text", height=26), Box("code", height=at_least(80)), gap=6, width=at_least(90)),
            Box("decoder", width=(62, 72), weight=0.16),
            rows(_SPACE, Box("result text", height=26), Box("result", aspect=1), _SPACE, **_PICTURE),
            gap=6,
        ),
    ),
    DIRECTIONS: (
        Box("panel head", height=HEAD_HEIGHT),
        Box("directions", height=at_least(60)),
    ),
    POSTERIOR: (
        Box("panel head", height=HEAD_HEIGHT),
        Box("means", height=(56, 150), priority=4, title=mark("means and deviations")),
        rows(
            Box("draws text", height=20), Box("draws", aspect=DRAW_COUNT / DRAW_ROWS**2, height=at_least(48)), gap=2,
            weight=2, priority=3, title=mark("draws"),
        ),
        rows(
            Box("dial text", height=40),
            columns(Box("dial", height=(44, 150)), Box("dial picture", aspect=1, height=(44, 150)), gap=8), gap=2,
            priority=2, title=mark("dial"),
        ),
    ),
    LATTICE: (
        Box("panel head", height=HEAD_HEIGHT),
        Box("lattice", aspect=1),
    ),
}  # fmt: skip
