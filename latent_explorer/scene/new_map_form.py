"""The form that specifies a new map: the method, its numbers and how distances are measured."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from latent_explorer.atlas.map_spec import MAX_SEED, METHOD_PARAMETERS, MapSpec, compute_max_perplexity
from latent_explorer.atlas.projection import PROJECTIONS
from latent_explorer.config import DISTANCE_METRICS
from latent_explorer.scene import new_map
from latent_explorer.scene.controls import Button, Choice, Control, Number
from latent_explorer.scene.events import Set
from latent_explorer.scene.new_map_state import NewMapForm
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

NUMBERS = ("perplexity", "neighbours", "across", "up", "seed")
NEIGHBOUR_STEPS = (2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)
"""Of the buttons."""
OFFERED_NEIGHBOURS = (10, 100, 5, 50, 30, 15)
MAX_OFFERED_AXIS, MAX_OFFERED_SEED = 4, 9
"""What the form is filled with, if a map of the usual numbers is there already."""
EXPLANATIONS = {
    "pca": mark("PCA looks along the directions in which the latents vary most."),
    "latent": mark("two latent dimensions as they are; the others are filled in from the dots."),
    "perplexity": mark("how many neighbours each dot heeds. Small numbers show clumps, large ones the whole."),
    "neighbours": mark("how many neighbours each dot heeds. Small numbers show clumps, large ones the whole."),
    "seed": mark("another random start draws another map. Where the two differ, neither can be believed."),
}
TIPS = {
    "perplexity": mark("How many neighbours each dot heeds: digits, or Up and Down"),
    "neighbours": mark("How many neighbours each dot heeds: digits, or Up and Down"),
    "seed": mark("Another random start (Tab, then digits or Up and Down)"),
    "across": mark("What lies across: digits, or Up and Down"),
    "up": mark("What lies up (Tab, then digits or Up and Down)"),
}
LABELS = {
    "perplexity": mark("Perplexity"),
    "neighbours": mark("Neighbours"),
    "seed": mark("Seed"),
    "across": mark("Across"),
    "up": mark("Up"),
}
METRIC_LABELS = {"euclidean": mark("euclidean"), "cosine": mark("cosine"), "manhattan": mark("manhattan")}


def open_form(state: State) -> State:
    """Return the state with the form open, filled with a map like the current one that is not there yet."""
    projection = state.library[state.models[0]].maps[state.get_map_name(0)].projection
    spec = _offer_new_map(state, MapSpec.of(projection) or MapSpec())
    return _put_form(state, _fix_focus(NewMapForm(spec))).put(replace(state.pointer, press=None))


def close_form(state: State) -> State:
    return _put_form(state, None)


def make_controls(form: NewMapForm, state: State) -> tuple[Control, ...]:
    """Return the controls of the form, which stand in place of the toolbar's."""
    spec = form.spec
    methods = tuple((name, tr(one.title)) for name, one in PROJECTIONS.items())
    controls: list[Control] = [Choice("new map", methods, spec.method, tr("What the map is made by (P)"), menu=True)]
    for name in _list_numbers(spec):
        low, high, steps = _get_limits(name, state)
        typed = form.typed_text if name == form.focus else None
        value = float(_get_number(spec, name))
        label, tip = tr(LABELS[name]), tr(TIPS[name])
        controls.append(Number(name, label, value, low=low, high=high, steps=steps, tip=tip, typed_text=typed))
    if "metric" in METHOD_PARAMETERS[spec.method]:
        options = tuple((name, tr(METRIC_LABELS[name])) for name in DISTANCE_METRICS)
        controls.append(Choice("metric", options, spec.metric, tr("How distances are measured (E)"), menu=True))
    controls.append(Button("close map", tr("Cancel"), tr("Back, without a new map (Esc)")))
    controls.append(Button("make map", tr("Make map"), tr("Make it, in the background (Enter)")))
    return tuple(controls)


def handle_key(state: State, form: NewMapForm, name: str) -> State:
    """Return the state after a key press while the form is open; the form has the keyboard."""
    numbers = _list_numbers(form.spec)
    match name:
        case "escape" | "P":
            return close_form(state)
        case "return":
            return new_map.request_map(state, form.spec)
        case "p" | "e":
            field, now = ("new map", form.spec.method) if name == "p" else ("metric", form.spec.metric)
            options = list(PROJECTIONS if name == "p" else DISTANCE_METRICS)
            return set_control(state, form, Set(field, options[(options.index(now) + 1) % len(options)]))
        case "tab":
            following = numbers[(numbers.index(form.focus) + 1) % len(numbers)]
            return _put_form(state, replace(form, focus=following, typed_text=""))
        case "up" | "down" | "+" | "-" | "=":
            by = -1 if name in ("down", "-") else 1
            for control in make_controls(form, state):
                if control.name == form.focus and isinstance(control, Number):
                    return set_control(state, form, Set(form.focus, control.step_value(by)))
        case "backspace":
            return _enter_digits(state, form, form.typed_text[:-1])
    if len(name) == 1 and name in "0123456789":
        return _enter_digits(state, form, (form.typed_text + name)[-5:])
    return state


