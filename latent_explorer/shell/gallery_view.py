"""Items of the gallery: rings on the maps, the pictures with their labels below the pad, and one of them in detail."""

import math

from latent_explorer.cache import remember
from latent_explorer.engine.queries.gallery import PlacedPicture
from latent_explorer.engine.queries.user_image import TypicalErrorsValue
from latent_explorer.engine.results import Results
from latent_explorer.engine.subject import Picture
from latent_explorer.labs import LABS
from latent_explorer.scene import gallery as parts
from latent_explorer.scene import map_panel, sample_facts
from latent_explorer.scene.drawing_pad import PadLayout
from latent_explorer.scene.events import Px, Set
from latent_explorer.scene.gallery import GalleryLayout
from latent_explorer.scene.items import (
    FilmStrip,
    Image,
    Item,
    Marker,
    Panel,
    Rings,
    Text,
    get_class_colour,
    make_caption,
)
from latent_explorer.scene.number_format import format_mse
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.shell import fine_tuning, gallery
from latent_explorer.texts import mark, tr
from latent_explorer.user_image import OwnImage
from latent_explorer.user_image.gallery import MAX_PICTURES, GalleryPicture

RING_SIZE, CROWDED_SIZE, CROWD = 9, 7, 60
"""Radius of a ring in design pixels; of more than so many pictures, the smaller one."""
SHORT_TITLES = {
    Set(parts.CLEAR): mark("Clear"),
    Set(fine_tuning.TUNE): mark("Tune"),
    Set(fine_tuning.SAVE): mark("Keep"),
}
"""Of buttons in a narrow window, by what they set."""
SHORT_NAME = 3
"""Characters of a class name that fits below a small picture."""
EMPTY_TEXT = mark(
    "No pictures yet. Draw one, choose its label, add it. Or drop several files, or folders named by their class."
)


def make_rings(state: State, results: Results) -> list[Item]:
    """Return the pictures on every map, and what belongs to the one under the mouse; none while a map turns."""
    marks: list[Item] = []
    pictures = state.gallery.content.pictures
    for slot, rect in enumerate(LABS[state.lab].get_layout(state).maps if pictures else ()):
        if state.get_transition_source(slot):
            continue
        spots = _find_spots(state, results, slot, rect)
        if not spots:
            continue
        checkpoint = state.get_checkpoint(slot)
        classes = {name: k for k, name in enumerate(checkpoint.class_names)}
        labels = [pictures[number].label for number in spots]
        colours = [get_class_colour(classes[one]) if one in classes else "muted" for one in labels]
        letters = tuple(one[:2] if len(one) <= 2 else one[:1] for one in labels)
        marks.append(Rings(rect, tuple(spots.values()), letters, tuple(colours), _get_radius(state)))
    number = find_hovered(state, results)
    return marks if number is None else [*marks, *_mark_hovered(state, results, number)]


def find_hovered(state: State, results: Results) -> int | None:
    """Return the number of the picture under the mouse, on the pad or on a map; None if there is none."""
    number = gallery.find_picture_on_pad(state)
    hover = state.pointer.hover
    if number is not None or hover is None or not state.gallery.content.pictures:
        return number
    maps = LABS[state.lab].get_layout(state).maps
    if hover.slot >= len(maps) or state.get_transition_source(hover.slot):
        return None
    spots = _find_spots(state, results, hover.slot, maps[hover.slot])
    near = min(spots, key=lambda k: math.dist(spots[k], hover.px), default=None)
    return near if near is not None and math.dist(spots[near], hover.px) <= _get_radius(state) else None


def make_row(state: State, layout: PadLayout) -> list[Item]:
    """Return the row of the pad that adds a picture, chooses its label, and shows the gallery."""
    own, hovered = state.gallery, state.drawing.pad.hovered_part
    labels = ("", *gallery.list_labels(state))
    at = labels.index(own.label) if own.label in labels else 0
    can_add = state.drawing.image is not None
    back, name, on = layout.label
    whole = Rect(back.x, back.y, on.right - back.x, back.height)
    ground = "hover" if hovered == "add" else "button"
    items: list[Item] = [
        Panel(layout.add, ground, "accent" if can_add else "line", Set(parts.ADD)),
        Text(layout.add, tr("Add"), "small", "text" if can_add else "muted", "centre"),
        Panel(whole, "button", "line"),
        Text(
            name,
            parts.say_label(labels[at]),
            "small",
            "text" if at else "muted",
            "centre",
            short=say_name(labels[at])[:3],
        ),
    ]
    for rect, sign, by in ((back, "‹", -1), (on, "›", 1)):
        items += [
            Panel(rect, "hover" if hovered == f"label {'back' if by < 0 else 'on'}" else "button", "line",
                  Set(parts.LABEL, labels[(at + by) % len(labels)])),
            Text(rect, sign, "body", "text", "centre"),
        ]  # fmt: skip
    count = len(own.content.pictures)
    ground = "chosen" if own.shown else "hover" if hovered == "gallery" else "button"
    items.append(Panel(layout.show_gallery, ground, "accent" if own.shown else "line", Set(parts.SHOW, not own.shown)))
    items.append(
        Text(layout.show_gallery, tr("Gallery {count}", count=count), "small", "text", "centre", short=str(count))
    )
    return items


