"""What every lab keeps, in each of its layouts: its rectangles, its failures, what it waits for, what it covers."""

from collections import Counter
from dataclasses import is_dataclass, replace
from functools import lru_cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from latent_explorer import config
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Failure, Results
from latent_explorer.labs import LABS
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.events import Action, Key, Leave, Move, Press, Release, Resize, Scroll, Set
from latent_explorer.scene.items import Cover, FilmStrip, Image, Item, Map, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad, prediction_cover, view
from tests import stage
from tests.stage import BROKEN, begin, map_rect, of_kind, play, texts, written

WORLD = stage.make_world()
WORLD |= {
    one: stage.make_checkpoint(one, seed=5, objective=config.Objective(name=one)) for one in ("denoising", "diffusion")
}
WORLD["plane"] = stage.make_plane_model()
WORLD["known"] = stage.make_model_with_attributes()
MODELS = {"denoise": ("first", "denoising"), "generate": ("first", "diffusion")}
LAYOUTS: list[tuple[str, *tuple[Action, ...]]] = [
    *((lab,) for lab in LABS),
    ("explore", Key("w")),
    ("explore", Key("b")),
    ("explore", Set("panel", "directions")),
    ("explore", Set("model", "plane"), Set("panel", "posterior")),
    ("explore", Set("model", "plane"), Set("panel", "lattice")),
    ("explore", Set("model", "plane"), Set("layer", "posteriors")),
    ("compare", Set("count", "3")),
    ("compare", Set("count", "4")),
    ("arithmetic", Set("model", "known"), Set("along", "lean")),
    ("arithmetic", Set("model", "known"), Set("along", "ring: yes")),
    ("arithmetic", Set("along", "thickness")),
    ("generate", Set("source", "diffusion")),
    ("cluster", Set("method", "dbscan")),
    ("factors", Set("count", "1")),
    ("learn", Set("source", "live")),
    ("learn", Set("source", "pair")),
]
"""Each lab as it begins, and what else changes its layout."""
SIZES = [
    *(((width, height), scale) for width, height in ((640, 480), (1366, 768), (1920, 1080)) for scale in (1.0, 2.0)),
    *((size, 1.0) for size in ((320, 240), (600, 900), (2000, 300), (1, 1))),
]
PLACES = {
    "explore": [("point", "picture")],
    "compare": [("strip 0", "strip 0"), ("sample 1", "picture 1")],
    "interpolate": [("data", "film"), ("linear", "picture")],
    "arithmetic": [("equation", "equation")],
    "generate": [("wall 0", "wall 0"), ("wall 1", "wall 1")],
    "denoise": [("cleaning 0", "out 0"), ("cleaning 1", "out 1")],
    "cluster": [("clusters", "scores")],
    "factors": [("table 0", "table panel 0"), ("film 0", "detail 0")],
    "learn": [("picture", "picture")],
}
"""Where a lab says that a query failed; the others, whose panels are small, leave it to the line below."""
WAITING = {
    "explore": "picture",
    "compare": "numbers 0",
    "interpolate": "film",
    "arithmetic": "equation",
    "generate": "wall 1",
    "denoise": "chart",
    "anomaly": "verdict",
    "compress": "JPEG",
    "cluster": "scores",
    "factors": "table 0",
    "learn": "chart",
}
"""A part in which a lab says that something is measured."""
SHOWN_STILL = {
    "interpolate": {"film"},
    "compare": {f"strip {slot}" for slot in range(4)},
    "arithmetic": {"a", "b", "c"},
    "generate": {"film 1"},
    "denoise": {"noisy"},
    "anomaly": {"row"},
}
"""Where a lab still shows a picture while the decoded ones are covered: ends of ways, what is added, what is given."""

every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda one: "-".join(map(str, one)))
every_lab = pytest.mark.parametrize("lab", LABS)


