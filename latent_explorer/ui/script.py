"""Scripts: a YAML list of steps that drives the window through the same events as a hand.

- lab: explore
- set: {map: pca}
- move: [0.31, 0.74]        # map units, 0..1, y up; `map: 2` beside it means the second map
- click: [0.31, 0.74]
- drag: [[0.3, 0.7], [0.6, 0.2]]
- screenshot: trace.png

A screenshot shows where pictures glide to, but right after a `wait` how far they have come: after `move` and
`wait: 0.1` they are 0.1 s on their way. In a window that nobody sees that is exact, for there time passes in waits
alone.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pygame
import yaml

from latent_explorer.config import parse_yaml
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS, drawing, frame, newmap, shell
from latent_explorer.labs.actions import Px, Set, Xy
from latent_explorer.labs.controls import Button, Choice, Control, Number, Slider, fits
from latent_explorer.ui import window

if TYPE_CHECKING:
    from latent_explorer.ui.app import App

DRAG_STEPS = 12
LONGEST_WAIT = 600.0

ALLOWED = {
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
    "wait": f"seconds, 0 to {LONGEST_WAIT:g}",
    "resize": "[width, height] in pixels",
    "open": "the name of a picture file",
    "draw": "[[x, y], ...], a stroke on the pad, x and y from 0 to 1 with y down; or a list of strokes",
    "screenshot": "a file name",
}


@dataclass(frozen=True)
class Step:
    verb: str
    value: Any
    slot: int
    where: str
    """File and line."""

    def wrong(self, allowed: str) -> InputError:
        return InputError(f"{self.where}: {self.verb}: {self.value!r} arrived; {allowed} is allowed")


def read(path: Path) -> list[Step]:
    """The steps of a script; an `InputError` names file, line, what arrived and what is allowed."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(f"script {path}: cannot be read: {reason}") from None
    values = parse_yaml(text, str(path))
    if not isinstance(values, list):
        arrived = "nothing" if values is None else f"a {type(values).__name__}"
        raise InputError(
            f"{path}: {arrived} arrived; a list of steps is allowed, each with one of {', '.join(ALLOWED)}"
        )
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    assert node is not None
    return [
        _step(value, f"{path}, line {entry.start_mark.line + 1}")
        for value, entry in zip(values, node.value, strict=True)
    ]


def _step(value: Any, where: str) -> Step:
    if not isinstance(value, dict):
        raise InputError(f"{where}: {value!r} arrived; a step like `move: [0.5, 0.5]` is allowed")
    rest = dict(value)
    slot = rest.pop("map", 1)
    if len(rest) != 1 or next(iter(rest)) not in ALLOWED:
        arrived = ", ".join(map(str, rest)) or "nothing"
        raise InputError(f"{where}: {arrived} arrived; one of {', '.join(ALLOWED)} is allowed")
    verb, content = next(iter(rest.items()))
    step = Step(verb, content, slot - 1 if type(slot) is int else -1, where)
    if type(slot) is not int or not 1 <= slot <= max(lab.most_slots for lab in LABS.values()):
        most = max(lab.most_slots for lab in LABS.values())
        raise InputError(f"{where}: map: {slot!r} arrived; a number from 1 to {most} is allowed")
    if not _CHECKS[verb](content):
        raise step.wrong(ALLOWED[verb])
    if verb == "lab" and content not in LABS:
        raise step.wrong("one of " + ", ".join(LABS))
    return step


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e6


