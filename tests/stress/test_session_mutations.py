"""Session files with any JSON value in any place: one line says so, and the window goes on."""

import json
import random
from typing import Any

import pygame
import pytest

from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Key, Move, Resize
from latent_explorer.shell import session, toolbar, view
from latent_explorer.ui.render.painter import Painter
from tests import stage

pytestmark = pytest.mark.slow  # a hunt

VALUES = (
    None, True, False, 0, -1, 3, 10**30, -0.5, 1e300, float("nan"), float("inf"), "", "first", "x" * 400, "\0",
    "\ud800", [], [[]], [1, 2], ["first", "first"], ["a"] * 50, {}, {"": []}, {"first": None}, [None] * 3, [{}],
    {"lab": {"lab": []}},
)  # fmt: skip


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path, *(place for key, value in entries for place in places(value, (*path, key)))]


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copied = dict(data) if isinstance(data, dict) else list(data)
    copied[path[0]] = put(data[path[0]], path[1:], value)
    return copied


@pytest.fixture(scope="module")
def saved(world) -> dict[str, Any]:
    """The document of a session in which something was done in every lab."""
    state = stage.begin(world)
    state = stage.play(state, *stage.click(stage.dot_px(state, 3)), Key("+"), Key("l"))
    for _ in LABS:
        state = stage.play(state, *stage.click(stage.map_rect(state).centre), Key("tab"))
    document, lost = session.make_document(state, {"first": "first.safetensors"})
    assert not lost
    return json.loads(json.dumps(document))


def look(state) -> None:
    """What the first frames do with a state."""
    toolbar.make_groups(state)
    LABS[state.lab].make_queries(state)
    Painter().paint(
        pygame.Surface((500, 350)), view.add_overlays(view.make_lab_view(state, Results()), state, Results()),
        state.library, theme_name=state.preferences.theme, ui_scale=state.ui_scale,
    )  # fmt: skip


def check(world, document: Any) -> None:
    start = stage.begin(world, size=(500, 350))
    try:
        data = session.check(document, "it.json")
        session.read_checkpoint_paths(data)
        restored = session.restore(start, session.rename_checkpoints(data, {"first": "second"}))
    except InputError as error:
        said, restored = str(error), None
    else:
        said = restored.summary
    assert "\n" not in said
    if restored is None:
        assert len(said) <= 300
        return
    look(restored.state)
    look(stage.play(restored.state, Resize((500, 350)), Move((200.0, 200.0)), Key("tab"), Key("tab")))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_any_value_at_every_key(world, saved, value):
    pygame.font.init()
    for key in saved:
        check(world, {**saved, key: value})
    check(world, value)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_any_value_in_any_place(world, saved, seed):
    pygame.font.init()
    draw = random.Random(seed)
    for _ in range(60):
        document = saved
        for _ in range(draw.choice((1, 1, 2, 4))):
            path = draw.choice(places(document))
            document = put(document, path, draw.choice(VALUES)) if path else document
        check(world, document)
