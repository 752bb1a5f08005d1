"""Undo goes back step by step, in the lab that is shown, and to the user's picture from every lab."""

from latent_explorer.scene.events import ImageLoaded, Key, Move, Press, Release, Set
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad
from latent_explorer.user_image import OwnImage
from tests import stage

FILE = OwnImage(bytes(range(16)), (4, 4), 1, name="cat.png")


def pinned(state: State, world: stage.World, dot: int) -> State:
    return stage.play(state, world, *stage.click(stage.dot_px(state, world, dot)))


def drawn(state: State, world: stage.World, y: float) -> State:
    ink = drawing_pad.make_layout(state).ink
    px = [(ink.x + x * ink.width, ink.y + y * ink.height) for x in (0.2, 0.5, 0.8)]
    return stage.play(state, world, Press(px[0]), Move(px[1]), Move(px[2]), Release(px[2]))


def test_back_and_on_again(world: stage.World) -> None:
    none = stage.begin(world)
    one = pinned(none, world, 0)
    two = pinned(one, world, 5)
    assert [len(stage.marks(s).pins) for s in (none, one, two)] == [0, 1, 2]
    back = stage.play(two, world, Key("z"))
    assert stage.marks(back) == stage.marks(one)
    assert stage.marks(stage.play(back, world, Key("z"))) == stage.marks(none)
    assert stage.marks(stage.play(back, world, Key("z"), Key("Z"), Key("Z"))) == stage.marks(two)
    assert "nothing to do again" in stage.play(two, world, Key("Z")).status.message


def test_a_stroke_is_one_step(world: stage.World) -> None:
    state = stage.play(stage.begin(world), world, Key("o"))
    one = drawn(state, world, 0.3)
    two = drawn(one, world, 0.7)
    back = stage.play(two, world, Key("z"))
    assert back.image_and_strokes == one.image_and_strokes
    assert stage.play(back, world, Key("z")).image_and_strokes == state.image_and_strokes
    assert stage.play(back, world, Key("Z")).image_and_strokes == two.image_and_strokes


def test_a_picture_can_be_gone_back_to_from_another_lab(world: stage.World) -> None:
    state = drawn(stage.play(stage.begin(world), world, Key("o")), world, 0.3)
    elsewhere = stage.play(state, world, Set("lab", "compare"), ImageLoaded(FILE))
    back = stage.play(elsewhere, world, Key("z"))
    assert back.image_and_strokes == state.image_and_strokes
    assert back.lab == "compare"


def test_undo_of_a_pin_leaves_a_later_picture(world: stage.World) -> None:
    pin = pinned(stage.begin(world), world, 0)
    later = stage.play(pin, world, Set("lab", "compare"), ImageLoaded(FILE), Set("clear"), Set("lab", "explore"))
    kept = stage.play(pin, world, Set("lab", "compare"), ImageLoaded(FILE), Set("lab", "explore"), Key("z"))
    assert kept.drawing.image is None  # the latest step is the picture's
    assert len(stage.marks(kept).pins) == 1
    assert len(stage.marks(stage.play(kept, world, Key("z"))).pins) == 0
    assert stage.play(later, world, Key("z")).drawing.image == FILE
