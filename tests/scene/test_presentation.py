"""The pages of a presentation: nothing is lost, text and films are large, what is not shown lies beside the window."""

import pytest

from latent_explorer import texts
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.labs.generate import view
from latent_explorer.scene import hint_line, presentation
from latent_explorer.scene.box_layout import Box, columns, list_names, rows
from latent_explorer.scene.events import Key
from latent_explorer.scene.items import Text
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.theme import FONT_SIZES
from tests.stage import begin, change, of_kind, play

PROJECTOR = (1920, 1080)
MIN_FILM_SIDE = 95
"""Pixels of a picture of a film: 96, less what is lost in cutting whole pixels."""


def present(shelf, lab="explore", size=PROJECTOR, **changes):
    return play(begin(shelf, lab, size, **changes), Key("f5"))


def list_pages(state):
    count = LABS[state.lab].get_layout(state).page_count
    return [LABS[state.lab].get_layout(change(state, parts_page=number)) for number in range(count)]


def is_shown(rect: Rect, size=PROJECTOR) -> bool:
    return rect.x >= 0 and rect.right <= size[0] and rect.y >= 0 and rect.bottom <= size[1]


def test_small_text_is_24_pixels_high_on_a_projector(world):
    state = present(world)
    assert round(FONT_SIZES["small"] * state.ui_scale) >= 24
    small = change(state, text_scale=0.6)  # who likes small text does not present with it
    assert small.ui_scale == state.ui_scale
    assert change(state, text_scale=1.5).ui_scale > state.ui_scale


@pytest.mark.parametrize("lab", LABS)
def test_every_part_of_a_lab_is_on_one_page(world, lab):
    state = present(world, lab)
    pages = list_pages(state)
    wanted = {name for name in list_names(pages[0].content) if not name.startswith("map ") and name != "controls"}
    shown = [[name for name, rect in page.parts.items() if is_shown(rect)] for page in pages]
    for later in shown[1:]:
        assert set(LABS[lab].companions) <= set(later)
        later[:] = [name for name in later if name not in LABS[lab].companions]
    assert sorted(name for names in shown for name in names) == sorted(wanted)
    assert not pages[0].left_out
    for page in pages:
        assert set(page.parts) == wanted  # the others lie beside the window, where they are drawn in vain
        assert page.toolbar.height == 0
        assert page.controls is None
    assert all(map(is_shown, pages[0].maps))


@pytest.mark.parametrize("lab", LABS)
def test_the_map_and_the_pictures_have_the_first_page(world, lab):
    state = present(world, lab)
    before = begin(world, lab, PROJECTOR)
    first = list_pages(state)[0]
    across = sum(rect.width * rect.height for rect in first.maps)
    assert across > 0.16 * PROJECTOR[0] * PROJECTOR[1]
    for name in {"picture", "result", "clean", "picture 0", "new 0"} & set(first.parts):
        assert first.parts[name].height >= 0.9 * LABS[lab].get_layout(before).parts[name].height


@pytest.mark.parametrize(
    ("lab", "part", "cells", "count"),
    [
        ("interpolate", "film", 1, 4), ("arithmetic", "film", 13, 1), ("compare", "strip 0", 13.5, 1),
        ("learn", "row", 10, 2), ("factors", "film 0", 7, 1),
    ],
)  # fmt: skip
def test_pictures_of_a_film_are_large(world, lab, part, cells, count):
    rects = [rect for page in list_pages(present(world, lab)) for rect in [page.parts[part]] if is_shown(rect)]
    assert rects[0].width / cells >= MIN_FILM_SIDE
    assert rects[0].height / count >= MIN_FILM_SIDE


def test_the_hint_names_the_key_and_what_it_shows(world):
    state = present(world, "compare")
    notes = [page.page_note for page in list_pages(state)]
    assert "F9: films" in notes[0]
    assert notes[-1].endswith("F9: the first page")
    items = hint_line.make_shared_items(state, list_pages(state)[0], "look", 1)
    assert notes[0] in [one.text for one in of_kind(items, Text)]
    assert not list_pages(present(world, "cluster"))[0].page_note  # it has one page