def opened(lab: str, *actions: Action, size: tuple[int, int] = (1366, 768), **changes: object) -> State:
    models = MODELS.get(lab, ("first", "second"))
    return play(begin(WORLD, lab, size, models=models, **changes), *actions)


@lru_cache(maxsize=1024)
def answer(query: Query) -> object:
    return query.answer(QueryContext(WORLD, dict.fromkeys((one.data_key for one in WORLD.values()), "not here")))


def answered(state: State) -> Results:
    return stage.answered(state, answer)


def shown(state: State, results: Results | None = None) -> tuple[Item, ...]:
    return LABS[state.lab].make_view(state, answered(state) if results is None else results)


# -- sizes --------------------------------------------------------------------------------------------


def rects_of(state: State) -> dict[str, Rect]:
    layout = LABS[state.lab].get_layout(state)
    maps = {f"map {slot}": rect for slot, rect in enumerate(layout.maps)}
    controls = {"controls": layout.controls} if layout.controls else {}
    named = {"bar": layout.toolbar, "legend": layout.legend, "hint": layout.hint, **controls, **maps, **layout.parts}
    return {name: rect for name, rect in named.items() if rect.width and rect.height}  # what is empty is nowhere


OUTERMOST = ("bar", "legend", "hint", "controls", "map 0", "map 1", "map 2", "map 3")


def holds(panel: Rect, part: Rect) -> bool:
    """Whether a part lies on a panel."""
    across = panel.x <= part.x and part.right <= panel.right
    return across and panel.y <= part.y and part.bottom <= panel.bottom


def check_layout(state: State) -> None:
    """Every part lies in the window, and apart from the others or on one of them."""
    window, rects = Rect(0, 0, *state.size), rects_of(state)
    for name, rect in rects.items():
        assert rect.width > 0, name
        assert rect.height > 0, name
        assert holds(window, rect), name
    named = list(rects.items())
    for i, (first, a) in enumerate(named):  # the margin of a row of controls may lie on that of the bar
        for second, b in named[i + 1 :]:
            apart = a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y
            held = any(
                holds(panel, part) and name not in OUTERMOST for name, panel, part in ((first, a, b), (second, b, a))
            )
            held = held or (first, second) == ("bar", "controls")
            assert apart or held, f"{first} {a} and {second} {b} at {state.size}"


@pytest.mark.parametrize(
    "layout", [*LAYOUTS, ("explore", Set("panel", "way"))], ids=lambda one: "-".join(map(str, one))
)
def test_on_a_projector_every_page_is_asked_for_and_drawn_however_small_the_window(layout):
    """What found no room is named by a title, not by the name of a part that no user knows."""
    for size, scale in product(((320, 240), (330, 360), (500, 300)), (1.0, 1.5)):
        state = opened(*layout, size=size)
        state = state.put(replace(state.preferences, text_scale=scale), replace(state.presentation, on=True))
        lab, parts = LABS[state.lab], LABS[state.lab].get_layout(state)
        for page in range(parts.page_count):
            shown_page = state.put(replace(state.presentation, parts_page=page))
            lab.make_queries(shown_page)
            assert lab.make_view(shown_page, Results())
        assert not {"panel", "panel head"} & set(parts.left_out.values())


@every_layout
@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_nothing_overlaps_and_all_is_inside_and_can_be_drawn(layout, size, scale):
    state = play(opened(*layout, text_scale=scale), Resize(size))
    assert state.size == size
    check_layout(state)
    assert shown(state)
    assert shown(state, Results())
    over = play(state, Move(map_rect(state).centre), Scroll(map_rect(state).centre, 2), Key("right"))
    assert shown(over)


WINDOWS = [(640, 480), (1366, 768), (1920, 1080), (3840, 2160)]


