"""The whole view of the window: the lab, the pad beside it, covered pictures, messages, the lesson's page, the help."""

from collections.abc import Sequence

from latent_explorer.engine.results import Results
from latent_explorer.labs import LABS
from latent_explorer.scene import map_panel, marker_spread
from latent_explorer.scene.controls import Control, format_key
from latent_explorer.scene.items import HelpPage, View
from latent_explorer.scene.state import State
from latent_explorer.shell import drawing_pad_view, lesson, prediction_cover, search, update


def make_lab_view(state: State, results: Results) -> View:
    return LABS[state.lab].view(state, results)


def add_overlays(lab_view: View, state: State, results: Results, unplaced: Sequence[str] = ()) -> View:
    """Return the lab's view with everything that lies over it; `unplaced` are the names of controls without room."""
    lab = LABS[state.lab]
    if unplaced:
        titles = [_name_control(one) for one in update.list_controls(state) if one.name in unplaced]
        lab_view = map_panel.name_unplaced(lab_view, lab.layout(state), titles, state.ui_scale)
    view = marker_spread.spread((*lab_view, *drawing_pad_view.make_items(state, results)), lab.layout(state).maps)
    if state.overlay.pictures_hidden:
        view = prediction_cover.cover_pictures(view)
    view = (
        *view,
        *(search.make_items(state, lab) if state.search.text is not None else ()),
        *map_panel.message_items(state, results, lab.layout(state).hint),
        *lesson.make_items(state),
    )
    if not state.overlay.help:
        return view
    title = f"{lab.title}: mouse and keys"
    return (*view, HelpPage(title, update.make_help_rows(state), "Esc closes", state.overlay.help_page))


def _name_control(control: Control) -> str:
    """Return what a control is called, with its key, which works without room too."""
    title = getattr(control, "label", "") or control.name
    return f"{title} ({format_key(control.key)})" if control.key else title