def _numbers(count: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and len(value) == count and all(map(_number, value))


def _place(value: Any) -> bool:
    return _numbers(2)(value) and all(0 <= number <= 1 for number in value)


def _way(value: Any) -> bool:
    return isinstance(value, list) and len(value) >= 2 and all(map(_place, value))


def _touch(value: Any) -> bool:
    if not isinstance(value, list) or len(value) < 3 or not isinstance(value[0], str):
        return False
    return _place(value[1:]) or _way(value[1:])


def _strokes(value: Any) -> list[list[list[float]]]:
    """Strokes of places; none where it is something else."""
    strokes = value if isinstance(value, list) and value and not _place(value[0]) else [value]
    good = all(isinstance(one, list) and one and all(map(_place, one)) for one in strokes)
    return strokes if good else []


def _is_key(name: str) -> bool:
    last = name.split()[-1] if name.strip() else name
    held = name.split()[:-1]
    return (len(last) == 1 or last.lower() in KEY_CODES) and all(one in ("shift", "ctrl") for one in held)


KEY_CODES = {name[2:].lower(): code for name, code in vars(pygame).items() if name.startswith("K_")}
"""As pygame names its constants: f1, escape, left, return, backspace, home, ..."""


_CHECKS: dict[str, Callable[[Any], bool]] = {
    "lab": lambda value: isinstance(value, str),
    "move": _place,
    "click": _place,
    "double_click": _place,
    "drag": _way,
    "pan": _way,
    "scroll": lambda value: _numbers(3)(value) and _place(value[:2]),
    "touch": lambda value: _touch(value),
    "key": lambda value: isinstance(value, str | int) and not isinstance(value, bool) and _is_key(str(value)),
    "set": lambda value: isinstance(value, dict) and len(value) > 0,
    "moment": lambda value: _number(value) and 0 <= value <= 1,
    "wait": lambda value: _number(value) and 0 <= value <= LONGEST_WAIT,
    "resize": lambda value: _numbers(2)(value) and all(1 <= side <= 16384 for side in value),
    "open": lambda value: isinstance(value, str) and bool(value),
    "draw": lambda value: _strokes(value) != [],
    "screenshot": lambda value: isinstance(value, str) and bool(value),
}


class Script:
    """A player of steps: posts the events of one step, lets the window answer, then goes on."""

    hurried = True

    def __init__(self, steps: Sequence[Step], folder: Path | None = None) -> None:
        self._steps = deque(steps)
        self._folder = folder or Path.cwd()
        self._running: Iterator[float] | None = None
        self._until = 0.0
        self._held = False
        """Whether the step lies beside a wait, so that its glide is not over when it is."""

    def step(self, app: "App") -> bool:
        if pygame.time.get_ticks() / 1000 < self._until:
            return True
        if self._running is not None:
            pause = next(self._running, None)
            if pause is not None:
                self._until = pygame.time.get_ticks() / 1000 + pause
                return True
            self._running = None
        if not self._steps:
            return False
        step = self._steps.popleft()
        following = self._steps[0].verb if self._steps else ""
        self._held = "wait" in (step.verb, following) or (self._held and step.verb == "screenshot")
        if app.headless:
            app.pace = 0.0 if self._held else math.inf
        self._running = self._play(step, app)
        return self.step(app)

    def after(self, app: "App", events: Sequence[pygame.event.Event], seconds: float) -> None:
        """A script does not measure."""

    def _play(self, step: Step, app: "App") -> Iterator[float]:
        """The step's events, one frame after another; each yield is a pause in seconds."""
        value = step.value
        match step.verb:
            case "lab":
                app.act(Set("lab", value))
            case "set":
                for name, wanted in value.items():
                    app.act(_setting(step, str(name), wanted, shell.controls(app.state, app.library)))
                    yield 0.0
            case "moment":
                app.state = newmap.at_moment(app.state, value)
            case "move":
                _post_motion(_px(app, step, value))
            case "click" | "double_click":
                px = _px(app, step, value)
                _post_motion(px)
                yield 0.0
                for second in (False, True) if step.verb == "double_click" else (False,):
                    _post_button(px, True, double=second)
                    _post_button(px, False)
            case "drag" | "pan":
                yield from self._drag(app, step)
            case "touch":
                yield from _touched(app, step)
            case "scroll":
                _post_motion(_px(app, step, value[:2]))
                yield 0.0
                wheel = {"x": 0, "y": round(value[2]), "precise_y": value[2], "precise_x": 0.0}
                pygame.event.post(pygame.event.Event(pygame.MOUSEWHEEL, flipped=False, scripted=True, **wheel))
            case "key":
                *held, name = str(value).split() or [str(value)]
                code = KEY_CODES[name.lower()] if len(name) > 1 else ord(name)
                text = name if len(name) == 1 and "ctrl" not in held else ""
                mod = pygame.KMOD_LSHIFT if text.isupper() or "shift" in held else pygame.KMOD_NONE
                mod |= pygame.KMOD_LCTRL if "ctrl" in held else pygame.KMOD_NONE
                pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=code, mod=mod, unicode=text))
                pygame.event.post(pygame.event.Event(pygame.KEYUP, key=code, mod=0))
            case "wait":
                if app.headless:
                    app.pace = float(value)
                    yield 0.0
                    app.pace = 0.0
                else:
                    yield float(value)
            case "resize":
                app.surface = window.set_mode((int(value[0]), int(value[1])), fullscreen=False)
                pygame.event.post(pygame.event.Event(pygame.VIDEORESIZE, w=int(value[0]), h=int(value[1]), size=value))
            case "open":
                pygame.event.post(pygame.event.Event(pygame.DROPFILE, file=str(self._folder / value)))
                yield 0.0
                while app.state.pad.reading:
                    yield 0.05
            case "draw":
                yield from _drawn(app, _strokes(value))
            case "screenshot":
                app.frame([], None if self._held else math.inf)
                window.save_screenshot(app.surface, self._folder / value)
        yield 0.0

    def _drag(self, app: "App", step: Step) -> Iterator[float]:
        button = 1 if step.verb == "drag" else 3
        way = [tuple(xy) for xy in step.value]
        slot = step.slot if step.slot < len(LABS[app.state.lab].layout(app.state).maps) else 0
        if button == 1:
            _, dot = frame.nearest(app.state, slot, way[0], app.library)
            way[0] = frame.dot_xy(app.state, slot, dot, app.library)
        stops = [_px(app, step, xy) for xy in way]
        _post_motion(stops[0])
        yield 0.0
        _post_button(stops[0], True, button)
        yield 0.0
        for first, second in pairwise(stops):
            for i in range(1, DRAG_STEPS + 1):
                share = i / DRAG_STEPS
                px = (first[0] + (second[0] - first[0]) * share, first[1] + (second[1] - first[1]) * share)
                _post_motion(px, button)
                yield 0.0
        _post_button(stops[-1], False, button)


