"""What is drawn: within its bounds, and the same whether piece by piece or all at once."""

import random
from dataclasses import fields
from itertools import permutations

import numpy as np
import pygame
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from latent_explorer.engine.scheduler import Engine
from latent_explorer.labs import LABS
from latent_explorer.scene.camera import Camera
from latent_explorer.scene.events import DoubleClick, Key, Leave, Move, Press, Release, Resize, Scroll
from latent_explorer.scene.items import Bars, Chip, FilmStrip, Gauge, HelpPage, Image, Line, Map, Marker, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.item_bounds import compute_bounds
from latent_explorer.ui.render.painter import Painter, fit_size
from tests import stage
from tests.stage import begin, map_rect, play

pytestmark = pytest.mark.usefixtures("fonts")

INK = (255, 0, 255)
"""A colour of no theme."""


@pytest.fixture(scope="module")
def fonts():
    pygame.font.init()


def pixels(surface: pygame.Surface) -> np.ndarray:
    return pygame.surfarray.array3d(surface)


def canvas(size=(300, 200)) -> pygame.Surface:
    surface = pygame.Surface(size, 0, 32)
    surface.fill(INK)
    return surface


def painted(view, world, size=(300, 200), **options) -> np.ndarray:
    surface = pygame.Surface(size, 0, 32)
    Painter().paint(surface, view, world, **{"theme_name": "dark", "ui_scale": 1.0, "redraw_all": True, **options})
    return pixels(surface)


# -- piece by piece, or all at once -------------------------------------------------------------------


class Walk:
    """Random actions, as a hand would mix them."""

    def __init__(self, world, lab: str, seed: int) -> None:
        self.world, self.draw = world, random.Random(seed)
        self.state = begin(world, lab, (640, 460))
        self.steps = 0

    def place(self):
        rect = self.draw.choice(LABS[self.state.lab].get_layout(self.state).maps)
        if self.draw.random() < 0.4:
            slot = self.draw.randrange(LABS[self.state.lab].count_models(self.state))
            return stage.dot_px(self.state, self.draw.randrange(60), slot)
        return (
            self.draw.uniform(rect.x - 30, rect.right + 30),
            self.draw.uniform(rect.y - 30, rect.bottom + 30),
        )

    def actions(self):
        draw, px = self.draw, self.place()
        match draw.randrange(12):
            case 0:
                return [Press(px), Release(px)]
            case 1:
                return [Press(px), Move(self.place())]  # left in the middle of a drag
            case 2:
                return [Release(px)]
            case 3:
                return [*stage.drag(px, self.place(), pan=draw.random() < 0.5)]
            case 4:
                return [Scroll(px, draw.choice([-4, -1, 1, 3, 12]))]
            case 5:
                return [DoubleClick(px), Release(px)]
            case 6 | 7:
                return [Key(draw.choice(["p", "n", "s", "1", "2", "3", "a", "c", "x", "backspace", "return", "d"]))]
            case 8:
                return [Key(draw.choice(["t", "[", "]", "f1", "tab", "m", "M", "right", "up", "shift left"]))]
            case 9:
                return [draw.choice([Leave(), Resize((640, 460))])]
            case _:
                return [Move(px)]

    def step(self) -> None:
        self.steps += 1
        if self.steps % 9 == 0:
            self.state = self.state.with_message(self.draw.choice(["", "Something went wrong", "x " * 300]))
        self.state = play(self.state, *self.actions())


@pytest.mark.slow
@pytest.mark.parametrize("lab", sorted(LABS))
@pytest.mark.parametrize("seed", [1, 2])
def test_drawing_only_what_changed_gives_the_pixels_of_drawing_everything(world, lab, seed, tmp_path):
    engine = Engine(world, data_dir=str(tmp_path))
    walk = Walk(world, lab, seed)
    bit_by_bit, at_once = (pygame.Surface((640, 460), 0, 32) for _ in range(2))
    steady, partly = Painter(), 0
    # keeps its drawn maps, so that the test is quick; draws everything else anew
    whole = Painter()
    try:
        engine.load_originals(walk.state.models, wait=True)
        for _ in range(60):
            before = walk.state
            walk.step()
            state = walk.state
            engine.ask(LABS[state.lab].make_queries(state))
            assert engine.finish()
            view = LABS[state.lab].make_view(state, engine.results)
            if state.overlay.help:
                view = (*view, HelpPage("Keys", (("Move", "decode"), ("Esc", "leave")), "Esc closes"))
            options = {"theme_name": state.preferences.theme, "ui_scale": state.ui_scale}
            places = steady.paint(bit_by_bit, view, world, **options)
            partly += 0 < sum(place.w * place.h for place in places) < 640 * 460
            whole.paint(at_once, view, world, redraw_all=True, **options)
            wrong = np.argwhere((pixels(bit_by_bit) != pixels(at_once)).any(axis=2))
            assert len(wrong) == 0, f"step {walk.steps}: {wrong[0]} to {wrong[-1]}; {changes(before, state)}"
    finally:
        engine.close()
    assert partly > 5  # otherwise this test would have compared nothing


