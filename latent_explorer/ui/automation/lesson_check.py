"""Holds what a page of a lesson claims against the window: its texts, its state, the place of its pointer."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from latent_explorer.errors import InputError, did_you_mean, quote
from latent_explorer.scene import realism, sample_facts
from latent_explorer.scene.chart import Chart
from latent_explorer.scene.controls import Button, Control
from latent_explorer.scene.items import Chip, CornerNote, Item, Marker, Text, View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import ENGLISH, get_language
from latent_explorer.ui.automation.lesson_expectations import Expectation, NumberClaim

NUMBER = re.compile(r"[-−+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?", re.IGNORECASE)
"""A number as the window writes it: -0.25, 1,438, 9.8e-05."""
VERDICTS = {realism.USUAL.words: "like", realism.UNUSUAL.words: "unlike"}
OTHER_VERDICTS = tuple(
    one.words for one in (realism.SAMPLE_CODE, realism.CODE_BETWEEN, realism.FAR_CODE, realism.OFF_THE_MAP)
)
ENGLISH_CLAIMS = ("shown", "not shown", "number", "verdict")
"""Claims about words on the screen, which a lesson quotes from the English window."""
PAGE_STEP = 100_000
"""Pixels from one page of a presentation to the next, more than any window is high."""
MAX_QUOTED = 4
"""Texts of the window that an error names at most."""


@dataclass(frozen=True)
class Scene:
    """The window as a claim is held against it."""

    state: State
    view: View
    """What is on the screen."""
    uncovered: View
    """The same without the covers over pictures that the class is to predict."""
    controls: tuple[Control, ...]


@dataclass(frozen=True)
class Written:
    """A text on the screen and its place; None for one within a chart."""

    text: str
    rect: Rect | None


def find_failure(expectation: Expectation, scene: Scene) -> InputError | None:
    """Return the error of a claim that does not hold: what is expected, and what is there; None if it holds, or if it
    quotes the English window and this one is in another language."""
    if expectation.claim in ENGLISH_CLAIMS and get_language() is not ENGLISH:
        return None
    failure = CHECKS[expectation.claim](expectation.value, scene)
    if failure is None:
        return None
    claimed = _describe(expectation.value)
    return InputError(f"{expectation.location}: {expectation.claim}: {claimed} is expected; {failure}")


def list_texts(view: View, state: State) -> list[Written]:
    """Return the texts of a view but those of the lesson's own page, and an error message, which may quote what is
    expected."""
    written = [one for item in view for one in _list_texts_of(item)]
    return [
        one
        for one in written
        if (one.rect is None or one.rect.y < state.size[1]) and one.text != (state.status.message or None)
    ]


# -- the claims: each returns what is there instead, None if it holds ------------------------------------


def _check_shown(words: str, scene: Scene) -> str | None:
    texts = [one.text for one in list_texts(scene.view, scene.state)]
    if any(_holds(text, words) for text in texts):
        return None
    return f"there {_list_near(words, texts)}"


def _check_not_shown(words: str, scene: Scene) -> str | None:
    texts = [one.text for one in list_texts(scene.view, scene.state) if _holds(one.text, words)]
    return f"there is {quote(texts[0])}" if texts else None


def _check_number(wanted: NumberClaim, scene: Scene) -> str | None:
    texts = list_texts(scene.view, scene.state)
    numbers = _find_numbers(wanted, texts, scene.state.window_size[0])
    if not numbers:
        place = "follows" if wanted.after else "comes before it"
        return f"no number {place}; there {_list_near(wanted.words, [one.text for one in texts])}"
    if wanted.which is not None:
        numbers = numbers[wanted.which - 1 : wanted.which]
        if not numbers:
            return f"there are fewer than {wanted.which}"
    if all(wanted.low <= number <= wanted.high for number in numbers):
        return None
    return f"there is {' and '.join(f'{number:g}' for number in numbers[:MAX_QUOTED])}"


def _check_nearest(name: str, scene: Scene) -> str | None:
    return _check_nearest_among((name,), scene)


def _check_nearest_among(names: Sequence[str], scene: Scene) -> str | None:
    hover = scene.state.pointer.hover
    if hover is None:
        return "the pointer is on no map"
    if not sample_facts.has_classes(scene.state, hover.slot):
        return "the samples have no classes"
    class_name = sample_facts.get_class_name(scene.state, hover.slot, hover.dot)
    return None if class_name in names else f"there is {quote(class_name)}"


def _check_verdict(wanted: str, scene: Scene) -> str | None:
    known = {**VERDICTS, **{words: "" for words in OTHER_VERDICTS}}
    said = [one.text.casefold() for one in list_texts(scene.uncovered, scene.state)]
    lamps = [words for words in said if words in known]
    if not lamps:
        return "there is no lamp"
    return (
        None if all(known[words] == wanted for words in lamps) else f"the lamp says {' and '.join(map(quote, lamps))}"
    )


def _check_lab(name: str, scene: Scene) -> str | None:
    return None if scene.state.lab == name else f"there is {scene.state.lab}"


def _check_model(name: str, scene: Scene) -> str | None:
    shown = [scene.state.get_model_name(slot) for slot in range(scene.state.model_count)]
    return None if name in shown else f"there is {' and '.join(shown)}"


def _check_control(wanted: dict[Any, Any], scene: Scene) -> str | None:
    known = {one.name: one for one in scene.controls}
    for name, value in wanted.items():
        control = known.get(str(name))
        if control is None:
            return f"there is no control {name}{did_you_mean(str(name), list(known))}, but {', '.join(known)}"
        if isinstance(control, Button):
            return f"{name} is a button, which has no value"
        if not _is_value(control.value, value):
            return f"{name} is {quote(control.value).strip(chr(39))}"
    return None


CHECKS: dict[str, Callable[[Any, Scene], str | None]] = {
    "shown": _check_shown,
    "not shown": _check_not_shown,
    "number": _check_number,
    "nearest": _check_nearest,
    "nearest among": _check_nearest_among,
    "verdict": _check_verdict,
    "lab": _check_lab,
    "model": _check_model,
    "control": _check_control,
}

# -- inside ---------------------------------------------------------------------------------------------


def _describe(value: Any) -> str:
    if isinstance(value, NumberClaim):
        ends = [f"from {value.low:g}"] * math.isfinite(value.low) + [f"to {value.high:g}"] * math.isfinite(value.high)
        return f"{'after' if value.after else 'before'} {quote(value.words)} {' '.join(ends)}"
    return quote(list(value) if isinstance(value, tuple) else value)


def _list_texts_of(item: Item) -> list[Written]:
    match item:
        case Text(text=text, rect=rect):
            return [Written(text, rect)]
        case CornerNote(lines=lines, rect=rect):
            return [Written(line, rect) for line in lines]
        case Chip(text=text, rect=rect):
            return [Written(text, rect)]
        case Marker(label=label) if label:
            return [Written(label, None)]
        case Chart():
            labels = [
                *(one.label for one in item.series),
                *(one.label for one in item.cursors),
                *(one.label for one in item.spots),
            ]
            return [Written(text, None) for text in (item.title, item.x.label, item.y.label, *labels) if text]
    return []


def _holds(text: str, words: str) -> bool:
    return " ".join(words.split()).casefold() in " ".join(text.split()).casefold()


def _list_near(words: str, texts: Sequence[str]) -> str:
    """Return the texts that share most words with `words`, in words."""
    wanted = set(words.casefold().split())
    near = sorted(dict.fromkeys(texts), key=lambda text: -len(wanted & set(text.casefold().split())))
    near = [text for text in near if wanted & set(text.casefold().split())] or near
    return "is " + " and ".join(quote(text) for text in near[:MAX_QUOTED]) if near else "is no text"


def _find_numbers(wanted: NumberClaim, texts: Sequence[Written], width: int) -> list[float]:
    """Return the numbers beside the words, in reading order: in the same text, else in that to the right of it, else in
    that below it, as in a table; with `wanted.text`, in the row where these words stand too. `width`: of the window."""
    ordered = sorted(texts, key=lambda one: (one.rect.y, one.rect.x) if one.rect is not None else (-1, -1))
    inside = [_find_number_in(one.text, wanted) for one in ordered if _holds(one.text, wanted.text)]
    numbers = [number for number in inside if number is not None]
    if numbers or wanted.before:
        return numbers
    placed = [(one.text, _put_below(one.rect, width)) for one in ordered if one.rect is not None]
    heads = [rect for text, rect in placed if _holds(text, wanted.after)]
    rows = [rect for text, rect in placed if wanted.text and text == wanted.text]
    rows = rows or [rect for text, rect in placed if wanted.text and _holds(text, wanted.text)]
    cells = [
        (match.group(), rect)
        for text, rect in placed
        if (match := NUMBER.match(text.strip())) and (not wanted.text or any(_overlap(rect, row) for row in rows))
    ]
    for is_next in (_is_right_of, _is_below):
        for head in heads:
            near = [(_measure_gap(rect, head), number) for number, rect in cells if is_next(rect, head)]
            numbers += [_to_number(min(near)[1])] if near else []
        if numbers:
            break
    return numbers


def _find_number_in(text: str, wanted: NumberClaim) -> float | None:
    """Return the first number after the words, or the last one before them; None if there is none."""
    at = text.casefold().find(wanted.words.casefold())
    if at < 0:
        return None
    if wanted.after:
        match = NUMBER.search(text, at + len(wanted.words))
        return None if match is None else _to_number(match.group())
    numbers = NUMBER.findall(text[:at])
    return _to_number(numbers[-1]) if numbers else None


def _to_number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def _put_below(rect: Rect, width: int) -> Rect:
    """Return where a rectangle lies if the pages of a presentation, which are side by side, stand one below the other:
    what is on two of them is in no row together."""
    return Rect(rect.x % width, rect.y + rect.x // width * PAGE_STEP, rect.width, rect.height)


def _overlap(one: Rect, other: Rect) -> bool:
    """Return whether two rectangles are in one row."""
    return one.y < other.bottom and other.y < one.bottom


def _is_right_of(one: Rect, head: Rect) -> bool:
    return one.x >= head.right and _overlap(one, head)


def _is_below(one: Rect, head: Rect) -> bool:
    return one.y >= head.bottom and one.x < head.right and head.x < one.right


def _measure_gap(one: Rect, head: Rect) -> int:
    return max(one.x - head.right, 0) + max(one.y - head.bottom, 0)


def _is_value(value: Any, wanted: Any) -> bool:
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, str):
        return value == str(wanted)
    return isinstance(wanted, int | float) and math.isclose(value, wanted, rel_tol=1e-3, abs_tol=1e-6)
