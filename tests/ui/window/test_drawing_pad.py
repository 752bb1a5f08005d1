"""The pad in the window: strokes by real events, files that are dropped, the dialog, and what scripts do."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pygame
import pytest
from PIL import Image

from latent_explorer.engine.queries.user_image import UserImageQueryValue
from latent_explorer.errors import InputError
from latent_explorer.scene.events import Key, Set
from latent_explorer.scene.items import Image as ViewImage
from latent_explorer.scene.items import Text
from latent_explorer.shell import drawing_pad
from latent_explorer.ui.automation import script_steps
from latent_explorer.ui.automation.script import Script
from latent_explorer.ui.window.app import App

EIGHT = [[[0.5, 0.1], [0.7, 0.3], [0.3, 0.7], [0.5, 0.9]], [[0.5, 0.9], [0.7, 0.7], [0.3, 0.3], [0.5, 0.1]]]


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    values = np.full((60, 60), 255, np.uint8)
    values[10:16, 15:45] = values[10:50, 39:45] = 0
    path = tmp_path / "seven.png"
    Image.fromarray(values).save(path)
    return path


def played(apps: Callable[..., App], tmp_path: Path, text: str, **options: object) -> App:
    file = tmp_path / "steps.yaml"
    file.write_text(text)
    app = apps(player=Script(script_steps.read(file), tmp_path), **options)
    while not app.state.status.closing and app.player.step(app):
        app.frame(pygame.event.get())
    return app


def placed(app: App, slot: int = 0) -> UserImageQueryValue | None:
    assert app.engine is not None
    return app.engine.results.get_value(f"own {slot}", UserImageQueryValue)


def test_a_script_draws(apps: Callable[..., App], tmp_path: Path) -> None:
    app = played(apps, tmp_path, f"- draw: {EIGHT}")
    assert len(app.state.drawing.pad.strokes.strokes) == 2
    spots = app.state.drawing.pad.strokes.strokes[0].spots
    assert np.allclose(spots, EIGHT[0], atol=0.02)
    value = placed(app)
    assert value is not None
    assert value.image is app.state.drawing.image


def test_a_script_opens_a_file_in_every_slot(apps: Callable[..., App], tmp_path: Path, seven: Path) -> None:
    app = played(apps, tmp_path, "- open: seven.png", lab="compare")
    assert app.state.drawing.image is not None
    assert app.state.drawing.image.name == "seven.png"
    assert app.state.drawing.pad.open
    for slot in range(2):
        value = placed(app, slot)
        assert value is not None
        assert value.picture.max() > 200  # dark ink on paper has become light


def test_what_cannot_be_opened_is_said_in_the_window(apps: Callable[..., App], tmp_path: Path) -> None:
    app = played(apps, tmp_path, "- open: nothing.png")
    assert app.state.status.message.startswith("nothing.png: ")
    assert app.state.drawing.image is None


@pytest.mark.parametrize(
    "step", ["draw: []", "draw: 3", "draw: [[0.5, 2]]", "draw: [[[0.5]]]", "draw: [[]]", "open: 3", "open: ''"]
)
def test_a_wrong_step_is_one_clear_line(tmp_path: Path, step: str) -> None:
    file = tmp_path / "steps.yaml"
    file.write_text(f"- key: o\n- {step}\n")
    with pytest.raises(InputError, match=r"steps\.yaml, line 2: (draw|open): .* is allowed"):
        script_steps.read(file)


def test_one_stroke_may_be_written_without_a_list_around_it(apps: Callable[..., App], tmp_path: Path) -> None:
    app = played(apps, tmp_path, "- draw: [[0.2, 0.2], [0.8, 0.8]]")
    assert len(app.state.drawing.pad.strokes.strokes) == 1


def test_an_empty_folder_that_is_dropped_is_refused(app: App, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(tmp_path / "empty"))])
    assert "an empty folder arrived" in app.state.status.message


def test_several_dropped_files(app: App, seven: Path) -> None:
    app.frame([pygame.event.Event(pygame.DROPFILE, file=str(seven)) for _ in range(3)])
    assert app.state.drawing.image is None
    assert [one.image.name for one in app.state.gallery.content.pictures] == ["seven.png"]
    assert app.state.status.notice.startswith("1 of 3 ")


def test_the_dialog_takes_every_event_until_it_is_closed(app: App) -> None:
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=pygame.K_o, mod=pygame.KMOD_LSHIFT, unicode="O")])
    assert app.files.dialog is not None
    before = app.state.preferences.theme
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=pygame.K_t, mod=0, unicode="t")])
    assert app.state.preferences.theme == before
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=pygame.K_ESCAPE, mod=0, unicode="")])
    assert app.files.dialog is None
    assert not app.state.status.closing


def test_the_dialog_gives_a_file(app: App, seven: Path) -> None:
    import pygame_gui

    app.act(Key("O"))
    app.frame([])
    app.frame(
        [pygame.event.Event(pygame_gui.UI_FILE_DIALOG_PATH_PICKED, text=str(seven), ui_element=app.files.dialog.window)]
    )
    app.frame([])
    assert app.files.dialog is None
    assert app.state.drawing.image is not None
    assert app.state.drawing.image.name == "seven.png"


def test_what_is_decoded_is_covered_on_the_pad_too(apps: Callable[..., App], tmp_path: Path, seven: Path) -> None:
    app = played(apps, tmp_path, "- open: seven.png")
    said = [item.text for item in app.make_view() if isinstance(item, Text)]
    assert any(text.startswith("error ") for text in said)
    app.act(Set("covered", True))
    said = [item.text for item in app.make_view() if isinstance(item, Text)]
    assert not any(text.startswith("error ") for text in said)
    secret = drawing_pad.make_layout(app.state).slots[0].reconstruction
    assert not [item for item in app.make_view() if isinstance(item, ViewImage) and item.rect == secret]


def test_the_pad_hides_what_lies_under_it(app: App) -> None:
    before = pygame.surfarray.array3d(app.surface).copy()
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=pygame.K_o, mod=0, unicode="o")])
    panel = drawing_pad.make_layout(app.state).panel
    after = pygame.surfarray.array3d(app.surface)
    inside = np.s_[panel.x : panel.right, panel.y : panel.bottom]
    assert (after[inside] != before[inside]).any()
    app.frame([pygame.event.Event(pygame.KEYDOWN, key=pygame.K_o, mod=0, unicode="o")])
    again = pygame.surfarray.array3d(app.surface)
    assert np.array_equal(again[inside], before[inside])
