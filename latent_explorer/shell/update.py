"""The update of the state, common to all labs: mouse, legend, menus, keys. All other actions go to the lab."""

from dataclasses import replace

from latent_explorer.engine.live_training import LiveNews
from latent_explorer.engine.map_events import MapFailed, MapMade, MapNews, MapProgress
from latent_explorer.labs import LABS
from latent_explorer.scene import legend, map_layers, new_map
from latent_explorer.scene.controls import Control, by_key, explained
from latent_explorer.scene.events import (
    Action,
    DoubleClick,
    Dropped,
    Key,
    Leave,
    MapClick,
    Move,
    Opening,
    Pass,
    Press,
    Refused,
    Release,
    Resize,
    Scroll,
    Set,
    Tick,
)
from latent_explorer.scene.lab import Lab
from latent_explorer.scene.state import Held, State, Step, World
from latent_explorer.shell import drawing_pad, help_page, lesson, mouse, toolbar, undo, window_commands

MOST_STEPS = 100.0  # steps of the wheel at once; covers the whole zoom range
PAN_STEP = 60  # pixels that Shift and an arrow key move the map
ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}

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


ON_THE_PAGE = ("f1", "?", "escape", "f", "f11", "t", "[", "]", "page down", "page up")
"""Keys that work while the help page is open."""
CHOOSING = ("p", "P", "m", "M", "l", "L")
"""Keys of the menus of models, maps and layers."""


def start(world: World, models: tuple[str, ...], *, lab: str, size: tuple[int, int]) -> State:
    slots = models if len(models) > 1 else models * 2
    which = world[slots[0]].atlas.which
    own = {name: one.asked(one.start(), len(dict.fromkeys(models))) for name, one in LABS.items()}
    cast = _cast(slots, lab, world)
    return _standing(State(size=size, lab=lab, models=cast, chosen=slots, which=which, own=own), world)


def update(state: State, action: Action, world: World) -> State:
    """Return the state after an action; `state` itself stays unchanged."""
    if isinstance(action, DoubleClick) and drawing_pad.takes(state, Press(action.px)):
        action = Press(action.px)  # two quick strokes
    after = undo.kept(state, _update(state, action, world), action)
    if after.lab == state.lab and after.models != state.models and LABS[after.lab].chooses:
        after = replace(after, chosen=after.models)
    return _standing(after, world)


def _standing(state: State, world: World) -> State:
    """Return the state with the models that the lab displays now, and the mouse over their dots."""
    stands = LABS[state.lab].stands(state, world)
    return state if stands == state.stands else mouse.again(state, replace(state, stands=stands), world)


def _update(state: State, action: Action, world: World) -> State:
    if isinstance(action, Tick | MapProgress | MapMade | MapFailed | MapNews):
        after = new_map.update(state, action, world)
        return after if after.which == state.which else mouse.again(after, after, world)
    if isinstance(action, LiveNews):
        own = {name: one.told(state.own[name], action) for name, one in LABS.items()}
        return replace(state, own=own, message=action.trouble or state.message)
    if state.message and not isinstance(action, Move | Leave | Pass | Opening | Dropped | Refused):
        state = replace(state, message="")
    state, done = window_commands.answered(state, action)
    if done:
        return state
    taught = lesson.answered(state, action)
    if taught is not None:
        return taught
    if state.help and isinstance(action, Press | Scroll | DoubleClick):
        return _next_page(state, world) if isinstance(action, Press) else state
    if state.help and isinstance(action, Key) and action.name not in ON_THE_PAGE:
        return state  # its effect would be hidden
    lab = LABS[state.lab]
    if isinstance(action, Opening | Dropped | Refused) or drawing_pad.takes(state, action):
        if isinstance(action, Move):
            state = mouse.left(state, lab, world)
        return drawing_pad.update(state, action)
    state = drawing_pad.left(state, action)
    if isinstance(action, DoubleClick) and mouse.slot_at(state, action.px, lab) is None:
        action = Press(action.px, twice=True)  # only a map has something to fit
    if isinstance(action, Press | Key | Set | Scroll):
        state = replace(state, before_click=None)  # an older click can no longer become a double-click
    match action:
        case Resize(size=size):
            return lesson.sized(state, size)
        case Move(passing=True) if state.held is None and not state.touching:
            return state
        case Move(px=px):
            return mouse.moved(state, px, lab, world)
        case Leave():
            if state.held is not None or state.touching:
                return state
            return mouse.left(state, lab, world)
        case Press():
            return mouse.pressed(state, action, lab, world)
        case Release(px=px):
            return mouse.released(state, px, lab, world)
        case DoubleClick(px=px):
            before = state if state.before_click is None else replace(state, own=state.before_click, before_click=None)
            return mouse.fitted(before, mouse.slot_at(state, px, lab), world)
        case Scroll(px=px, steps=steps):
            return mouse.zoomed(state, px, max(-MOST_STEPS, min(MOST_STEPS, steps)), lab, world)
        case Key(name=name):
            return _key(state, name, lab, world)
        case Set():
            return _set(state, action, lab, world)
        case _:
            return lab.update(state, action, world)


