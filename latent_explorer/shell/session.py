"""The state of the window as one JSON document, and back.

It knows no file and no clock. Each value of a document is checked alone: an invalid one is reported in a line and
leaves the window's value as it is, and the others are restored.
"""

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from latent_explorer.config import schema
from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError, quote
from latent_explorer.labs import LABS
from latent_explorer.scene import map_layers
from latent_explorer.scene.camera import MAX_ZOOM, MIN_ZOOM, Camera
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import SLICES, History, MapTask, Pointer
from latent_explorer.shell import lab_models, lesson, quiz, tally
from latent_explorer.texts import tr
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.strokes import MAX_POINTS, Strokes

KIND, VERSION = "latent_explorer session", 1
MAX_REPORTED = 2
"""Maximum number of problems in the summary; the others are counted."""

Document = dict[str, Any]


@dataclass(frozen=True)
class RestoredSession:
    """A restored state."""

    state: State
    problems: tuple[str, ...] = ()
    """Values that could not be restored, a line each."""

    @property
    def summary(self) -> str:
        """The problems in one line; empty if there are none."""
        more = len(self.problems) - MAX_REPORTED
        text = "; ".join(self.problems[:MAX_REPORTED])
        return tr("{problems}; and {count} more", problems=text, count=more) if more > 0 else text


def make_document(state: State, checkpoint_paths: Mapping[str, str]) -> tuple[Document, tuple[str, ...]]:
    """Return the document that `restore` reads, and the values that could not be saved, a line each. `checkpoint_paths`
    are by the names of checkpoints that are not shipped with the program; only those that the state names are saved. In
    a lesson that is what the user had before it, and the page to go on at: the page sets up the rest."""
    state = lesson.put_aside(state)
    saved: Document = {"lab": state.lab, "models": list(state.selected_models or state.models)}
    lost: list[str] = []
    for one in SLICES:
        hints = typing.get_type_hints(one)
        for key, name in one.list_session_keys().items():
            value = getattr(getattr(state, one.name), name)
            for encoded in _try_or_report(lost, schema.encode, value, hints[name], key):
                saved[key] = encoded
    for encoded in _try_or_report(lost, schema.encode, state.drawing.pad.strokes, Strokes, "strokes"):
        saved["strokes"] = encoded
    own = {
        name: one
        for name, value in state.lab_states.items()
        for one in _try_or_report(lost, schema.encode, value, type(value), f"own.{name}")
    }
    saved["own"] = own
    spoken = _collect_texts(saved)
    places = {name: path for name, path in checkpoint_paths.items() if name in spoken}
    return {KIND: VERSION, "files": places, **saved}, tuple(lost)


def check(data: Any, where: str) -> Document:
    """Return `data` if it is a session that this version reads; raise `InputError` otherwise."""
    if not isinstance(data, dict) or KIND not in data:
        raise InputError(f"{where}: this is no session of latent_explorer; a file saved with Ctrl+S is allowed")
    if data[KIND] != VERSION or isinstance(data[KIND], bool):
        version = quote(data[KIND])
        raise InputError(f"{where}: a session of version {version} arrived; version {VERSION} is allowed")
    return data


def read_checkpoint_paths(data: Document) -> dict[str, str]:
    """Return the paths of checkpoints by their names in the document."""
    return schema.decode(dict[str, str], data.get("files", {}), "files")


def rename_checkpoints(data: Document, names: Mapping[str, str]) -> Document:
    """Return the document with checkpoints renamed: `names` maps names in the document to names on this machine."""
    changed = {old: new for old, new in names.items() if old != new}

    def follow(value: Any) -> Any:
        if isinstance(value, str):
            return changed.get(value, value)
        if isinstance(value, list):
            return [follow(one) for one in value]
        if isinstance(value, dict):
            return {changed.get(key, key): follow(one) for key, one in value.items()}
        return value

    rest = {key: value for key, value in data.items() if key != "files"}
    return follow(rest) if changed else rest


