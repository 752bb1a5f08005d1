"""Every text can be read: a contrast of 4.5 to what it is written on (WCAG 2.2, 1.4.3), in both themes."""

import pytest

from latent_explorer.engine.results import Results
from latent_explorer.scene.events import Key, Move, Set
from latent_explorer.scene.items import Chip, CornerNote, Map, Marker, Panel, Text, View
from latent_explorer.scene.lesson import Lesson, Page
from latent_explorer.scene.lesson_list import LessonEntry
from latent_explorer.shell import first_start, lesson, lesson_list, view
from latent_explorer.ui.render import theme
from latent_explorer.ui.render.theme import make_readable, make_theme
from tests import stage
from tests.colour_vision import measure_contrast

LEAST = 4.5
THEMES = ("dark", "light")


def list_pairs(drawn: View) -> set[tuple[str, str]]:
    """The colours of all texts of a view, each with the colour of what it lies on."""
    pairs, grounds = {("text", "panel"), ("muted", "background")}, list[Panel | Map]()  # the two of chips
    for item in drawn:
        match item:
            case Panel() | Map():
                grounds.append(item)
            case Text() if item.text.strip():
                below = [one for one in grounds if one.rect.contains(item.rect.centre)]
                last = below[-1] if below else None
                pairs.add((item.colour, "background" if last is None else getattr(last, "colour", "map")))
            case Marker(filled=True) if item.label:
                pairs.add(("on accent", item.colour))
            case CornerNote():
                pairs.add(("muted", "map"))
            case Chip(colour=None):
                pairs.add(("text", "panel"))
    return pairs


@pytest.mark.parametrize("lab", sorted(stage.LABS))
def test_the_texts_of_every_lab_can_be_read(world, lab):
    state = stage.begin(world, lab)
    state = stage.play(state, Move(stage.dot_px(state, 3)), *stage.click(stage.dot_px(state, 3)))
    results = stage.answered(state)
    drawn = (*view.make_lab_view(state, results), *view.add_overlays((), stage.play(state, Key("o")), results))
    drawn += view.add_overlays((), state.with_message("wrong"), Results())
    check(list_pairs(drawn))


def check(pairs: set[tuple[str, str]]) -> None:
    for name in THEMES:
        one = make_theme(name)
        bad = {pair: round(c, 2) for pair in pairs if (c := measure_contrast(one[pair[0]], one[pair[1]])) < LEAST}
        assert not bad, name


def show_first_start(state):
    return first_start.show(state, "autoencoder")


def list_lessons(state):
    broken = LessonEntry("c", "Broken", error="line 3: it is not allowed")
    entries = (LessonEntry("a", "One", "What it is", 10, 8), LessonEntry("b", "Two", own=True), broken)
    return lesson_list.put_entries(stage.play(state, Key("f3")), entries)


def give_lesson(state):
    pages = (Page("Look here.", "Why?"), Page("That is all."))
    return lesson.start_lesson(state, Lesson("A lesson", pages))


def search(state):
    return stage.play(state, Key("ctrl f"), *(Key(letter, letter) for letter in "on"))


def ask(state):
    return stage.play(state, Key("escape"))


def show_glossary(state):
    return stage.play(state, Key("f2"))


def show_gallery(state):
    return stage.play(state, Set("pad", True), Set("gallery", True))


@pytest.mark.parametrize(
    "open_it", [show_first_start, list_lessons, give_lesson, search, ask, show_glossary, show_gallery]
)
def test_what_lies_over_a_lab_can_be_read(world, open_it):
    drawn = view.add_overlays((), open_it(stage.begin(world)), Results())
    assert len([one for one in drawn if isinstance(one, Text)]) > 1
    check(list_pairs(drawn))


@pytest.mark.parametrize("name", THEMES)
def test_names_of_curves_become_readable_and_keep_their_hue(name):
    one = make_theme(name)
    for role in [*(f"class {k}" for k in range(20)), "second", "line"]:
        for ground in ("panel", "background"):
            ink = make_readable(one[role], one["text"], one[ground])
            assert measure_contrast(ink, one[ground]) >= LEAST, role
    assert make_readable(one["accent"], one["text"], one["panel"]) == one["accent"]
    assert theme.measure_contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
