"""The update of the state, common to all labs: mouse, legend, menus, keys. All other actions go to the lab."""

from dataclasses import replace

from latent_explorer.engine.live_training import TrainingUpdate
from latent_explorer.engine.map_events import MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.labs import LABS
from latent_explorer.scene import legend, map_layers, new_map
from latent_explorer.scene.controls import Control, apply_key
from latent_explorer.scene.controls import make_help_rows as make_control_rows
from latent_explorer.scene.events import (
    Action,
    DoubleClick,
    ImageLoaded,
    ImageLoading,
    ImageRejected,
    Key,
    Leave,
    MapClick,
    Move,
    Press,
    Release,
    Resize,
    Scroll,
    Set,
    Tick,
    TimePassed,
)
from latent_explorer.scene.lab import Lab
from latent_explorer.scene.state import Models, MousePress, State, UndoStep
from latent_explorer.shell import drawing_pad, help_page, lesson, mouse, toolbar, undo, window_commands

MAX_WHEEL_STEPS = 100.0  # steps of the wheel at once; covers the whole zoom range
PAN_STEP = 60  # pixels that Shift and an arrow key move the map
ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}

SWITCHES = {
    "names": "show_class_names", "smooth": "smooth_pixels", "glide": "animate_pictures", "covered": "pictures_hidden",
    "fullscreen": "fullscreen",
}  # fmt: skip
"""Names of controls that are on or off, and the fields of the state that they set."""

KEYS = (
    ("Wheel, or + and -", "zoom at the mouse"),
    ("Right-drag", "move the map (also Shift+arrows, its empty part)"),
    ("Double-click, Home", "fit the whole map"),
    ("Arrows", "move the point that is decoded"),
    ("Tab, Shift+Tab", "next lab, the one before"),
    ("Z, Shift+Z", "undo, do it again (Ctrl+Z, Ctrl+Y)"),
    *new_map.KEYS,
    *drawing_pad.KEYS,
    ("M, Shift+M", "next model; the second, or that under the mouse"),
    ("0 to 9, A", "show or hide a class, show all"),
    ("L, Shift+L", "next layer under the dots, the one before"),
    ("N", "class names on the map"),
    ("T", "dark or light"),
    ("S", "smooth or square pixels"),
    ("J", "pictures glide or jump"),
    ("[ and ]", "smaller and larger text"),
    ("F or F11", "full screen"),
    *window_commands.KEYS,
    *lesson.KEYS,
    ("F1 or ?", "this page"),
    ("Esc", "close menu, form, page; give up a map; leave"),
)


HELP_PAGE_KEYS = ("f1", "?", "escape", "f", "f11", "t", "[", "]", "page down", "page up")
"""Keys that work while the help page is open."""
MODEL_MENU_KEYS = ("p", "P", "m", "M", "l", "L")
"""Keys of the menus of models, maps and layers."""


def start(world: Models, models: tuple[str, ...], *, lab: str, size: tuple[int, int]) -> State:
    slots = models if len(models) > 1 else models * 2
    which = world[slots[0]].atlas.which
    own = {name: one.with_model_count(one.initial_state(), len(dict.fromkeys(models))) for name, one in LABS.items()}
    cast = _choose_models(slots, lab, world)
    return _update_displayed_models(
        State(size=size, lab=lab, models=cast, selected_models=slots, map_name=which, lab_states=own), world
    )


def update(state: State, action: Action, world: Models) -> State:
    """Return the state after an action; `state` itself stays unchanged."""
    if isinstance(action, DoubleClick) and drawing_pad.claims(state, Press(action.px)):
        action = Press(action.px)  # two quick strokes
    after = undo.record(state, _handle(state, action, world), action)
    if after.lab == state.lab and after.models != state.models and LABS[after.lab].has_model_menus:
        after = replace(after, selected_models=after.models)
    return _update_displayed_models(after, world)


def _update_displayed_models(state: State, world: Models) -> State:
    """Return the state with the models that the lab displays now, and the mouse over their dots."""
    lab = LABS[state.lab]
    if lab.model_count(state) != state.model_count:
        state = replace(state, model_count=lab.model_count(state))
    displayed = lab.displayed_models(state, world)
    if displayed == state.displayed_models:
        return state
    return mouse.refresh_hover(state, replace(state, displayed_models=displayed), world)


