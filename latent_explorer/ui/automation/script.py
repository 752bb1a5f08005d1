"""Scripts: a YAML list of steps that drives the window through the same events as a user.

- lab: explore
- set: {map: pca}
- move: [0.31, 0.74]        # map units, 0..1, y up; `map: 2` beside it means the second map
- click: [0.31, 0.74]
- drag: [[0.3, 0.7], [0.6, 0.2]]
- screenshot: trace.png
- record: film.gif          # what follows, to a GIF that `record: stop` ends
- move: [0.6, 0.2]
  seconds: 1.5              # with `move`, `drag`, `pan` and `touch`: duration of the mouse movement

A screenshot shows the end of an animation, but right after a `wait` the moment it has reached: after `move` and
`wait: 0.1` it is 0.1 s old. In a headless run that is exact, since time passes only in waits and in steps with
`seconds`.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame
import yaml

from latent_explorer.config import parse_yaml
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene import map_panel, new_map
from latent_explorer.scene.controls import Button, Choice, Control, Number, Slider, is_valid_value
from latent_explorer.scene.events import Px, Set, Xy
from latent_explorer.shell import drawing_pad, update
from latent_explorer.ui.automation import synthetic_mouse
from latent_explorer.ui.capture.screen_recorder import FRAME_RATE
from latent_explorer.ui.window import window

if TYPE_CHECKING:
    from latent_explorer.ui.window.app import App

MAX_WAIT = 600.0
TIMED_STEPS = ("move", "drag", "pan", "touch")
"""Steps that may set the duration of the mouse movement."""

ALLOWED_VALUES = {
    "lab": "the name of a lab",
    "move": "[x, y] in map units 0..1",
    "click": "[x, y] in map units 0..1",
    "double_click": "[x, y] in map units 0..1",
    "drag": "[[x, y], [x, y], ...] in map units 0..1; it begins at the nearest dot",
    "pan": "[[x, y], [x, y], ...] in map units 0..1, with the right button",
    "scroll": "[x, y, steps]; positive steps zoom in",
    "touch": "[part, x, y] with x and y from 0 to 1 within a part of the lab, or [part, [x, y], [x, y], ...] to drag",
    "key": "the name of a key, with shift or ctrl before it where they are held",
    "set": "{control: value}",
    "moment": "a number from 0 to 1: how far the dots have come from the last map to this one",
    "wait": f"seconds, 0 to {MAX_WAIT:g}",
    "resize": "[width, height] in pixels",
    "open": "the name of a picture file",
    "draw": "[[x, y], ...], a stroke on the pad, x and y from 0 to 1 with y down; or a list of strokes",
    "screenshot": "a file name",
    "record": "the name of a .gif file, or stop",
}


@dataclass(frozen=True)
class Step:
    verb: str
    value: Any
    slot: int
    location: str
    """File and line."""
    seconds: float = 0.0
    """Duration of the mouse movement."""

    @property
    def takes_time(self) -> bool:
        return self.verb == "wait" or self.seconds > 0

    def make_error(self, allowed: str) -> InputError:
        return InputError(f"{self.location}: {self.verb}: {self.value!r} arrived; {allowed} is allowed")


def read(path: Path) -> list[Step]:
    """Read the steps of a script. An `InputError` names file, line, what arrived and what is allowed."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(f"script {path}: cannot be read: {reason}") from None
    values = parse_yaml(text, str(path))
    if not isinstance(values, list):
        arrived = "nothing" if values is None else f"a {type(values).__name__}"
        raise InputError(
            f"{path}: {arrived} arrived; a list of steps is allowed, each with one of {', '.join(ALLOWED_VALUES)}"
        )
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    assert node is not None
    return [
        parse_step(value, f"{path}, line {entry.start_mark.line + 1}")
        for value, entry in zip(values, node.value, strict=True)
    ]


def parse_step(value: Any, location: str) -> Step:
    """Parse one step; `location` is its file and line, for error messages."""
    if not isinstance(value, dict):
        raise InputError(f"{location}: {value!r} arrived; a step like `move: [0.5, 0.5]` is allowed")
    rest = dict(value)
    slot, seconds = rest.pop("map", 1), rest.pop("seconds", 0)
    if len(rest) != 1 or next(iter(rest)) not in ALLOWED_VALUES:
        arrived = ", ".join(map(str, rest)) or "nothing"
        raise InputError(f"{location}: {arrived} arrived; one of {', '.join(ALLOWED_VALUES)} is allowed")
    verb, content = next(iter(rest.items()))
    if type(slot) is not int or not 1 <= slot <= max(lab.max_models for lab in LABS.values()):
        most = max(lab.max_models for lab in LABS.values())
        raise InputError(f"{location}: map: {slot!r} arrived; a number from 1 to {most} is allowed")
    if not _is_number(seconds) or not 0 <= seconds <= MAX_WAIT or ("seconds" in value and verb not in TIMED_STEPS):
        allowed = f"0 to {MAX_WAIT:g} beside {', '.join(TIMED_STEPS)}"
        raise InputError(f"{location}: seconds: {seconds!r} arrived with {verb}; {allowed} is allowed")
    found = Step(verb, content, slot - 1, location, float(seconds))
    if not _CHECKS[verb](content):
        raise found.make_error(ALLOWED_VALUES[verb])
    if verb == "lab" and content not in LABS:
        raise found.make_error("one of " + ", ".join(LABS))
    return found


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def _make_numbers_check(count: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) == count and all(map(_is_number, value))


