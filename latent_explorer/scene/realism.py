"""The lamp: how real a decoded picture is, in three words. Nothing else decides it."""

from dataclasses import dataclass

from latent_explorer.engine.base_queries import PointValue
from latent_explorer.scene import map_panel
from latent_explorer.scene.items import Item, Light, Text
from latent_explorer.scene.rect import Rect

SAMPLE_GAPS = 0.25  # nearer to a sample than a quarter of the way to a typical neighbour: its picture, to the eye
INVENTED_GAPS = 2.0  # twice as far from every sample as samples are from each other
AGREEING = 0.5  # below it the samples a latent leans on are rather as far apart as random ones than as near ones


@dataclass(frozen=True)
class Verdict:
    words: str
    short: str
    """Where there is little room."""
    colour: str
    lit: bool = True
    """Whether it is the lamp's, with a light beside the words."""


REAL = Verdict("a real sample", "Real", "good")
BETWEEN = Verdict("in between", "Between", "fair")
INVENTED = Verdict("invented", "Invented", "warn")
FAR = Verdict("far from every sample", "Far", "warn")


def verdict(point: PointValue, gap: float) -> Verdict:
    """On the picture at a position of a map with `gap` map units between neighbouring dots.

    In between is what lies among samples that agree; where they disagree, or where no sample is near, the decoder
    invents.
    """
    return FAR if map_panel.is_far(point.map_gaps, gap) else of_code(point.latent_gaps, point.agreement)


def of_code(gaps: float, agreement: float) -> Verdict:
    """The same on the picture of a latent so many sample gaps from the data, the samples around it agreeing so far."""
    if gaps <= SAMPLE_GAPS:
        return REAL
    return INVENTED if agreement < AGREEING or gaps > INVENTED_GAPS else BETWEEN


def by_distance(latent_gaps: float) -> Verdict:
    """On a picture of a code that comes from no place of a map, by its distance to the nearest sample alone."""
    if latent_gaps <= SAMPLE_GAPS:
        return REAL
    return BETWEEN if latent_gaps <= INVENTED_GAPS else INVENTED


def items(rect: Rect, said: Verdict, size: str) -> list[Item]:
    """The words, beside their light."""
    text = said.words[0].upper() + said.words[1:]
    if not said.lit:
        return [Text(rect, text, size, said.colour, bold=True, short=said.short)]
    side = round(rect.height * 0.5)
    bulb, words = rect.left(side, round(rect.height * 0.3))
    light = Rect(bulb.x, bulb.y + (bulb.height - side) // 2, side, side)
    words_of = Text(words, text, size, said.colour, bold=True, short=said.short, secret=True)
    return [Light(light, said.colour, secret=True), words_of]
