"""Items of the user image: the pad over the lab, each model's reconstruction, its marker on each map."""

from functools import lru_cache

import numpy as np

from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Picture
from latent_explorer.engine.user_image_query import NearValue, PlacedValue, UsualValue
from latent_explorer.labs import LABS
from latent_explorer.scene import map_panel
from latent_explorer.scene.drawing_pad import Places, SlotPlaces
from latent_explorer.scene.items import Film, Image, Item, Marker, Panel, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World
from latent_explorer.shell import drawing_pad
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.strokes import PEN

UNUSUAL = 95.0
"""Percentile of the reconstruction error from which a picture is marked as unusual."""
EMPTY = "Draw here, or drop a file"
LABELS = {"pen": "Pen", "eraser": "Eraser", "undo": "Undo", "clear": "Clear", "file": "Open…", "paste": "Paste"}
TIPS = {
    "pen": "Draw (E on the pad changes between pen and eraser)",
    "eraser": "Erase what was drawn (E on the pad, or the right button)",
    "undo": "Take the last stroke back (Backspace on the pad, or Z)",
    "clear": "Remove your picture, drawn or from a file (C on the pad, or Delete)",
    "file": "Open a picture file: PNG, JPEG, WebP, ... (Shift+O); or drop one on the window",
    "paste": "A picture from the clipboard (Ctrl+V)",
    "close": "Close the pad (O or Esc); your picture stays on the maps",
    "head": "Drag to move the pad out of the way",
    "ink": 'Draw: the model encodes it while the pen moves. "Model sees" shows how it is centred and scaled',
}


def items(state: State, results: Results, world: World) -> list[Item]:
    """Return the items of the user image, which are drawn over the lab."""
    found = _markers(state, results, world)
    if state.pad.open:
        found += _pad(state, results, world)
    return found


def unusual(value: PlacedValue, usual: UsualValue | None) -> tuple[str, str]:
    """Return a text on the reconstruction error of the user image, compared with the data, and its colour."""
    percent = usual.percentile(value.error) if usual is not None else value.percentile
    if percent is not None:
        share = "99\u00a0% or more" if percent >= 99.5 else f"{percent:.0f}\u00a0%"
        colour = "warn" if percent >= UNUSUAL else "text"
        return f"error {value.error:.4f}: more unusual than {share} of the data", colour
    if value.typical is None:
        return f"error {value.error:.4f} a pixel, squared", "text"
    times = value.error / max(value.typical, 1e-9)
    said = f"error {value.error:.4f}, {times:.1f} times that of held-out data ({value.typical:.4f})"
    return said, "warn" if times > 3 else "text"


# -- inside -------------------------------------------------------------------------------------------


def _markers(state: State, results: Results, world: World) -> list[Item]:
    """Return the marker of the user image on every map; none during a transition between maps."""
    found: list[Item] = []
    for slot, rect in enumerate(LABS[state.lab].layout(state).maps):
        value: PlacedValue | None = results.value(f"own {slot}", PlacedValue)
        if value is None or value.which != state.map_of(slot, world):
            continue
        if state.came_from(slot, world):
            continue
        px = state.camera(slot, world).to_px(value.xy, rect)
        found.append(Marker(px, rect, "second", round(15 * state.mark), "You", filled=True))
    return found


def _pad(state: State, results: Results, world: World) -> list[Item]:
    one, stand, u = state.pad, drawing_pad.places(state), state.unit
    title = Rect(stand.ink.x, stand.head.y, stand.close.x - stand.ink.x, stand.head.height)
    found: list[Item] = [Panel(stand.panel, "panel", "accent")]
    found.append(Text(title, "Your own picture", "body", "text", bold=True))
    if one.over == "close":
        found.append(Panel(stand.close.inset(round(4 * u)), "hover"))
    found.append(Text(stand.close, "×", "title", "text", "centre"))
    found.append(map_panel.caption(stand.name, _named(state), middle=True))
    found.append(_ink(state, stand))
    if state.image is None:
        found.append(Text(stand.ink.inset(round(12 * u)), EMPTY, "body", "muted", "centre", wrap=True))
    for name, rect in stand.buttons.items():
        found += _button(state, name, rect)
    for slot, places in enumerate(stand.slots):
        found += _slot(state, slot, places, results)
    tip = TIPS.get(one.over, "")
    hint = LABS[state.lab].layout(state).hint
    if tip and hint.height and not state.message:
        found += [Panel(hint, "background"), Text(hint, tip, "body", "muted")]
    return found


def _named(state: State) -> str:
    """Return a description of the user image."""
    if state.pad.reading:
        return f"Reading {state.pad.reading} …"
    if state.image is None:
        return "Nothing yet"
    return "Drawn by you" if state.image.drawn else f"From {state.image.name}"


def _ink(state: State, stand: Places) -> Item:
    if state.pad.strokes.strokes:
        return Image(stand.ink, state.pad.strokes.pixels(PEN), "line", True)
    if state.image is not None:
        return Image(stand.ink, _shown(state.image), "line", True)
    return Image(stand.ink, _BLANK, "line", True)


def _button(state: State, name: str, rect: Rect) -> list[Item]:
    chosen = name in ("pen", "eraser") and (name == "eraser") == state.pad.erases
    ground = "chosen" if chosen else "hover" if state.pad.over == name else "button"
    outline = "accent" if chosen else "line"
    return [Panel(rect, ground, outline), Text(rect, LABELS[name], "small", "text", "centre")]


def _slot(state: State, slot: int, places: SlotPlaces, results: Results) -> list[Item]:
    """Return the block of one model: its input, reconstruction and nearest samples, or why they are missing."""
    found: list[Item] = []
    if places.name is not None:
        found.append(Text(places.name, state.model(slot), "small", "text", bold=True, middle=True))
    value: PlacedValue | None = results.value(f"own {slot}", PlacedValue)
    failure = results.failure(f"own {slot}")
    if value is None or failure is not None or state.image is None:
        where = Rect(places.seen.x, places.seen.y, places.said.width, places.seen.height + places.said.height)
        said = failure.message if failure else "" if state.image is None else state.loading or "Encoding."
        said = said or "What the model sees, what it makes of it, and the samples nearest to it appear here."
        return [*found, Text(where, said, "small", "warn" if failure else "muted", wrap=True)]
    usual: UsualValue | None = results.value(f"usual {slot}", UsualValue)
    nearest: NearValue | None = results.value(f"near {slot}", NearValue)
    for rect, said in zip(places.captions, ("Model sees", "Decoded", "Nearest"), strict=True):
        found.append(map_panel.caption(rect, said))
    found.append(Image(places.seen, value.picture, "line", state.smooth))
    found.append(Image(places.reconstruction, value.reconstruction, "accent", state.smooth, secret=True))
    # the nearest samples reveal the decoded picture, whether they are decoded themselves or not
    near = round(3 * state.unit)
    if nearest is not None:
        found.append(Film(places.nearest, nearest.pictures, 2, near, smooth=state.smooth, rows=2, secret=True))
    text, colour = unusual(value, usual)
    found.append(Text(places.said, text, "small", colour, wrap=True, secret=True))
    return found


_BLANK: Picture = np.zeros((8, 8), np.uint8)


@lru_cache(maxsize=8)
def _shown(image: OwnImage) -> Picture:
    return image.picture
