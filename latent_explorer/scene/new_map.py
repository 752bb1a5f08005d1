"""New maps: the form that specifies one, its making in the background, and the transition between two maps."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from latent_explorer.atlas.map_spec import MAX_SEED, METHOD_PARAMETERS, MapSpec, compute_max_perplexity
from latent_explorer.atlas.projection import PROJECTIONS
from latent_explorer.config import DISTANCE_METRICS
from latent_explorer.engine.map_events import MapEvent, MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.errors import InputError
from latent_explorer.scene import dataset_offer
from latent_explorer.scene.controls import Button, Choice, Control, Number
from latent_explorer.scene.events import Set, Tick
from latent_explorer.scene.items import Gauge, Item, Text
from latent_explorer.scene.new_map_state import MapInProgress, MapTransition, NewMapForm
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

NEW, CANCEL = "new", "cancel"
"""Entries of the menu of maps that are commands."""
TRANSITION_SECONDS = 0.6  # duration of a transition between two maps
NUMBERS = ("perplexity", "neighbours", "across", "up", "seed")
NEIGHBOUR_STEPS = (2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)
OFFERED_NEIGHBOURS = (10, 100, 5, 50, 30, 15)
MAX_OFFERED_AXIS, MAX_OFFERED_SEED = 4, 9
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


# -- the form -----------------------------------------------------------------------------------------


def open_form(state: State) -> State:
    """Return the state with the form open, filled with a map like the current one that is not there yet."""
    projection = state.library[state.models[0]].maps[state.get_map_name(0)].projection
    recipe = _offer_new_map(state, MapSpec.of(projection) or MapSpec())
    return state.put(replace(state.map_task, form=_fix_focus(NewMapForm(recipe))), replace(state.pointer, press=None))


def _offer_new_map(state: State, recipe: MapSpec) -> MapSpec:
    """Return `recipe` if its map can be made and is not there yet, else the first variation of which that holds."""
    for one in (recipe, *_list_variations(recipe)):
        if not _find_existing_maps(state, one.normalised) and not _find_problem(state, one):
            return one
    return recipe


def _list_variations(recipe: MapSpec) -> Iterator[MapSpec]:
    """Iterate over other maps by the same method: other axes, or another number of neighbours, then other starts."""
    if "axes" in METHOD_PARAMETERS[recipe.method]:
        yield from (replace(recipe, axes=axes) for axes in combinations(range(1, MAX_OFFERED_AXIS + 1), 2))
        return
    yield from (replace(recipe, perplexity=float(count), neighbours=count) for count in OFFERED_NEIGHBOURS)
    yield from (replace(recipe, seed=seed) for seed in range(1, MAX_OFFERED_SEED + 1))


def make_controls(form: NewMapForm, state: State) -> tuple[Control, ...]:
    recipe = form.recipe
    methods = tuple((name, tr(one.title)) for name, one in PROJECTIONS.items())
    controls: list[Control] = [Choice("new map", methods, recipe.method, tr("What the map is made by (P)"), menu=True)]
    for name in _list_numbers(recipe):
        low, high, steps = _get_limits(name, state)
        typed = form.typed_text if name == form.focus else None
        value = float(_get_number(recipe, name))
        controls.append(Number(name, tr(LABELS[name]), value, low, high, steps, tr(TIPS[name]), typed))
    if "metric" in METHOD_PARAMETERS[recipe.method]:
        options = tuple((name, tr(METRIC_LABELS[name])) for name in DISTANCE_METRICS)
        controls.append(Choice("metric", options, recipe.metric, tr("How distances are measured (E)"), menu=True))
    controls.append(Button("close map", tr("Cancel"), tr("Back, without a new map (Esc)")))
    controls.append(Button("make map", tr("Make map"), tr("Make it, in the background (Enter)")))
    return tuple(controls)


def handle_key(state: State, form: NewMapForm, name: str) -> State:
    """Return the state after a key press while the form is open; the form has the keyboard."""
    numbers = _list_numbers(form.recipe)
    match name:
        case "escape" | "P":
            return state.put(replace(state.map_task, form=None))
        case "return":
            return request_map(state, form.recipe)
        case "p" | "e":
            field, now = ("new map", form.recipe.method) if name == "p" else ("metric", form.recipe.metric)
            options = list(PROJECTIONS if name == "p" else DISTANCE_METRICS)
            return set_control(state, form, Set(field, options[(options.index(now) + 1) % len(options)]))
        case "tab":
            following = numbers[(numbers.index(form.focus) + 1) % len(numbers)]
            return state.put(replace(state.map_task, form=replace(form, focus=following, typed_text="")))
        case "up" | "down" | "+" | "-" | "=":
            for control in make_controls(form, state):
                if control.name == form.focus and isinstance(control, Number):
                    return set_control(
                        state, form, Set(form.focus, control.step_value(-1 if name in ("down", "-") else 1))
                    )
        case "backspace":
            return _enter_digits(state, form, form.typed_text[:-1])
    if len(name) == 1 and name in "0123456789":
        return _enter_digits(state, form, (form.typed_text + name)[-5:])
    return state


def set_control(state: State, form: NewMapForm, action: Set) -> State:
    value = action.value
    match action.control:
        case "new map" if value in PROJECTIONS:
            recipe = _offer_new_map(state, replace(form.recipe, method=value))
            return state.put(replace(state.map_task, form=_fix_focus(replace(form, recipe=recipe))))
        case "metric" if value in DISTANCE_METRICS:
            return state.put(replace(state.map_task, form=replace(form, recipe=replace(form.recipe, metric=value))))
        case "close map":
            return state.put(replace(state.map_task, form=None))
        case "make map":
            return request_map(state, form.recipe)
        case name if name in _list_numbers(form.recipe) and isinstance(value, int | float):
            return state.put(
                replace(
                    state.map_task,
                    form=replace(form, recipe=_set_number(form.recipe, name, int(value)), focus=name, typed_text=""),
                )
            )
        case name if name in _list_numbers(form.recipe):
            return state.put(replace(state.map_task, form=replace(form, focus=name, typed_text="")))
    return state


def _enter_digits(state: State, form: NewMapForm, typed: str) -> State:
    recipe = _set_number(form.recipe, form.focus, int(typed)) if typed else form.recipe
    return state.put(replace(state.map_task, form=replace(form, recipe=recipe, typed_text=typed)))


def _fix_focus(form: NewMapForm) -> NewMapForm:
    """Return `form` with the keyboard focus on a number that its method has."""
    numbers = _list_numbers(form.recipe)
    return form if form.focus in numbers else replace(form, focus=numbers[0], typed_text="")


def _list_numbers(recipe: MapSpec) -> tuple[str, ...]:
    takes = METHOD_PARAMETERS[recipe.method]
    return ("across", "up") if "axes" in takes else tuple(name for name in NUMBERS if name in takes)


def _get_number(recipe: MapSpec, name: str) -> float:
    return recipe.axes[("across", "up").index(name)] if name in ("across", "up") else float(getattr(recipe, name))


def _set_number(recipe: MapSpec, name: str, value: int) -> MapSpec:
    match name:
        case "across":
            return replace(recipe, axes=(value, recipe.axes[1]))
        case "up":
            return replace(recipe, axes=(recipe.axes[0], value))
        case "perplexity":
            return replace(recipe, perplexity=float(value))
        case "neighbours":
            return replace(recipe, neighbours=value)
        case _:
            return replace(recipe, seed=value)


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


def _find_problem(state: State, recipe: MapSpec) -> str:
    """Return the reason why this map cannot be made; empty if it can."""
    for model in _list_models(state):
        try:
            recipe.check(*state.library[model].latents.shape)
        except InputError as error:
            return str(error)
    return ""


# -- the making ---------------------------------------------------------------------------------------


def request_map(state: State, recipe: MapSpec) -> State:
    """Return the state that shows the map of `recipe` if it exists already, else one that has it made."""
    trouble = _find_problem(state, recipe)
    if trouble:
        return state.with_message(trouble)
    recipe = recipe.normalised
    models = _list_models(state)
    if there := _find_existing_maps(state, recipe):
        after = show_map(state.put(replace(state.map_task, form=None, in_progress=None)), min(there))
        return after.with_message("").with_notice(tr("{title} was there already.", title=recipe.title))
    lacking = tuple(model for model in models if recipe.map_name not in state.library[model].maps)
    before = state.map_task.in_progress
    given_up = ""
    if before is not None and before.recipe != recipe:
        given_up = tr("The map {title} was given up.", title=before.recipe.title)
    return state.put(
        replace(state.map_task, form=None, in_progress=MapInProgress(lacking, recipe)),
        replace(state.status, message=given_up),
    )


def update(state: State, news: MapEvent | Tick) -> State:
    match news:
        case Tick(clock_seconds=now):
            return _advance_transition(state, now)
        case MapProgress(recipe=recipe, share=share, message=text):
            if state.map_task.in_progress is not None and state.map_task.in_progress.recipe == recipe:
                return state.put(
                    replace(
                        state.map_task, in_progress=replace(state.map_task.in_progress, share=share, progress_text=text)
                    )
                )
        case MapFailed(recipe=recipe, message=text):
            if state.map_task.in_progress is not None and state.map_task.in_progress.recipe == recipe:
                return state.put(replace(state.map_task, in_progress=None), replace(state.status, message=text))
        case MapUpdate(error=trouble) if trouble:
            return state.with_message(trouble)
        case MapUpdate(remark=remark) if remark:
            return state.put(replace(state.status, remark=remark))
        case MapFinished(model=model, recipe=recipe, name=name):
            if state.map_task.in_progress is None or state.map_task.in_progress.recipe != recipe:
                return state
            lacking = tuple(one for one in state.map_task.in_progress.models if one != model)
            if lacking:
                return state.put(
                    replace(state.map_task, in_progress=replace(state.map_task.in_progress, models=lacking, share=0.0))
                )
            done = state.put(replace(state.map_task, in_progress=None))
            # another model may have been chosen meanwhile
            return show_map(done, name) if name in state.library[state.models[0]].maps else done
    return state


def show_map(state: State, map_name: str) -> State:
    """Return the state with another map, and the transition to it."""
    moving = (
        MapTransition(state.view.map_name)
        if state.preferences.animate_maps and state.preferences.animate_pictures and map_name != state.view.map_name
        else None
    )
    last = state.view.map_name if map_name != state.view.map_name else state.map_task.previous_map
    return state.put(
        replace(state.view, map_name=map_name),
        replace(state.pointer, press=None),
        replace(state.map_task, transition=moving, previous_map=last),
    )


def freeze_transition(state: State, share: float) -> State:
    """Return the state with the transition from the previous map frozen at `share` of its time; none at 0 and 1."""
    moving = (
        MapTransition(state.map_task.previous_map, share) if state.map_task.previous_map and 0 < share < 1 else None
    )
    return state.put(replace(state.map_task, transition=moving))


def _advance_transition(state: State, now: float) -> State:
    moving = state.map_task.transition
    if moving is None:
        return state
    begun = now if moving.started_at is None else moving.started_at
    share = (now - begun) / TRANSITION_SECONDS
    return state.put(
        replace(
            state.map_task,
            transition=None if share >= 1 else replace(moving, started_at=begun, time_share=max(0.0, share)),
        )
    )


def _list_models(state: State) -> tuple[str, ...]:
    """Return the models on the screen, each once."""
    return tuple(dict.fromkeys(state.models[: state.model_count]))


def _find_existing_maps(state: State, recipe: MapSpec) -> set[str]:
    """Return the names of the maps of `recipe` that every model on the screen has."""
    maps = (state.library[model].maps.items() for model in _list_models(state))
    return set.intersection(*({name for name, one in own if _is_same_spec(one, name, recipe)} for own in maps))


def _is_same_spec(atlas: object, name: str, recipe: MapSpec) -> bool:
    return name == recipe.map_name or MapSpec.of(getattr(atlas, "projection", None)) == recipe


# -- menu and hint ------------------------------------------------------------------------------------


def make_menu(state: State) -> Choice:
    """Return the menu of maps, with an entry that makes a new one or cancels it."""
    maps = state.library[state.models[0]].maps
    options = [(name, make_title(name, one.projection)) for name, one in maps.items()]
    last = (NEW, tr("New map …")) if state.map_task.in_progress is None else (CANCEL, tr("Cancel the new map"))
    tip = tr("Projection of the latent space onto the map (P; Shift+P makes a new one)")
    return Choice("map", (*options, last), state.get_map_name(0), tip, menu=True)


def make_title(name: str, projection: object) -> str:
    recipe = MapSpec.of(projection)
    named = getattr(projection, "title", name)
    return tr(named) if recipe is None or name == recipe.method else recipe.title


def choose_hint(state: State, default: str) -> str:
    """Return the hint about the form or the map in progress, else `default`."""
    if state.map_task.form is not None:
        recipe, focus = state.map_task.form.recipe, state.map_task.form.focus
        words = tr(EXPLANATIONS[focus if focus in ("perplexity", "neighbours", "seed") else recipe.method])
        is_there = _find_existing_maps(state, recipe.normalised)
        if is_there:
            text = tr("{title} is there already: Make map shows it.", title=recipe.normalised.title)
        else:
            text = tr("New map: {explanation}", explanation=words)
        return tr(_find_problem(state, recipe)) or text
    if state.map_task.in_progress is not None:
        task = state.map_task.in_progress
        done = tr("{share:.0f}%", share=100 * task.share) if task.share else tr("begun")
        done += f", {tr(task.progress_text)}" if task.progress_text else ""
        if len(_list_models(state)) == 1:
            return tr("New map {title}: {progress}. Esc cancels.", title=task.recipe.title, progress=done)
        return tr(
            "New map {title} of {model}: {progress}. Esc cancels.",
            title=task.recipe.title, model=task.models[0], progress=done,
        )  # fmt: skip
    return default


def make_progress_items(state: State, rect: Rect, text: Text) -> list[Item]:
    """Return the hint line, with a progress bar in front of it while a map is made or a data set is fetched."""
    making = state.map_task.in_progress
    share = dataset_offer.find_share(state) if making is None else making.share
    if share is None or state.map_task.form is not None or rect.width < 200:
        return [text]
    bar, rest = rect.split_left(min(round(160 * state.ui_scale), rect.width // 4), round(12 * state.ui_scale))
    thick = max(4, round(8 * state.ui_scale))
    bar = Rect(bar.x, bar.y + (bar.height - thick) // 2, bar.width, thick)
    return [Gauge(bar, share, "accent"), replace(text, rect=rest)]
