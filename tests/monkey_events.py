"""What the monkey does: random events that mean something in the window's present state, and how they are given."""

import os
import random
from typing import Any

import pygame

from latent_explorer.labs import LABS
from latent_explorer.scene import lesson_list
from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, Toggle
from latent_explorer.scene.events import Set
from latent_explorer.scene.items import Panel
from latent_explorer.shell import toolbar
from latent_explorer.shell.keymap import KEYMAP
from latent_explorer.ui.automation import lesson_shelf, synthetic_mouse
from latent_explorer.ui.automation.script_steps import KEY_CODES
from latent_explorer.ui.window import window
from latent_explorer.ui.window.app import App

Event = list[Any]
"""A verb and its plain values, so that a life can be written down and given again."""
Burst = list[Event]
"""What came before one frame."""
BURSTS = (1, 1, 1, 2, 3, 5, 8)
"""How many events come before a frame: a mouse moves more often than a screen shows."""
WEIGHTS = {
    "mouse": 40, "key": 25, "set": 20, "scroll": 5, "lab": 4, "wait": 3, "resize": 1, "open": 1, "lesson": 0.5,
    "close": 0.1,
}  # fmt: skip
"""How often each kind of event comes."""
SIZES = ((1000, 700), (1000, 700), (640, 460), (400, 300), (240, 180), (1366, 768), (1920, 1080))
KEYS = (*(key for one in KEYMAP for key in one.keys), *"bdghikoruvwxyVDEGX5 .-", "return", "space", "backspace", "end")
ENDING_KEYS = ("escape", "return")
"""Together they leave, so they are pressed less often than chance would have it."""
SLOW_CONTROLS = ("train", "make", "tune", "export", "film")
"""Words in the names of controls that begin seconds of work: pressed now and then."""


def invent(draw: random.Random, app: App) -> Event:
    """Return a random event that means something in the present state."""
    if (app.state.is_covered or app.files.dialog is not None) and draw.random() < 0.1:
        return ["key", "escape"]  # chance would stay below a page for too long
    match draw.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]:
        case "mouse":
            x, y = find_place(draw, app)
            verb = draw.choice(("move", "move", "click", "click", "press", "release", "double", "hold"))
            return [verb, x, y, draw.choice((1, 1, 1, 3))]
        case "key":
            name = draw.choice(KEYS)
            return ["key", draw.choice(KEYS) if name in ENDING_KEYS else name]
        case "set":
            control = draw.choice(toolbar.list_controls(app.state))
            if any(word in control.name for word in SLOW_CONTROLS) and draw.random() < 0.95:
                return ["wait", 0.1]
            return ["set", control.name, choose_value(draw, control)]
        case "scroll":
            return ["scroll", draw.choice((-4, -1, 1, 3, 12))]
        case "wait":
            return ["wait", draw.choice((0.05, 0.5, 3.0))]
        case "resize":
            return ["resize", *draw.choice(SIZES)]
        case "open":
            return ["open", draw.randrange(100)]
        case "lab":
            return ["set", "lab", draw.choice(list(LABS))]
        case "lesson":
            return ["lesson", draw.choice(list(lesson_shelf.list_shipped()))]
        case _:
            return ["close"]


def find_place(draw: random.Random, app: App) -> tuple[int, int]:
    """Return a place in the window: anywhere, in a part of the lab, on a control or on what can be pressed."""
    layout = LABS[app.state.lab].get_layout(app.state)
    panels = [item.rect for item in app.renderer.view if isinstance(item, Panel) and item.action is not None]
    kinds = [list(layout.maps), list(layout.parts.values()), list(app.widgets.control_rects.values()), panels]
    rects = draw.choice([[], *(kind for kind in kinds if kind)])
    width, height = app.state.window_size
    if not rects:
        return draw.randrange(-20, width + 20), draw.randrange(-20, height + 20)
    rect = draw.choice(rects)
    return round(draw.uniform(rect.x, rect.right)), round(draw.uniform(rect.y, rect.bottom))


def choose_value(draw: random.Random, control: Control) -> Any:
    match control:
        case Choice():
            return draw.choice([value for value, _ in control.options]) if control.options else control.value
        case Toggle():
            return not control.value
        case Slider():
            return draw.uniform(control.low, control.high)
        case Number():
            return draw.choice(control.steps)
        case Button():
            return None


def give(app: App, event: Event) -> None:
    """Do what an event says to the window."""
    match event:
        case ["move", x, y, _]:
            synthetic_mouse.move((x, y))
        case ["hold", x, y, button]:
            synthetic_mouse.move((x, y), button)
        case ["press" | "release" | "double" as verb, x, y, button]:
            synthetic_mouse.press((x, y), verb != "release", button, double=verb == "double")
        case ["click", x, y, button]:
            synthetic_mouse.move((x, y))
            synthetic_mouse.press((x, y), True, button)
            synthetic_mouse.press((x, y), False, button)
        case ["scroll", steps]:
            synthetic_mouse.scroll(steps)
        case ["key", text]:
            *modifiers, name = text.split() or [" "]
            if text.startswith("page "):
                modifiers, name = [], text.replace(" ", "")
            code = KEY_CODES[name.lower()] if len(name) > 1 else ord(name.lower())
            synthetic_mouse.press_key(code, name, ["shift", *modifiers] if name.isupper() else modifiers)
        case ["set", name, value]:
            if name in {control.name for control in toolbar.list_controls(app.state)}:
                app.act(Set(name, value))
        case ["wait", seconds]:
            app.pace = seconds
        case ["resize", width, height]:
            app.surface = window.set_mode((width, height), fullscreen=False)
            pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, w=width, h=height, size=(width, height)))
        case ["open", number]:
            names = sorted(os.listdir())
            pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=os.path.abspath(names[number % len(names)])))
        case ["lesson", name]:
            app.act(Set(lesson_list.BEGIN, name))
        case ["close"]:
            pygame.event.post(pygame.event.Event(pygame.WINDOWCLOSE))
