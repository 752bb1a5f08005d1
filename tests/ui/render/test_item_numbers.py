"""What looks the same has the same number."""

import numpy as np

from latent_explorer.scene.items import Gauge, Image, Panel
from latent_explorer.scene.rect import Rect
from latent_explorer.ui.render.item_numbers import ItemNumbers, make_identity


def test_identity_tells_what_looks_different():
    picture = np.zeros((2, 2), np.uint8)
    image = Image(Rect(0, 0, 9, 9), picture)
    assert make_identity(image) == make_identity(Image(Rect(0, 0, 9, 9), picture))
    assert make_identity(image) != make_identity(Image(Rect(0, 0, 9, 9), picture.copy()))
    assert make_identity(Panel(Rect(0, 0, 1, 1))) != make_identity(Panel(Rect(0, 0, 1, 1), "map"))
    assert make_identity(Gauge(Rect(0, 0, 9, 9), 0.5, "good")) != make_identity(Gauge(Rect(0, 0, 9, 9), 0.6, "good"))


def panel(x: int) -> Panel:
    return Panel(Rect(x, 0, 9, 9))


def test_what_looks_the_same_in_the_next_view_keeps_its_number_though_it_is_made_anew():
    numbers = ItemNumbers()
    first = numbers.number((panel(1), panel(2), panel(1)))
    assert first[0] == first[2] != first[1]
    again = numbers.number((panel(2), panel(3), panel(1)))
    assert (again[0], again[2]) == (first[1], first[0])
    assert again[1] not in first


def test_what_was_gone_for_a_view_comes_back_under_another_number():
    """Its picture may be another one by then, at the same place in the memory."""
    numbers, picture = ItemNumbers(), np.zeros((2, 2), np.uint8)
    shown, other = Image(Rect(0, 0, 9, 9), picture), panel(1)
    (before, _), _, (after, _) = (numbers.number(view) for view in ((shown, other), (other,), (shown, other)))
    assert before != after
    assert numbers.number((Image(Rect(0, 0, 9, 9), picture),)) == (after,)


def test_of_two_that_look_alike_one_may_go():
    numbers, one, other = ItemNumbers(), panel(1), panel(1)
    (number, _) = numbers.number((one, other))
    assert numbers.number((other,)) == (number,)
    assert numbers.number((panel(1),)) == (number,)
