"""The update of the state, common to all labs: mouse, legend, menus, keys. All other actions go to the lab."""

from dataclasses import replace

from latent_explorer.engine.dataset_downloader import DatasetMissing, DownloadEnded, DownloadProgress
from latent_explorer.engine.known_attributes import AttributesFound, DatasetFound
from latent_explorer.engine.live_training import TrainingUpdate
from latent_explorer.engine.map_events import MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.labs import LABS
from latent_explorer.scene import dataset_offer, known_attributes, new_map
from latent_explorer.scene.controls import Control
from latent_explorer.scene.controls import make_help_rows as make_control_rows
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import (
    Action,
    Close,
    DoubleClick,
    ExportAnswered,
    HandledAction,
    ImageLoaded,
    ImageLoading,
    ImageRejected,
    Key,
    LabFailed,
    Leave,
    Loaded,
    Move,
    Press,
    Release,
    Replace,
    Report,
    Resize,
    Scroll,
    Set,
    Tick,
    TimePassed,
    WindowEvent,
)
from latent_explorer.scene.state import Models, State
from latent_explorer.scene.state_slices import MapView, Search
from latent_explorer.shell import (
    drawing_pad,
    help_page,
    keymap,
    keys,
    lab_models,
    lesson,
    mouse,
    search,
    settings,
    toolbar,
    undo,
    window_commands,
)

KEEPS_MESSAGE = Move | Release | Leave | TimePassed | ImageLoading | ImageLoaded | ImageRejected
"""Actions after which a message about an error stays."""
MAX_WHEEL_STEPS = 100.0  # steps of the wheel at once; covers the whole zoom range


def start(library: Models, models: tuple[str, ...], *, lab: str, size: tuple[int, int]) -> State:
    slots = models if len(models) > 1 else models * 2
    which = library[slots[0]].atlas.which
    own = {name: one.with_model_count(one.initial_state(), len(dict.fromkeys(models))) for name, one in LABS.items()}
    cast = lab_models.choose_models(slots, lab, library)
    state = State(size, library, lab, cast, selected_models=slots, view=MapView(map_name=which), lab_states=own)
    return _update_displayed_models(lab_models.ensure_decoder(_count_models(state)))


def update(state: State, action: Action) -> tuple[State, tuple[Effect, ...]]:
    """Return the state after an action, and what the window has to do; `state` itself stays unchanged."""
    if isinstance(action, WindowEvent):
        after = _handle_window_event(state, action)
    else:
        after = _handle_and_record(state, action)
    return (replace(after, effects=()), after.effects) if after.effects else (after, ())


def _handle_window_event(state: State, action: WindowEvent) -> State:
    match action:
        case Loaded():
            return state.put(replace(state.status, loading=""))
        case Report(notice=notice, message=message):
            return state.put(replace(state.status, notice=notice, message=message, asks_to_leave=False))
        case Close(closing=closing):  # help would cover the message of what is still to be finished
            help = state.overlay.help and closing
            return state.put(replace(state.status, closing=closing), replace(state.overlay, help=help))
        case ExportAnswered(notice=notice):
            return state.put(replace(state.status, pending_export="", notice=notice))
        case LabFailed():
            lab = LABS[state.lab]
            text = f"What the session kept of {lab.title} cannot be shown: it begins anew."
            return state.with_lab_state(lab.name, lab.initial_state()).with_message(text)
        case Replace(state=other):
            return _update_displayed_models(lab_models.ensure_decoder(_count_models(other)))
        case DatasetMissing() | DownloadProgress() | DownloadEnded():
            return dataset_offer.update(state, action)
        case DatasetFound() | AttributesFound():
            return known_attributes.update(state, action)


def _handle_and_record(state: State, action: HandledAction) -> State:
    if isinstance(action, DoubleClick) and drawing_pad.claims(state, Press(action.px)):
        action = Press(action.px)  # two quick strokes
    after = undo.record(state, _handle(state, action), action)
    if after.lab == state.lab and after.models != state.models and LABS[after.lab].has_model_menus:
        after = replace(after, selected_models=after.models)
    return _update_displayed_models(lab_models.ensure_decoder(_count_models(after)))


def _count_models(state: State) -> State:
    count = LABS[state.lab].model_count(state)
    return state if count == state.model_count else replace(state, model_count=count)


def _update_displayed_models(state: State) -> State:
    """Return the state with the models that the lab displays now, and the mouse over their dots."""
    displayed = LABS[state.lab].displayed_models(state)
    if displayed == state.displayed_models:
        return state
    return mouse.refresh_hover(state, replace(state, displayed_models=displayed))