def set_control(state: State, form: NewMapForm, action: Set) -> State:
    """Return the state after a control of the form was given a value, or one of its buttons was pressed."""
    value, numbers = action.value, _list_numbers(form.spec)
    match action.control:
        case "new map" if value in PROJECTIONS:
            spec = _offer_new_map(state, replace(form.spec, method=value))
            return _put_form(state, _fix_focus(replace(form, spec=spec)))
        case "metric" if value in DISTANCE_METRICS:
            return _put_form(state, replace(form, spec=replace(form.spec, metric=value)))
        case "close map":
            return close_form(state)
        case "make map":
            return new_map.request_map(state, form.spec)
        case name if name in numbers and isinstance(value, int | float):
            spec = _set_number(form.spec, name, int(value))
            return _put_form(state, replace(form, spec=spec, focus=name, typed_text=""))
        case name if name in numbers:
            return _put_form(state, replace(form, focus=name, typed_text=""))
    return state


def explain(state: State, form: NewMapForm) -> str:
    """Return why the map of the form cannot be made, that it is there already, or else what the number that has the
    focus, or the method, does."""
    problem = new_map.find_problem(state, form.spec)
    if problem:
        return tr(problem)
    if new_map.find_existing_maps(state, form.spec.normalised):
        return tr("{title} is there already: Make map shows it.", title=form.spec.normalised.title)
    explained = form.focus if form.focus in EXPLANATIONS else form.spec.method
    return tr("New map: {explanation}", explanation=tr(EXPLANATIONS[explained]))


# -- inside -------------------------------------------------------------------------------------------


def _put_form(state: State, form: NewMapForm | None) -> State:
    return state.put(replace(state.map_task, form=form))


def _offer_new_map(state: State, spec: MapSpec) -> MapSpec:
    """Return `spec` if its map can be made and is not there yet, else the first variation of which that holds."""
    for one in (spec, *_list_variations(spec)):
        if not new_map.find_existing_maps(state, one.normalised) and not new_map.find_problem(state, one):
            return one
    return spec


def _list_variations(spec: MapSpec) -> Iterator[MapSpec]:
    """Iterate over other maps by the same method: other axes, or another number of neighbours, then other starts."""
    if "axes" in METHOD_PARAMETERS[spec.method]:
        yield from (replace(spec, axes=axes) for axes in combinations(range(1, MAX_OFFERED_AXIS + 1), 2))
        return
    yield from (replace(spec, perplexity=float(count), neighbours=count) for count in OFFERED_NEIGHBOURS)
    yield from (replace(spec, seed=seed) for seed in range(1, MAX_OFFERED_SEED + 1))


def _enter_digits(state: State, form: NewMapForm, typed: str) -> State:
    spec = _set_number(form.spec, form.focus, int(typed)) if typed else form.spec
    return _put_form(state, replace(form, spec=spec, typed_text=typed))


def _fix_focus(form: NewMapForm) -> NewMapForm:
    """Return `form` with the keyboard focus on a number that its method has."""
    numbers = _list_numbers(form.spec)
    return form if form.focus in numbers else replace(form, focus=numbers[0], typed_text="")


def _list_numbers(spec: MapSpec) -> tuple[str, ...]:
    """Return the names of the numbers that a method has."""
    takes = METHOD_PARAMETERS[spec.method]
    return ("across", "up") if "axes" in takes else tuple(name for name in NUMBERS if name in takes)


def _get_number(spec: MapSpec, name: str) -> float:
    return spec.axes[("across", "up").index(name)] if name in ("across", "up") else float(getattr(spec, name))


def _set_number(spec: MapSpec, name: str, value: int) -> MapSpec:
    match name:
        case "across":
            return replace(spec, axes=(value, spec.axes[1]))
        case "up":
            return replace(spec, axes=(spec.axes[0], value))
        case "perplexity":
            return replace(spec, perplexity=float(value))
        case "neighbours":
            return replace(spec, neighbours=value)
        case _:
            return replace(spec, seed=value)


def _get_limits(name: str, state: State) -> tuple[float, float, tuple[float, ...]]:
    """Return minimum and maximum of a number for the model, and the values that its buttons step through."""
    points, dimensions = state.library[state.models[0]].latents.shape
    match name:
        case "perplexity":
            return 2, max(2, compute_max_perplexity(points)), NEIGHBOUR_STEPS
        case "neighbours":
            return 2, max(2, points - 1), NEIGHBOUR_STEPS[:-2]
        case "seed":
            return 0, MAX_SEED, tuple(range(MAX_SEED + 1))
        case _:
            return 1, dimensions, tuple(range(1, dimensions + 1))
