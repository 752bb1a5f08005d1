"""The update of the state, common to all labs: mouse, legend, menus, keys. All other actions go to the lab."""

from dataclasses import replace

from latent_explorer.engine.datasets.dataset_downloader import DatasetMissing, DownloadEnded, DownloadProgress
from latent_explorer.engine.datasets.known_attributes import AttributesFound, DatasetFound
from latent_explorer.engine.fine_tuning.fine_tuner import TuningEnded, TuningProgress
from latent_explorer.engine.live_training.live_trainer import TrainingUpdate
from latent_explorer.engine.map_making.map_events import MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.labs import LABS
from latent_explorer.scene import dataset_offer, known_attributes, new_map
from latent_explorer.scene.controls import make_help_rows as make_control_rows
from latent_explorer.scene.effects import Effect
from latent_explorer.scene.events import (
    Action,
    Close,
    CloseRequested,
    DoubleClick,
    ExportAnswered,
    HandledAction,
    ImageEvent,
    Key,
    LabFailed,
    Leave,
    Loaded,
    MapClick,
    MapDrag,
    MapDrop,
    Move,
    PartEvent,
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
from latent_explorer.scene.lab import AnyLab
from latent_explorer.scene.state import Models, State
from latent_explorer.scene.state_slices import MapView, Search
from latent_explorer.shell import (
    drawing_pad,
    fine_tuning,
    first_start,
    glossary_page,
    help_page,
    keymap,
    keys,
    lab_models,
    lesson,
    lesson_list,
    lesson_pointer,
    lesson_recorder,
    mouse,
    presentation,
    questions,
    search,
    settings,
    tally,
    toolbar,
    undo,
    window_commands,
)
from latent_explorer.texts import tr

KEEPS_MESSAGE = Move | Release | Leave | TimePassed | ImageEvent
"""Actions after which a message about an error stays."""
MAX_WHEEL_STEPS = 100.0  # steps of the wheel at once; covers the whole zoom range


def start(library: Models, models: tuple[str, ...], *, lab: str, size: tuple[int, int]) -> State:
    """Return the state of a window that opens with `models` in `lab`."""
    slots = models if len(models) > 1 else models * 2
    which = library[slots[0]].atlas.method
    own = {
        name: one.with_model_count(one.make_initial_state(), len(dict.fromkeys(models))) for name, one in LABS.items()
    }
    cast = lab_models.choose_models(slots, lab, library)
    state = State(size, library, lab, cast, selected_models=slots, view=MapView(map_name=which), lab_states=own)
    return _settle_models(state, state)


def update(state: State, action: Action) -> tuple[State, tuple[Effect, ...]]:
    """Return the state after an action, and what the window has to do; `state` itself stays unchanged."""
    if isinstance(action, WindowEvent):
        after = _handle_window_event(state, action)
    else:
        after = lesson_recorder.note(state, action, _handle_and_record(state, action))
    if after.at_rest is not state.at_rest:  # something else than the mouse has changed
        after = presentation.follow(state, questions.drop_moot(after))
    if after.pointer.by_lesson is not None and after is not state:
        after = lesson_pointer.keep(after)
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
        case CloseRequested():
            return questions.close_window(state)
        case ExportAnswered(notice=notice):
            return state.put(replace(state.status, pending_export="", notice=notice))
        case LabFailed():
            lab = LABS[state.lab]
            text = tr("What the session kept of {lab} cannot be shown: it begins anew.", lab=tr(lab.title))
            return state.with_lab_state(lab.name, lab.make_initial_state()).with_message(text)
        case Replace(state=other):
            return _settle_models(other, other)
        case DatasetMissing() | DownloadProgress() | DownloadEnded():
            return dataset_offer.update(state, action)
        case DatasetFound() | AttributesFound():
            return known_attributes.update(state, action)
        case TuningProgress() | TuningEnded():
            return fine_tuning.receive(state, action)


def _handle_and_record(state: State, action: HandledAction) -> State:
    if isinstance(action, DoubleClick) and drawing_pad.claims(state, Press(action.px)):
        action = Press(action.px)  # two quick strokes
    after = _handle(state, action)
    if isinstance(action, Move) and after.at_rest is state.at_rest:
        return after  # nothing has changed but the mouse
    after = undo.record(state, after, action)
    if after.lab == state.lab and after.models != state.models and LABS[after.lab].has_model_menus:
        after = replace(after, selected_models=after.models)
    return _settle_models(state, after)


def _settle_models(before: State, state: State) -> State:
    """Return the state after an action with as many models as the lab shows, which it can, and those that it displays;
    the mouse is over their dots, and drags none that is gone."""
    state = lab_models.ensure_decoder(_count_models(state))
    displayed = LABS[state.lab].choose_displayed_models(state)
    if displayed != state.displayed_models:
        state = mouse.refresh_hover(state, replace(state, displayed_models=displayed))
    if (state.models, state.model_count) == (before.models, before.model_count):
        return state
    return mouse.refresh_hover(state, state.put(replace(state.pointer, press=None)))


def _count_models(state: State) -> State:
    count = LABS[state.lab].count_models(state)
    return state if count == state.model_count else replace(state, model_count=count)


def _handle(state: State, action: HandledAction) -> State:
    """Return the state after an action, which the uppermost layer of the window that answers it handles alone: a
    question, commands of the window, votes, a presentation, lists and lessons, help, search, the pad, and last the
    lab."""
    if isinstance(action, Tick | MapProgress | MapFinished | MapFailed | MapUpdate):
        after = new_map.update(state, action)
        return after if after.view.map_name == state.view.map_name else mouse.refresh_hover(after, after)
    if isinstance(action, TrainingUpdate):
        own = {name: one.on_training_update(state.lab_states[name], action) for name, one in LABS.items()}
        return replace(state, lab_states=own).with_message(action.error or state.status.message)
    answered = questions.handle(state, action) or first_start.handle(state, action)
    if answered is not None:
        state, following = answered
        if following is None:
            return state
        action = following
    if (state.status.message or state.status.remark) and not isinstance(action, KEEPS_MESSAGE):
        state = state.put(replace(state.status, message="", remark=""))
    state, done = _handle_over_lab(state, action)
    if done:
        return state
    lab = LABS[state.lab]
    if state.search.text is not None and not state.overlay.help:
        state, done = _handle_search(state, action, lab)
        if done:
            return state
    if isinstance(action, ImageEvent) or drawing_pad.claims(state, action):
        return _handle_on_pad(state, action, lab)
    return _handle_in_lab(state, action, lab)


def _handle_over_lab(state: State, action: HandledAction) -> tuple[State, bool]:
    """Return the state after an action on what lies over the lab, and whether the action is handled completely."""
    state, done = window_commands.handle(state, action)
    if done:
        return state, True
    voted = tally.handle(state, action)
    if voted is not None:
        return voted, True
    state, done = presentation.handle(state, action)
    if done:
        return state, True
    state = lesson.drop_pending(state, action)
    for handle in (lesson_list.handle, glossary_page.handle, lesson.handle, lesson_recorder.handle):
        after = handle(state, action)
        if after is not None:
            return after, True
    on_help = _handle_on_help(state, action) if state.overlay.help else None
    return (state, False) if on_help is None else (on_help, True)


def _handle_on_help(state: State, action: HandledAction) -> State | None:
    """Return the state after an action on the open help page, which hides what other keys would do; None for every
    other one."""
    match action:
        case Press():
            return _turn_help_page(state)
        case Scroll() | DoubleClick():
            return state
        case Key(name=name) if name not in keymap.HELP_PAGE_KEYS:
            return state
    return None


def _handle_search(state: State, action: HandledAction, lab: AnyLab) -> tuple[State, bool]:
    """Return the state after an action while the search is open, and whether the action is handled completely; one on
    something else closes it."""
    if isinstance(action, Key) and (action.name == "tab" or not keymap.is_for_window(action.name)):
        return search.handle_key(state, action, lab), True
    if isinstance(action, Move | Scroll | DoubleClick | Press) and search.covers(state, action.px, lab):
        return (search.handle_press(state, action.px, lab) if isinstance(action, Press) else state), True
    return (state.put(Search()) if isinstance(action, Press | Set) else state), False


def _handle_on_pad(state: State, action: HandledAction, lab: AnyLab) -> State:
    """Return the state after an action on the drawing pad."""
    if isinstance(action, Move):
        state = mouse.on_leave(state, lab)
    after = drawing_pad.update(state, action)
    # the lab is laid out again, and what was under the mouse has moved away
    return after if after.lab_size == state.lab_size else mouse.on_leave(after, lab)


def _handle_in_lab(state: State, action: HandledAction, lab: AnyLab) -> State:
    """Return the state after an action on the lab: by its maps and parts, by keys, by controls."""
    state = drawing_pad.clear_hover(state, action)
    held = lesson_pointer.handle(state, action, lab)
    if held is not None:
        return held
    if isinstance(action, DoubleClick) and mouse.find_slot_at(_take_click_back(state), action.px, lab) is None:
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
            state = _take_click_back(state)
            return mouse.fit_view(state, mouse.find_slot_at(state, px, lab))
        case Scroll(px=px, steps=steps):
            return mouse.zoom_at(state, px, max(-MAX_WHEEL_STEPS, min(MAX_WHEEL_STEPS, steps)), lab)
        case Key(name=name):
            return keys.handle(state, name, lab)
        case Set():
            return settings.apply(state, action, lab)
        case MapClick() | MapDrag() | MapDrop() | PartEvent() | TimePassed():
            return lab.update(state, action)
    return state


def _take_click_back(state: State) -> State:
    """Return the state as it was before the first click of a double-click, which may have changed the layout."""
    before = state.pointer.lab_states_before_click
    if before is None:
        return state
    return replace(state, lab_states=before).put(replace(state.pointer, lab_states_before_click=None))


def make_help_rows(state: State) -> tuple[tuple[str, str], ...]:
    """Return the rows of the help page: effects of mouse and keyboard in this lab, then in every lab."""
    lab = LABS[state.lab]
    return (
        *((*presentation.make_help_rows(), (tr("In {lab}", lab=tr(lab.title)), "")) if state.presentation.on else ()),
        *((tr(key), tr(effect)) for key, effect in lab.list_keys(state)),
        *make_control_rows(toolbar.list_controls_with_keys(state)),
        (tr("In every lab"), ""),
        *((tr(key), tr(effect)) for key, effect in keymap.HELP_ROWS),
    )


def _turn_help_page(state: State) -> State:
    """Return the state with the next help page; after the last one it closes."""
    rows = make_help_rows(state)
    count = len(help_page.split_pages(rows, help_page.fit_grid(state.window_size, state.ui_scale, len(rows))))
    following = state.overlay.help_page % count + 1
    return state.put(replace(state.overlay, help=following < count, help_page=following if following < count else 0))
