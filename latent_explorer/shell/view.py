"""The whole view of the window: the lab, the pad beside it, covered pictures, messages, the lesson's page, the help."""

from collections.abc import Mapping, Sequence

from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import hint_line, marker_spread, name_layer
from latent_explorer.scene.controls import Control, format_key
from latent_explorer.scene.items import HelpPage, Item, Map, View
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.shell import (
    control_names,
    drawing_pad_view,
    first_start,
    glossary_page,
    lesson,
    lesson_list,
    lesson_marks,
    lesson_pointer,
    lesson_recorder,
    prediction_cover,
    presentation_view,
    questions,
    search,
    tally,
    toolbar,
    update,
    window_commands,
)
from latent_explorer.texts import tr


def make_lab_view(state: State, results: Results) -> View:
    return LABS[state.lab].make_view(state, results)


def add_overlays(
    lab_view: View, state: State, results: Results, unplaced: Sequence[str] = (),
    control_rects: Mapping[str, Rect] | None = None,
) -> View:  # fmt: skip
    """Return the lab's view with everything that lies over it; `unplaced` are the names of controls without room,
    `control_rects` the places of the others."""
    if state.presentation.blank:
        return presentation_view.make_black(state)
    lab = LABS[state.lab]
    if state.presents:
        lab_view = presentation_view.keep_shown(lab_view, state)
    layout = lab.get_layout(state)
    if unplaced:
        titles = [_name_control(one) for one in toolbar.list_controls(state) if one.name in unplaced]
        lab_view = hint_line.name_unplaced(lab_view, layout, titles, state.ui_scale)
    maps = layout.maps
    drawn = keep_on_dots(drawing_pad_view.make_items(state, results), lab_view, maps)
    view = (*lab_view, *drawn, *lesson_pointer.make_items(state))
    view = marker_spread.spread(view, maps)
    view = name_layer.ground_notes(name_layer.lay_names(view))
    if state.overlay.pictures_hidden:
        view = prediction_cover.cover_pictures(view)
    view = (
        *lesson_marks.outline_classes(view, state),
        *lesson_marks.make_items(state, results, control_rects or {}, view),
        *lesson_recorder.make_items(state),
        *(search.make_items(state, lab) if state.search.text is not None else ()),
        *state.derive_at_rest("questions at the start", _make_first_questions),
        *hint_line.make_message_items(state, results, layout.hint),
        *tally.make_items(state),
        *lesson.make_items(state),
        *state.derive_at_rest("lists over the lab", _make_lists),
    )
    if not state.overlay.help:
        return (*view, *questions.make_items(state))
    title = tr("{lab}: mouse and keys", lab=tr(lab.title))
    page = HelpPage(title, update.make_help_rows(state), tr("Esc closes"), state.overlay.help_page)
    return (*view, page, *questions.make_items(state))


def keep_on_dots(items: Sequence[Item], lab_view: View, maps: Sequence[Rect]) -> View:
    """Return the items without those that would mark a map of which the lab shows no dots."""
    empty = set(maps) - {one.rect for one in lab_view if isinstance(one, Map)}
    places = [getattr(one, "clip", getattr(one, "rect", None)) for one in items]
    return tuple([one for one, place in zip(items, places, strict=True) if place not in empty])


def _make_first_questions(state: State) -> View:
    return (*window_commands.make_items(state), *first_start.make_items(state))


def _make_lists(state: State) -> View:
    return (*lesson_list.make_items(state), *glossary_page.make_items(state))


def _name_control(control: Control) -> str:
    """Return what a control is called, with its key, which works without room too."""
    title = control_names.name_control(control)
    return f"{title} ({format_key(control.key)})" if control.key else title
