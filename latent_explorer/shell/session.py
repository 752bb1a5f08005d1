"""The state of the window as one JSON document, and back.

It knows no file and no clock. What a document holds is checked piece by piece: a piece that does not fit is left as it
is in the window and said in a line, and the others are restored.
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
"""Fields of the state that are kept as they are, beside lab, models, cameras and each lab's own."""
SAID = 2
"""So many things that did not fit are said; the others are counted."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Restored:
    state: State
    trouble: tuple[str, ...] = ()
    """What did not fit, a line each."""

    @property
    def line(self) -> str:
        """All of it in one line; empty where everything fitted."""
        more = len(self.trouble) - SAID
        said = "; ".join(self.trouble[:SAID])
        return f"{said}; and {more} more" if more > 0 else said


def document(state: State, files: Mapping[str, str]) -> tuple[Document, tuple[str, ...]]:
    """What `restored` reads, and what could not be kept, a line each; `files` are the paths by the names of checkpoints
    that do not ship with the program. Only those that the state speaks of are kept."""
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
    """`data` if it is a session that this version reads; an `InputError` says what it is instead."""
    if not isinstance(data, dict) or KIND not in data:
        raise InputError(f"{where}: this is no session of latent_explorer; a file saved with Ctrl+S is allowed")
    if data[KIND] != VERSION or isinstance(data[KIND], bool):
        shown = data[KIND] if isinstance(data[KIND], int | float | str) else type(data[KIND]).__name__
        raise InputError(f"{where}: a session of version {str(shown)[:20]} arrived; version {VERSION} is allowed")
    return data


def files(data: Document) -> dict[str, str]:
    """The paths of checkpoints by their names in the document."""
    return session_codec.decode(dict[str, str], data.get("files", {}), "files")


def renamed(data: Document, names: Mapping[str, str]) -> Document:
    """The document with checkpoints called what they are called here."""
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
    """`state` with what the document holds; the window's size and what is being done in it stay."""
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
    """Those that the picture was drawn with; none where they would draw another one."""
    if image is None or not image.drawn:
        return Strokes()
    try:
        found = session_codec.decode(Strokes, data["strokes"], "strokes")
        return found if found.count <= MOST_SPOTS and found.image() == image else Strokes()
    except (KeyError, ArithmeticError, ValueError):  # what nobody drew: places that are no numbers
        return Strokes()


def _tried(trouble: list[str], work: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What comes of it; where it does not fit nothing, and a line."""
    try:
        return [work(*arguments)]
    except InputError as error:
        trouble.append(str(error))
        return []


def _models(state: State, data: Document, world: World, trouble: list[str]) -> tuple[tuple[str, ...], bool]:
    """The models of the slots, those shown now where the document's are not here; and whether one is not."""
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
    """Fields whose types are right and whose values are not."""
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
    """Whether a lab can show what it kept: a file may speak of samples that are not there."""
    trial = _cast(replace(state, lab=lab), world)
    one = LABS[lab]
    try:
        one.controls(trial, world)
        one.requests(trial, world)
        one.view(trial, Results(), world)
    except Exception:  # whatever it is, the lab without it is better than no window
        return False
    return True


def _cast(state: State, world: World) -> State:
    """As many models as the lab can show, and those that stand in for them; those that are there stay."""
    lab = LABS[state.lab]
    models = state.models
    if len(models) < lab.most_slots:
        models = lab.cast(models, world)
        models = (*models, *(models[-1:] * (lab.most_slots - len(models))))
    cast = replace(state, models=models, stands=())
    return replace(cast, stands=lab.stands(cast, world))


def _texts(value: Any) -> set[str]:
    """All texts in a JSON value, keys among them."""
    if isinstance(value, str):
        return {value}
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(_texts, parts))
