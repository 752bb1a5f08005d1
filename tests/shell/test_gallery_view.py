"""The gallery on the maps and on the pad: rings, labels, and one picture in detail."""

from dataclasses import replace

import numpy as np

from latent_explorer.engine.queries.gallery import GalleryPlaces, PlacedPicture, PlaceGallery
from latent_explorer.engine.results import Results
from latent_explorer.scene.events import Move, Set
from latent_explorer.scene.items import Panel, Rings
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad, drawing_pad_view, gallery
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import GalleryPicture
from tests import stage
from tests.shell.pad import fill, make_pictures


def place(state: State, dot: int = 0, xy: tuple[float, float] = (0.5, 0.5)) -> Results:
    grey, results = np.zeros((8, 8), np.uint8), Results()
    one = PlacedPicture(xy, grey, grey, 0.02, (dot, dot), (grey, grey))
    for slot, query in gallery.make_queries(state).items():
        assert isinstance(query, PlaceGallery)
        results.put(slot, GalleryPlaces(query.model, query.map_name, dict.fromkeys(query.images, one)))
    return results


def test_every_placed_picture_has_a_ring_with_its_letter_until_its_class_is_hidden(on_pad: State) -> None:
    name = gallery.list_labels(on_pad)[2]
    state = fill(on_pad, *make_pictures(1, name), GalleryPicture(OwnImage(b"\1\xff", (2, 1), 1)))
    (rings,) = stage.of_kind(drawing_pad_view.make_items(state, place(state)), Rings)
    assert rings.letters == (name[0], "")
    assert rings.colours == ("class 2", "muted")
    hidden = state.put(replace(state.view, hidden=frozenset({name})))
    (rings,) = stage.of_kind(drawing_pad_view.make_items(hidden, place(hidden)), Rings)
    assert rings.letters == ("",)
    elsewhere = state.put(replace(state.view, map_name="pca"))
    assert not stage.of_kind(drawing_pad_view.make_items(elsewhere, place(state)), Rings)  # of another map


def test_the_picture_under_the_mouse_is_shown_with_what_is_near(on_pad: State) -> None:
    state = fill(on_pad, *make_pictures(2, gallery.list_labels(on_pad)[0]))
    results = place(state, dot=40)
    layout = drawing_pad.make_layout(state).gallery
    assert layout is not None
    over = stage.play(state, Move(layout.cells[1][0].centre))
    said = stage.texts(drawing_pad_view.make_items(over, results))
    assert "Picture 2, label" in said
    assert "Nearest samples" in said
    assert "error 0.02" in said
    assert "→" in said  # the nearest sample is of another class
    actions = [one.action for one in stage.of_kind(drawing_pad_view.make_items(over, results), Panel) if one.action]
    assert Set("remove from gallery", 1) in actions
    on_map = stage.play(on_pad, Move(stage.px_of(on_pad, (0.5, 0.5))))
    there = on_map.put(state.gallery)
    assert "Picture 1, label" in stage.texts(drawing_pad_view.make_items(there, place(there)))


def test_a_label_of_another_data_set_is_not_called_wrong(on_pad: State) -> None:
    state = fill(on_pad, *make_pictures(2, "cat"))
    said = stage.texts(drawing_pad_view.make_items(state, place(state, dot=40)))
    assert "cat" in said
    assert "→" not in said
    assert "✗" not in said