def _is_place(value: Any) -> bool:
    return _make_numbers_check(2)(value) and all(0 <= number <= 1 for number in value)


def _is_path(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 2 and all(map(_is_place, value))


def _is_touch(value: Any) -> bool:
    if not isinstance(value, list) or len(value) < 3 or not isinstance(value[0], str):
        return False
    return _is_place(value[1:]) or _is_path(value[1:])


def _to_strokes(value: Any) -> list[list[list[float]]]:
    """Return a value as a list of strokes; empty if it is neither a stroke nor a list of strokes."""
    strokes = value if isinstance(value, list) and value and not _is_place(value[0]) else [value]
    good = all(isinstance(one, list) and one and all(map(_is_place, one)) for one in strokes)
    return strokes if good else []


def _is_key(name: str) -> bool:
    last = name.split()[-1] if name.strip() else name
    held = name.split()[:-1]
    return (len(last) == 1 or last.lower() in KEY_CODES) and all(one in ("shift", "ctrl") for one in held)


KEY_CODES = {name[2:].lower(): code for name, code in vars(pygame).items() if name.startswith("K_")}
"""Key codes by the names of pygame's constants: f1, escape, left, return, backspace, home, ..."""


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "lab": lambda value: isinstance(value, str),
    "move": _is_place,
    "click": _is_place,
    "double_click": _is_place,
    "drag": _is_path,
    "pan": _is_path,
    "scroll": lambda value: _make_numbers_check(3)(value) and _is_place(value[:2]),
    "touch": lambda value: _is_touch(value),
    "key": lambda value: isinstance(value, str | int) and not isinstance(value, bool) and _is_key(str(value)),
    "set": lambda value: isinstance(value, dict) and len(value) > 0,
    "moment": lambda value: _is_number(value) and 0 <= value <= 1,
    "wait": lambda value: _is_number(value) and 0 <= value <= MAX_WAIT,
    "resize": lambda value: _make_numbers_check(2)(value) and all(1 <= side <= 16384 for side in value),
    "open": lambda value: isinstance(value, str) and bool(value),
    "draw": lambda value: _to_strokes(value) != [],
    "screenshot": lambda value: isinstance(value, str) and bool(value),
    "record": lambda value: isinstance(value, str) and (value == "stop" or value.lower().endswith(".gif")),
}