@pytest.mark.slow
@every_layout
def test_each_part_is_placed_or_the_window_says_that_there_is_no_room_for_it(layout):
    states = [play(opened(*layout, text_scale=scale), Resize(size)) for size in WINDOWS for scale in (1.0, 1.5, 2.0)]
    known = {name for state in states for name in rects_of(state)} - {"controls"}
    for state in states:
        left_out, said = LABS[state.lab].get_layout(state).left_out, texts(shown(state))
        assert known - set(rects_of(state)) <= set(left_out), (state.size, state.ui_scale)
        assert all(title in said for title in left_out.values())


@every_layout
def test_in_a_window_twice_as_large_every_part_is_twice_as_large(layout):
    """But for the pixels that are lost where a place is cut into whole ones."""
    small, large = (rects_of(play(opened(*layout), Resize(size))) for size in ((1366, 768), (2732, 1536)))
    assert small.keys() == large.keys()
    for name, one in small.items():
        other = large[name]
        off = 2 * one.x - other.x, 2 * one.y - other.y, 2 * one.width - other.width, 2 * one.height - other.height
        assert max(map(abs, off)) <= 20, name


def test_pictures_and_charts_shrink_before_a_part_is_left_out():
    """With larger text in a window of a notebook."""
    for lab, part in (("anomaly", "roc"), ("explore", "sample"), ("denoise", "arrow 0"), ("learn", "row")):
        state = play(opened(lab, text_scale=1.5), Resize((1366, 768)))
        assert part in rects_of(state), lab
        assert not LABS[lab].get_layout(state).left_out


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LAYOUTS), st.integers(1, 4000), st.integers(1, 2500), st.sampled_from([0.6, 1.0, 2.0]))
def test_at_any_size_nothing_overlaps_and_all_is_inside(layout, width, height, scale):
    state = opened(*layout, size=(width, height), text_scale=scale)
    check_layout(state)
    shown(state, Results())


@pytest.mark.slow
@every_layout
def test_a_part_that_the_layout_drops_under_the_mouse_is_let_go(layout):
    """A walk over all of a window that becomes smaller then."""
    start = opened(*layout, size=(640, 480))
    results, seen, walked = answered(start), set(), Counter()
    for px in [(x, y) for y in range(60, 480, 24) for x in range(8, 640, 24)]:
        under = play(start, Move(px)).pointer
        place = under.hovered_part, under.hover is None or under.hover.slot
        walked[place] += 1
        if walked[place] > 3:  # the others of its places are no other case
            continue
        for actions in ((Move(px),), (Move(px), Press(px)), (Move(px), Press(px), Move((px[0] + 9, px[1] + 5)))):
            state = play(start, *actions, Resize((320, 240)))
            before = state.pointer.hovered_part, state.pointer.pressed_part
            state = play(state, Move((40, 200)), Release((160, 70)), Move((300, 120)), Leave())
            if before not in seen:
                seen.add(before)
                assert LABS[state.lab].make_queries(state) is not None
                assert shown(state, results)


# -- beside the pad -------------------------------------------------------------------------------------


@every_layout
@pytest.mark.parametrize("size", [(640, 480), (1366, 768), (1920, 1080), (3840, 2160)])
def test_the_pad_covers_nothing_of_the_lab_and_takes_its_own_events(layout, size):
    closed = opened(*layout, size=size)
    state = play(closed, Key("o"))
    check_layout(state)
    pad, rects = drawing_pad.make_layout(state), rects_of(state)
    assert holds(Rect(0, 0, *size), pad.panel)
    for name, rect in rects.items():
        apart = rect.right <= pad.panel.x or rect.bottom <= pad.panel.y or pad.panel.bottom <= rect.y
        assert apart, f"{name} {rect} is under the pad {pad.panel}"
    assert rects["bar"] == rects_of(closed)["bar"]  # the button that opened it stays under the mouse
    assert pad.ink.width == pad.ink.height
    if size == (640, 480):
        assert pad.ink.width >= 0.4 * size[0]
    else:
        assert pad.ink.width >= max(300, 300 * state.ui_scale)
        assert rects.keys() == rects_of(closed).keys()
        assert len(pad.slots) == LABS[state.lab].count_models(state)
    x, y = pad.ink.centre
    drawn = play(state, Move((x, y)), Scroll((x, y), 3), Press((x, y)), Move((x + 9, y)), Release((x + 9, y)))
    assert drawn.drawing.image is not None
    assert drawn.pointer.hover is drawn.pointer.press is None
    assert not drawn.pointer.hovered_part
    assert (drawn.view, drawn.lab_states) == (state.view, state.lab_states)


