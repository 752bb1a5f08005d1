"""Layout of Explore: the map with its strip, traversals and bookmarks beside it, and beside or below it the picture
and its details."""

from dataclasses import replace
from functools import lru_cache

from latent_explorer.labs.explore import panels
from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import Box, at_least, at_most, columns, make_film_size, rows, wide_or_tall
from latent_explorer.scene.layout import Layout
from latent_explorer.texts import mark

STRIP_LENGTH = 10
"""Number of pictures in the strip: the largest number of pins, and the number of steps along a trace."""
THUMBNAIL_SIDE = 58
"""Side of a bookmark's thumbnail, in design pixels."""
COLUMN_WIDTH = 250
"""Least width of the column of the picture: that of its texts, in design pixels."""
GAP = Box(height=4, fills=True)
"""What stands below pictures, in place of a larger gap."""


@lru_cache(maxsize=16)
def make_layout(
    size: tuple[int, int], ui_scale: float, strip_required: bool, show_traversals: bool, bookmark_count: int,
    panel: str = panels.NONE, *, decodes: bool = True,
) -> Layout:  # fmt: skip
    """Return the layout. `strip_required`: keep the strip even if the map becomes low; `show_traversals`: make room for
    the traversals beside the map; `bookmark_count`: number of thumbnails; `panel`: what stands in their place;
    `decodes`: whether there is a decoder, whose picture is judged and compared with a sample."""
    place = Box("map 0", height=at_least(60 if strip_required else 230))
    if bookmark_count:
        column = Box("bookmarks", width=at_most(THUMBNAIL_SIDE), aspect=1 / bookmark_count)
        place = columns(column, place, gap=6)
    if show_traversals:
        # seven pictures a row beside their names, and no larger than needed to read them
        films = Box("films", width=at_most(7 * 66 + 90), share=0.52, presented=make_film_size(7, 4, beside=92))
        place = columns(place, films, gap=14)
    elif panel not in (panels.NONE, panels.WAY):
        place = columns(place, panels.make_box(panel), gap=14)
    elif panel == panels.NONE:
        # one that can be left out is no higher than a row of square pictures and its text
        film = () if strip_required else (Box(height=28), Box(aspect=STRIP_LENGTH))
        low = 112 if strip_required else (80, 112)
        place = rows(
            place, rows(*film, name="strip", height=low, gap=0, width=at_least(250), priority=1, title=mark("strip"))
        )
    if panel == panels.WAY:  # the whole width: all of it is to be read from afar
        way = panels.make_box(panel)
        beside = columns(replace(place, share=0.24), way, gap=14)
        return window_layout.fill_window(
            size, ui_scale, wide_or_tall(1.1, beside, rows(replace(place, share=0.4), way))
        )
    # the column is no wider than the picture that fits into it
    picture, details = Box("picture", height=at_least(175), aspect=1, share=0.56), _make_details(decodes)
    beside = columns(place, rows(picture, GAP, *details, gap=2, share=0.34, width=at_least(COLUMN_WIDTH)), gap=14)
    below = columns(replace(picture, share=0.5), rows(*details, gap=2), gap=14)
    return window_layout.fill_window(
        size, ui_scale, wide_or_tall(1.1, beside, rows(replace(place, share=0.55), below, gap=14))
    )


def _make_details(decodes: bool) -> list[Box]:
    """Return the details of the picture; the bars, which can be dragged, are preferred to the nearest sample."""
    sample = columns(Box("sample", aspect=1), Box("reconstruction", aspect=1), height=(88, 88))
    compared = [
        rows(Box("gauge", height=8), Box("gauge text", height=24), gap=2, fills=True, priority=2, title=mark("gauge")),
        rows(Box("sample text", height=22), sample, GAP, gap=2, fills=True, priority=1, title=mark("nearest sample")),
    ]
    return [
        Box("verdict", height=30, fills=True, priority=4, title=mark("verdict")),
        *(compared if decodes else [Box("gauge text", height=24, fills=True, priority=2, title=mark("place"))]),
        rows(
            Box("bars text", height=22),
            Box("bars", height=(112, 180)),
            gap=2,
            fills=True,
            priority=3,
            title=mark("bars of the code"),
        ),
    ]
