"""Laws of the box layout, and the few rules of the labs that rest on it."""

from dataclasses import replace
from itertools import combinations
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from latent_explorer.scene.box_layout import (
    Box,
    at_least,
    at_most,
    columns,
    place_boxes,
    rows,
    wide_or_tall,
)
from latent_explorer.scene.rect import Rect

rooms = st.builds(Rect, *[st.integers(0, 200)] * 2, *[st.integers(0, 1500)] * 2)
scales = st.sampled_from([0.6, 1.0, 1.37, 2.0])
lengths = st.one_of(
    st.integers(0, 200), st.builds(at_least, st.integers(0, 200)), st.builds(at_most, st.integers(1, 300))
)
leaves = st.builds(
    Box,
    width=lengths,
    height=lengths,
    share=st.sampled_from([0.2, 0.5, 1, 1, 1]),
    weight=st.sampled_from([0.5, 1, 2]),
    aspect=st.sampled_from([0, 0, 1, 1.5]),
    priority=st.sampled_from([1, 2, 3, inf]),
    fills=st.booleans(),
)
trees = st.recursive(
    leaves,
    lambda boxes: st.builds(
        lambda make, children, **options: make(*children, **options),
        st.sampled_from([rows, columns]),
        st.lists(boxes, min_size=1, max_size=4),
        gap=st.integers(0, 20),
        pad=st.sampled_from([0, 0, 6]),
        align=st.sampled_from([0, 0.5, 1]),
        even=st.booleans(),
        priority=st.sampled_from([1, 2, inf]),
    ),
    max_leaves=10,
)


def named(box: Box, prefix: str = "0") -> Box:
    """Return the box with a name for every box in it: its path."""
    return replace(box, name=prefix, children=tuple(named(one, f"{prefix}.{i}") for i, one in enumerate(box.children)))


def within(inner: Rect, outer: Rect) -> bool:
    return outer.x <= inner.x <= inner.right <= outer.right and outer.y <= inner.y <= inner.bottom <= outer.bottom


def find_child(box: Box, path: str) -> Box:
    for number in path.split(".")[1:]:
        box = box.children[int(number)]
    return box


@given(trees, rooms, scales)
def test_parts_lie_in_their_box_and_apart_and_keep_the_gap(tree, room, scale):
    tree = named(tree)
    parts = place_boxes(tree, room, scale)
    assert parts["0"] == room
    for name, rect in parts.items():
        assert rect.width >= 0
        assert rect.height >= 0
        parent = name.rpartition(".")[0]
        assert not parent or within(rect, parts[parent])
    for first, second in combinations(parts, 2):
        parent = first.rpartition(".")[0]
        if parent and parent == second.rpartition(".")[0]:
            a, b, box = parts[first], parts[second], find_child(tree, parent)
            apart = b.y - a.bottom if box.axis else b.x - a.right
            empty = 0 in (a.width, a.height, b.width, b.height)
            assert empty or apart >= round(box.gap * scale)


@given(trees, rooms, scales)
def test_the_same_boxes_in_the_same_room_are_the_same_parts(tree, room, scale):
    tree = named(tree)
    assert list(place_boxes(tree, room, scale).items()) == list(place_boxes(tree, room, scale).items())