def _handle(state: State, action: HandledAction) -> State:
    if isinstance(action, Tick | MapProgress | MapFinished | MapFailed | MapUpdate):
        after = new_map.update(state, action)
        return after if after.view.map_name == state.view.map_name else mouse.refresh_hover(after, after)
    if isinstance(action, TrainingUpdate):
        own = {name: one.on_training_update(state.lab_states[name], action) for name, one in LABS.items()}
        return replace(state, lab_states=own).with_message(action.error or state.status.message)
    if (state.status.message or state.status.remark) and not isinstance(action, KEEPS_MESSAGE):
        state = state.put(replace(state.status, message="", remark=""))
    state, done = window_commands.handle(state, action)
    if done:
        return state
    taught = lesson.handle(state, action)
    if taught is not None:
        return taught
    if state.overlay.help and isinstance(action, Press | Scroll | DoubleClick):
        return _turn_help_page(state) if isinstance(action, Press) else state
    if state.overlay.help and isinstance(action, Key) and action.name not in keymap.HELP_PAGE_KEYS:
        return state  # its effect would be hidden
    lab = LABS[state.lab]
    if state.search.text is not None and not state.overlay.help:
        if isinstance(action, Key) and (action.name == "tab" or not keymap.is_for_window(action.name)):
            return search.handle_key(state, action, lab)
        if isinstance(action, Move | Scroll | DoubleClick | Press) and search.covers(state, action.px, lab):
            return search.handle_press(state, action.px, lab) if isinstance(action, Press) else state
        if isinstance(action, Press | Set):
            state = state.put(Search())
    if isinstance(action, ImageLoading | ImageLoaded | ImageRejected) or drawing_pad.claims(state, action):
        if isinstance(action, Move):
            state = mouse.on_leave(state, lab)
        after = drawing_pad.update(state, action)
        # the lab is laid out anew, and what was under the mouse has moved away
        return after if after.lab_size == state.lab_size else mouse.on_leave(after, lab)
    state = drawing_pad.clear_hover(state, action)
    if isinstance(action, DoubleClick) and mouse.find_slot_at(state, action.px, lab) is None:
        action = Press(action.px, is_second_press=True)  # only a map has something to fit
    if isinstance(action, Press | Key | Set | Scroll):
        # an older click can no longer become a double-click
        state = state.put(replace(state.pointer, lab_states_before_click=None))
    match action:
        case Resize(size=size):
            return lesson.resize(state, size)
        case Move(superseded=True) if state.pointer.press is None and not state.pointer.pressed_part:
            return state
        case Move(px=px):
            return mouse.on_move(state, px, lab)
        case Leave():
            if state.pointer.press is not None or state.pointer.pressed_part:
                return state
            return mouse.on_leave(state, lab)
        case Press():
            return mouse.on_press(state, action, lab)
        case Release(px=px):
            return mouse.on_release(state, px, lab)
        case DoubleClick(px=px):
            before = state.pointer.lab_states_before_click
            slot = mouse.find_slot_at(state, px, lab)
            if before is not None:
                state = replace(state, lab_states=before).put(replace(state.pointer, lab_states_before_click=None))
            return mouse.fit_view(state, slot)
        case Scroll(px=px, steps=steps):
            return mouse.zoom_at(state, px, max(-MAX_WHEEL_STEPS, min(MAX_WHEEL_STEPS, steps)), lab)
        case Key(name=name):
            return keys.handle(state, name, lab)
        case Set():
            return settings.apply(state, action, lab)
        case _:
            return lab.update(state, action)


def list_controls(state: State) -> tuple[Control, ...]:
    """Return all controls that can be set."""
    return toolbar.list_controls(state)


def make_help_rows(state: State) -> tuple[tuple[str, str], ...]:
    """Return the rows of the help page: effects of mouse and keyboard in this lab, then in every lab."""
    return (
        *LABS[state.lab].list_keys(state),
        *make_control_rows(toolbar.list_controls_with_keys(state)),
        ("In every lab", ""),
        *keymap.HELP_ROWS,
    )


def _turn_help_page(state: State) -> State:
    """Return the state with the next help page; after the last one it closes."""
    rows = make_help_rows(state)
    count = len(help_page.split_pages(rows, help_page.fit_grid(state.window_size, state.ui_scale, len(rows))))
    following = state.overlay.help_page % count + 1
    return state.put(replace(state.overlay, help=following < count, help_page=following if following < count else 0))
