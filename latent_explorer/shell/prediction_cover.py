"""Predict, then reveal: covers the decoded pictures of a view. Labs only mark the items to cover.

The two ends of an interpolation path stay visible: the pictures between them are to be predicted.
"""

from dataclasses import replace

from latent_explorer.samples import measure_aspect
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.items import (
    Cover,
    FilmStrip,
    Gauge,
    Image,
    Item,
    Line,
    Map,
    Marker,
    MosaicLayer,
    StatusDot,
    Text,
    View,
)


def cover_pictures(view: View) -> View:
    """Return `view` with a card in the place of every decoded picture, and without texts that reveal them."""
    return tuple(covered for item in view for covered in _cover_item(item))


def _cover_item(item: Item) -> list[Item]:
    match item:
        case Image(reveals_answer=True):
            return [Cover((item.rect.fit(measure_aspect(item.picture)),))]
        case FilmStrip(reveals_answer=True, outlined_ends=False):
            return [Cover(tuple(item.picture_rects[: len(item.pictures)]))]
        case FilmStrip(reveals_answer=True) if len(item.pictures) > 0:
            places = item.picture_rects[: len(item.pictures)]
            ends = {0, item.cells - 1}
            uncovered = [i for i in range(len(places)) if i in ends]
            between = tuple(place for i, place in enumerate(places) if i not in ends)
            return [Cover(between), *(Image(places[i], item.pictures[i], "accent") for i in uncovered)]
        case Text(reveals_answer=True):
            return [replace(item, text="?", short="", colour="muted", reveals_answer=False)]
        case StatusDot(reveals_answer=True):
            return [replace(item, colour="line", reveals_answer=False)]
        case Gauge(reveals_answer=True):
            return [replace(item, share=0.0, colour="line", reveals_answer=False)]
        case Marker(reveals_answer=True) | Line(reveals_answer=True):
            return []
        case Chart():
            return [_cover_chart(item)]
        case Map(layer=MosaicLayer()):
            return [replace(item, layer=None)]
    return [item]


def _cover_chart(chart: Chart) -> Chart:
    """Return the chart without curves, spots and cursors that reveal a picture; itself if it has none."""
    series = tuple([one for one in chart.series if not one.reveals_answer])
    spots = tuple([one for one in chart.spots if not one.reveals_answer])
    cursors = tuple([one for one in chart.cursors if not one.reveals_answer])
    if (series, spots, cursors) == (chart.series, chart.spots, chart.cursors):
        return chart
    return replace(chart, series=series, spots=spots, cursors=cursors)
