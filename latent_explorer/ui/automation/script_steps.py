"""The steps of scripts and lessons: a YAML list, read and checked. It does not know how a step is played.

- lab: explore
- set: {map: pca}
- move: [0.31, 0.74]        # map units, 0..1, y up; `map: 2` beside it means the second map
- click: [0.31, 0.74]
- drag: [[0.3, 0.7], [0.6, 0.2]]
- screenshot: trace.png
- record: film.gif          # what follows, to a GIF that `record: stop` ends
- move: [0.6, 0.2]
  seconds: 1.5              # with `move`, `drag`, `pan` and `touch`: duration of the mouse movement
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pygame

from latent_explorer.config import schema
from latent_explorer.config.limits import Length, Rule, Within, one_of
from latent_explorer.config.yaml_file import read_yaml
from latent_explorer.errors import InputError, quote
from latent_explorer.labs import LABS

MAX_WAIT = 600.0
TIMED_STEPS = ("move", "drag", "pan", "touch")
"""Steps that may set the duration of the mouse movement."""
KEY_CODES = {name[2:].lower(): code for name, code in vars(pygame).items() if name.startswith("K_")}
"""Key codes by the names of pygame's constants: f1, escape, left, return, backspace, home, ..."""

_Share = Annotated[float, Within(0, 1)]
_Seconds = Annotated[float, Within(0, MAX_WAIT)]
_Slot = Annotated[int, Within(1, max(lab.max_models for lab in LABS.values()))]
_Side = Annotated[float, Within(1, 16384)]
Place = tuple[_Share, _Share]
"""A place in map units."""
_Position = Annotated[Place, Rule("[x, y] in map units 0..1")]
_Path = Annotated[tuple[Place, ...], Length(2)]
_Stroke = Annotated[tuple[Place, ...], Length(1)]
_FileName = Annotated[str, Length(1)]


def _is_touch(value: tuple[Any, ...]) -> bool:
    return isinstance(value[0], str) and any(schema.fits(kind, list(value[1:])) for kind in (Place, _Path))


def _is_key(value: str | int) -> bool:
    *modifiers, name = str(value).split() or [str(value)]
    return (len(name) == 1 or name.lower() in KEY_CODES) and set(modifiers) <= {"shift", "ctrl"}


VERBS: dict[str, Any] = {
    "lab": Annotated[str, one_of(*LABS)],
    "move": _Position,
    "click": _Position,
    "double_click": _Position,
    "drag": Annotated[_Path, Rule("[[x, y], [x, y], ...] in map units 0..1; it begins at the nearest dot")],
    "pan": Annotated[_Path, Rule("[[x, y], [x, y], ...] in map units 0..1, with the right button")],
    "scroll": Annotated[
        tuple[_Share, _Share, Annotated[float, Within(-1e6, 1e6)]],
        Rule("[x, y, steps]; positive steps zoom in"),
    ],
    "touch": Annotated[
        tuple[Any, ...],
        Length(3),
        Rule(
            "[part, x, y] with x and y from 0 to 1 within a part of the lab, or [part, [x, y], [x, y], ...] to drag",
            _is_touch,
        ),
    ],
    "key": Annotated[str | int, Rule("the name of a key, with shift or ctrl before it where they are held", _is_key)],
    "set": Annotated[Any, Rule("{control: value}", lambda value: isinstance(value, dict) and len(value) > 0)],
    "moment": Annotated[_Share, Rule("a number from 0 to 1: how far the dots have come from the last map to this one")],
    "wait": Annotated[_Seconds, Rule(f"seconds, 0 to {MAX_WAIT:g}")],
    "resize": Annotated[tuple[_Side, _Side], Rule("[width, height] in pixels")],
    "open": Annotated[_FileName, Rule("the name of a picture file")],
    "draw": Annotated[
        _Stroke | Annotated[tuple[_Stroke, ...], Length(1)],
        Rule("[[x, y], ...], a stroke on the pad, x and y from 0 to 1 with y down; or a list of strokes"),
    ],
    "screenshot": Annotated[_FileName, Rule("a file name")],
    "record": Annotated[
        str, Rule("the name of a .gif file, or stop", lambda name: name == "stop" or name.lower().endswith(".gif"))
    ],
}
"""What each kind of step holds."""


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

    @property
    def writes_file(self) -> bool:
        return self.verb == "screenshot" or (self.verb == "record" and self.value != "stop")

    def make_error(self, allowed: str) -> InputError:
        return schema.make_error(f"{self.location}: {self.verb}", self.value, allowed)


def read(path: Path) -> list[Step]:
    """Read the steps of a script. An `InputError` names file, line, what arrived and what is allowed."""
    values, locate = read_yaml(path, "script")
    if not isinstance(values, list):
        allowed = f"a list of steps is allowed, each with {one_of(*VERBS).text}"
        raise InputError(f"{path}: {quote(values)} arrived; {allowed}")
    return [parse_step(value, locate(f"[{i}]")) for i, value in enumerate(values)]


def parse_step(value: Any, location: str) -> Step:
    """Parse one step; `location` is its file and line, for error messages."""
    if not isinstance(value, dict):
        raise schema.make_error(location, value, "a step like `move: [0.5, 0.5]`")
    rest = dict(value)
    slot, seconds = rest.pop("map", 1), rest.pop("seconds", 0)
    if len(rest) != 1 or next(iter(rest)) not in VERBS:
        arrived = ", ".join(quote(name).strip("'") for name in rest) or "nothing"
        raise InputError(f"{location}: {arrived} arrived; {one_of(*VERBS).text} is allowed")
    ((verb, content),) = rest.items()
    schema.decode(_Slot, slot, f"{location}: map")
    if not schema.fits(_Seconds, seconds) or ("seconds" in value and verb not in TIMED_STEPS):
        allowed = f"0 to {MAX_WAIT:g} beside {', '.join(TIMED_STEPS)}"
        raise InputError(f"{location}: seconds: {quote(seconds)} arrived with {verb}; {allowed} is allowed")
    schema.decode(VERBS[verb], content, f"{location}: {verb}")
    return Step(verb, content, slot - 1, location, float(seconds))
