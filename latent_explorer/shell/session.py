"""The state of the window as one JSON document, and back.

It knows no file and no clock. Each value of a document is checked alone: an invalid one is reported in a line and
leaves the window's value as it is, and the others are restored.
"""

import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from latent_explorer.engine.results import Results
from latent_explorer.errors import InputError
from latent_explorer.labs import LABS
from latent_explorer.scene import map_layers
from latent_explorer.scene.camera import MAX_ZOOM, MIN_ZOOM, Camera
from latent_explorer.scene.state import Models, State
from latent_explorer.shell import session_codec
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.strokes import MAX_POINTS, Strokes

KIND, VERSION = "latent_explorer session", 1
STATE_FIELDS = {
    "which": "map_name", "layer": "layer", "theme": "theme", "names": "show_class_names", "smooth": "smooth_pixels",
    "glide": "animate_pictures", "covered": "pictures_hidden", "text_scale": "text_scale", "hidden": "hidden",
    "image": "user_image", "cameras": "cameras",
}  # fmt: skip
"""Keys of a document and the fields of the state that are saved under them unchanged, beside lab, models and the labs'
states. The keys never change: files of every version are read."""
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
        said = "; ".join(self.problems[:MAX_REPORTED])
        return f"{said}; and {more} more" if more > 0 else said


def make_document(state: State, checkpoint_paths: Mapping[str, str]) -> tuple[Document, tuple[str, ...]]:
    """Return the document that `restore` reads, and the values that could not be saved, a line each. `checkpoint_paths`
    are by the names of checkpoints that are not shipped with the program; only those that the state names are saved."""
    kept: Document = {"lab": state.lab, "models": list(state.selected_models or state.models)}
    lost: list[str] = []
    hints = typing.get_type_hints(State)
    for key, name in STATE_FIELDS.items():
        for found in _try_or_report(lost, session_codec.encode, getattr(state, name), hints[name], key):
            kept[key] = found
    for found in _try_or_report(lost, session_codec.encode, state.pad.strokes, Strokes, "strokes"):
        kept["strokes"] = found
    own = {
        name: one
        for name, value in state.lab_states.items()
        for one in _try_or_report(lost, session_codec.encode, value, type(value), f"own.{name}")
    }
    kept["own"] = own
    spoken = _collect_texts(kept)
    places = {name: path for name, path in checkpoint_paths.items() if name in spoken}
    return {KIND: VERSION, "files": places, **kept}, tuple(lost)


def check(data: Any, where: str) -> Document:
    """Return `data` if it is a session that this version reads; raise `InputError` otherwise."""
    if not isinstance(data, dict) or KIND not in data:
        raise InputError(f"{where}: this is no session of latent_explorer; a file saved with Ctrl+S is allowed")
    if data[KIND] != VERSION or isinstance(data[KIND], bool):
        shown = data[KIND] if isinstance(data[KIND], int | float | str) else type(data[KIND]).__name__
        raise InputError(f"{where}: a session of version {str(shown)[:20]} arrived; version {VERSION} is allowed")
    return data


def read_checkpoint_paths(data: Document) -> dict[str, str]:
    """Return the paths of checkpoints by their names in the document."""
    return session_codec.decode(dict[str, str], data.get("files", {}), "files")


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

    kept = {key: value for key, value in data.items() if key != "files"}
    return follow(kept) if changed else kept


def restore(state: State, data: Document, world: Models) -> RestoredSession:
    """Return `state` with the values of the document; the window's size and its running commands stay."""
    trouble: list[str] = []
    hints = typing.get_type_hints(State)
    values: dict[str, Any] = {}
    for key, name in STATE_FIELDS.items():
        if key in data:
            for found in _try_or_report(trouble, session_codec.decode, hints[name], data[key], key):
                values[name] = found
    lab = data.get("lab", state.lab)
    if lab not in LABS:
        trouble.append(f"lab {str(lab)[:40]!r} is unknown, {LABS[state.lab].title} stays")
        lab = state.lab
    models, missing = _restore_models(state, data, world, trouble)
    cameras: Mapping[tuple[str, str], Camera] = values.pop("cameras", {})
    after = replace(
        state,
        lab=lab,
        models=models,
        cameras={key: _clamp_camera(camera) for key, camera in cameras.items()},
        **values,
        hover=None,
        mouse_press=None,
        new_map_form=None,
        map_in_progress=None,
        map_transition=None,
        lab_states_before_click=None,
        legend_page=0,
        undo_stack=(),
        redo_stack=(),
        gesture="",
        hovered_part="",
        pressed_part="",
        previous_map="",
        help=False,
        message="",
        pending_export="",
    )
    after = replace(
        after,
        pad=replace(
            after.pad,
            strokes=_restore_strokes(data, after.user_image),
            pressed_part="",
            hovered_part="",
            loading_name="",
        ),
    )
    after = _replace_unavailable(after, world, trouble)
    own = data.get("own", {})
    if not isinstance(own, dict):
        trouble.append(f"own: {type(own).__name__} arrived; what each lab keeps is allowed")
        own = {}
    for name, one in LABS.items():
        kept = _restore_lab_state(name, own, trouble)
        if missing:
            kept = one.on_model_changed(kept, same_dataset=False)
        trial = replace(after, lab_states={**after.lab_states, name: kept})
        if not _can_show(trial, name, world):
            trouble.append(f"what {one.title} kept does not fit these models, it begins anew")
            trial = replace(after, lab_states={**after.lab_states, name: one.initial_state()})
        after = trial
    shown = _choose_models(after, world)
    return RestoredSession(replace(shown, selected_models=models), tuple(trouble))


