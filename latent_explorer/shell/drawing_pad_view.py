"""Items of the user image: the pad beside the lab, each model's reconstruction, its marker on each map."""

import numpy as np

from latent_explorer.cache import remember
from latent_explorer.engine.queries.user_image import NearestToUserImageValue, TypicalErrorsValue, UserImageQueryValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Picture
from latent_explorer.labs import LABS
from latent_explorer.scene.drawing_pad import PICTURE, PadLayout, SlotLayout
from latent_explorer.scene.items import FilmStrip, Image, Item, Marker, Panel, Text, make_caption
from latent_explorer.scene.number_format import format_mse
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad, gallery_view
from latent_explorer.texts import mark, tr
from latent_explorer.user_image import OwnImage

UNUSUAL_PERCENTILE = 95.0
"""Percentile of the reconstruction error from which a picture is marked as unusual."""
EMPTY_TEXT = mark("Draw here, or drop a file")
PICTURE_TIP = mark("A digit gives it that label, N none; × or Delete removes the picture, and Z brings it back")
LABELS = {
    "pen": mark("Pen"),
    "eraser": mark("Eraser"),
    "undo": mark("Undo"),
    "clear": mark("Clear"),
    "file": mark("Open…"),
    "paste": mark("Paste"),
}
TIPS = {
    "pen": mark("Draw (E on the pad changes between pen and eraser)"),
    "eraser": mark("Erase what was drawn (E on the pad, or the right button)"),
    "undo": mark("Take the last stroke back (Backspace on the pad, or Z)"),
    "clear": mark("Remove your picture, drawn or from a file (C on the pad, or Delete)"),
    "file": mark("Open a picture file: PNG, JPEG, WebP, ... (Shift+O); or drop one on the window"),
    "paste": mark("A picture from the clipboard (Ctrl+V)"),
    "close": mark("Close the pad (O or Esc); your picture stays on the maps"),
    "add": mark("Add the picture to the gallery, and empty the pad for the next one (Enter on the pad)"),
    "label": mark("The label of the next picture: its digit on the pad, N for none"),
    "label back": mark("The label of the next picture: the class before (or its digit on the pad)"),
    "label on": mark("The label of the next picture: the next class (or its digit on the pad)"),
    "gallery": mark("The pictures of the class (G on the pad): they stay on the maps"),
    "ink": mark('Draw: the model encodes it while the pen moves. "Model sees" shows what arrives at its input'),
}


def make_items(state: State, results: Results) -> list[Item]:
    """Return the items of the user image, which are drawn after the lab."""
    items: list[Item] = gallery_view.make_rings(state, results) if state.gallery.content.pictures else []
    items += _make_markers(state, results) if state.drawing.image is not None else []
    if state.drawing.pad.open:
        items += _make_pad(state, results)
    return items


def describe_error(value: UserImageQueryValue, typical_errors: TypicalErrorsValue | None) -> tuple[str, str, str]:
    """Return a text on the reconstruction error of the user image, compared with the data, a short one, and their
    colour."""
    error = format_mse(value.error)
    percent = typical_errors.compute_percentile(value.error) if typical_errors is not None else value.percentile
    if percent is not None:
        return (
            gallery_view.compare_error(value.error, percent),
            tr("error above >99% of data")
            if percent >= 99.5
            else tr("error above {percent:.0f}% of data", percent=percent),
            "warn" if percent >= UNUSUAL_PERCENTILE else "text",
        )
    if value.mean_error is None:
        return tr("error {error}, squared", error=error), tr("error {error}", error=error), "text"
    times = value.error / max(value.mean_error, 1e-9)
    text = tr(
        "error {error}, {times:.1f} times that of held-out data ({usual})",
        error=error, times=times, usual=format_mse(value.mean_error),
    )  # fmt: skip
    return text, tr("error {times:.1f} times the usual one", times=times), "warn" if times > 3 else "text"


# -- inside -------------------------------------------------------------------------------------------


def _make_markers(state: State, results: Results) -> list[Item]:
    """Return the marker of the user image on every map; none during a transition between maps."""
    markers: list[Item] = []
    for slot, rect in enumerate(LABS[state.lab].get_layout(state).maps):
        value: UserImageQueryValue | None = results.get_value(f"own {slot}", UserImageQueryValue)
        if value is None or value.map_name != state.get_map_name(slot):
            continue
        if state.get_transition_source(slot):
            continue
        px = state.get_camera(slot).to_px(value.xy, rect)
        markers.append(Marker(px, rect, "second", round(15 * state.marker_scale), tr("You"), filled=True))
    return markers


