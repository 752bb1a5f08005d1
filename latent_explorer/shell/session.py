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
from latent_explorer.scene.camera import CLOSEST, WIDEST, Camera
from latent_explorer.scene.state import State, World
from latent_explorer.shell import session_codec
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.strokes import MOST_SPOTS, Strokes

KIND, VERSION = "latent_explorer session", 1
PLAIN = ("which", "layer", "theme", "names", "smooth", "glide", "covered", "text_scale", "hidden", "image")
"""Fields of the state that are saved unchanged, beside lab, models, cameras and the labs' states."""
SAID = 2
"""Maximum number of problems in the summary; the others are counted."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Restored:
    """A restored state."""

    state: State
    trouble: tuple[str, ...] = ()
    """Values that could not be restored, a line each."""

    @property
    def line(self) -> str:
        """The problems in one line; empty if there are none."""
        more = len(self.trouble) - SAID
        said = "; ".join(self.trouble[:SAID])
        return f"{said}; and {more} more" if more > 0 else said


def document(state: State, files: Mapping[str, str]) -> tuple[Document, tuple[str, ...]]:
    """Return the document that `restore` reads, and the values that could not be saved, a line each. `checkpoint_paths`
    are by the names of checkpoints that are not shipped with the program; only those that the state names are saved."""
    kept: Document = {"lab": state.lab, "models": list(state.chosen or state.models)}
    lost: list[str] = []
    hints = typing.get_type_hints(State)
    for name in (*PLAIN, "cameras"):
        for found in _tried(lost, session_codec.encode, getattr(state, name), hints[name], name):
            kept[name] = found
    for found in _tried(lost, session_codec.encode, state.pad.strokes, Strokes, "strokes"):
        kept["strokes"] = found
    own = {
        name: one
        for name, value in state.own.items()
        for one in _tried(lost, session_codec.encode, value, type(value), f"own.{name}")
    }
    kept["own"] = own
    spoken = _texts(kept)
    places = {name: path for name, path in files.items() if name in spoken}
    return {KIND: VERSION, "files": places, **kept}, tuple(lost)


def check(data: Any, where: str) -> Document:
    """Return `data` if it is a session that this version reads; raise `InputError` otherwise."""
    if not isinstance(data, dict) or KIND not in data:
        raise InputError(f"{where}: this is no session of latent_explorer; a file saved with Ctrl+S is allowed")
    if data[KIND] != VERSION or isinstance(data[KIND], bool):
        shown = data[KIND] if isinstance(data[KIND], int | float | str) else type(data[KIND]).__name__
        raise InputError(f"{where}: a session of version {str(shown)[:20]} arrived; version {VERSION} is allowed")
    return data


def files(data: Document) -> dict[str, str]:
    """Return the paths of checkpoints by their names in the document."""
    return session_codec.decode(dict[str, str], data.get("files", {}), "files")


def renamed(data: Document, names: Mapping[str, str]) -> Document:
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


def restored(state: State, data: Document, world: World) -> Restored:
    """Return `state` with the values of the document; the window's size and its running commands stay."""
    trouble: list[str] = []
    hints = typing.get_type_hints(State)
    values: dict[str, Any] = {}
    for name in PLAIN:
        if name in data:
            for found in _tried(trouble, session_codec.decode, hints[name], data[name], name):
                values[name] = found
    lab = data.get("lab", state.lab)
    if lab not in LABS:
        trouble.append(f"lab {str(lab)[:40]!r} is unknown, {LABS[state.lab].title} stays")
        lab = state.lab
    models, missing = _models(state, data, world, trouble)
    (cameras,) = _tried(trouble, session_codec.decode, hints["cameras"], data.get("cameras", []), "cameras") or [{}]
    after = replace(
        state, lab=lab, models=models, cameras={key: _sound(camera) for key, camera in cameras.items()}, **values,
        hover=None, held=None, form=None, making=None, moving=None, before_click=None, legend_page=0,
        past=(), future=(), grip="", over="", touching="", last="", help=False, message="", export="",
    )  # fmt: skip
    after = replace(after, pad=replace(after.pad, strokes=_strokes(data, after.image), held="", over="", reading=""))
    after = _within(after, world, trouble)
    own = data.get("own", {})
    if not isinstance(own, dict):
        trouble.append(f"own: {type(own).__name__} arrived; what each lab keeps is allowed")
        own = {}
    for name, one in LABS.items():
        kept = _own(name, own, trouble)
        if missing:
            kept = one.kept(kept, same_images=False)
        trial = replace(after, own={**after.own, name: kept})
        if not _shows(trial, name, world):
            trouble.append(f"what {one.title} kept does not fit these models, it begins anew")
            trial = replace(after, own={**after.own, name: one.start()})
        after = trial
    shown = _cast(after, world)
    return Restored(replace(shown, chosen=models), tuple(trouble))