def make_gallery(state: State, results: Results, layout: GalleryLayout) -> list[Item]:
    """Return the pictures with their labels, what the map says of them, and the buttons below."""
    pictures = state.gallery.content.pictures
    places = gallery.collect_places(state, results, 0)
    items = _make_head(state, layout)
    if not pictures:
        head = layout.count
        room = Rect(head.x, head.bottom, head.width, layout.verdict.bottom - head.bottom)
        return [
            *items,
            Text(room, tr(EMPTY_TEXT), "small", "muted", wrap=True, at_top=True),
            *_make_buttons(state, layout),
        ]
    checkpoint = state.get_checkpoint(0)
    classes = {name: k for k, name in enumerate(checkpoint.class_names)}
    hovered = find_hovered(state, results)
    for number, (rect, below) in layout.cells.items():
        picture = pictures[number]
        colour = get_class_colour(classes[picture.label]) if picture.label in classes else "line"
        items.append(
            Image(rect, get_picture(picture.image), "accent" if number == hovered else colour, always_smooth=True)
        )
        text, short, tone = _describe(state, picture, places.get(picture.image))
        items.append(Text(below, text, "small", tone, short=short))
        if number == gallery.find_picture_on_pad(state):
            items += _make_cross(rect, number)
    agreement = parts.compare_labels(checkpoint, pictures, places)
    several = LABS[state.lab].count_models(state) > 1
    text = f"{state.get_model_name(0)}: {agreement.text}" if several else agreement.text
    items.append(Text(layout.verdict, text, "small", "text" if agreement.labelled else "muted", wrap=True))
    return items + _make_buttons(state, layout)


