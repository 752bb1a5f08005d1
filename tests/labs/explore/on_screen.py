"""What the tests of the Explore lab share: its view, and where its bars and panels are touched."""

from latent_explorer.labs import LABS
from latent_explorer.scene.events import Move, Press, Release, Set
from tests import stage
from tests.stage import begin, click, dot_px, drag, marks, play

LAB = LABS["explore"]
WIDE = (1280, 800)
NOTEBOOK = (1366, 768)


def shown(state):
    return LAB.make_view(state, stage.answered(state))


def pins(state):
    return tuple(pin.xy for pin in marks(state).pins)


def bar_px(state, dimension: int, height: float, count: int = 4):
    """The middle of a bar's column, `height` from 0 at the bottom to 1 at the top."""
    rect = LAB.get_layout(state).parts["bars"]
    return rect.x + rect.width * (dimension + 0.5) / count, rect.y + (1 - height) * (rect.height - 1)


def dragged(state, dimension: int = 2, start: float = 0.5, end: float = 1.0):
    return play(state, *drag(bar_px(state, dimension, start), bar_px(state, dimension, end)))


def opened(planes, panel: str, model: str = "plane"):
    state = play(begin(planes, size=NOTEBOOK, models=(model, model)), Set("panel", panel))
    return play(state, *click(dot_px(state, 7)), Move((3.0, 3.0)))


def part_px(state, part: str, across: float, down: float):
    rect = LAB.get_layout(state).parts[part]
    return rect.x + across * (rect.width - 1), rect.y + down * (rect.height - 1)


def press(state, part: str, across: float, down: float):
    px = part_px(state, part, across, down)
    return play(state, Move(px), Press(px), Release(px))