# -- what is not there ----------------------------------------------------------------------------------


def drawn(items: tuple[Item, ...]) -> set[object]:
    """What a view draws but its words, arrays by which ones they are."""
    return {identify(item) for item in items if not isinstance(item, Text)}


def identify(value: object) -> object:
    if isinstance(value, np.ndarray):
        return id(value)
    if isinstance(value, tuple):
        return tuple(identify(one) for one in value)
    if is_dataclass(value):
        return type(value), *(identify(one) for one in vars(value).values())
    return repr(value)


@every_layout
def test_a_failure_takes_nothing_away_but_its_own_answer(layout):
    state = opened(*layout)
    for slot in LABS[state.lab].make_queries(state):
        without, failing, last = (answered(state) for _ in range(3))
        without.drop(slot)
        failing.drop(slot)
        failing.put(slot, Failure(BROKEN))
        last.put(slot, Failure(BROKEN))
        assert drawn(shown(state, without)) == drawn(shown(state, failing)), slot
        kept = drawn(shown(state, without)) & drawn(shown(state))
        assert kept <= drawn(shown(state, last)), slot
        assert BROKEN in texts(view.add_overlays(shown(state, failing), state, failing)), slot


@pytest.mark.parametrize(("lab", "slot", "part"), [(lab, *one) for lab, known in PLACES.items() for one in known])
def test_a_failure_stands_where_its_answer_would_be(lab, slot, part):
    state, results = opened(lab), answered(opened(lab))
    rect = LABS[lab].get_layout(state).parts[part]
    assert BROKEN not in written(shown(state), rect)
    results.drop(slot)
    results.put(slot, Failure(BROKEN))
    assert BROKEN in written(shown(state, results), rect)


@every_lab
def test_while_it_is_measured_that_is_said(lab):
    state = opened(lab)
    rect = LABS[lab].get_layout(state).parts[WAITING[lab]]
    before, after = written(shown(state, Results()), rect), written(shown(state), rect)
    assert before
    assert before != after


@every_lab
def test_while_the_decoder_is_loaded_that_is_said_under_the_maps(lab):
    view = shown(opened(lab, loading=BROKEN), Results())
    assert BROKEN in texts(view)
    assert of_kind(view, Map)


# -- what is covered ------------------------------------------------------------------------------------


@every_layout
def test_no_decoded_picture_and_no_word_of_it_is_left_uncovered(layout):
    """No image is on this machine: every picture is decoded, but the ends of a way and what the user brought."""
    state = opened(*layout, Key("v"))
    items = shown(state)
    left = prediction_cover.cover_pictures(items)
    assert of_kind(left, Cover) or not (of_kind(items, Image) or of_kind(items, FilmStrip))
    parts, still = LABS[state.lab].get_layout(state).parts, SHOWN_STILL.get(state.lab, set())
    for item in (*of_kind(left, Image), *of_kind(left, FilmStrip)):
        assert still & {name for name, rect in parts.items() if rect.contains(item.rect.centre)}, item.rect
    told = {word for item in of_kind(items, Text) if item.reveals_answer for word in (item.text, item.short) if word}
    assert not told & {word for item in of_kind(left, Text) for word in (item.text, item.short)}
    assert not any(getattr(item, "reveals_answer", False) for item in left if not isinstance(item, Cover))
    for chart in of_kind(left, Chart):
        assert not any(one.reveals_answer for one in (*chart.spots, *chart.cursors))
