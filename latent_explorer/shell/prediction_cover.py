"""Predict, then reveal: covers the decoded pictures of a view. Labs only mark the items to cover.

The two ends of an interpolation path stay visible: the pictures between them are to be predicted.
"""

from dataclasses import replace

from latent_explorer.scene.chart import Chart
from latent_explorer.scene.items import Cover, Film, Gauge, Image, Item, Light, Line, Map, Marker, Mosaics, Text, View


def covered(view: View) -> View:
    """Return `view` with a card in the place of every decoded picture, and without texts that reveal them."""
    return tuple(shown for item in view for shown in _covered(item))


def _covered(item: Item) -> list[Item]:
    match item:
        case Image(secret=True):
            return [Cover((item.rect.square(),))]
        case Film(secret=True, ends=False):
            return [Cover(tuple(item.places[: len(item.pictures)]))]
        case Film(secret=True) if len(item.pictures) > 0:
            places = item.places[: len(item.pictures)]
            ends = {0, item.cells - 1}
            shown = [i for i in range(len(places)) if i in ends]
            between = tuple(place for i, place in enumerate(places) if i not in ends)
            return [Cover(between), *(Image(places[i], item.pictures[i], "accent", item.smooth) for i in shown)]
        case Text(secret=True):
            return [replace(item, text="?", short="", colour="muted", secret=False)]
        case Light(secret=True):
            return [replace(item, colour="line", secret=False)]
        case Gauge(secret=True):
            return [replace(item, share=0.0, colour="line", secret=False)]
        case Marker(secret=True) | Line(secret=True):
            return []
        case Chart() if any(one.secret for one in item.spots) or any(one.secret for one in item.cursors):
            spots = tuple(spot for spot in item.spots if not spot.secret)
            return [replace(item, spots=spots, cursors=tuple(one for one in item.cursors if not one.secret))]
        case Map(layer=Mosaics()):
            return [replace(item, layer=None)]
    return [item]
