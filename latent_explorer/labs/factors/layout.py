"""Layout of the Factors lab: the map beside the table of one model, or two of each; or the sliders of a face."""

from functools import lru_cache

from latent_explorer.labs.factors.queries import STEPS
from latent_explorer.scene import window_layout
from latent_explorer.scene.box_layout import (
    PRESENTED_SIDE,
    Box,
    at_least,
    at_most,
    columns,
    make_film_size,
    rows,
    wide_or_tall,
)
from latent_explorer.scene.layout import Layout
from latent_explorer.texts import mark

TABLE, FACE = "table", "face"
"""What is shown: the table of attributes and dimensions, or the sliders of a face."""


@lru_cache(maxsize=16)
def make_layout(size: tuple[int, int], ui_scale: float, shown: str, model_count: int, row_count: int) -> Layout:
    """Compute the layout for a table of `row_count` attributes."""
    if model_count == 1:
        content = _make_one_face() if shown == FACE else _make_one_table(row_count)
        return window_layout.fill_window(size, ui_scale, content)
    content = _make_two_faces() if shown == FACE else _make_two_tables(row_count)
    controls = Box("controls", height=window_layout.LAB_CONTROL_HEIGHT, priority=9)
    return window_layout.fill_window(size, ui_scale, rows(controls, content, gap=4))


def _make_one_table(row_count: int) -> Box:
    column = rows(_make_table(0, row_count), _make_detail(0), _make_scores(1), gap=8)
    return window_layout.make_single_map(column, column_share=0.64, control_rows=1)


def _make_two_tables(row_count: int) -> Box:
    cells = columns(*(_make_model(slot, row_count) for slot in range(2)), gap=16, even=True)
    return rows(cells, _make_scores(2), gap=8)


def _make_model(slot: int, row_count: int) -> Box:
    title = Box(f"title {slot}", height=24, priority=3, title=mark("names"))
    place, table = Box(f"map {slot}", height=at_least(70), width=at_least(90)), _make_table(slot, row_count)
    beside = columns(Box(f"map {slot}", width=at_least(90), share=0.36), table, gap=10)
    return rows(title, wide_or_tall(1.3, beside, rows(place, table, gap=8)), _make_detail(slot), gap=6)


def _make_table(slot: int, row_count: int) -> Box:
    high = 18 + 30 * row_count + 20 + 16
    caption = Box(f"table text {slot}", height=18, priority=1, title=mark("captions"))
    return rows(
        Box(f"table {slot}", height=at_least(60)), caption, name=f"table panel {slot}", pad=8, gap=2,
        height=(100, max(120, high)), weight=2.3,
    )  # fmt: skip


def _make_detail(slot: int) -> Box:
    """Return the pictures of a dimension's range, beside the course of the attribute."""
    strip = Box(f"film {slot}", height=(34, 84), presented=make_film_size(STEPS, 3))
    film = rows(Box(f"film text {slot}", height=18), strip, gap=2, height=at_most(106))
    chart = Box(f"chart {slot}", width=at_least(110), share=0.36, priority=1, title=mark("course of a dimension"))
    return columns(
        film, chart, name=f"detail {slot}", title=mark("range of a dimension"), pad=8, gap=10, height=(72, 124),
        priority=2, presented=(0, PRESENTED_SIDE + 40),
    )  # fmt: skip


def _make_scores(model_count: int) -> Box:
    heads = [Box("score heads", height=18)] * (model_count > 1)
    lines = [Box(f"score {name}", height=(20, 38 if model_count == 1 else 26)) for name in ("mig", "dci", "sap")]
    return rows(
        *heads, *lines, name="scores", title=mark("scores"), pad=8, gap=2, height=at_least(80), share=0.2, priority=1
    )


def _make_one_face() -> Box:
    pictures = rows(_make_drawn(), _make_picture(0, height=at_most(210), share=0.5), gap=8, width=(70, 190), share=0.26)
    face = columns(pictures, _make_factors(), _make_sliders(0), gap=10)
    return window_layout.make_single_map(face, column_share=0.68, control_rows=1)


def _make_two_faces() -> Box:
    true = rows(_make_drawn(), _make_factors(), gap=8, width=(150, 340), share=0.28)
    models = [_make_face_model(slot) for slot in range(2)]
    return columns(true, columns(*models, gap=14, even=True), gap=14)


def _make_face_model(slot: int) -> Box:
    title = Box(f"title {slot}", height=24, priority=3, title=mark("names"))
    place = columns(
        Box(f"map {slot}", width=at_least(60)), _make_picture(slot, width=(40, 190), share=0.45), gap=8, share=0.42,
        height=at_least(70),
    )  # fmt: skip
    return rows(title, place, _make_sliders(slot), gap=6)


def _make_drawn() -> Box:
    text = Box("drawn text", height=18, priority=1, title=mark("captions"))
    return rows(text, Box("drawn", aspect=1, height=at_least(30)), gap=2, height=at_most(210), share=0.5)


def _make_picture(slot: int, **options: object) -> Box:
    text = Box(f"picture text {slot}", height=18, priority=1, title=mark("captions"))
    return rows(text, Box(f"picture {slot}", aspect=1, height=at_least(30)), gap=2, **options)


def _make_factors() -> Box:
    return rows(
        Box("factors text", height=20, priority=1, title=mark("captions")), Box("factors", height=at_least(20)),
        name="factors panel", pad=8, gap=2, width=at_least(100),
    )  # fmt: skip


def _make_sliders(slot: int) -> Box:
    return rows(
        Box(f"sliders text {slot}", height=20, priority=1, title=mark("captions")),
        Box(f"sliders {slot}", height=at_least(20)),
        name=f"sliders panel {slot}", pad=8, gap=2, width=at_least(90),
    )  # fmt: skip