class Script:
    """A driver that plays steps: it posts the events of one step, lets the window answer, then goes on."""

    wants_frame_now = True

    def __init__(self, steps: Sequence[Step], folder: Path | None = None) -> None:
        self._steps = deque(steps)
        self._folder = folder or Path.cwd()
        self._current_step: Iterator[float] | None = None
        self._paused_until = 0.0
        self._mid_animation = False
        """Whether the step is next to a wait, so that animations are still running when it ends."""

    def step(self, app: "App") -> bool:
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

    def on_frame_drawn(self, app: "App", events: Sequence[pygame.event.Event], seconds: float) -> None:
        """Do nothing: a script does not measure frames."""

    def _play(self, step: Step, app: "App") -> Iterator[float]:
        """Post the step's events, frame by frame; each yield is a pause in seconds."""
        value = step.value
        match step.verb:
            case "lab":
                app.act(Set("lab", value))
            case "set":
                for name, wanted in value.items():
                    app.act(_make_set_action(step, str(name), wanted, update.list_controls(app.state, app.library)))
                    yield 0.0
            case "moment":
                app.state = new_map.freeze_transition(app.state, value)
            case "move":
                px = _to_px(app, step, value)
                yield from (
                    synthetic_mouse.move_along(app, [app.mouse or px, px], 0, step.seconds) if step.seconds else ()
                )
                synthetic_mouse.move(px)
            case "click" | "double_click":
                px = _to_px(app, step, value)
                synthetic_mouse.move(px)
                yield 0.0
                for second in (False, True) if step.verb == "double_click" else (False,):
                    synthetic_mouse.press(px, True, double=second)
                    synthetic_mouse.press(px, False)
            case "drag" | "pan":
                yield from self._drag(app, step)
            case "touch":
                yield from _touch_part(app, step)
            case "scroll":
                synthetic_mouse.move(_to_px(app, step, value[:2]))
                yield 0.0
                synthetic_mouse.scroll(value[2])
            case "key":
                *held, name = str(value).split() or [str(value)]
                code = KEY_CODES[name.lower()] if len(name) > 1 else ord(name)
                synthetic_mouse.press_key(code, name, held)
            case "wait":
                frames = max(1, round(value * FRAME_RATE)) if app.files.captures.recording else 1
                for _ in range(frames):
                    yield from synthetic_mouse.pause(app, value / frames)
            case "resize":
                app.surface = window.set_mode((int(value[0]), int(value[1])), fullscreen=False)
                pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, w=int(value[0]), h=int(value[1]), size=value))
            case "open":
                pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=str(self._folder / value)))
                yield 0.0
                while app.state.pad.loading_name:
                    yield 0.05
            case "draw":
                yield from _draw_strokes(app, _to_strokes(value))
            case "screenshot":
                app.frame([], None if self._mid_animation else math.inf)
                window.save_screenshot(app.surface, self._folder / value)
            case "record":
                _record(app, step, self._folder)
        yield 0.0

    def _drag(self, app: "App", step: Step) -> Iterator[float]:
        button = 1 if step.verb == "drag" else 3
        way = [tuple(xy) for xy in step.value]
        slot = step.slot if step.slot < len(LABS[app.state.lab].layout(app.state).maps) else 0
        if button == 1:
            _, dot = map_panel.find_nearest_dot(app.state, slot, way[0], app.library)
            way[0] = map_panel.get_dot_xy(app.state, slot, dot, app.library)
        yield from synthetic_mouse.drag(app, [_to_px(app, step, xy) for xy in way], button, step.seconds)


def _to_px(app: "App", step: Step, xy: Sequence[float]) -> Px:
    rects = LABS[app.state.lab].layout(app.state).maps
    slot = step.slot
    if slot >= len(rects):
        raise InputError(f"{step.location}: map: {slot + 1} arrived; the lab {app.state.lab} has {len(rects)}")
    place: Xy = (float(xy[0]), float(xy[1]))
    return app.state.get_camera(slot, app.library).to_px(place, rects[slot])


def _record(app: "App", step: Step, folder: Path) -> None:
    if step.value == "stop":
        app.files.captures.end(app.clock)
        app.files.captures.wait()
        for one in app.files.captures.take_finished():
            if one.error is not None:
                raise InputError(f"{step.location}: record: {one.error}")
        return
    if app.files.captures.recording:
        raise step.make_error("stop, while another recording runs,")
    app.files.captures.begin(folder / step.value, ui_scale=app.state.ui_scale)


def _touch_part(app: "App", step: Step) -> Iterator[float]:
    """Post a press on a part of the lab, or a drag over it."""
    part, *places = step.value
    lab = LABS[app.state.lab]
    if part not in lab.interactive_parts(app.state):
        raise step.make_error(
            "one of the parts " + (", ".join(lab.interactive_parts(app.state)) or "of another lab: here is none")
        )
    way = places if isinstance(places[0], list) else [places]
    rect = lab.layout(app.state).parts[part]
    px = [(rect.x + x * (rect.width - 1), rect.y + y * (rect.height - 1)) for x, y in way]
    yield from synthetic_mouse.drag(app, px, seconds=step.seconds)


def _draw_strokes(app: "App", strokes: list[list[list[float]]]) -> Iterator[float]:
    """Open the pad and draw strokes on it."""
    if not app.state.pad.open:
        app.act(Set("pad", True))
        yield 0.0
    for spots in strokes:
        ink = drawing_pad.make_layout(app.state).ink
        yield from synthetic_mouse.draw_stroke(
            [(ink.x + x * (ink.width - 1), ink.y + y * (ink.height - 1)) for x, y in spots]
        )


def _make_set_action(step: Step, name: str, value: Any, controls: Sequence[Control]) -> Set:
    """Return `set: {name: value}` as an action. Raise `InputError` if it fits none of `controls`."""
    found = next((control for control in controls if control.name == name), None)
    if found is None:
        raise step.make_error("one of the controls " + ", ".join(control.name for control in controls))
    if is_valid_value(found, value):
        return Set(name) if isinstance(found, Button) else Set(name, value)
    match found:
        case Choice(options=options):
            raise step.make_error(f"for {name} one of " + ", ".join(dict(options)))
        case Slider(low=low, high=high) | Number(low=low, high=high):
            raise step.make_error(f"for {name} a number from {low:g} to {high:g}")
    raise step.make_error(f"for {name} true or false")