def restore(state: State, data: Document) -> RestoredSession:
    """Return `state` with the values of the document; the window's size and its running commands stay."""
    problems: list[str] = []
    state = lesson.end_lesson(state)
    after = _restore_slices(state, data, problems)
    lab = _restore_lab(state, data, problems)
    after = quiz.restore_votes(after.put(replace(after.lessons, votes=state.lessons.votes)), after.lessons.votes)
    after = tally.restore_votes(after)
    models, is_missing = _restore_models(state, data, problems)
    cameras = after.view.cameras if "cameras" in data else {}
    pad = after.drawing.pad
    after = replace(after, lab=lab, models=models).put(
        replace(after.view, cameras={key: _clamp_camera(one) for key, one in cameras.items()}, legend_page=0),
        replace(after.overlay, help=False),
        replace(after.status, message="", pending_export=""),
        replace(after.drawing, pad=replace(pad, pressed_part="", hovered_part="", loading_name="")),
        *(Pointer(), MapTask(), History()),
    )
    after = after.with_pad(replace(after.drawing.pad, strokes=_restore_strokes(data, after.drawing.image)))
    after = _replace_unavailable(after, problems)
    after = _choose_models(_restore_lab_states(after, data, problems, is_missing=is_missing))
    return RestoredSession(replace(after, selected_models=models), tuple(problems))


# -- inside -------------------------------------------------------------------------------------------


def _restore_slices(state: State, data: Document, problems: list[str]) -> State:
    """Return the state with the fields of its slices that the document holds."""
    for part in SLICES:
        hints = typing.get_type_hints(part)
        values = {
            name: decoded
            for key, name in part.list_session_keys().items()
            if key in data
            for decoded in _try_or_report(problems, schema.decode, hints[name], data[key], key)
        }
        state = state.put(replace(getattr(state, part.name), **values))
    return state


def _restore_lab(state: State, data: Document, problems: list[str]) -> str:
    """Return the lab of the document; the present one if there is none of its name."""
    lab = data.get("lab", state.lab)
    if isinstance(lab, str) and lab in LABS:
        return lab
    arrived, stays = repr(str(lab)[:40]), tr(LABS[state.lab].title)
    problems.append(tr("lab {arrived} is unknown, {lab} stays", arrived=arrived, lab=stays))
    return state.lab


def _restore_lab_states(state: State, data: Document, problems: list[str], *, is_missing: bool) -> State:
    """Return the state with what each lab kept, as far as it fits the models; `is_missing`: one of them is not here."""
    own = data.get("own", {})
    if not isinstance(own, dict):
        problems.append(tr("own: {type} arrived; what each lab keeps is allowed", type=type(own).__name__))
        own = {}
    for name, lab in LABS.items():
        lab_state = _restore_lab_state(name, own, len(dict.fromkeys(state.models)), problems)
        if is_missing:
            lab_state = lab.on_model_changed(lab_state, same_dataset=False)
        restored = state.with_lab_state(name, lab_state)
        if not _can_show(restored, name):
            problems.append(tr("what {lab} kept does not fit these models, it begins anew", lab=tr(lab.title)))
            restored = state.with_lab_state(name, lab.make_initial_state())
        state = restored
    return state


def _restore_strokes(data: Document, image: OwnImage | None) -> Strokes:
    """Return the strokes of the user image; none if they would draw another picture."""
    if image is None or not image.drawn:
        return Strokes()
    try:
        strokes = schema.decode(Strokes, data["strokes"], "strokes")
        return strokes if strokes.count <= MAX_POINTS and strokes.to_image() == image else Strokes()
    except (KeyError, ArithmeticError, ValueError):  # strokes that no pen drew: positions that are no numbers
        return Strokes()


