"""Sessions changed by hand: whatever number stands in a lab's state, it is shown or refused in one clear line."""

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import partial
from typing import Any

import pytest

from latent_explorer.config import schema, type_hints
from latent_explorer.config.limits import Within
from latent_explorer.labs import LABS
from latent_explorer.shell import session
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.strokes import MAX_POINTS, Stroke, Strokes
from tests.stage import answered, begin

HARM = (-1, 0, 10**9, -(10**9), 1e9, 1e-12, 1e200, float("nan"), float("inf"))
WORDS = {"model": "first", "which": "tsne", "method": "field"}
DRAWN = OwnImage(bytes(range(64)), (8, 8), 1, drawn=True, name="pad")
Path = tuple[int | str, ...]


def filled(kind: Any, name: str = "", default: Any = MISSING) -> Any:
    """What a session holds of that type, with something in each field."""
    parts = typing.get_args(kind)
    origin = typing.get_origin(kind)
    if kind is OwnImage:
        return schema.encode(DRAWN)
    if origin is typing.Annotated:
        found = filled(parts[0], name, default)
        within = next((part for part in parts if isinstance(part, Within)), None)
        return found if within is None else type(found)(within.clamp(found))
    if isinstance(kind, types.UnionType) or origin is typing.Union:
        return filled(next(part for part in parts if part is not type(None)), name)
    if origin is typing.Literal:
        return parts[0]
    if parts == (str, str):
        return ["first", "tsne"]
    if origin is tuple:
        return [filled(part, name) for part in parts if part is not ...]
    if origin is frozenset:
        return [filled(parts[0], name)]
    if origin is not None and issubclass(origin, Mapping):
        key, value = (filled(part, name) for part in parts)
        return {"first": value} if parts[0] is str else [[key, value]]
    if is_dataclass(kind):
        hints = typing.get_type_hints(kind, include_extras=True)
        every = [one for one in fields(kind) if one.name in type_hints.list_keys(kind)]
        return {one.name: filled(hints[one.name], one.name, one.default) for one in every}
    plain = {str: WORDS.get(name, ""), bool: False, int: 1, float: 0.5}[kind]
    return plain if default in (MISSING, None, "") else default


def numbers(data: Any, path: Path = ()) -> Iterator[Path]:
    """Where numbers stand."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield from numbers(value, (*path, key))
    if isinstance(data, int | float) and not isinstance(data, bool):
        yield path


def replaced(data: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    first, *rest = path
    copy = data.copy()
    copy[first] = replaced(data[first], tuple(rest), value)
    return copy


def opened(world, lab: str, own: Any) -> session.RestoredSession:
    data = session.make_document(begin(world, lab), {})[0]
    return session.restore(begin(world, lab), {**data, "own": {lab: own}})


def show(lab: str, found: session.RestoredSession) -> None:
    """All that the window and its worker do with the state."""
    one, state = LABS[lab], found.state
    results = answered(state)
    one.make_controls(state)
    one.make_animation_targets(state, results)
    assert one.make_view(state, results)


@pytest.mark.slow
@pytest.mark.parametrize("lab", sorted(LABS))
def test_every_number_of_a_lab_is_shown_or_refused_in_one_line(world, lab):
    own = filled(type(LABS[lab].make_initial_state()))
    assert opened(world, lab, own).problems == ()
    shown = []  # what is refused, and what is brought into its range, is often the same state again
    for path in numbers(own):
        for value in HARM:
            found = opened(world, lab, replaced(own, path, value))
            assert len(found.problems) <= 1, (path, value)
            assert "\n" not in found.summary
            assert not found.summary or LABS[lab].title in found.summary
            if found.state.lab_states not in shown:
                show(lab, found)
                shown.append(found.state.lab_states)


@pytest.mark.parametrize(
    ("lab", "field", "value", "said"),
    [
        ("compress", "bits", 10**9, "own.compress.bits: 1000000000 arrived; a whole number from 2 to 16 is allowed"),
        ("learn", "latent", 10**9, "own.learn.latent: 1000000000 arrived; a whole number from 2 to 16 is allowed"),
        ("cluster", "seed", -1, "own.cluster.seed: -1 arrived; a whole number of 0 or more is allowed"),
        ("generate", "temperature", 2, "own.generate.temperature: 2 arrived; a number from 0 to 1.6 is allowed"),
        ("explore", "chosen", -1, "own.explore.chosen: -1 arrived; a whole number of 0 or more is allowed"),
    ],
)  # fmt: skip
def test_a_number_out_of_its_range_is_said_with_what_is_allowed(world, lab, field, value, said):
    found = opened(world, lab, {field: value})
    assert found.summary.startswith(LABS[lab].title)
    assert found.summary.endswith(f"({said})")
    assert found.state.lab_states[lab] == LABS[lab].make_initial_state()


def test_more_bookmarks_than_there_is_room_for_are_not_looked_at(world):
    bookmark = filled(type(LABS["explore"].make_initial_state()))["bookmarks"][0]
    found = opened(world, "explore", {"bookmarks": [{**bookmark, "number": k} for k in range(5000)]})
    asked = [slot for slot in LABS["explore"].make_queries(found.state) if slot.startswith("bookmark")]
    assert 1 < len(asked) < 50


def test_more_strokes_than_a_hand_draws_are_not_drawn(world, monkeypatch):
    monkeypatch.setattr(Strokes, "to_image", partial(pytest.fail, "they were drawn"))
    strokes = Strokes((Stroke(((0.5, 0.5),) * (MAX_POINTS + 1)),))
    data = {session.KIND: 1, "image": schema.encode(DRAWN), "strokes": schema.encode(strokes)}
    assert session.restore(begin(world), data).state.drawing.pad.strokes == Strokes()