def controls(state: State, world: World) -> tuple[Control, ...]:
    """Return all controls that can be set."""
    return toolbar.every(state, world)


def help_rows(state: State, world: World) -> tuple[tuple[str, str], ...]:
    """Return the rows of the help page: effects of mouse and keyboard in this lab, then in every lab."""
    return (*LABS[state.lab].keys, *explained(toolbar.answering(state, world)), ("In every lab", ""), *KEYS)


def _next_page(state: State, world: World) -> State:
    """Return the state with the next help page; after the last one it closes."""
    rows = help_rows(state, world)
    count = len(help_page.pages(rows, help_page.grid(state.window, state.unit, len(rows))))
    following = state.help_page % count + 1
    return replace(state, help=following < count, help_page=following if following < count else 0)


# -- keys and controls --------------------------------------------------------------------------------


def _key(state: State, name: str, lab: Lab, world: World) -> State:
    slots = [state.hover.slot] if state.hover else list(range(lab.slots(state)))
    if state.form is not None and name not in ("f1", "?", "f", "f11", "t", "[", "]") and not state.help:
        return new_map.key(state, state.form, name, world)
    if not lab.chooses and name in CHOOSING:
        return state
    match name:
        case "f1" | "?":
            return replace(state, help=not state.help, help_page=0)
        case "page down" | "page up" if state.help:
            return replace(state, help_page=state.help_page + (1 if name == "page down" else -1))
        case "escape":
            # the innermost first: in front of a class, leaving full screen must not end the lesson
            if state.making is not None and not state.help:
                return replace(state, making=None)
            if state.help or state.fullscreen:
                return replace(state, help=False, fullscreen=state.fullscreen and state.help)
            if state.lesson is not None:
                return lesson.left(state)
            return replace(state, leaving=True)
        case "f" | "f11":
            return replace(state, fullscreen=not state.fullscreen)
        case "tab" | "shift tab":
            names = list(LABS) if name == "tab" else list(LABS)[::-1]
            return _set(state, Set("lab", _next(names, state.lab)), lab, world)
        case _ if name in undo.BACK:
            return mouse.again(state, undo.back(state), world)
        case _ if name in undo.ON:
            return mouse.again(state, undo.on(state), world)
        case "p":
            return _set(state, Set("map", _next(list(world[state.models[0]].maps), state.map_of(0, world))), lab, world)
        case "P":
            return new_map.opened(state, world)
        case "q":
            return replace(state, figures=not state.figures)
        case "m":
            return _set(state, Set("model", _next(list(world), state.models[0])), lab, world)
        case "M" if lab.slots(state) > 1:
            slot = max(1, state.hover.slot) if state.hover is not None else 1
            return _set(state, Set(f"model {slot + 1}", _next(list(world), state.models[slot])), lab, world)
        case "t":
            return replace(state, theme=_next(["dark", "light"], state.theme))
        case "l" | "L":
            return map_layers.following(state, world, lab.slots(state), 1 if name == "l" else -1)
        case "n":
            return replace(state, names=not state.names)
        case "s":
            return replace(state, smooth=not state.smooth)
        case "j":
            return replace(state, glide=not state.glide)
        case "a":
            return mouse.again(state, replace(state, hidden=frozenset()), world)
        case "[" | "]":
            factor = 1.1 if name == "]" else 1 / 1.1
            return replace(state, text_scale=min(max(state.text_scale * factor, 0.6), 2.0))
        case "home":
            for slot in slots:
                state = mouse.fitted(state, slot, world)
            return state
        case "+" | "=" | "-":
            for slot in slots:
                rect = lab.layout(state).maps[slot]
                px = state.hover.px if state.hover and rect.contains(state.hover.px) else rect.centre
                state = mouse.zoomed(state, px, -1 if name == "-" else 1, lab, world)
            return state
        case "left" | "right" | "up" | "down":
            return mouse.stepped(state, ARROWS[name], lab, world)
        case "shift left" | "shift right" | "shift up" | "shift down":
            dx, dy = ARROWS[name.removeprefix("shift ")]
            for slot in slots:
                rect = lab.layout(state).maps[slot]
                camera = state.camera(slot, world).panned(-dx * PAN_STEP, -dy * PAN_STEP, rect)
                state = state.with_camera(slot, world, camera)
            return mouse.again(state, state, world)
        case "return" if state.hover is not None:
            return lab.update(state, MapClick(state.hover.slot, state.hover.xy, state.hover.dot), world)
        case "d" if state.hover is not None:
            if state.held is not None:
                return mouse.released(state, state.hover.px, lab, world)
            at = state.hover
            return replace(state, held=Held(at.slot, at.px, at.px, False, False, at.xy, at.dot))
    if len(name) == 1 and name in "0123456789":
        switched = legend.class_of_key(name, state, world, lab.slots(state))
        return (
            state if switched is None else mouse.again(state, replace(state, hidden=state.hidden ^ {switched}), world)
        )
    for control in toolbar.answering(state, world):
        done = by_key(control, name)
        if done is not None:
            return _set(state, done, lab, world)
    return lab.update(state, Key(name), world)