def _handle(state: State, action: Action, world: Models) -> State:
    if isinstance(action, Tick | MapProgress | MapFinished | MapFailed | MapUpdate):
        after = new_map.update(state, action, world)
        return after if after.map_name == state.map_name else mouse.refresh_hover(after, after, world)
    if isinstance(action, TrainingUpdate):
        own = {name: one.on_training_update(state.lab_states[name], action) for name, one in LABS.items()}
        return replace(state, lab_states=own, message=action.error or state.message)
    if state.message and not isinstance(action, Move | Leave | TimePassed | ImageLoading | ImageLoaded | ImageRejected):
        state = replace(state, message="")
    state, done = window_commands.handle(state, action)
    if done:
        return state
    taught = lesson.handle(state, action)
    if taught is not None:
        return taught
    if state.help and isinstance(action, Press | Scroll | DoubleClick):
        return _turn_help_page(state, world) if isinstance(action, Press) else state
    if state.help and isinstance(action, Key) and action.name not in HELP_PAGE_KEYS:
        return state  # its effect would be hidden
    lab = LABS[state.lab]
    if isinstance(action, ImageLoading | ImageLoaded | ImageRejected) or drawing_pad.claims(state, action):
        if isinstance(action, Move):
            state = mouse.on_leave(state, lab, world)
        return drawing_pad.update(state, action)
    state = drawing_pad.clear_hover(state, action)
    if isinstance(action, DoubleClick) and mouse.find_slot_at(state, action.px, lab) is None:
        action = Press(action.px, is_second_press=True)  # only a map has something to fit
    if isinstance(action, Press | Key | Set | Scroll):
        state = replace(state, lab_states_before_click=None)  # an older click can no longer become a double-click
    match action:
        case Resize(size=size):
            return lesson.resize(state, size)
        case Move(superseded=True) if state.mouse_press is None and not state.pressed_part:
            return state
        case Move(px=px):
            return mouse.on_move(state, px, lab, world)
        case Leave():
            if state.mouse_press is not None or state.pressed_part:
                return state
            return mouse.on_leave(state, lab, world)
        case Press():
            return mouse.on_press(state, action, lab, world)
        case Release(px=px):
            return mouse.on_release(state, px, lab, world)
        case DoubleClick(px=px):
            before = (
                state
                if state.lab_states_before_click is None
                else replace(state, lab_states=state.lab_states_before_click, lab_states_before_click=None)
            )
            return mouse.fit_view(before, mouse.find_slot_at(state, px, lab), world)
        case Scroll(px=px, steps=steps):
            return mouse.zoom_at(state, px, max(-MAX_WHEEL_STEPS, min(MAX_WHEEL_STEPS, steps)), lab, world)
        case Key(name=name):
            return _handle_key(state, name, lab, world)
        case Set():
            return _set_control(state, action, lab, world)
        case _:
            return lab.update(state, action, world)


def list_controls(state: State, world: Models) -> tuple[Control, ...]:
    """Return all controls that can be set."""
    return toolbar.list_controls(state, world)


def make_help_rows(state: State, world: Models) -> tuple[tuple[str, str], ...]:
    """Return the rows of the help page: effects of mouse and keyboard in this lab, then in every lab."""
    return (
        *LABS[state.lab].keys,
        *make_control_rows(toolbar.list_controls_with_keys(state, world)),
        ("In every lab", ""),
        *KEYS,
    )


def _turn_help_page(state: State, world: Models) -> State:
    """Return the state with the next help page; after the last one it closes."""
    rows = make_help_rows(state, world)
    count = len(help_page.split_pages(rows, help_page.fit_grid(state.window_size, state.ui_scale, len(rows))))
    following = state.help_page % count + 1
    return replace(state, help=following < count, help_page=following if following < count else 0)


# -- keys and controls --------------------------------------------------------------------------------


