"""What the keys do in every lab; a key that is not bound here sets one of the lab's controls or goes to the lab."""

from dataclasses import replace

from latent_explorer import languages
from latent_explorer.labs import LABS
from latent_explorer.scene import brush, colour_by, legend, map_layers, new_map_form
from latent_explorer.scene.controls import apply_key
from latent_explorer.scene.events import Key, MapClick, Set
from latent_explorer.scene.lab import AnyLab
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import MousePress
from latent_explorer.shell import (
    lab_models,
    lesson,
    lesson_pointer,
    lesson_recorder,
    mouse,
    questions,
    search,
    settings,
    toolbar,
    undo,
)
from latent_explorer.shell.keymap import ARROWS, find_binding
from latent_explorer.texts import mark, tr

PAN_STEP = 60  # pixels that Shift and an arrow key move the map
TEXT_SCALES, TEXT_STEP = (0.6, 2.0), 1.1
SMALLEST_TEXT = mark("The text is no smaller than this.")


def handle(state: State, name: str, lab: AnyLab) -> State:
    """Return the state after a key."""
    binding = find_binding(name)
    if state.map_task.form is not None and not state.overlay.help and not (binding and binding.with_form):
        return new_map_form.handle_key(state, state.map_task.form, name)
    if binding is not None:
        if binding.needs_menus and not lab.has_model_menus:
            return state
        after = _run(state, binding.command, name, lab)
        if after is not None:
            return after
    for control in toolbar.list_controls_with_keys(state):
        action = apply_key(control, name)
        if action is not None:
            return settings.apply(state, action, lab)
    return lab.update(state, Key(name))


def _run(state: State, command: str, name: str, lab: AnyLab) -> State | None:
    """Return the state after a command of the keymap; None if it does not apply, and the key is the lab's."""
    hover = state.pointer.hover
    match command:
        case "help":
            return state.put(replace(state.overlay, help=not state.overlay.help, help_page=0))
        case "lesson" if state.overlay.help:
            by = 1 if name == "page down" else -1
            return state.put(replace(state.overlay, help_page=state.overlay.help_page + by))
        case "escape":
            return _leave(state, lab)
        case "lab":
            names = [one for one in LABS if not lab_models.find_obstacle_to_open(state, one)]
            names = names if name == "tab" else names[::-1]
            return settings.apply(state, Set("lab", settings.choose_next(names, state.lab)), lab)
        case "find":
            return search.open_field(state, lab)
        case "undo":
            return mouse.refresh_hover(state, undo.undo(state))
        case "redo":
            return mouse.refresh_hover(state, undo.redo(state))
        case "map":
            maps = list(state.library[state.models[0]].maps)
            return settings.apply(state, Set("map", settings.choose_next(maps, state.get_map_name(0))), lab)
        case "new map":
            return new_map_form.open_form(state)
        case "quality":
            return state.put(replace(state.view, explain_quality=not state.view.explain_quality))
        case "model":
            return settings.apply(state, Set("model", lab_models.choose_next_model(state, 0)), lab)
        case "model 2" if lab.count_models(state) > 1:
            slot = max(1, hover.slot) if hover is not None else 1
            return settings.apply(state, Set(f"model {slot + 1}", lab_models.choose_next_model(state, slot)), lab)
        case "layer":
            return map_layers.step_layer(state, lab.count_models(state), 1 if name == "l" else -1)
        case "colour":
            return colour_by.choose_next(state, lab.count_models(state), 1 if name == "ctrl l" else -1)
        case "theme" | "language" | "names" | "smooth" | "glide" | "fullscreen" | "text size":
            return _change_appearance(state, command, name, lab)
        case "class":
            switched = legend.find_class_of_key(name, state, lab.count_models(state))
            return state if switched is None else _hide_classes(state, state.view.hidden ^ {switched})
        case "all classes":
            shown = brush.clear(state, colour_by.get_active(state, lab.count_models(state)))
            return _hide_classes(shown, frozenset())
        case "fit" | "zoom" | "pan":
            return _move_maps(state, command, name, lab)
        case "move":
            return lesson_pointer.follow(mouse.move_by_key(state, ARROWS[name], lab))
        case "record lesson":
            return lesson_recorder.toggle(state)
        case "take mouse":
            return lesson_pointer.take(state)
        case "click" if hover is not None:
            return lab.update(state, MapClick(hover.slot, hover.xy, hover.dot))
        case "drag" if hover is not None:
            if state.pointer.press is not None:
                return mouse.on_release(state, hover.px, lab)
            press = MousePress(
                hover.slot, hover.px, last_px=hover.px, pans=False, dragging=False, xy=hover.xy, dot=hover.dot
            )
            return state.put(replace(state.pointer, press=press))
    return None


def _change_appearance(state: State, command: str, name: str, lab: AnyLab) -> State:
    """Return the state after a command that changes how the window looks."""
    match command:
        case "theme":
            return settings.toggle_theme(state)
        case "language":
            following = settings.choose_next(list(languages.list_languages()), state.preferences.language)
            return settings.apply(state, Set("language", following), lab)
        case "text size":
            return _scale_text(state, TEXT_STEP if name == "]" else 1 / TEXT_STEP)
    return settings.toggle(state, command)


def _scale_text(state: State, factor: float) -> State:
    """Return the state with larger or smaller text; in a presentation it is never smaller than usual."""
    low, high = (1.0, TEXT_SCALES[1]) if state.presents else TEXT_SCALES
    before = max(low, state.preferences.text_scale)
    if before == low and factor < 1:
        return state.with_notice(tr(SMALLEST_TEXT))
    scaled = state.put(replace(state.preferences, text_scale=min(max(before * factor, low), high)))
    # the page of a lesson takes as much of the window as its text needs
    return scaled if state.size == state.window_size else lesson.resize(scaled, state.window_size)


def _leave(state: State, lab: AnyLab) -> State:
    """Return the state without its innermost layer; leaving full screen must not end a lesson in front of a class. What
    cannot be undone is asked first, and so is leaving the program."""
    overlay, preferences = state.overlay, state.preferences
    stopping = None if overlay.help else questions.ask_to_stop(state)
    if stopping is not None:
        return stopping
    if overlay.help or preferences.fullscreen:
        return state.put(
            replace(overlay, help=False), replace(preferences, fullscreen=preferences.fullscreen and overlay.help)
        )
    if overlay.lesson is not None:
        return lesson.leave(state)
    closed = lab.update(state, Key("escape"))  # what the lab has opened
    return questions.ask_to_leave(state) if closed == state else closed


def _hide_classes(state: State, hidden: frozenset[str]) -> State:
    return mouse.refresh_hover(state, state.put(replace(state.view, hidden=hidden)))


def _move_maps(state: State, command: str, name: str, lab: AnyLab) -> State:
    """Return the state after fitting, zooming or panning the map under the mouse, or all of them."""
    hover = state.pointer.hover
    before = state
    for slot in [hover.slot] if hover else list(range(lab.count_models(state))):
        rect = lab.get_layout(state).maps[slot]
        if command == "fit":
            state = mouse.fit_view(state, slot)
        elif command == "zoom":
            px = hover.px if hover and rect.contains(hover.px) else rect.centre
            state = mouse.zoom_at(state, px, -1 if name == "-" else 1, lab)
        else:
            dx, dy = ARROWS[name.removeprefix("shift ")]
            state = state.with_camera(slot, state.get_camera(slot).pan_by(-dx * PAN_STEP, -dy * PAN_STEP, rect))
    return mouse.refresh_hover(before, state) if command == "pan" else state