# -- inside -------------------------------------------------------------------------------------------


def _strokes(data: Document, image: OwnImage | None) -> Strokes:
    """Return the strokes of the user image; none if they would draw another picture."""
    if image is None or not image.drawn:
        return Strokes()
    try:
        found = session_codec.decode(Strokes, data["strokes"], "strokes")
        return found if found.count <= MOST_SPOTS and found.image() == image else Strokes()
    except (KeyError, ArithmeticError, ValueError):  # strokes that no pen drew: positions that are no numbers
        return Strokes()


def _tried(trouble: list[str], work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Return the result of `work` in a list; after an `InputError`, an empty list and a line in `problems`."""
    try:
        return [work(*arguments)]
    except InputError as error:
        trouble.append(str(error))
        return []


def _models(state: State, data: Document, world: World, trouble: list[str]) -> tuple[tuple[str, ...], bool]:
    """Return the models of the slots, a current one in place of a missing one, and whether one is missing."""
    try:
        wanted: Sequence[str] = session_codec.decode(tuple[str, ...], data.get("models", list(state.models)), "models")
    except InputError as error:
        trouble.append(str(error))
        return state.models, True
    if not 1 <= len(wanted) <= 8:
        trouble.append(f"models: {len(wanted)} arrived; 1 to 8 are allowed")
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
        trouble.append(f"checkpoint {name[:60]!r} is not here, {found[wanted.index(name)]} is shown instead")
    return tuple(found), bool(missing)


def _sound(camera: Camera) -> Camera:
    x, y = (min(max(part, 0.0), 1.0) for part in camera.centre)
    return Camera((x, y), min(max(camera.zoom, WIDEST), CLOSEST))


def _within(state: State, world: World, trouble: list[str]) -> State:
    """Return the state with values replaced that have the right type but are not available here."""
    maps = world[state.models[0]].maps
    if state.which not in maps:
        trouble.append(f"map {state.which[:40]!r} is not here, {next(iter(maps))} is shown instead")
    classes = {name for model in state.models for name in world[model].class_names}
    return replace(
        state,
        which=state.which if state.which in maps else next(iter(maps)),
        layer=state.layer if state.layer in map_layers.KINDS else map_layers.NONE,
        theme=state.theme if state.theme in ("dark", "light") else "dark",
        text_scale=min(max(state.text_scale, 0.6), 2.0),
        hidden=frozenset(state.hidden & classes),
    )


def _own(name: str, own: Document, trouble: list[str]) -> Any:
    start = LABS[name].start()
    if name not in own:
        return start
    try:
        return session_codec.decode(type(start), own[name], f"own.{name}")
    except InputError as error:
        trouble.append(f"{LABS[name].title} begins anew ({error})")
        return start


def _shows(state: State, lab: str, world: World) -> bool:
    """Return True if a lab can show its restored state: a file may name samples that do not exist."""
    trial = _cast(replace(state, lab=lab), world)
    one = LABS[lab]
    try:
        one.controls(trial, world)
        one.requests(trial, world)
        one.view(trial, Results(), world)
    except Exception:  # whatever fails, the lab without its state is better than no window
        return False
    return True


def _cast(state: State, world: World) -> State:
    """Return the state with as many models as the lab can show, keeping the present ones, and its displayed models."""
    lab = LABS[state.lab]
    models = state.models
    if len(models) < lab.most_slots:
        models = lab.cast(models, world)
        models = (*models, *(models[-1:] * (lab.most_slots - len(models))))
    cast = replace(state, models=models, stands=())
    return replace(cast, stands=lab.stands(cast, world))


def _texts(value: Any) -> set[str]:
    """Return all strings in a JSON value, including keys."""
    if isinstance(value, str):
        return {value}
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_texts, parts))
