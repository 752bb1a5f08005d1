"""What Anomaly says of an error: in words, and how far it can be trusted."""

from latent_explorer.engine.reconstruction_errors import NormalValue
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.anomaly.queries import ScoreValue
from latent_explorer.scene.number_format import percent


def flattered(score: ScoreValue) -> bool:
    """Whether a sample's own reconstruction is scored in place of the sample: what a model drew is easy for it."""
    return bool(score.note) and isinstance(score.subject, Dot)


def compared(below: float) -> str:
    """How many normal pictures have a smaller error than this one, in words."""
    if below in (0, 1):
        return f"error {'above' if below else 'below'} every normal picture's"
    return f"error above {percent(below)} of normal pictures"


def times(ratio: float) -> str:
    """An error beside the mean one of normal pictures, in words."""
    return f"error {ratio:.0f} times the normal mean" if ratio >= 10 else f"error {ratio:.1f} times the normal mean"


def measured(normal: NormalValue) -> str:
    """How many pictures the figures are of."""
    unseen = f" and {len(normal.unusual):,} never learnt" if normal.unusual is not None else ""
    return f"Measured on {len(normal.errors):,} normal pictures{unseen}"