sizes = st.integers(1, 200)
lines = st.lists(
    st.builds(
        lambda least, span, priority, weight: Box(height=(least, least + span), priority=priority, weight=weight),
        sizes, st.integers(0, 300), st.sampled_from([1, 2, 3, inf]), st.sampled_from([0.5, 1, 2]),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@given(lines, st.integers(0, 20), st.integers(0, 1500))
def test_a_part_that_may_be_left_out_has_its_least_size_or_none(children, gap, height):
    tree = named(rows(*children, gap=gap))
    parts = place_boxes(tree, Rect(0, 0, 100, height), 1.0)
    needed = [child for child in children if child.priority == inf]
    enough = sum(child.height[0] for child in needed) + gap * (len(needed) - 1) <= height
    for i, child in enumerate(children):
        assert f"0.{i}" in parts or child.priority < inf
        if f"0.{i}" in parts and enough:
            assert child.height[0] <= parts[f"0.{i}"].height <= child.height[1]


@given(lines, st.integers(0, 20), st.integers(0, 1500), st.integers(0, 500))
def test_more_room_drops_a_part_only_for_one_of_higher_priority(children, gap, height, more):
    tree = named(rows(*children, gap=gap))
    small, large = (set(place_boxes(tree, Rect(0, 0, 100, h), 1.0)) - {"0"} for h in (height, height + more))
    for lost in small - large:
        assert any(find_child(tree, new).priority >= find_child(tree, lost).priority for new in large - small)


@given(lines, st.integers(0, 20), st.integers(0, 1500), st.sampled_from([2, 3]))
def test_twice_the_room_at_twice_the_scale_has_the_same_parts(children, gap, height, times):
    tree = named(rows(*children, gap=gap))
    once = place_boxes(tree, Rect(0, 0, 100, height), 1.0)
    assert set(once) == set(place_boxes(tree, Rect(0, 0, 100 * times, height * times), float(times)))


def test_who_has_the_lowest_priority_is_left_out_first():
    column = rows(
        Box("picture", height=at_least(100)),
        Box("sample", height=88, priority=1),
        Box("bars", height=112, priority=2),
        gap=0,
    )
    assert set(place_boxes(column, Rect(0, 0, 50, 300), 1.0)) == {"picture", "sample", "bars"}
    assert set(place_boxes(column, Rect(0, 0, 50, 299), 1.0)) == {"picture", "bars"}
    assert set(place_boxes(column, Rect(0, 0, 50, 200), 1.0)) == {"picture", "sample"}  # there is no room for the bars
    assert set(place_boxes(column, Rect(0, 0, 50, 20), 1.0)) == {"picture"}


def test_the_others_divide_what_a_share_and_fixed_sizes_leave():
    row = columns(Box("a", width=50), Box("b", share=0.25), Box("c"), Box("d", weight=2), gap=10)
    parts = place_boxes(row, Rect(5, 0, 400, 20), 1.0)
    assert [(one.x, one.width) for one in parts.values()] == [(5, 50), (65, 100), (175, 73), (258, 146)]


def test_a_row_of_squares_is_as_high_as_they_are_and_leaves_the_rest():
    squares = columns(Box("a", aspect=1), Box("b", aspect=1), gap=20)
    text = Box("text", height=10, fills=True)
    parts = place_boxes(rows(squares, Box("rest"), gap=5), Rect(0, 0, 120, 300), 1.0)
    assert parts == {"a": Rect(0, 0, 50, 50), "b": Rect(70, 0, 50, 50), "rest": Rect(0, 55, 120, 245)}
    beside = columns(Box("map"), rows(text, Box("a", aspect=1), gap=0), gap=0)
    parts = place_boxes(beside, Rect(0, 0, 200, 60), 1.0)
    assert parts == {"map": Rect(0, 0, 150, 60), "text": Rect(150, 0, 50, 10), "a": Rect(150, 10, 50, 50)}


def test_even_columns_keep_their_places_though_their_squares_are_small():
    parts = place_boxes(columns(Box("a", aspect=1), Box("b", aspect=1), gap=0, even=True), Rect(0, 0, 100, 20), 1.0)
    assert parts == {"a": Rect(0, 0, 20, 20), "b": Rect(50, 0, 20, 20)}
    parts = place_boxes(columns(Box("a", aspect=1), gap=0, even=True, align=0.5), Rect(0, 0, 100, 20), 1.0)
    assert parts == {"a": Rect(40, 0, 20, 20)}


def test_the_shape_of_the_place_chooses():
    box = wide_or_tall(2, Box("wide"), Box("tall"))
    assert set(place_boxes(box, Rect(0, 0, 201, 100), 1.0)) == {"wide"}
    assert set(place_boxes(box, Rect(0, 0, 200, 100), 1.0)) == {"tall"}