def make_detail(state: State, results: Results, number: int, place: Rect) -> list[Item]:
    """Return a picture of the gallery in detail, over the ink: what the model sees, makes of it, and what is near."""
    one, u = state.gallery.content.pictures[number], state.ui_scale
    at = gallery.collect_places(state, results, 0).get(one.image)
    line, gap = round(parts.LINE * u), round(parts.GAP * u)
    inside = place.inset(gap)
    title, rest = inside.split_top(line, gap // 2)
    name = (
        tr("Picture {number}, label {label}", number=number + 1, label=say_name(one.label))
        if one.label
        else tr("Picture {number}, no label", number=number + 1)
    )
    items: list[Item] = [Panel(place, "panel", "accent"), Text(title, name, "small", bold=True)]
    if at is None or at.picture is None or at.reconstruction is None:
        text = at.refusal if at is not None else tr("Encoding.")
        return [*items, Text(rest, text, "small", "warn" if at is not None else "muted", wrap=True, at_top=True)]
    words, rest = rest.split_bottom(2 * line, gap // 2)
    near, rest = rest.split_bottom(max(1, (rest.height - 2 * line) // 3), gap // 2)
    caption, rest = rest.split_bottom(line)
    captions, rest = rest.split_top(line)
    for words_rect, rect, title_text, picture, decoded in zip(
        captions.split_columns(2, gap), rest.split_columns(2, gap), (tr("Model sees"), tr("Decoded")),
        (at.picture, at.reconstruction), (False, True), strict=True,
    ):  # fmt: skip
        items.append(make_caption(words_rect, title_text))
        items.append(Image(rect, picture, "accent" if decoded else "line", reveals_answer=decoded))
    if sample_facts.has_classes(state, 0):
        names = ", ".join(sample_facts.say_class_name(state, 0, dot) for dot in at.nearest)
        items.append(make_caption(caption, tr("Nearest samples: {classes}", classes=names)))
    items.append(FilmStrip(near, at.nearest_pictures, len(at.nearest_pictures), gap, reveals_answer=True))
    usual: TypicalErrorsValue | None = results.get_value("usual 0", TypicalErrorsValue)
    percent = usual.compute_percentile(at.error) if usual is not None else None
    text = tr("error {error}", error=format_mse(at.error)) if percent is None else compare_error(at.error, percent)
    return [*items, Text(words, text, "small", wrap=True, reveals_answer=True)]


def compare_error(error: float, percent: float) -> str:
    """Return a text on a reconstruction error that is higher than that of `percent` of the data."""
    if percent >= 99.5:
        return tr("error {error}, higher than over 99% of the data", error=format_mse(error))
    return tr("error {error}, higher than {percent:.0f}% of the data", error=format_mse(error), percent=percent)


@remember(2 * MAX_PICTURES)
def get_picture(image: OwnImage) -> Picture:
    return image.picture


# -- inside -------------------------------------------------------------------------------------------


def _get_radius(state: State) -> int:
    crowded = len(state.gallery.content.pictures) > CROWD
    return round((CROWDED_SIZE if crowded else RING_SIZE) * state.marker_scale)


def _find_spots(state: State, results: Results, slot: int, rect: Rect) -> dict[int, Px]:
    """Return where the pictures lie on the screen, by number: those that are placed, and not of a hidden class."""
    camera, hidden = state.get_camera(slot), state.view.hidden
    places = gallery.collect_places(state, results, slot)
    spots = {}
    for number, one in enumerate(state.gallery.content.pictures):
        at = places.get(one.image)
        if at is not None and not at.refusal and one.label not in hidden:
            px = camera.to_px(at.xy, rect)
            if rect.contains(px):
                spots[number] = px
    return spots


def _mark_hovered(state: State, results: Results, number: int) -> list[Item]:
    """Return a larger ring around a picture on every map, and rings around the samples nearest to it."""
    marks: list[Item] = []
    image = state.gallery.content.pictures[number].image
    for slot, rect in enumerate(LABS[state.lab].get_layout(state).maps):
        at = gallery.collect_places(state, results, slot).get(image)
        if at is None or at.refusal or state.get_transition_source(slot):
            continue
        marks += [map_panel.make_dot_marker(state, slot, dot, rect, "second") for dot in at.nearest]
        px = state.get_camera(slot).to_px(at.xy, rect)
        marks.append(Marker(px, rect, "accent", _get_radius(state) + round(4 * state.marker_scale)))
    return marks


def _describe(state: State, one: GalleryPicture, at: PlacedPicture | None) -> tuple[str, str, str]:
    """Return what stands below a picture, a shorter text, and its colour: the label, and the class of the nearest
    sample if that is another one."""
    label = say_name(one.label)
    if at is None:
        return label, label[:SHORT_NAME], "muted"
    if at.refusal:
        return tr("nothing"), "–", "warn"
    names = state.get_checkpoint(0).class_names
    if not sample_facts.has_classes(state, 0) or (one.label and one.label not in names):
        return label, label[:SHORT_NAME], "muted" if names else "text"
    class_name = sample_facts.say_class_name(state, 0, at.nearest[0])
    if not one.label:
        return f"→{class_name}", f"→{class_name[:2]}", "muted"
    if sample_facts.get_class_name(state, 0, at.nearest[0]) == one.label:
        return f"{label} ✓", "✓", "text"
    return f"{label}→{class_name}", f"→{class_name}" if len(class_name) < SHORT_NAME else "✗", "warn"


def _make_head(state: State, layout: GalleryLayout) -> list[Item]:
    count = len(state.gallery.content.pictures)
    text = tr("{count} of {most} pictures", count=count, most=MAX_PICTURES)
    items: list[Item] = [Text(layout.count, text, "small", "muted", short=str(count))]
    if layout.pages is None:
        return items
    back, number, on = layout.pages
    items.append(Text(number, f"{layout.page + 1}/{layout.page_count}", "small", "text", "centre"))
    for rect, sign, page in ((back, "‹", layout.page - 1), (on, "›", layout.page + 1)):
        turned = page % layout.page_count
        items += [Panel(rect, "button", "line", Set(parts.PAGE, turned)), Text(rect, sign, "body", "text", "centre")]
    return items


def _make_cross(rect: Rect, number: int) -> list[Item]:
    """Return the cross in the corner of a picture that removes it."""
    side = max(14, round(0.4 * rect.width))
    corner = Rect(rect.right - side, rect.y, side, side)
    return [
        Panel(corner, "panel", "line", Set(parts.REMOVE, number)),
        Text(corner, "×", "body", "text", "centre", fallback_sizes=("small",)),
    ]


def _make_buttons(state: State, layout: GalleryLayout) -> list[Item]:
    has_pictures, is_running = bool(state.gallery.content.pictures), state.gallery.tuning is not None
    tune = (tr("Stop"), Set(fine_tuning.STOP)) if is_running else (tr("Fine-tune"), Set(fine_tuning.TUNE))
    own = [(tr("Save"), Set(parts.SAVE)), (tr("Clear all"), Set(parts.CLEAR)), tune]
    own += [(tr("Save model"), Set(fine_tuning.SAVE))] if len(layout.buttons) > len(own) else []
    chosen = fine_tuning.list_buttons(state)
    items = fine_tuning.make_items(state, layout.tuning)
    for rect, (title, action) in zip(layout.buttons, chosen or own, strict=False):
        items.append(Panel(rect, "button", "line", action))
        tone = "text" if has_pictures or chosen or is_running else "muted"
        inside = Rect(rect.x + 3, rect.y, max(0, rect.width - 6), rect.height)
        items.append(Text(inside, title, "small", tone, "centre", short=tr(SHORT_TITLES.get(action, ""))))
    return items