def _handle_key(state: State, name: str, lab: Lab, world: Models) -> State:
    slots = [state.hover.slot] if state.hover else list(range(lab.model_count(state)))
    if state.new_map_form is not None and name not in ("f1", "?", "f", "f11", "t", "[", "]") and not state.help:
        return new_map.handle_key(state, state.new_map_form, name, world)
    if not lab.has_model_menus and name in MODEL_MENU_KEYS:
        return state
    match name:
        case "f1" | "?":
            return replace(state, help=not state.help, help_page=0)
        case "page down" | "page up" if state.help:
            return replace(state, help_page=state.help_page + (1 if name == "page down" else -1))
        case "escape":
            # the innermost first: in front of a class, leaving full screen must not end the lesson
            if state.map_in_progress is not None and not state.help:
                return replace(state, map_in_progress=None)
            if state.help or state.fullscreen:
                return replace(state, help=False, fullscreen=state.fullscreen and state.help)
            if state.lesson is not None:
                return lesson.end_lesson(state)
            return replace(state, closing=True)
        case "f" | "f11":
            return replace(state, fullscreen=not state.fullscreen)
        case "tab" | "shift tab":
            names = list(LABS) if name == "tab" else list(LABS)[::-1]
            return _set_control(state, Set("lab", _choose_next(names, state.lab)), lab, world)
        case _ if name in undo.UNDO_KEYS:
            return mouse.refresh_hover(state, undo.undo(state), world)
        case _ if name in undo.REDO_KEYS:
            return mouse.refresh_hover(state, undo.redo(state), world)
        case "p":
            return _set_control(
                state,
                Set("map", _choose_next(list(world[state.models[0]].maps), state.get_map_name(0, world))),
                lab,
                world,
            )
        case "P":
            return new_map.open_form(state, world)
        case "q":
            return replace(state, explain_map_quality=not state.explain_map_quality)
        case "m":
            return _set_control(state, Set("model", _choose_next(list(world), state.models[0])), lab, world)
        case "M" if lab.model_count(state) > 1:
            slot = max(1, state.hover.slot) if state.hover is not None else 1
            return _set_control(
                state, Set(f"model {slot + 1}", _choose_next(list(world), state.models[slot])), lab, world
            )
        case "t":
            return replace(state, theme=_choose_next(["dark", "light"], state.theme))
        case "l" | "L":
            return map_layers.next_layer(state, world, lab.model_count(state), 1 if name == "l" else -1)
        case "n":
            return replace(state, show_class_names=not state.show_class_names)
        case "s":
            return replace(state, smooth_pixels=not state.smooth_pixels)
        case "j":
            return replace(state, animate_pictures=not state.animate_pictures)
        case "a":
            return mouse.refresh_hover(state, replace(state, hidden=frozenset()), world)
        case "[" | "]":
            factor = 1.1 if name == "]" else 1 / 1.1
            return replace(state, text_scale=min(max(state.text_scale * factor, 0.6), 2.0))
        case "home":
            for slot in slots:
                state = mouse.fit_view(state, slot, world)
            return state
        case "+" | "=" | "-":
            for slot in slots:
                rect = lab.layout(state).maps[slot]
                px = state.hover.px if state.hover and rect.contains(state.hover.px) else rect.centre
                state = mouse.zoom_at(state, px, -1 if name == "-" else 1, lab, world)
            return state
        case "left" | "right" | "up" | "down":
            return mouse.move_by_key(state, ARROWS[name], lab, world)
        case "shift left" | "shift right" | "shift up" | "shift down":
            dx, dy = ARROWS[name.removeprefix("shift ")]
            for slot in slots:
                rect = lab.layout(state).maps[slot]
                camera = state.get_camera(slot, world).pan_by(-dx * PAN_STEP, -dy * PAN_STEP, rect)
                state = state.with_camera(slot, world, camera)
            return mouse.refresh_hover(state, state, world)
        case "return" if state.hover is not None:
            return lab.update(state, MapClick(state.hover.slot, state.hover.xy, state.hover.dot), world)
        case "d" if state.hover is not None:
            if state.mouse_press is not None:
                return mouse.on_release(state, state.hover.px, lab, world)
            at = state.hover
            return replace(state, mouse_press=MousePress(at.slot, at.px, at.px, False, False, at.xy, at.dot))
    if len(name) == 1 and name in "0123456789":
        switched = legend.find_class_of_key(name, state, world, lab.model_count(state))
        return (
            state
            if switched is None
            else mouse.refresh_hover(state, replace(state, hidden=state.hidden ^ {switched}), world)
        )
    for control in toolbar.list_controls_with_keys(state, world):
        done = apply_key(control, name)
        if done is not None:
            return _set_control(state, done, lab, world)
    return lab.update(state, Key(name), world)


