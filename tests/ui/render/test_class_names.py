"""Class names on a map: none on another, all inside, and none jumps while the map is moved."""

import time

import numpy as np
import pygame
import pytest

from latent_explorer.ui.render import class_names

VIEW = pygame.Rect(0, 0, 900, 600)


def overlaps(placed) -> list:
    boxes = [one.box for one in placed]
    return [(a, b) for i, a in enumerate(boxes) for b in boxes[i + 1 :] if a.colliderect(b)]


def place(middles, widths):
    sizes = [(width, 26) for width in widths]
    return class_names.place(np.asarray(middles, np.intp), sizes, np.arange(len(sizes))[::-1])


@pytest.mark.parametrize("width", [16, 150, 360])
@pytest.mark.parametrize("spread", [0, 3, 30, 300])
def test_ten_names_overlap_nowhere_and_stay_near_their_classes(width, spread):
    middles = 300 + spread * np.random.default_rng(0).uniform(-1, 1, (10, 2))
    placed = place(middles, [width] * 10)
    assert not overlaps(placed)
    assert len(placed) >= (10 if width < 100 else 8)
    assert placed[0].box.center == placed[0].middle  # the largest class keeps its place
    for one in placed:
        away = np.abs(np.subtract(one.box.center, one.middle))
        assert away[0] <= max(width / 2, 1.2 * 26) + 1
        assert away[1] <= class_names.REACH * 26


def test_names_far_from_each_other_stand_on_their_classes():
    placed = place([(100, 100), (400, 100), (100, 400)], [30, 30, 30])
    assert [one.box.center for one in placed] == [(100, 100), (400, 100), (100, 400)]


def test_names_lie_inside_the_map_and_keep_their_places_while_it_is_moved():
    middles = np.random.default_rng(1).integers(100, 500, (12, 2))
    before: dict[int, tuple[int, int]] = {}
    for x in range(-500, 700, 7):
        shown = class_names.move_inside(place(np.add(middles, (x, 0)), [120] * 12), VIEW)
        assert not overlaps(shown)
        assert all(VIEW.contains(one.box) for one in shown)
        inside = {one.index: one.box.x - x for one in shown if VIEW.inflate(-260, -100).collidepoint(one.box.center)}
        assert all(before.get(index, at) == at for index, at in inside.items())
        before |= inside
    assert len(before) == 12


def test_of_hundreds_of_names_those_that_do_not_fit_are_left_out_at_once():
    middles = np.random.default_rng(2).uniform(0, 500, (300, 2))
    for at in (middles, np.full_like(middles, 200)):
        start = time.perf_counter()
        placed = place(at, [200] * 300)
        assert time.perf_counter() - start < 1  # tens of milliseconds; a bound that only a change of order breaks
        assert not overlaps(placed)
        assert 1 < len(placed) <= class_names.MAX_NAMES


def test_names_that_are_not_tried_need_no_size():
    draw = np.random.default_rng(3)
    middles, importance = draw.integers(0, 5000, (300, 2)), draw.integers(0, 50, 300)
    every = class_names.place(middles, [(60, 26)] * 300, importance)
    tried = class_names.choose_tried(importance)
    some = class_names.place(middles[tried], [(60, 26)] * len(tried), importance[tried])
    assert [(int(tried[one.index]), one.middle) for one in some] == [(one.index, one.middle) for one in every]


def test_what_blocks_no_name_changes_none():
    draw, changed = np.random.default_rng(4), set()
    for _ in range(40):
        middles, sizes, counts = draw.integers(0, 600, (12, 2)), [(90, 26)] * 12, draw.integers(0, 50, 12)
        blocked = [pygame.Rect(*at, 20, 20) for at in draw.integers(0, 600, (2, 2)).tolist()]
        free = class_names.place(middles, sizes, counts)
        aside = class_names.place(middles, sizes, counts, blocked=blocked)
        assert class_names.are_blocked(free, blocked) or aside == free
        changed.add(aside != free)
    assert changed == {False, True}