def _px(app: "App", step: Step, xy: Sequence[float]) -> Px:
    rects = LABS[app.state.lab].layout(app.state).maps
    slot = step.slot
    if slot >= len(rects):
        raise InputError(f"{step.where}: map: {slot + 1} arrived; the lab {app.state.lab} has {len(rects)}")
    place: Xy = (float(xy[0]), float(xy[1]))
    return app.state.camera(slot, app.library).to_px(place, rects[slot])


def _post_motion(px: Px, button: int = 0) -> None:
    buttons = tuple(int(i == button) for i in (1, 2, 3))
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=px, rel=(0, 0), buttons=buttons, touch=False))


def _post_button(px: Px, down: bool, button: int = 1, *, double: bool = False) -> None:
    """`double` says which press is a double-click's second: a script's steps follow faster than a hand's."""
    kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
    pygame.event.post(pygame.event.Event(kind, pos=px, button=button, touch=False, double=double))


def _touched(app: "App", step: Step) -> Iterator[float]:
    """A press on a part of the lab, or a drag over it."""
    part, *places = step.value
    lab = LABS[app.state.lab]
    if part not in lab.touches(app.state):
        raise step.wrong("one of the parts " + (", ".join(lab.touches(app.state)) or "of another lab: here is none"))
    way = places if isinstance(places[0], list) else [places]
    rect = lab.layout(app.state).parts[part]
    px = [(rect.x + x * (rect.width - 1), rect.y + y * (rect.height - 1)) for x, y in way]
    _post_motion(px[0])
    yield 0.0
    _post_button(px[0], True)
    yield 0.0
    for start, end in pairwise(px):
        for i in range(1, DRAG_STEPS + 1):
            share = i / DRAG_STEPS
            x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
            _post_motion((x, y), button=1)
            yield 0.0
    _post_button(px[-1], False)


def _drawn(app: "App", strokes: list[list[list[float]]]) -> Iterator[float]:
    """Strokes on the pad, which is opened for it."""
    if not app.state.pad.open:
        app.act(Set("pad", True))
        yield 0.0
    for spots in strokes:
        ink = drawing.places(app.state).ink
        way = [(ink.x + x * (ink.width - 1), ink.y + y * (ink.height - 1)) for x, y in spots]
        _post_motion(way[0])
        yield 0.0
        _post_button(way[0], True)
        for px in way[1:]:
            _post_motion(px, button=1)
            yield 0.0
        _post_button(way[-1], False)
        yield 0.0


def _setting(step: Step, name: str, value: Any, controls: Sequence[Control]) -> Set:
    """`set: {name: value}` as an action, checked against the controls that are there."""
    found = next((control for control in controls if control.name == name), None)
    if found is None:
        raise step.wrong("one of the controls " + ", ".join(control.name for control in controls))
    if fits(found, value):
        return Set(name) if isinstance(found, Button) else Set(name, value)
    match found:
        case Choice(options=options):
            raise step.wrong(f"for {name} one of " + ", ".join(dict(options)))
        case Slider(low=low, high=high) | Number(low=low, high=high):
            raise step.wrong(f"for {name} a number from {low:g} to {high:g}")
    raise step.wrong(f"for {name} true or false")
