"""Verdicts on decoded pictures, said in words and colour. All parts of the window use these rules.

A verdict on a picture is made from the picture, by a judge that knows only the data (`checkpoint.judge`). Without a
judge, and for a model that blurs most of its own copies beyond what the judge takes for data, it is one on the code,
and says so.
"""

from dataclasses import dataclass, replace

from latent_explorer.checkpoint.judge import USUAL_SHARE
from latent_explorer.engine.queries.base import PointValue, TransitionFrameValue
from latent_explorer.scene import map_panel
from latent_explorer.scene.items import Item, StatusDot, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.texts import mark, tr

SAMPLE_GAPS = 0.25
"""Distance from a sample's code, in sample gaps, up to which a code is that sample's."""
SMALLER = {"title": ("body",), "body": ("small",)}
"""Sizes in which words are tried before they are shortened."""


@dataclass(frozen=True)
class Verdict:
    words: str
    short: str
    """The words where there is little room."""
    colour: str
    has_status_dot: bool = True
    """Whether there is a status dot beside the words."""


USUAL = Verdict(mark("like the data"), mark("Like the data"), "good")
UNUSUAL = Verdict(mark("unlike the data"), mark("Unlike it"), "warn")
SAMPLE_CODE = Verdict(mark("a sample's code"), mark("Sample's code"), "good")
CODE_BETWEEN = Verdict(mark("a code between samples"), mark("Code between"), "fair")
FAR_CODE = Verdict(mark("a code far from samples"), mark("Far code"), "warn")
CODE_VERDICTS = (SAMPLE_CODE, CODE_BETWEEN, FAR_CODE)
OFF_THE_MAP = Verdict(mark("far from every dot"), mark("Far"), "warn")


def judge_map_position(point: PointValue, moving: TransitionFrameValue | None, gap: float, far_gaps: float) -> Verdict:
    """Return the verdict on the picture at a position of a map with `gap` map units between neighbouring dots; while it
    glides there, on the picture of that moment."""
    if map_panel.is_far(point.map_distance, gap):
        return OFF_THE_MAP
    return judge((moving or point).plausibility, point.latent_distance, far_gaps)


def judge(plausibility: float | None, gaps: float, far_gaps: float) -> Verdict:
    """Return the verdict on a picture by its plausibility; without one, on its code by the distance from the nearest
    sample's, in sample gaps, of which `far_gaps` are far (`LatentNeighbours.far_threshold`)."""
    if plausibility is not None:
        return USUAL if plausibility >= USUAL_SHARE else UNUSUAL
    return SAMPLE_CODE if gaps <= SAMPLE_GAPS else CODE_BETWEEN if gaps <= far_gaps else FAR_CODE


def make_items(rect: Rect, verdict: Verdict, size: str) -> list[Item]:
    """Return the words of `verdict` and its status dot."""
    text, short = tr(verdict.words), tr(verdict.short)
    text = text[0].upper() + text[1:]
    smaller = SMALLER[size]
    if not verdict.has_status_dot:
        return [Text(rect, text, size, verdict.colour, bold=True, short=short, fallback_sizes=smaller)]
    side = round(rect.height * 0.5)
    bulb, words = rect.split_left(side, round(rect.height * 0.3))
    light = Rect(bulb.x, bulb.y + (bulb.height - side) // 2, side, side)
    words_of = Text(words, text, size, verdict.colour, bold=True, short=short, fallback_sizes=smaller)
    return [StatusDot(light, verdict.colour, reveals_answer=True), replace(words_of, reveals_answer=True)]
