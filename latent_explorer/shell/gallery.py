"""The gallery of a class: pictures are added to it from the pad and from files, labelled and removed."""

from collections.abc import Mapping
from dataclasses import replace

from latent_explorer.engine.queries.gallery import GalleryPlaces, PlacedPicture, PlaceGallery
from latent_explorer.engine.query import AnyQuery
from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import gallery as parts
from latent_explorer.scene import legend
from latent_explorer.scene.controls import Button, Choice, Control, Toggle
from latent_explorer.scene.drawing_pad import PICTURE
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import Action, Key, PicturesLoaded, Set
from latent_explorer.scene.gallery import GalleryLayout, GalleryNeeds
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.shell import fine_tuning
from latent_explorer.shell.keymap import get_keys
from latent_explorer.texts import mark, tr, tr_count
from latent_explorer.user_image import OwnImage, gallery
from latent_explorer.user_image.gallery import MAX_PICTURES, Gallery, GalleryPicture
from latent_explorer.user_image.strokes import Strokes

CHUNK = 20
"""Pictures of one query, so that the first ones appear while the others are being placed."""
NO_LABEL_KEY = "n"
FULL = mark("The gallery is full: {most} pictures are allowed. Save it, and clear it for the next class.")
EMPTY_DRAWING = mark("An empty drawing arrived; draw something first, then add it.")
KNOWN = mark("This picture is in the gallery already.")
KNOWN_ALL = mark("All of these pictures are in the gallery already.")
NOTHING_TO_SAVE = mark("The gallery is empty: add a picture first.")
CONTROLS = (parts.ADD, parts.LABEL, parts.SHOW, parts.PAGE, parts.REMOVE, parts.CLEAR, parts.SAVE)


def make_controls(state: State) -> tuple[Control, ...]:
    """Return the controls that are drawn with the pad."""
    own = state.gallery
    options = (("", parts.say_label("")), *((name, parts.say_label(name)) for name in list_labels(state)))
    return (
        Button(parts.ADD, tr("Add"), tr("Add the picture to the gallery, and empty the pad (Enter on the pad)")),
        Choice(parts.LABEL, options, own.label, tr("The label of the next picture (its digit on the pad, N for none)")),
        Toggle(parts.SHOW, tr("Gallery"), own.shown, tr("The pictures of the class (G on the pad)")),
        Button(parts.SAVE, tr("Save"), tr("Write gallery.npz, which opens again here and which train.py reads")),
        Button(parts.CLEAR, tr("Clear all"), tr("Remove all pictures; Z brings them back")),
        *fine_tuning.make_controls(state),
    )


def list_labels(state: State) -> tuple[str, ...]:
    """Return the labels that a picture can get here: the classes of the model in the first slot."""
    return state.get_checkpoint(0).class_names


def claims(state: State, action: Action) -> bool:
    """Return True if the gallery alone handles `action`."""
    match action:
        case PicturesLoaded():
            return True
        case Set(control=control):
            return control in (*CONTROLS, *fine_tuning.CONTROLS) and state.map_task.form is None
        case Key(name=name) if state.drawing.pad.open and state.drawing.pad.hovered_part:
            if state.overlay.help or state.map_task.form is not None:
                return False
            on_picture = find_picture_on_pad(state) is not None
            return name in ("return", "g", NO_LABEL_KEY, *get_keys("class")) or (name == "delete" and on_picture)
    return False


def update(state: State, action: Action) -> State:
    """Return the state after an action that the gallery claims."""
    match action:
        case PicturesLoaded():
            return _receive(state, action)
        case Set(control=name) if name in fine_tuning.CONTROLS:
            return fine_tuning.set_control(state, name)
        case Set(control=name, value=value):
            return _set(state, name, value)
        case Key(name="return"):
            return _set(state, parts.ADD, None)
        case Key(name="g"):
            return _set(state, parts.SHOW, not state.gallery.shown)
        case Key(name="delete"):
            return _set(state, parts.REMOVE, find_picture_on_pad(state))
        case Key(name=name):
            return _label_by_key(state, name)
    return state


def find_picture_on_pad(state: State) -> int | None:
    """Return the number of the gallery's picture that the mouse is on; None if it is on none."""
    part = state.drawing.pad.hovered_part
    number = int(part.removeprefix(PICTURE)) if part.startswith(PICTURE) else -1
    return number if 0 <= number < len(state.gallery.content.pictures) else None


def get_needs(state: State) -> GalleryNeeds | None:
    """Return what the layout of the gallery depends on; None while it is not shown."""
    own = state.gallery
    if not own.shown:
        return None
    buttons = 4 if own.tuned is None and own.tuning is None and fine_tuning.find_model_to_save(state) else 3
    return GalleryNeeds(len(own.content.pictures), own.page, buttons, fine_tuning.count_lines(state))


def turn_page(state: State, layout: GalleryLayout | None, by: int) -> State:
    """Return the state with the next page of pictures or the one before, as far as there are pages."""
    if layout is None:
        return state
    page = min(max(layout.page + by, 0), layout.page_count - 1)
    return state.put(replace(state.gallery, page=page))


def make_queries(state: State) -> dict[str, AnyQuery]:
    """Return the queries for the places of all pictures on the map of every slot."""
    images = [one.image for one in state.gallery.content.pictures]
    wanted: dict[str, AnyQuery] = {}
    for slot in range(LABS[state.lab].count_models(state) if images else 0):
        if state.get_checkpoint(slot).can_decode:
            for first in range(0, len(images), CHUNK):
                chunk = tuple(images[first : first + CHUNK])
                query = PlaceGallery(state.get_model_name(slot), state.get_map_name(slot), chunk)
                wanted[f"gallery {slot} {first}"] = query
    return wanted


