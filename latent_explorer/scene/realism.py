"""Realism of a decoded picture, in three verdicts. All parts of the window use these rules."""

from dataclasses import dataclass

from latent_explorer.engine.base_queries import PointValue
from latent_explorer.scene import map_panel
from latent_explorer.scene.items import Item, StatusDot, Text
from latent_explorer.scene.rect import Rect

SAMPLE_GAPS = 0.25  # a quarter of the distance to a typical neighbour: nearer, a picture looks like the sample
INVENTED_GAPS = 2.0  # twice as far from every sample as samples are from each other
MIN_AGREEMENT = 0.5  # below it the samples a latent leans on are rather as far apart as random ones than as near ones


@dataclass(frozen=True)
class Verdict:
    words: str
    short: str
    """The words where there is little room."""
    colour: str
    has_status_dot: bool = True
    """Whether there is a status dot beside the words."""


REAL = Verdict("a real sample", "Real", "good")
BETWEEN = Verdict("in between", "Between", "fair")
INVENTED = Verdict("invented", "Invented", "warn")
FAR = Verdict("far from every sample", "Far", "warn")


def realism_at_map_position(point: PointValue, gap: float) -> Verdict:
    """Return the verdict on the picture at a position of a map with `gap` map units between neighbouring dots.

    A picture among samples that agree is in between; if they disagree, or no sample is near, the decoder invents.
    """
    return (
        FAR if map_panel.is_far(point.map_distance, gap) else realism_of_latent(point.latent_distance, point.agreement)
    )


def realism_of_latent(gaps: float, agreement: float) -> Verdict:
    """Return the verdict on the picture of a latent, by its distance to the data in sample gaps and by the agreement of
    the samples around it."""
    if gaps <= SAMPLE_GAPS:
        return REAL
    return INVENTED if agreement < MIN_AGREEMENT or gaps > INVENTED_GAPS else BETWEEN


def realism_by_distance(latent_gaps: float) -> Verdict:
    """Return the verdict on the picture of a latent that has no map position, by its distance to the nearest sample."""
    if latent_gaps <= SAMPLE_GAPS:
        return REAL
    return BETWEEN if latent_gaps <= INVENTED_GAPS else INVENTED


def make_items(rect: Rect, verdict: Verdict, size: str) -> list[Item]:
    """Return the words of `verdict` and its status dot."""
    text = verdict.words[0].upper() + verdict.words[1:]
    if not verdict.has_status_dot:
        return [Text(rect, text, size, verdict.colour, bold=True, short=verdict.short)]
    side = round(rect.height * 0.5)
    bulb, words = rect.split_left(side, round(rect.height * 0.3))
    light = Rect(bulb.x, bulb.y + (bulb.height - side) // 2, side, side)
    words_of = Text(words, text, size, verdict.colour, bold=True, short=verdict.short, reveals_answer=True)
    return [StatusDot(light, verdict.colour, reveals_answer=True), words_of]