# -- inside -------------------------------------------------------------------------------------------


def _restore_strokes(data: Document, image: OwnImage | None) -> Strokes:
    """Return the strokes of the user image; none if they would draw another picture."""
    if image is None or not image.drawn:
        return Strokes()
    try:
        found = session_codec.decode(Strokes, data["strokes"], "strokes")
        return found if found.count <= MAX_POINTS and found.to_image() == image else Strokes()
    except (KeyError, ArithmeticError, ValueError):  # strokes that no pen drew: positions that are no numbers
        return Strokes()


def _try_or_report(problems: list[str], work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Return the result of `work` in a list; after an `InputError`, an empty list and a line in `problems`."""
    try:
        return [work(*arguments)]
    except InputError as error:
        problems.append(str(error))
        return []


def _restore_models(state: State, data: Document, world: Models, problems: list[str]) -> tuple[tuple[str, ...], bool]:
    """Return the models of the slots, a current one in place of a missing one, and whether one is missing."""
    try:
        wanted: Sequence[str] = session_codec.decode(tuple[str, ...], data.get("models", list(state.models)), "models")
    except InputError as error:
        problems.append(str(error))
        return state.models, True
    if not 1 <= len(wanted) <= 8:
        problems.append(f"models: {len(wanted)} arrived; 1 to 8 are allowed")
        return state.models, True
    found, missing = [], []
    for slot, name in enumerate(wanted):
        try:
            _ = world[name]
            found.append(name)
        except (InputError, KeyError):
            missing.append(name)
            found.append(state.models[min(slot, len(state.models) - 1)])
    for name in dict.fromkeys(missing):
        problems.append(f"checkpoint {name[:60]!r} is not here, {found[wanted.index(name)]} is shown instead")
    return tuple(found), bool(missing)


def _clamp_camera(camera: Camera) -> Camera:
    x, y = (min(max(part, 0.0), 1.0) for part in camera.centre)
    return Camera((x, y), min(max(camera.zoom, MIN_ZOOM), MAX_ZOOM))


def _replace_unavailable(state: State, world: Models, problems: list[str]) -> State:
    """Return the state with values replaced that have the right type but are not available here."""
    maps = world[state.models[0]].maps
    if state.map_name not in maps:
        problems.append(f"map {state.map_name[:40]!r} is not here, {next(iter(maps))} is shown instead")
    classes = {name for model in state.models for name in world[model].class_names}
    return replace(
        state,
        map_name=state.map_name if state.map_name in maps else next(iter(maps)),
        layer=state.layer if state.layer in map_layers.KINDS else map_layers.NONE,
        theme=state.theme if state.theme in ("dark", "light") else "dark",
        text_scale=min(max(state.text_scale, 0.6), 2.0),
        hidden=frozenset(state.hidden & classes),
    )


def _restore_lab_state(name: str, lab_states: Document, problems: list[str]) -> Any:
    start = LABS[name].initial_state()
    if name not in lab_states:
        return start
    try:
        return session_codec.decode(type(start), lab_states[name], f"own.{name}")
    except InputError as error:
        problems.append(f"{LABS[name].title} begins anew ({error})")
        return start


def _can_show(state: State, lab: str, world: Models) -> bool:
    """Return True if a lab can show its restored state: a file may name samples that do not exist."""
    trial = _choose_models(replace(state, lab=lab), world)
    one = LABS[lab]
    try:
        one.controls(trial, world)
        one.queries(trial, world)
        one.view(trial, Results(), world)
    except Exception:  # whatever fails, the lab without its state is better than no window
        return False
    return True


def _choose_models(state: State, world: Models) -> State:
    """Return the state with as many models as the lab can show, keeping the present ones, and its displayed models."""
    lab = LABS[state.lab]
    models = state.models
    if len(models) < lab.max_models:
        models = lab.choose_models(models, world)
        models = (*models, *(models[-1:] * (lab.max_models - len(models))))
    cast = replace(state, models=models, displayed_models=())
    return replace(cast, displayed_models=lab.displayed_models(cast, world))


def _collect_texts(value: Any) -> set[str]:
    """Return all strings in a JSON value, including keys."""
    if isinstance(value, str):
        return {value}
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_collect_texts, parts))
