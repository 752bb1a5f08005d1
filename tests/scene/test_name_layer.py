"""The names of the classes over a map's marks: rings and lines leave them legible, lettered markers are not covered."""

from dataclasses import replace

from latent_explorer.engine.results import Results
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.items import ClassNames, CornerNote, Line, Map, Marker, MosaicLayer, Panel
from latent_explorer.scene.name_layer import ground_notes, lay_names
from latent_explorer.scene.rect import Rect
from latent_explorer.shell import view
from tests.stage import begin, make_world, of_kind

RECT, OTHER = Rect(10, 20, 400, 300), Rect(500, 20, 400, 300)


def make_map(rect, named=True):
    return Map(rect, "first", "tsne", Camera(), frozenset(), named)


def test_they_come_after_all_marks_of_their_map_and_know_the_lettered_ones():
    ring, letter = Marker((100, 120), RECT, size=9), Marker((200, 220), RECT, size=10, label="A", filled=True)
    path, note = Line(((20, 30), (200, 220)), RECT), CornerNote(RECT, ("a note",))
    view = (Panel(RECT), make_map(RECT), path, letter, ring, note, make_map(OTHER), Marker((600, 50), OTHER))
    shown = lay_names(view)
    assert [one for one in shown if not isinstance(one, ClassNames)] == list(view)
    first, second = of_kind(shown, ClassNames)
    assert shown.index(first) == shown.index(ring) + 1
    assert (first.map, first.taken) == (make_map(RECT), (Rect(180, 190, 20, 20),))
    assert (second.rect, second.taken, shown[-1]) == (OTHER, (), second)


def test_a_map_without_names_has_none():
    view = (make_map(RECT, named=False), Marker((100, 120), RECT))
    assert lay_names(view) is view


def test_every_map_of_the_window_has_its_names():
    state = begin(make_world(), "compare")
    shown = view.add_overlays(view.make_lab_view(state, Results()), state, Results())
    assert [one.map for one in of_kind(shown, ClassNames)] == of_kind(shown, Map)


def test_a_note_over_pictures_has_a_ground_and_one_over_dots_none():
    pictures = replace(make_map(OTHER), layer=MosaicLayer(None, smooth=True))
    view = (make_map(RECT), pictures, CornerNote(RECT, ("over dots",)), CornerNote(OTHER, ("over pictures",)))
    assert [one.has_ground for one in of_kind(ground_notes(view), CornerNote)] == [False, True]
    assert ground_notes(view[:1]) == view[:1]