def _set(state: State, action: Set, lab: Lab, world: World) -> State:
    value = action.value
    if state.form is not None and action.control not in (
        "lab",
        "model",
        "model 2",
        "map",
        "theme",
        "help",
        toolbar.VIEW,
    ):
        return new_map.set_(state, state.form, action, world)
    match action.control:
        case "lab" if value in LABS:
            models = _cast(state.chosen or state.models, value, world)
            entered = replace(state, lab=value, models=models, held=None, moving=None, over="", touching="", export="")
            return mouse.again(state, entered, world)
        case "model" | "model 2" | "model 3" | "model 4" if value in world:
            return _chosen(state, 0 if action.control == "model" else int(action.control[-1]) - 1, str(value), world)
        case "map" if value in world[state.models[0]].maps:
            return mouse.again(state, new_map.shown(replace(state, form=None), value, world), world)
        case "map" if value == new_map.NEW:
            return new_map.opened(state, world)
        case "map" if value == new_map.CANCEL:
            return replace(state, making=None)
        case "layer" if value in map_layers.options(state, world, lab.slots(state)):
            return replace(state, layer=value)
        case "theme" if value in ("dark", "light"):
            return replace(state, theme=value)
        case toolbar.VIEW if value == "theme":
            return replace(state, theme=_next(["dark", "light"], state.theme))
        case toolbar.VIEW if value in ("names", "smooth", "glide", "fullscreen"):
            return replace(state, **{value: not getattr(state, value)})  # type: ignore[arg-type]
        case "names" | "smooth" | "glide" | "covered" if isinstance(value, bool):
            return replace(state, **{action.control: value})  # type: ignore[arg-type]
        case "help":
            return replace(state, help=not state.help, help_page=0)
    return lab.update(state, action, world)


def _chosen(state: State, slot: int, model: str, world: World) -> State:
    """Return the state with another model in a slot."""
    before, after = world[state.models[slot]], world[model]
    models = (*state.models[:slot], model, *state.models[slot + 1 :])
    same = before.data_key == after.data_key
    own = {name: one.kept(state.own[name], same_images=same) for name, one in LABS.items()}
    hidden = state.hidden.intersection(*(world[one].class_names for one in models))
    kept = replace(state, models=models, own=own, held=None, hidden=hidden, legend_page=0, moving=None)
    # steps on samples of another data set cannot be undone, nor values that belong to the other model alone
    past, future = (tuple(map(_held, steps)) if same else () for steps in (state.past, state.future))
    return mouse.again(state, replace(kept, past=past, future=future), world)


def _held(step: Step) -> Step:
    """Return `step` without the values that do not apply to another model of the same data set."""
    return replace(step, own=LABS[step.lab].kept(step.own, same_images=True)) if step.lab else step


def _cast(models: tuple[str, ...], lab: str, world: World) -> tuple[str, ...]:
    """Return the models of a lab that is opened, as many as it can show."""
    models = LABS[lab].cast(models, world)
    return (*models, *(models[-1:] * (LABS[lab].most_slots - len(models))))


def _next(options: list[str], current: str) -> str:
    return options[(options.index(current) + 1) % len(options)] if current in options else options[0]