def _make_pad(state: State, results: Results) -> list[Item]:
    pad, layout, u = state.drawing.pad, drawing_pad.make_layout(state), state.ui_scale
    items: list[Item] = [Panel(layout.panel, "panel", "accent")]
    items.append(Text(layout.title, tr("Your own picture"), "body", "text", bold=True, short=tr("Yours")))
    items.append(Text(layout.name, _describe_image(state), "small", "muted", "right", shorten_middle=True))
    if pad.hovered_part == "close":
        items.append(Panel(layout.close.inset(round(4 * u)), "hover"))
    items.append(Text(layout.close, "×", "title", "text", "centre"))
    items.append(_make_ink(state, layout))
    number = gallery_view.find_hovered(state, results) if layout.gallery is not None else None
    if number is not None:
        items += gallery_view.make_detail(state, results, number, layout.ink)
    elif state.drawing.image is None:
        items.append(Text(layout.ink.inset(round(12 * u)), tr(EMPTY_TEXT), "body", "muted", "centre", wrap=True))
    for name, rect in layout.buttons.items():
        items += _make_button(state, name, rect)
    items += gallery_view.make_row(state, layout)
    if layout.gallery is not None:
        items += gallery_view.make_gallery(state, results, layout.gallery)
    if state.drawing.image is not None:
        titles = zip(layout.captions, (tr("Model sees"), tr("Decoded"), tr("Nearest")), strict=False)
        items += [make_caption(rect, words) for rect, words in titles]
    for slot, places in enumerate(layout.slots):
        items += _make_slot(state, slot, places, results)
    tip = TIPS.get(pad.hovered_part, PICTURE_TIP if pad.hovered_part.startswith(PICTURE) else "")
    hint = LABS[state.lab].get_layout(state).hint
    if tip and hint.height and not state.status.message:
        items += [Panel(hint, "background"), Text(hint, tr(tip), "body", "muted")]
    return items


def _describe_image(state: State) -> str:
    """Return a description of the user image."""
    if state.drawing.pad.loading_name:
        return tr("Reading {name} …", name=state.drawing.pad.loading_name)
    if state.drawing.image is None:
        return tr("Nothing yet")
    return tr("Drawn by you") if state.drawing.image.drawn else tr("From {name}", name=state.drawing.image.name)


def _make_ink(state: State, layout: PadLayout) -> Item:
    if state.drawing.pad.strokes.strokes:
        strokes = state.drawing.pad.strokes
        return Image(layout.ink, strokes.to_pixels(strokes.shown_width), "line", always_smooth=True)
    if state.drawing.image is not None:
        return Image(layout.ink, _get_picture(state.drawing.image), "line", always_smooth=True)
    return Image(layout.ink, _BLANK_PICTURE, "line")


def _make_button(state: State, name: str, rect: Rect) -> list[Item]:
    chosen = name in ("pen", "eraser") and (name == "eraser") == state.drawing.pad.erasing
    ground = "chosen" if chosen else "hover" if state.drawing.pad.hovered_part == name else "button"
    outline = "accent" if chosen else "line"
    return [Panel(rect, ground, outline), Text(rect, tr(LABELS[name]), "small", "text", "centre")]


def _make_slot(state: State, slot: int, layout: SlotLayout, results: Results) -> list[Item]:
    """Return the block of one model: its input, reconstruction and nearest samples, or why they are missing."""
    items: list[Item] = []
    if layout.name is not None:
        items.append(Text(layout.name, state.get_model_name(slot), "small", "text", bold=True, shorten_middle=True))
    value: UserImageQueryValue | None = results.get_value(f"own {slot}", UserImageQueryValue)
    failure = results.get_failure(f"own {slot}")
    if value is None or failure is not None or state.drawing.image is None:
        place, below = layout.encoder_input, layout.text
        where = Rect(place.x, place.y, below.right - place.x, max(place.bottom, below.bottom) - place.y)
        words = tr("What the model sees, what it makes of it, and the samples nearest to it appear here.")
        if failure is not None:
            words = tr(failure.message)
        elif state.drawing.image is not None:
            words = state.status.loading or tr("Encoding.")
        return [*items, Text(where, words, "small", "warn" if failure else "muted", wrap=True)]
    usual: TypicalErrorsValue | None = results.get_value(f"usual {slot}", TypicalErrorsValue)
    nearest: NearestToUserImageValue | None = results.get_value(f"near {slot}", NearestToUserImageValue)
    items.append(Image(layout.encoder_input, value.picture, "line"))
    items.append(Image(layout.reconstruction, value.reconstruction, "accent", reveals_answer=True))
    # the nearest samples reveal the decoded picture, whether they are decoded themselves or not
    near, rows = round(3 * state.ui_scale), 1 if layout.nearest.width > layout.nearest.height else 2
    if nearest is not None:
        pictures = nearest.pictures[: 2 * rows]
        items.append(FilmStrip(layout.nearest, pictures, 2, near, rows=rows, reveals_answer=True))
    text, short, colour = describe_error(value, usual)
    if layout.name is None:
        items.append(Text(layout.text, text, "small", colour, wrap=True, reveals_answer=True))
    else:
        items.append(Text(layout.text, text, "small", colour, "right", short=short, reveals_answer=True))
    return items


_BLANK_PICTURE: Picture = np.zeros((8, 8), np.uint8)


@remember(8)
def _get_picture(image: OwnImage) -> Picture:
    return image.picture
