"""Giving a control of the toolbar a value: lab, models, map, layer, and the switches of the view."""

from dataclasses import replace
from typing import Any

from latent_explorer import languages
from latent_explorer.labs import LABS
from latent_explorer.scene import colour_by, dataset_offer, map_layers, map_menu, new_map, new_map_form
from latent_explorer.scene.events import Set
from latent_explorer.scene.lab import AnyLab
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import UndoStep
from latent_explorer.shell import lab_models, lesson_recorder, mouse, presentation, toolbar

SWITCHES = {
    "names": ("preferences", "show_class_names"), "smooth": ("preferences", "smooth_pixels"),
    "glide": ("preferences", "animate_pictures"), "fullscreen": ("preferences", "fullscreen"),
    "covered": ("overlay", "pictures_hidden"),
}  # fmt: skip
"""Names of controls that are on or off; slices and fields of the state that they set."""
BESIDE_FORM = ("lab", "model", "model 2", "map", "theme", "language", "help", toolbar.VIEW_MENU)
"""Controls that can be set while the form of a new map is open."""


def apply(state: State, action: Set, lab: AnyLab) -> State:
    """Return the state after a control was given a value; a control that is not known here is the lab's."""
    value = action.value
    if state.map_task.form is not None and action.control not in BESIDE_FORM:
        return new_map_form.set_control(state, state.map_task.form, action)
    match action.control:
        case "lab" if value in LABS:
            obstacle = lab_models.find_obstacle_to_open(state, value)
            return state.with_message(obstacle) if obstacle else _enter_lab(state, value)
        case "model" | "model 2" | "model 3" | "model 4" if value in state.library:
            return _select_model(state, 0 if action.control == "model" else int(action.control[-1]) - 1, str(value))
        case "map" if value in state.library[state.models[0]].maps:
            return mouse.refresh_hover(state, new_map.show_map(new_map_form.close_form(state), value))
        case "map" if value == map_menu.NEW:
            return new_map_form.open_form(state)
        case "map" if value == map_menu.CANCEL:
            return state.put(replace(state.map_task, in_progress=None))
        case "layer" if value in map_layers.list_layers(state, lab.count_models(state)):
            return map_layers.choose(state, value)
        case "colour" if value == colour_by.CLASS or value in colour_by.list_names(state, lab.count_models(state)):
            return colour_by.choose(state, value)
        case "theme" if value in ("dark", "light"):
            return state.put(replace(state.preferences, theme=value))
        case toolbar.VIEW_MENU if value == "theme":
            return toggle_theme(state)
        case "language" if value in languages.list_languages():
            return state.put(replace(state.preferences, language=value))
        case toolbar.VIEW_MENU if str(value).startswith(toolbar.LANGUAGE):
            return apply(state, Set("language", str(value).removeprefix(toolbar.LANGUAGE)), lab)
        case toolbar.VIEW_MENU if value == "present":
            return presentation.toggle(state)
        case toolbar.VIEW_MENU if value == "record lesson":
            return lesson_recorder.toggle(state)
        case toolbar.VIEW_MENU if value == "notes":
            return presentation.toggle_notes(state)
        case toolbar.VIEW_MENU if value in SWITCHES:
            return toggle(state, value)
        case toolbar.VIEW_MENU | dataset_offer.CONTROL if value in state.downloads.offers:
            return dataset_offer.toggle(state, value)
        case "names" | "smooth" | "glide" | "covered" if isinstance(value, bool):
            return _switch(state, action.control, value)
        case "help":
            return state.put(replace(state.overlay, help=not state.overlay.help, help_page=0))
    return lab.update(state, action)


def toggle(state: State, switch: str) -> State:
    """Return the state with one of `SWITCHES` turned over."""
    part, name = SWITCHES[switch]
    return _switch(state, switch, not getattr(getattr(state, part), name))


def toggle_theme(state: State) -> State:
    return state.put(replace(state.preferences, theme="light" if state.preferences.theme == "dark" else "dark"))


def choose_next(options: list[str], current: str) -> str:
    return options[(options.index(current) + 1) % len(options)] if current in options else options[0]


def _switch(state: State, switch: str, on: bool) -> State:
    part, name = SWITCHES[switch]
    changed: dict[str, Any] = {name: on}
    return state.put(replace(getattr(state, part), **changed))


def _enter_lab(state: State, lab: str) -> State:
    models = lab_models.choose_models(state.selected_models or state.models, lab, state.library)
    left = mouse.hover_part(state, "", (0.0, 0.0), LABS[state.lab])
    entered = replace(left, lab=lab, models=models).put(
        replace(left.pointer, press=None, pressed_part=""),
        replace(state.map_task, transition=None),
        replace(state.status, pending_export=""),
    )
    return mouse.refresh_hover(state, entered)


def _select_model(state: State, slot: int, model: str) -> State:
    """Return the state with another model in a slot."""
    models = (*state.models[:slot], model, *state.models[slot + 1 :])
    same = state.library[state.models[slot]].data_key == state.library[model].data_key
    lab_states = {name: one.on_model_changed(state.lab_states[name], same_dataset=same) for name, one in LABS.items()}
    hidden = state.view.hidden.intersection(*(state.library[one].class_names for one in models))
    # steps on samples of another data set cannot be undone, nor values that belong to the other model alone
    history = state.history
    past, future = (
        tuple(map(_drop_model_values, steps)) if same else () for steps in (history.undo_stack, history.redo_stack)
    )
    changed = replace(state, models=models, lab_states=lab_states).put(
        replace(state.pointer, press=None),
        replace(state.view, hidden=hidden, legend_page=0),
        replace(state.map_task, transition=None),
        replace(history, undo_stack=past, redo_stack=future),
    )
    return mouse.refresh_hover(state, changed)


def _drop_model_values(step: UndoStep) -> UndoStep:
    """Return `step` without the values that do not apply to another model of the same data set."""
    if not step.lab:
        return step
    return replace(step, lab_state=LABS[step.lab].on_model_changed(step.lab_state, same_dataset=True))
