"""Plays the steps of a script: drives the window through the same events as a user.

A screenshot shows the end of an animation, but right after a `wait` the moment it has reached: after `move` and
`wait: 0.1` it is 0.1 s old. In a headless run that is exact, since time passes only in waits and in steps with
`seconds`.
"""

import math
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pygame

from latent_explorer import files
from latent_explorer.errors import InputError, WorkError
from latent_explorer.labs import LABS
from latent_explorer.scene import map_panel, new_map
from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, apply_key, is_valid_value
from latent_explorer.scene.events import Px, Replace, Set, Xy
from latent_explorer.shell import drawing_pad, toolbar
from latent_explorer.ui.automation import synthetic_mouse
from latent_explorer.ui.automation.script_steps import KEY_CODES, Step
from latent_explorer.ui.capture.screen_recorder import FRAME_RATE
from latent_explorer.ui.driver import DrivenWindow
from latent_explorer.ui.window import window


class Script:
    """A driver that plays steps: it posts the events of one step, lets the window answer, then goes on."""

    wants_frame_now = True

    def __init__(
        self, steps: Sequence[Step], folder: Path | None = None, *, allow_overwrite: bool = False,
        refused_controls: Collection[str] = (),
    ) -> None:  # fmt: skip
        """File names are relative to `folder`, the current one if None. Raise `InputError` for a file to be written
        outside it, unless `allow_overwrite`; a step that uses one of `refused_controls` will raise it, too."""
        self._steps = deque(steps)
        self._folder = folder or Path.cwd()
        self._allow_overwrite, self._refused_controls = allow_overwrite, refused_controls
        for step in steps:
            if step.writes_file:
                self._get_target(step)
        self._current_step: Iterator[float] | None = None
        self._paused_until = 0.0
        self._mid_animation = False
        """Whether the step is next to a wait, so that animations are still running when it ends."""

    def step(self, app: DrivenWindow) -> bool:
        if pygame.time.get_ticks() / 1000 < self._paused_until:
            return True
        if self._current_step is not None:
            pause = next(self._current_step, None)
            if pause is not None:
                self._paused_until = pygame.time.get_ticks() / 1000 + pause
                return True
            self._current_step = None
        if not self._steps:
            return False
        step = self._steps.popleft()
        lasts = step.takes_time or (bool(self._steps) and self._steps[0].takes_time)
        self._mid_animation = lasts or (self._mid_animation and step.verb in ("screenshot", "record"))
        if app.headless:
            app.pace = 0.0 if self._mid_animation else math.inf
        self._current_step = self._play(step, app)
        return self.step(app)

    def on_frame_drawn(self, app: DrivenWindow, events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Do nothing: a script does not measure frames."""

    def _play(self, step: Step, app: DrivenWindow) -> Iterator[float]:
        """Post the step's events, frame by frame; each yield is a pause in seconds."""
        value = step.value
        if used := self._refused_controls and self._find_refused_control(step, app):
            raise step.make_error(f"a step without the control {used}, which writes a file,")
        match step.verb:
            case "lab":
                app.act(Set("lab", value))
                if app.state.lab != value:
                    raise InputError(f"{step.location}: lab: {value} arrived; {app.state.status.message}")
            case "set":
                for name, wanted in value.items():
                    app.act(_make_set_action(step, str(name), wanted, toolbar.list_controls(app.state)))
                    yield 0.0
            case "moment":
                app.act(Replace(new_map.freeze_transition(app.state, value)))
            case "move":
                px = _to_px(app, step, value)
                if step.seconds:
                    yield from synthetic_mouse.move_along(app, [app.mouse or px, px], 0, step.seconds)
                synthetic_mouse.move(px)
            case "click" | "double_click":
                yield from _click(app, step)
            case "drag" | "pan":
                yield from self._drag(app, step)
            case "touch":
                yield from _touch_part(app, step)
            case "scroll":
                synthetic_mouse.move(_to_px(app, step, value[:2]))
                yield 0.0
                synthetic_mouse.scroll(value[2])
            case "key":
                _press_key(str(value))
            case "wait":
                frames = max(1, round(value * FRAME_RATE)) if app.captures.recording else 1
                for _ in range(frames):
                    yield from synthetic_mouse.pause(app, value / frames)
            case "resize":
                app.surface = window.set_mode((int(value[0]), int(value[1])), fullscreen=False)
                pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, w=int(value[0]), h=int(value[1]), size=value))
            case "open":
                pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=str(self._folder / files.expand(value))))
                yield 0.0
                while app.state.drawing.pad.loading_name:
                    yield 0.05
            case "draw":
                yield from _draw_strokes(app, value if isinstance(value[0][0], list) else [value])
            case "screenshot":
                app.frame([], None if self._mid_animation else math.inf)
                window.save_screenshot(app.surface, self._get_target(step))
            case "record":
                self._record(app, step)
        yield 0.0

    def _find_refused_control(self, step: Step, app: DrivenWindow) -> str:
        """Return the name of the refused control that a step sets or whose key it presses; empty if there is none."""
        for control in toolbar.list_controls(app.state):
            pressed = step.verb == "key" and apply_key(control, str(step.value)) is not None
            if control.name in self._refused_controls and (
                pressed or (step.verb == "set" and control.name in step.value)
            ):
                return control.name
        return ""

    def _get_target(self, step: Step) -> Path:
        """Return the path of the file that a step writes."""
        path = self._folder / files.expand(step.value)
        if not self._allow_overwrite and not path.resolve().is_relative_to(self._folder.resolve()):
            raise step.make_error("a file below the current folder, or any with --allow-overwrite,")
        return path

    def _record(self, app: DrivenWindow, step: Step) -> None:
        """Begin a recording, or end the one that runs."""
        if not step.writes_file:
            _end_recording(app, step)
        elif app.captures.recording:
            raise step.make_error("stop, while another recording runs,")
        else:
            app.captures.begin(self._get_target(step), ui_scale=app.state.ui_scale)

    def _drag(self, app: DrivenWindow, step: Step) -> Iterator[float]:
        button = 1 if step.verb == "drag" else 3
        path = [tuple(xy) for xy in step.value]
        slot = step.slot if step.slot < len(LABS[app.state.lab].get_layout(app.state).maps) else 0
        if button == 1:
            _, dot = map_panel.find_nearest_dot(app.state, slot, path[0])
            path[0] = map_panel.get_dot_xy(app.state, slot, dot)
        yield from synthetic_mouse.drag(app, [_to_px(app, step, xy) for xy in path], button, step.seconds)