def test_the_note_on_the_pages_is_in_a_language_that_is_chosen_meanwhile(world):
    before = list_pages(present(world, "compare"))[0].page_note
    texts.use(texts.Language("xx", "Brackets", lambda text: f"[{text}]"))
    try:
        notes = [page.page_note for page in list_pages(present(world, "compare"))]
    finally:
        texts.use(texts.ENGLISH)
    assert before not in notes
    assert all(one.startswith("[") for one in notes)


def test_a_page_that_has_no_room_for_a_map_does_without():
    content = columns(Box("map 0"), rows(Box("picture", height=300), Box("film", height=380, title="film")))
    first, second = presentation.make_pages(content, (900, 480), 1.0, ("picture",))
    assert is_shown(first.maps[0], (900, 480))
    assert is_shown(second.parts["film"], (900, 480))
    narrow = rows(Box("map 0"), Box("picture", height=100), Box("film", height=380))
    first, second = presentation.make_pages(narrow, (900, 480), 1.0, ("picture",))
    assert not is_shown(second.maps[0], (900, 480))
    assert is_shown(second.parts["film"], (900, 480))


def test_a_part_that_fits_beside_no_map_has_a_page_without_one():
    content = rows(Box("map 0", height=(300, 9999)), Box("film", height=300, priority=1))
    first, second = presentation.make_pages(content, (900, 480), 1.0, ("picture",))
    assert "film" not in first.left_out
    assert is_shown(second.parts["film"], (900, 480))
    assert not is_shown(second.maps[0], (900, 480))


def test_pictures_are_smaller_where_a_projectors_size_finds_no_room():
    wide = rows(Box("map 0"), Box("film", width=300, height=40, priority=1, presented=(2000, 56)))
    *_, last = presentation.make_pages(wide, (900, 480), 1.0, ("picture",))
    assert not last.left_out
    assert is_shown(last.parts["film"], (900, 480))


def test_a_part_that_no_page_has_room_for_is_named():
    content = rows(Box("map 0", height=200), Box("film", height=4000, priority=1, title="the long film"))
    (only,) = presentation.make_pages(content, (900, 480), 1.0, ())
    assert set(only.left_out.values()) == {"the long film"}


def test_boxes_without_a_part_give_its_room_to_the_others():
    content = rows(Box("picture", share=0.5), Box(height=4), rows(Box("text", height=20), name="words"))
    kept = presentation.keep_parts(content, lambda name: name == "picture")
    assert list_names(kept) == ["picture"]
    assert kept.children[0].share == 1
    assert presentation.keep_parts(content, lambda name: False) is None


def test_generate_has_a_wall_of_larger_pictures(world):
    state = present(world, "generate")
    wall = next(page.parts["wall 0"] for page in list_pages(state) if is_shown(page.parts["wall 0"]))
    film = view.make_empty_grid(state, "prior", wall)
    assert film.picture_rects[0].height > 70
    assert len(film.picture_rects) >= 40


def test_a_table_apart_from_the_films_names_its_models(world):
    state = present(world, "compare", (1366, 768))
    for number, page in enumerate(list_pages(state)):
        row, film = (page.parts[name] for name in ("numbers 0", "strip 0"))
        drawn = LABS["compare"].make_view(change(state, parts_page=number), Results())
        said = [one.text for one in of_kind(drawn, Text) if row.contains(one.rect.centre)]
        assert (state.models[0] in said) == (abs(row.x - film.x) > 1366)


@pytest.mark.parametrize("lab", LABS)
@pytest.mark.parametrize("size", [(1366, 420), (500, 200), (240, 120)])
def test_a_lab_has_its_maps_where_there_is_no_room_for_them(world, lab, size):
    content = LABS[lab].get_layout(begin(world, lab)).content
    maps = sum(name.startswith("map ") for name in set(list_names(content)))
    for page in presentation.make_pages(content, size, 6.0, LABS[lab].stage):
        assert len(page.maps) == maps