def changes(before, after) -> str:
    names = [name for name in [field.name for field in fields(after)] if getattr(before, name) != getattr(after, name)]
    return ", ".join(f"{name}={getattr(after, name)!r}" for name in names)


def test_an_unchanged_view_draws_nothing(world):
    state = begin(world, size=(640, 460))
    surface, painter = pygame.Surface((640, 460), 0, 32), Painter()
    view = LABS["explore"].make_view(state, stage_results())
    options = {"theme_name": "dark", "ui_scale": 1.0}
    assert painter.paint(surface, view, world, redraw_all=True, **options)
    assert painter.paint(surface, view, world, **options) == []
    surface.fill(INK)
    painter.paint(surface, view, world, **options)
    assert (pixels(surface) == INK).all()


def test_a_moved_marker_draws_two_small_places(world):
    clip = Rect(0, 0, 300, 200)
    surface, painter = pygame.Surface((300, 200), 0, 32), Painter()
    options = {"theme_name": "dark", "ui_scale": 1.0}
    painter.paint(surface, (Panel(clip), Marker((50, 50), clip)), world, redraw_all=True, **options)
    places = painter.paint(surface, (Panel(clip), Marker((250, 150), clip)), world, **options)
    assert len(places) == 2
    assert all(place.width < 60 and place.height < 60 for place in places)


def test_what_comes_to_lie_over_or_below_others_is_drawn_so(world):
    roles = ("panel", "accent", "text", "muted")
    panels = [Panel(Rect(10 + 20 * k, 10 + 10 * k, 90 - 10 * k, 60), role) for k, role in enumerate(roles)]
    painter, surface = Painter(), canvas()
    painter.paint(surface, (), world, theme_name="dark", ui_scale=1.0, redraw_all=True)
    for view in permutations(panels):
        painter.paint(surface, view, world, theme_name="dark", ui_scale=1.0)
        assert (pixels(surface) == painted(view, world)).all()


def test_the_same_item_twice_is_drawn_and_both_can_go(world):
    panel = Panel(Rect(10, 10, 50, 50))
    surface, painter = pygame.Surface((300, 200), 0, 32), Painter()
    options = {"theme_name": "dark", "ui_scale": 1.0}
    painter.paint(surface, (panel, panel), world, redraw_all=True, **options)
    assert (pixels(surface)[30, 30] == painter.theme["panel"]).all()
    painter.paint(surface, (), world, **options)
    assert (pixels(surface)[30, 30] == painter.theme["background"]).all()


def stage_results():
    from latent_explorer.engine.results import Results

    return Results()


# -- each kind within its bounds ----------------------------------------------------------------------

rects = st.builds(Rect, st.integers(0, 150), st.integers(0, 100), st.integers(0, 150), st.integers(0, 100))
places = st.tuples(st.floats(-50, 350), st.floats(-50, 250))
clip = Rect(20, 20, 260, 160)
shades = st.sampled_from(["text", "accent", "good", "class 3"])
words = st.text(alphabet="abcWWWgjy 0123é", max_size=60)
images = st.builds(
    lambda h, w, colour: np.random.default_rng(0).integers(0, 255, (h, w, 3) if colour else (h, w), dtype=np.uint8),
    st.integers(1, 40),
    st.integers(1, 40),
    st.booleans(),
)
items = st.one_of(
    st.builds(Panel, rects, st.sampled_from(["panel", "map"]), st.sampled_from([None, "line"])),
    st.builds(
        Marker, places, st.just(clip), shades, st.integers(5, 40), st.sampled_from(["", "A", "10"]), st.booleans()
    ),
    st.builds(Line, st.lists(places, min_size=1, max_size=6).map(tuple), st.just(clip), shades, st.integers(1, 6)),
    st.builds(Image, rects, images, st.sampled_from([None, "line", "accent"]), st.booleans()),
    st.builds(
        Text,
        rects.filter(lambda rect: rect.height >= 18),
        words,
        st.sampled_from(["small", "body", "title"]),
        shades,
        st.sampled_from(["left", "centre", "right"]),
        st.booleans(),
        st.booleans(),
    ),
    st.builds(
        Bars,
        rects,
        st.lists(st.floats(-9, 9, width=32), max_size=80).map(lambda values: np.asarray(values, np.float32)),
        st.floats(0.1, 5),
    ),
    st.builds(Gauge, rects.filter(lambda rect: rect.width >= rect.height), st.floats(0, 1), shades),
    st.builds(
        Chip,
        rects.filter(lambda rect: rect.height >= 22 and rect.width > 1.5 * rect.height),
        words,
        shades,
        st.booleans(),
    ),
    st.builds(
        Map,
        rects,
        st.just("first"),
        st.sampled_from(["tsne", "pca"]),
        st.builds(Camera, st.tuples(st.floats(0, 1), st.floats(0, 1)), st.floats(0.5, 100)),
        st.sampled_from([frozenset(), frozenset({0, 1, 2})]),
        st.booleans(),
    ),
)
WORLD = stage.make_world()


