"""Texts of the Anomaly lab about an error and its reliability."""

from latent_explorer.engine.reconstruction_errors import NormalErrorsValue
from latent_explorer.engine.subject import Dot
from latent_explorer.labs.anomaly.queries import ScoreValue
from latent_explorer.scene.number_format import format_percent


def is_stand_in(score: ScoreValue) -> bool:
    """Return True if a sample's reconstruction is scored in place of its original; that makes the error too small."""
    return bool(score.note) and isinstance(score.subject, Dot)


def describe_rank(share_below: float) -> str:
    """Describe the share of normal pictures with a smaller error."""
    if share_below in (0, 1):
        return f"error {'above' if share_below else 'below'} every normal picture's"
    return f"error above {format_percent(share_below)} of normal pictures"


def describe_ratio(ratio: float) -> str:
    """Describe an error as a multiple of the mean normal error."""
    return f"error {ratio:.0f} times the normal mean" if ratio >= 10 else f"error {ratio:.1f} times the normal mean"


def describe_sample_count(normal: NormalErrorsValue) -> str:
    """Describe the number of pictures that the figures are measured on."""
    unseen = f" and {len(normal.left_out_errors):,} never learnt" if normal.left_out_errors is not None else ""
    return f"Measured on {len(normal.errors):,} normal pictures{unseen}"