def _try_or_report(problems: list[str], work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Return the result of `work` in a list; after an `InputError`, an empty list and a line in `problems`."""
    try:
        return [work(*arguments)]
    except InputError as error:
        problems.append(str(error))
        return []


def _restore_models(state: State, data: Document, problems: list[str]) -> tuple[tuple[str, ...], bool]:
    """Return the models of the slots, a current one in place of a missing one, and whether one is missing."""
    try:
        wanted: Sequence[str] = schema.decode(tuple[str, ...], data.get("models", list(state.models)), "models")
    except InputError as error:
        problems.append(str(error))
        return state.models, True
    if not 1 <= len(wanted) <= 8:
        problems.append(tr("models: {count} arrived; 1 to 8 are allowed", count=len(wanted)))
        return state.models, True
    names, missing = [], []
    for slot, name in enumerate(wanted):
        try:
            _ = state.library[name]
            names.append(name)
        except (InputError, KeyError):
            missing.append(name)
            names.append(state.models[min(slot, len(state.models) - 1)])
    for name in dict.fromkeys(missing):
        shown = names[wanted.index(name)]
        problems.append(
            tr("checkpoint {name} is not here, {shown} is shown instead", name=repr(name[:60]), shown=shown)
        )
    return tuple(names), bool(missing)


def _clamp_camera(camera: Camera) -> Camera:
    x, y = (min(max(part, 0.0), 1.0) for part in camera.centre)
    return Camera((x, y), min(max(camera.zoom, MIN_ZOOM), MAX_ZOOM))


def _replace_unavailable(state: State, problems: list[str]) -> State:
    """Return the state with values replaced that have the right type but are not available here."""
    maps = state.library[state.models[0]].maps
    if state.view.map_name not in maps:
        name, shown = repr(state.view.map_name[:40]), next(iter(maps))
        problems.append(tr("map {name} is not here, {shown} is shown instead", name=name, shown=shown))
    classes = {name for model in state.models for name in state.library[model].class_names}
    view, preferences = state.view, state.preferences
    layer = view.layer if view.layer in map_layers.KINDS else map_layers.NONE
    return state.put(
        replace(
            map_layers.choose(state, layer).view,
            map_name=view.map_name if view.map_name in maps else next(iter(maps)),
            hidden=frozenset(view.hidden & classes),
        ),
        replace(
            preferences,
            theme=preferences.theme if preferences.theme in ("dark", "light") else "dark",
            text_scale=min(max(preferences.text_scale, 0.6), 2.0),
        ),
    )


def _restore_lab_state(name: str, lab_states: Document, model_count: int, problems: list[str]) -> Any:
    start = LABS[name].with_model_count(LABS[name].make_initial_state(), model_count)
    if name not in lab_states:
        return start
    try:
        return schema.decode(type(start), lab_states[name], f"own.{name}")
    except InputError as error:
        problems.append(tr("{lab} begins anew ({error})", lab=tr(LABS[name].title), error=error))
        return start


def _can_show(state: State, name: str) -> bool:
    """Return True if a lab can show its restored state: a file may name samples that do not exist."""
    trial = _choose_models(replace(state, lab=name))
    lab = LABS[name]
    if lab_models.find_obstacle(lab, trial.models[: lab.count_models(trial)], state.library):
        return True  # it is not shown with them
    try:
        lab.make_controls(trial)
        lab.make_queries(trial)
        lab.make_view(trial, Results())
    except Exception:  # whatever fails, the lab without its state is better than no window
        return False
    return True


def _choose_models(state: State) -> State:
    """Return the state with as many models as the lab can show, keeping the present ones, and its displayed models."""
    lab = LABS[state.lab]
    models = state.models
    if len(models) < lab.max_models:
        models = lab.choose_models(models, state.library)
        models = (*models, *(models[-1:] * (lab.max_models - len(models))))
    cast = replace(state, models=models, displayed_models=())
    return replace(cast, displayed_models=lab.choose_displayed_models(cast))


def _collect_texts(value: Any) -> set[str]:
    """Return all strings in a JSON value, including keys."""
    if isinstance(value, str):
        return {value}
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_collect_texts, parts))