@given(items, st.sampled_from(["dark", "light"]))
def test_every_kind_of_item_draws_inside_its_bounds(item, theme_name):
    surface, painter = canvas(), Painter()
    painter.paint(pygame.Surface((1, 1)), (), WORLD, theme_name=theme_name, ui_scale=1.0)
    painter.draw_item(surface, item, WORLD, surface.get_rect())
    bounds = compute_bounds(item, surface).clip(surface.get_rect())
    touched = (pixels(surface) != INK).any(axis=2)
    touched[bounds.x : bounds.right, bounds.y : bounds.bottom] = False
    spots = np.argwhere(touched)
    assert len(spots) == 0, f"{spots[0]} to {spots[-1]} outside {bounds}"


pieces = st.builds(pygame.Rect, st.integers(0, 290), st.integers(0, 190), st.integers(1, 60), st.integers(1, 60))
FRAME = Rect(20, 20, 100, 100)


@given(items, pieces)
@example(Image(FRAME, np.zeros((4, 4), np.uint8), "accent"), pygame.Rect(30, 118, 40, 4))
@example(Map(FRAME, "first", "tsne", Camera(), frozenset(), False), pygame.Rect(20, 50, 2, 30))
@example(Panel(FRAME, "panel", "line"), pygame.Rect(20, 50, 2, 30))
def test_a_piece_of_an_item_has_the_pixels_of_the_whole(item, piece):
    whole, part, painter = canvas(), canvas(), Painter()
    painter.draw_item(whole, item, WORLD, whole.get_rect())
    piece = piece.clip(whole.get_rect())
    part.set_clip(piece)
    painter.draw_item(part, item, WORLD, piece)
    wrong = (pixels(whole) != pixels(part)).any(axis=2)[piece.x : piece.right, piece.y : piece.bottom]
    assert not wrong.any(), np.argwhere(wrong)[[0, -1]] + piece.topleft


def test_a_sheet_covers_everything(world):
    sheet = HelpPage("Keys", tuple((f"key {i}", f"what {i} does") for i in range(20)), "Esc closes")
    for size in ((300, 200), (64, 64), (1, 1), (1440, 900)):
        shown = painted((sheet,), world, size)
        assert shown.shape[:2] == size
    assert painted((sheet,), world, (1440, 900)).std() > 1


def test_on_a_surface_of_another_size_a_sheet_is_drawn_as_far_as_that_reaches(world):
    sheet, painter = HelpPage("Keys", (("Move", "decode"),), "Esc closes"), Painter()
    for size in ((300, 200), (500, 400)):
        places = painter.paint(canvas(size), (sheet,), world, theme_name="dark", ui_scale=1.0)
        assert places == [pygame.Rect((0, 0), size)]


@pytest.mark.parametrize("lab", sorted(LABS))
@pytest.mark.parametrize("size", [(1, 1), (64, 64), (320, 240), (200, 900)])
def test_odd_sizes_are_drawn(world, lab, size, tmp_path):
    state = begin(world, lab, size)
    engine = Engine(world, data_dir=str(tmp_path))
    state = play(state, Move(map_rect(state).centre))
    engine.ask(LABS[lab].make_queries(state))
    assert engine.finish()
    painted(LABS[lab].make_view(state, engine.results), world, size, ui_scale=state.ui_scale)
    engine.close()


# -- kinds of items -----------------------------------------------------------------------------------


def test_an_image_keeps_its_proportions_and_its_grey(world):
    picture = np.full((10, 20), 200, np.uint8)
    shown = painted((Image(Rect(0, 0, 200, 200), picture),), world)
    bright = (shown == 200).all(axis=2)
    assert bright[5:195, 60:140].all()
    assert not bright[:, :45].any()
    assert not bright[:, 155:].any()


