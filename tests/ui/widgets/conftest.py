"""A bar of five controls, a file dialog, and what the mouse and the keys do in them."""

from pathlib import Path

import pygame
import pytest

from latent_explorer.scene.controls import Button, Choice, Slider, Toggle
from latent_explorer.scene.events import Set
from latent_explorer.scene.rect import Rect
from latent_explorer.shell.toolbar import Group
from latent_explorer.ui.widgets.file_dialog import OpenDialog
from latent_explorer.ui.widgets.toolbar_widgets import ToolbarWidgets


def press(code: int, unicode: str = "", mod: int = 0) -> pygame.event.Event:
    return pygame.event.Event(pygame.KEYDOWN, key=code, unicode=unicode, mod=mod, scancode=0)


@pytest.fixture
def open_dialog(surface, tmp_path):
    """Opens a dialog in a folder with two pictures, a text and a folder."""
    for name in (".config", "pictures"):
        (tmp_path / name).mkdir()
    for name in (".secret.png", "one.png", "two.PNG", "notes.txt"):
        (tmp_path / name).write_bytes(b"")

    def make(folder: Path = tmp_path, size: tuple[int, int] | None = None) -> OpenDialog:
        return OpenDialog(
            size or surface.get_size(), title="Open", suffixes={".png"}, folder=folder, theme_name="dark", ui_scale=1.0
        )

    return make


def listed(dialog: OpenDialog) -> list[str]:
    return [item["text"] for item in dialog.window.file_selection_list.item_list]


BAR = Rect(0, 0, 1000, 50)
SAMPLE = (
    Choice("fruit", (("a", "Apple"), ("b", "Banana")), "a", "Which fruit"),
    Choice("many", tuple((str(i), f"Number {i}") for i in range(5)), "1", "Which number", menu=True),
    Toggle("ripe", "Ripe", True, "Whether it is ripe"),
    Slider("size", "Size", 0.5, 0.0, 2.0, "How large"),
    Button("eat", "Eat", "Eat it"),
)


def show(
    controls: ToolbarWidgets, wanted, rect: Rect = BAR, size=(1000, 400), theme_name: str = "dark", **more
) -> bool:
    """Shown in one group, the last one at its right end."""
    return controls.show(
        [Group(rect, wanted[:-1], wanted[-1:], **more)], size=size, theme_name=theme_name, ui_scale=1.0
    )


@pytest.fixture
def bar():
    controls = ToolbarWidgets()
    show(controls, SAMPLE)
    return controls


def events(controls: ToolbarWidgets, px, kind: str = "click") -> list[Set]:
    """What clicking at `px` does, through the widgets' own events."""
    place = {"pos": px, "touch": False}
    controls.process(pygame.event.Event(pygame.MOUSEMOTION, rel=(0, 0), buttons=(0, 0, 0), **place))
    pygame.event.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pygame.mouse, "get_pos", lambda: px)
        controls.update(0.01)
    done = []
    for one in (pygame.MOUSEBUTTONDOWN, pygame.MOUSEBUTTONUP):
        done.append(controls.process(pygame.event.Event(one, button=1, **place)))
    done += [controls.process(event) for event in pygame.event.get()]
    return [one for one in done if one is not None]


def widgets(controls: ToolbarWidgets, text: str) -> tuple[int, int]:
    """The middle of the widget that says `text`."""
    (found,) = [one for one in controls.elements if getattr(one, "text", None) == text]
    return found.rect.center