def _switch(state: State, name: str, on: bool) -> State:
    """Return the state with one of `SWITCHES` on or off."""
    return replace(state, **{SWITCHES[name]: on})  # type: ignore[arg-type]


def _set_control(state: State, action: Set, lab: Lab, world: Models) -> State:
    value = action.value
    if state.new_map_form is not None and action.control not in (
        "lab",
        "model",
        "model 2",
        "map",
        "theme",
        "help",
        toolbar.VIEW_MENU,
    ):
        return new_map.set_control(state, state.new_map_form, action, world)
    match action.control:
        case "lab" if value in LABS:
            models = _choose_models(state.selected_models or state.models, value, world)
            entered = replace(
                state,
                lab=value,
                models=models,
                mouse_press=None,
                map_transition=None,
                hovered_part="",
                pressed_part="",
                pending_export="",
            )
            return mouse.refresh_hover(state, entered, world)
        case "model" | "model 2" | "model 3" | "model 4" if value in world:
            return _select_model(
                state, 0 if action.control == "model" else int(action.control[-1]) - 1, str(value), world
            )
        case "map" if value in world[state.models[0]].maps:
            return mouse.refresh_hover(state, new_map.show_map(replace(state, new_map_form=None), value, world), world)
        case "map" if value == new_map.NEW:
            return new_map.open_form(state, world)
        case "map" if value == new_map.CANCEL:
            return replace(state, map_in_progress=None)
        case "layer" if value in map_layers.list_layers(state, world, lab.model_count(state)):
            return replace(state, layer=value)
        case "theme" if value in ("dark", "light"):
            return replace(state, theme=value)
        case toolbar.VIEW_MENU if value == "theme":
            return replace(state, theme=_choose_next(["dark", "light"], state.theme))
        case toolbar.VIEW_MENU if value in SWITCHES:
            return _switch(state, value, not getattr(state, SWITCHES[value]))
        case "names" | "smooth" | "glide" | "covered" if isinstance(value, bool):
            return _switch(state, action.control, value)
        case "help":
            return replace(state, help=not state.help, help_page=0)
    return lab.update(state, action, world)


def _select_model(state: State, slot: int, model: str, world: Models) -> State:
    """Return the state with another model in a slot."""
    before, after = world[state.models[slot]], world[model]
    models = (*state.models[:slot], model, *state.models[slot + 1 :])
    same = before.data_key == after.data_key
    own = {name: one.on_model_changed(state.lab_states[name], same_dataset=same) for name, one in LABS.items()}
    hidden = state.hidden.intersection(*(world[one].class_names for one in models))
    kept = replace(
        state, models=models, lab_states=own, mouse_press=None, hidden=hidden, legend_page=0, map_transition=None
    )
    # steps on samples of another data set cannot be undone, nor values that belong to the other model alone
    past, future = (
        tuple(map(_drop_model_values, steps)) if same else () for steps in (state.undo_stack, state.redo_stack)
    )
    return mouse.refresh_hover(state, replace(kept, undo_stack=past, redo_stack=future), world)


def _drop_model_values(step: UndoStep) -> UndoStep:
    """Return `step` without the values that do not apply to another model of the same data set."""
    return (
        replace(step, lab_state=LABS[step.lab].on_model_changed(step.lab_state, same_dataset=True))
        if step.lab
        else step
    )


def _choose_models(models: tuple[str, ...], lab: str, world: Models) -> tuple[str, ...]:
    """Return the models of a lab that is opened, as many as it can show."""
    models = LABS[lab].choose_models(models, world)
    return (*models, *(models[-1:] * (LABS[lab].max_models - len(models))))


def _choose_next(options: list[str], current: str) -> str:
    return options[(options.index(current) + 1) % len(options)] if current in options else options[0]