def collect_places(state: State, results: Results, slot: int) -> Mapping[OwnImage, PlacedPicture]:
    """Return what is known of the pictures on the map of a slot, by image."""
    known: dict[OwnImage, PlacedPicture] = {}
    for first in range(0, len(state.gallery.content.pictures), CHUNK):
        value: GalleryPlaces | None = results.get_value(f"gallery {slot} {first}", GalleryPlaces)
        if value is not None and (value.model, value.map_name) == (
            state.get_model_name(slot), state.get_map_name(slot)
        ):  # fmt: skip
            known.update(value.places)
    return known


# -- inside -------------------------------------------------------------------------------------------


def _set(state: State, name: str, value: object) -> State:
    own, content = state.gallery, state.gallery.content
    count = len(content.pictures)
    match name, value:
        case parts.ADD, _:
            return _add_from_pad(state)
        case parts.LABEL, str():
            allowed = ("", *list_labels(state))
            if value not in allowed:
                return state.with_message(_refuse_label(state, value))
            return state.put(replace(own, label=value))
        case parts.SHOW, bool():
            return state.put(replace(own, shown=value))
        case parts.PAGE, int():
            return state.put(replace(own, page=max(0, value)))
        case parts.REMOVE, int() if 0 <= value < count:
            return _put(state, content.remove(value))
        case parts.CLEAR, _ if count:
            said = tr_count(
                "{count} picture removed; Z brings it back.", "{count} pictures removed; Z brings them back.", count
            )
            return _put(state, Gallery()).with_notice(said)
        case parts.SAVE, _:
            return state.ask(Effect.SAVE_GALLERY) if count else state.with_message(tr(NOTHING_TO_SAVE))
    return state


def _put(state: State, content: Gallery) -> State:
    """Return the state with another gallery; the mouse is over none of its pictures until it moves."""
    pad = replace(state.drawing.pad, hovered_part="panel" if state.drawing.pad.hovered_part else "")
    return state.put(replace(state.gallery, content=content), replace(state.drawing, pad=pad))


def _add_from_pad(state: State) -> State:
    image, own = state.drawing.image, state.gallery
    if image is None:
        return state.with_message(tr(EMPTY_DRAWING))
    if not gallery.shows_something(image):
        text = tr("{name}: one even surface arrived; a picture with something on it is allowed", name=image.name)
        return state.with_message(text)
    if own.content.is_full:
        return state.with_message(tr(FULL, most=MAX_PICTURES))
    label = own.label if own.label in list_labels(state) else ""
    content = own.content.add([GalleryPicture(gallery.shrink(image), label)])
    if content == own.content:
        return state.with_message(tr(KNOWN))
    emptied = replace(state.drawing, image=None, pad=replace(state.drawing.pad, strokes=Strokes()))
    return state.put(emptied, replace(own, content=content, shown=True, page=len(content.pictures)))


def _receive(state: State, loaded: PicturesLoaded) -> State:
    """Return the state with pictures from files; a line says which were left out."""
    known, labels = state.gallery.content, list_labels(state)
    shown = [one for one in loaded.pictures if gallery.shows_something(one.image)]
    chosen = [
        GalleryPicture(gallery.shrink(one.image), one.label if one.label in labels or not loaded.from_folders else "")
        for one in shown
    ]
    content = known.add(chosen)
    lines = [f"{loaded.note.removesuffix('.')}."] if loaded.note else []
    if len(shown) < len(loaded.pictures):
        empty = len(loaded.pictures) - len(shown)
        lines.append(tr("Pictures that show nothing: {empty} of {count}.", empty=empty, count=len(loaded.pictures)))
    over = len(dict.fromkeys((*known.pictures, *chosen))) - len(content.pictures)
    if over:
        lines.append(tr("{count} found no room: {most} pictures are allowed.", count=over, most=MAX_PICTURES))
    added = len(content.pictures) - len(known.pictures)
    own = replace(state.gallery, content=content, shown=True, page=0)
    pad = replace(state.drawing.pad, open=True, loading_name="", pressed_part="", hovered_part="")
    after = state.put(own, replace(state.drawing, pad=pad)).with_message(" ".join(lines))
    if not added:
        return after.with_notice("" if lines else tr(KNOWN_ALL))
    return after.with_notice(
        tr_count(
            "{added} of {count} picture added to the gallery.",
            "{added} of {count} pictures added to the gallery.",
            len(loaded.pictures),
            added=added,
        )
    )


def _label_by_key(state: State, key: str) -> State:
    """Return the state after a digit or the key for no label: it labels the picture under the mouse, or else the next
    one."""
    name = "" if key == NO_LABEL_KEY else legend.find_class_of_key(key, state, LABS[state.lab].count_models(state))
    if name is None or name not in ("", *list_labels(state)):
        return state.with_message(_refuse_label(state, key))
    number, own = find_picture_on_pad(state), state.gallery
    if number is None:
        return state.put(replace(own, label=name))
    if own.content.pictures[number].label == name:
        return state
    return state.put(replace(own, content=own.content.relabel(number, name)))


def _refuse_label(state: State, arrived: object) -> str:
    names, label = list_labels(state), repr(str(arrived)[:20])
    if not names:
        return tr("label {label} arrived; {model} has no classes", label=label, model=state.get_model_name(0))
    listed = ", ".join(map(say_name, names[:10])) + (", ..." if len(names) > 10 else "")
    return tr("label {label} arrived; a class is allowed: {classes}", label=label, classes=listed)