def test_square_pixels_have_sharp_edges_and_smooth_ones_do_not(world):
    picture = np.array([[0, 255], [255, 0]], np.uint8)
    sharp = painted((Image(Rect(0, 0, 100, 100), picture),), world, smooth_pixels=False)[:100, :100]
    smooth = painted((Image(Rect(0, 0, 100, 100), picture),), world)[:100, :100]
    assert set(np.unique(sharp)) == {0, 255}
    assert len(np.unique(smooth)) > 20
    drawing = (Image(Rect(0, 0, 100, 100), picture, always_smooth=True),)
    assert np.array_equal(painted(drawing, world, smooth_pixels=False)[:100, :100], smooth)


def test_a_colour_picture_keeps_its_colours(world):
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[..., 1] = 180
    shown = painted((Image(Rect(0, 0, 100, 100), picture),), world)
    assert shown[50, 50].tolist() == [0, 180, 0]


@pytest.mark.parametrize("colour", ["class 2", None])
def test_a_hidden_class_looks_other_than_a_shown_one(world, colour):
    shown, hidden = (painted((Chip(Rect(0, 0, 80, 30), "seven", colour, on),), world) for on in (True, False))
    assert int(shown.max()) > int(hidden.max()) + 20  # its name is written in grey


def test_both_themes_can_be_read():
    """Every colour that text may have stands out from what lies behind it (WCAG 2 contrast at least 4.5)."""
    from latent_explorer.ui.render.theme import make_theme

    def light(colour) -> float:
        parts = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    for name in ("dark", "light"):
        colours = make_theme(name)
        for role in ("text", "muted", "accent", "good", "fair", "warn"):
            for ground in ("background", "panel"):
                high, low = sorted((light(colours[role]), light(colours[ground])), reverse=True)
                assert (high + 0.05) / (low + 0.05) >= 4.5, f"{name}: {role} on {ground}"


# -- text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("align", ["left", "centre", "right"])
def test_text_is_aligned(world, align):
    shown = painted((Text(Rect(0, 0, 300, 40), "seven", "title", align=align),), world)
    columns = np.flatnonzero((shown != Painter().theme["background"]).any(axis=(1, 2)))
    middle = (columns[0] + columns[-1]) / 2
    assert {"left": middle < 60, "centre": 130 < middle < 170, "right": middle > 240}[align]


def test_a_text_without_room_gives_way_to_its_short_form_and_a_wrapped_one_to_one_line(world):
    def ink(**options) -> np.ndarray:
        item = Text(Rect(10, 10, 120, 24), **{"size": "body", **options})
        return painted((item,), world)

    long, short = "a text that is much too long for this place", "short"
    assert (ink(text=long, short=short) == ink(text=short)).all()
    assert (ink(text=short, short="no") == ink(text=short)).all()
    assert (ink(text=long, wrap=True, short=short) == ink(text=short)).all()
    assert (ink(text=long, wrap=True, shorten_middle=True) == ink(text=long, shorten_middle=True)).all()


def test_each_picture_of_a_wall_has_the_frame_that_is_asked_for(world):
    film = FilmStrip(
        Rect(0, 0, 90, 60), (np.zeros((8, 8), np.uint8),) * 6, 3, 0, rows=2, outlines=("good", "warn", "good")
    )
    view, colours = painted((film,), world), Painter().theme
    seen = [tuple(view[place.x + 1, place.y + 15]) for place in film.picture_rects]
    wanted = ["good", "warn", "good"]
    assert seen[:3] == [tuple(colours[name]) for name in wanted]
    assert seen[3:] == [(0, 0, 0)] * 3  # a thin line only, at the very edge


@pytest.mark.parametrize("filled", [True, False])
def test_a_crossed_marker_looks_different_without_any_colour(world, filled):
    clip = Rect(0, 0, 300, 200)
    plain, crossed = (
        painted((Panel(clip, "map"), Marker((150.0, 100.0), clip, "warn", 8, filled=filled, crossed=one)), world)
        for one in (False, True)
    )
    centre = (150, 100)
    assert (plain[centre] != crossed[centre]).any()
    assert plain[centre].sum() > 300 if filled else plain[centre].sum() < 100
    grey = [one.astype(int).sum(axis=2) for one in (plain, crossed)]
    assert (abs(grey[0] - grey[1]) > 200).sum() > 20


@pytest.mark.parametrize(
    ("shape", "expected"), [((1, 200), (120, 10)), ((200, 1, 3), (8, 90)), ((20, 40), (120, 60)), ((8, 8), (90, 90))]
)
def test_a_picture_of_any_proportions_can_be_seen(shape, expected):
    assert fit_size(np.zeros(shape, np.uint8), Rect(0, 0, 120, 90)) == pytest.approx(expected, abs=1)
