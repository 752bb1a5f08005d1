"""The hint below a lab: what to look at, what the window has no room for, and messages in its place."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from latent_explorer.engine.results import Results
from latent_explorer.scene import dataset_offer, legend, map_menu
from latent_explorer.scene.items import Item, Panel, Text, View
from latent_explorer.scene.layout import Layout
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import tr

NOTE_LETTER_WIDTH = 7.4
"""Design pixels that are kept for a letter of a small line."""


def make_shared_items(
    state: State, layout: Layout, hint: str, model_count: int, tells_colours: bool = True
) -> list[Item]:
    """Return the items of legend and hint; the chips have colours if the legend `tells_colours`, those of the dots."""
    chips = legend.make_items(state, layout.legend, model_count)
    return [*(chips if tells_colours else legend.drop_colours(chips)), *_make_hint(state, layout, hint)]


def _make_hint(state: State, layout: Layout, hint: str) -> list[Item]:
    """Return the hint, and at its right end what the window has no room for."""
    place, notes = layout.hint, list[Item]()
    if not place.height:
        return []
    if layout.page_note:
        note, place = _make_note(place, layout.page_note, "muted", state.ui_scale)
        notes.append(note)
    if layout.left_out:
        note, place = _make_room_note(place, map(tr, layout.left_out.values()), state.ui_scale)
        notes.append(note)
    words = state.status.loading or map_menu.choose_hint(state, dataset_offer.choose_hint(state, hint))
    text = Text(place, words, "body", "muted", fallback_sizes=("small",), wrap=state.presents)
    return [*notes, *map_menu.make_progress_items(state, place, text)]


def name_unplaced(view: View, layout: Layout, titles: Sequence[str], ui_scale: float) -> View:
    """Return the view with controls that found no room named at the right end of the hint, beside the parts."""
    hint = layout.hint
    if not titles or not hint.height:
        return view
    note, rest = _make_room_note(hint, [*map(tr, layout.left_out.values()), *titles], ui_scale)
    items = list[Item]()
    for one in view:
        if not isinstance(one, Text) or one.rect.y != hint.y:
            items.append(one)
        elif one.rect.x == hint.x:
            items.append(replace(one, rect=rest))
        elif one.rect.right != hint.right:  # the note without the controls is there
            items.append(one)
    return (*items, note)


def _make_room_note(hint: Rect, titles: Iterable[str], ui_scale: float) -> tuple[Text, Rect]:
    """Return what has no room, at the right end of the hint, and the rest of the hint."""
    return _make_note(hint, tr("No room for: {parts}", parts=", ".join(dict.fromkeys(titles))), "warn", ui_scale)


def _make_note(hint: Rect, text: str, colour: str, ui_scale: float) -> tuple[Text, Rect]:
    """Return a text at the right end of the hint, and the rest of the hint."""
    wide = min(round(NOTE_LETTER_WIDTH * len(text) * ui_scale), round(0.6 * hint.width))
    place, rest = hint.split_right(wide, round(14 * ui_scale))
    return Text(place, text, "small", colour, "right"), rest


def make_message_items(state: State, results: Results, hint_rect: Rect) -> list[Item]:
    """Return the message, the last background error, or the notice, in the hint's place; at the lower edge if there is
    no hint."""
    wrong = state.status.message or results.get_last_error()
    text = tr(wrong or state.status.notice or state.status.remark)
    if not text:
        return []
    rect = hint_rect
    if not rect.height:
        height = round(2 * 24 * state.ui_scale)
        rect = Rect(0, state.size[1] - height, state.size[0], height)
    colour = "warn" if wrong else "good" if state.status.notice else "muted"
    line = Text(rect.inset(2), text, "body", colour, wrap=not hint_rect.height, shorten_middle=not wrong)
    round_corner = round(8 * state.ui_scale)  # beside the hint, of which they would show what they leave free
    ground = Rect(rect.x - round_corner, rect.y, rect.width + 2 * round_corner, rect.height)
    return [Panel(ground, "background"), line]