def _to_px(app: DrivenWindow, step: Step, xy: Sequence[float]) -> Px:
    rects = LABS[app.state.lab].get_layout(app.state).maps
    slot = step.slot
    if slot >= len(rects):
        raise InputError(f"{step.location}: map: {slot + 1} arrived; the lab {app.state.lab} has {len(rects)}")
    place: Xy = (float(xy[0]), float(xy[1]))
    return app.state.get_camera(slot).to_px(place, rects[slot])


def _click(app: DrivenWindow, step: Step) -> Iterator[float]:
    """Post a click on a map, or a double-click."""
    px = _to_px(app, step, step.value)
    synthetic_mouse.move(px)
    yield 0.0
    for second in (False, True) if step.verb == "double_click" else (False,):
        synthetic_mouse.press(px, True, double=second)
        synthetic_mouse.press(px, False)


def _press_key(spelt: str) -> None:
    """Post a key with its modifiers, as a script writes it: `ctrl shift z`."""
    *modifiers, name = spelt.split() or [spelt]
    code = KEY_CODES[name.lower()] if len(name) > 1 else ord(name)
    synthetic_mouse.press_key(code, name, modifiers)


def _end_recording(app: DrivenWindow, step: Step) -> None:
    app.captures.end(app.clock)
    app.captures.wait()
    for one in app.captures.take_finished():
        if one.error is not None:
            kind = InputError if one.path.is_dir() else WorkError
            raise kind(f"{step.location}: record: {one.error}")


def _touch_part(app: DrivenWindow, step: Step) -> Iterator[float]:
    """Post a press on a part of the lab, or a drag over it."""
    part, *places = step.value
    lab = LABS[app.state.lab]
    rects = lab.get_layout(app.state).parts
    there = [name for name in lab.list_interactive_parts(app.state) if name in rects]  # what is closed has no place
    if part not in there:
        raise step.make_error("one of the parts " + (", ".join(there) or "of another lab: here is none"))
    path = places if isinstance(places[0], list) else [places]
    rect = rects[part]
    px = [(rect.x + x * (rect.width - 1), rect.y + y * (rect.height - 1)) for x, y in path]
    yield from synthetic_mouse.drag(app, px, seconds=step.seconds)


def _draw_strokes(app: DrivenWindow, strokes: list[list[list[float]]]) -> Iterator[float]:
    """Open the pad and draw strokes on it."""
    if not app.state.drawing.pad.open:
        app.act(Set("pad", True))
        yield 0.0
    for spots in strokes:
        ink = drawing_pad.make_layout(app.state).ink
        yield from synthetic_mouse.draw_stroke(
            [(ink.x + x * (ink.width - 1), ink.y + y * (ink.height - 1)) for x, y in spots]
        )


def _make_set_action(step: Step, name: str, value: Any, controls: Sequence[Control]) -> Set:
    """Return `set: {name: value}` as an action. Raise `InputError` if it fits none of `controls`."""
    target = next((control for control in controls if control.name == name), None)
    if target is None:
        raise step.make_error("one of the controls " + ", ".join(control.name for control in controls))
    if isinstance(target, Choice) and isinstance(value, int) and str(value) in dict(target.options):
        value = str(value)  # YAML reads the name of an option as a number
    if is_valid_value(target, value):
        return Set(name) if isinstance(target, Button) else Set(name, value)
    match target:
        case Choice(options=options):
            raise step.make_error(f"for {name} one of " + ", ".join(dict(options)))
        case Slider(low=low, high=high) | Number(low=low, high=high):
            raise step.make_error(f"for {name} a number from {low:g} to {high:g}")
    raise step.make_error(f"for {name} true or false")
