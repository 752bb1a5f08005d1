"""New maps: the form that specifies one, its making in the background, and the transition between two maps."""

from dataclasses import replace

from latent_explorer.atlas.map_spec import LARGEST_SEED, TAKES, Recipe, most_perplexity
from latent_explorer.atlas.projection import PROJECTIONS
from latent_explorer.config import METRICS
from latent_explorer.engine.map_events import MapFailed, MapMade, MapNews, MapProgress, News
from latent_explorer.errors import InputError
from latent_explorer.scene.controls import Button, Choice, Control, Number
from latent_explorer.scene.events import Set, Tick
from latent_explorer.scene.items import Gauge, Item, Text
from latent_explorer.scene.new_map_state import Form, Making, Moving
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State, World

NEW, CANCEL = "new", "cancel"
"""Entries of the menu of maps that are commands."""
SECONDS = 0.6  # duration of a transition between two maps
NUMBERS = ("perplexity", "neighbours", "across", "up", "seed")
LADDER = (2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000)
WORDS = {
    "pca": "PCA looks along the directions in which the latents vary most.",
    "latent": "two latent dimensions as they are; the others are filled in from the dots.",
    "perplexity": "how many neighbours each dot heeds. Small numbers show clumps, large ones the whole.",
    "neighbours": "how many neighbours each dot heeds. Small numbers show clumps, large ones the whole.",
    "seed": "another random start draws another map. What both show is in the data.",
}
TIPS = {
    "perplexity": "How many neighbours each dot heeds: digits, or Up and Down",
    "neighbours": "How many neighbours each dot heeds: digits, or Up and Down",
    "seed": "Another random start (Tab, then digits or Up and Down)",
    "across": "What lies across: digits, or Up and Down",
    "up": "What lies up (Tab, then digits or Up and Down)",
}
KEYS = (
    ("P, Shift+P", "next map; a new map of one's own"),
    ("Q", "what the figures of the map mean"),
)


# -- the form -----------------------------------------------------------------------------------------


def opened(state: State, world: World) -> State:
    """Return the state with the form open, filled with the specification of the current map."""
    shown = world[state.models[0]].maps[state.map_of(0, world)].projection
    return replace(state, form=_focused(Form(Recipe.of(shown) or Recipe())), held=None)


def controls(form: Form, state: State, world: World) -> tuple[Control, ...]:
    recipe = form.recipe
    methods = tuple((name, one.title) for name, one in PROJECTIONS.items())
    shown: list[Control] = [Choice("new map", methods, recipe.method, "What the map is made by (P)", menu=True)]
    for name in _numbers(recipe):
        low, high, steps = _limits(name, state, world)
        typed = form.typed if name == form.focus else None
        value = float(_value(recipe, name))
        shown.append(Number(name, name.capitalize(), value, low, high, steps, TIPS[name], typed))
    if "metric" in TAKES[recipe.method]:
        options = tuple((name, name) for name in METRICS)
        shown.append(Choice("metric", options, recipe.metric, "How distances are measured (E)", menu=True))
    shown.append(Button("close map", "Cancel", "Back, without a new map (Esc)"))
    shown.append(Button("make map", "Make map", "Make it, in the background (Enter)"))
    return tuple(shown)


def key(state: State, form: Form, name: str, world: World) -> State:
    """Return the state after a key press while the form is open; the form has the keyboard."""
    numbers = _numbers(form.recipe)
    match name:
        case "escape" | "P":
            return replace(state, form=None)
        case "return":
            return make(state, form.recipe, world)
        case "p" | "e":
            field, now = ("new map", form.recipe.method) if name == "p" else ("metric", form.recipe.metric)
            options = list(PROJECTIONS if name == "p" else METRICS)
            return set_(state, form, Set(field, options[(options.index(now) + 1) % len(options)]), world)
        case "tab":
            following = numbers[(numbers.index(form.focus) + 1) % len(numbers)]
            return replace(state, form=replace(form, focus=following, typed=""))
        case "up" | "down" | "+" | "-" | "=":
            for control in controls(form, state, world):
                if control.name == form.focus and isinstance(control, Number):
                    return set_(
                        state, form, Set(form.focus, control.stepped(-1 if name in ("down", "-") else 1)), world
                    )
        case "backspace":
            return _typed(state, form, form.typed[:-1], world)
    if len(name) == 1 and name in "0123456789":
        return _typed(state, form, (form.typed + name)[-5:], world)
    return state


def set_(state: State, form: Form, action: Set, world: World) -> State:
    value = action.value
    match action.control:
        case "new map" if value in PROJECTIONS:
            return replace(state, form=_focused(replace(form, recipe=replace(form.recipe, method=value))))
        case "metric" if value in METRICS:
            return replace(state, form=replace(form, recipe=replace(form.recipe, metric=value)))
        case "close map":
            return replace(state, form=None)
        case "make map":
            return make(state, form.recipe, world)
        case name if name in _numbers(form.recipe) and isinstance(value, int | float):
            return replace(state, form=replace(form, recipe=_with(form.recipe, name, int(value)), focus=name, typed=""))
        case name if name in _numbers(form.recipe):
            return replace(state, form=replace(form, focus=name, typed=""))
    return state


def _typed(state: State, form: Form, typed: str, world: World) -> State:
    recipe = _with(form.recipe, form.focus, int(typed)) if typed else form.recipe
    return replace(state, form=replace(form, recipe=recipe, typed=typed))


def _focused(form: Form) -> Form:
    """Return `form` with the keyboard focus on a number that its method has."""
    numbers = _numbers(form.recipe)
    return form if form.focus in numbers else replace(form, focus=numbers[0], typed="")


def _numbers(recipe: Recipe) -> tuple[str, ...]:
    takes = TAKES[recipe.method]
    return ("across", "up") if "axes" in takes else tuple(name for name in NUMBERS if name in takes)


def _value(recipe: Recipe, name: str) -> float:
    return recipe.axes[("across", "up").index(name)] if name in ("across", "up") else float(getattr(recipe, name))


def _with(recipe: Recipe, name: str, value: int) -> Recipe:
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


def _limits(name: str, state: State, world: World) -> tuple[float, float, tuple[float, ...]]:
    """Return minimum and maximum of a number for the model, and the values that its buttons step through."""
    points, dimensions = world[state.models[0]].latents.shape
    match name:
        case "perplexity":
            return 2, max(2, most_perplexity(points)), LADDER
        case "neighbours":
            return 2, max(2, points - 1), LADDER[:-2]
        case "seed":
            return 0, LARGEST_SEED, tuple(range(LARGEST_SEED + 1))
        case _:
            return 1, dimensions, tuple(range(1, dimensions + 1))


def _trouble(state: State, recipe: Recipe, world: World) -> str:
    """Return the reason why this map cannot be made; empty if it can."""
    for model in _models(state):
        try:
            recipe.check(*world[model].latents.shape)
        except InputError as error:
            return str(error)
    return ""


# -- the making ---------------------------------------------------------------------------------------


def make(state: State, recipe: Recipe, world: World) -> State:
    """Return the state that shows the map of `recipe` if it exists already, else one that has it made."""
    trouble = _trouble(state, recipe, world)
    if trouble:
        return replace(state, message=trouble)
    recipe = recipe.plain
    models = _models(state)
    same = [{name for name, one in world[model].maps.items() if _is(one, name, recipe)} for model in models]
    there = set.intersection(*same)
    if there:
        there_already = f"This map is there already: {recipe.title}."
        return replace(shown(replace(state, form=None, making=None), min(there), world), message=there_already)
    lacking = tuple(model for model in models if recipe.key not in world[model].maps)
    before = state.making
    given_up = "" if before is None or before.recipe == recipe else f"The map {before.recipe.title} was given up."
    return replace(state, form=None, making=Making(lacking, recipe), message=given_up)


def update(state: State, news: News | Tick, world: World) -> State:
    match news:
        case Tick(seconds=now):
            return _moved(state, now)
        case MapProgress(recipe=recipe, share=share, said=said):
            if state.making is not None and state.making.recipe == recipe:
                return replace(state, making=replace(state.making, share=share, said=said))
        case MapFailed(recipe=recipe, said=said):
            if state.making is not None and state.making.recipe == recipe:
                return replace(state, making=None, message=said)
        case MapNews(trouble=trouble) if trouble:
            return replace(state, message=trouble)
        case MapMade(model=model, recipe=recipe, name=name):
            if state.making is None or state.making.recipe != recipe:
                return state
            lacking = tuple(one for one in state.making.models if one != model)
            if lacking:
                return replace(state, making=replace(state.making, models=lacking, share=0.0))
            done = replace(state, making=None)
            # another model may have been chosen meanwhile
            return shown(done, name, world) if name in world[state.models[0]].maps else done
    return state


def shown(state: State, which: str, world: World) -> State:
    """Return the state with another map, and the transition to it."""
    moving = Moving(state.which) if state.motion and state.glide and which != state.which else None
    last = state.which if which != state.which else state.last
    return replace(state, which=which, held=None, moving=moving, last=last)


def at_moment(state: State, share: float) -> State:
    """Return the state with the transition from the previous map frozen at `share` of its time; none at 0 and 1."""
    moving = Moving(state.last, share) if state.last and 0 < share < 1 else None
    return replace(state, moving=moving)


def _moved(state: State, now: float) -> State:
    moving = state.moving
    if moving is None:
        return state
    begun = now if moving.begun is None else moving.begun
    share = (now - begun) / SECONDS
    return replace(state, moving=None if share >= 1 else replace(moving, begun=begun, share=max(0.0, share)))


def _models(state: State) -> tuple[str, ...]:
    """Return the models on the screen, each once."""
    return tuple(dict.fromkeys(state.models if state.lab == "compare" else state.models[:1]))


def _is(atlas: object, name: str, recipe: Recipe) -> bool:
    return name == recipe.key or Recipe.of(getattr(atlas, "projection", None)) == recipe


# -- menu and hint ------------------------------------------------------------------------------------


def menu(state: State, world: World) -> Choice:
    """Return the menu of maps, with an entry that makes a new one or cancels it."""
    maps = world[state.models[0]].maps
    options = [(name, title(name, one.projection)) for name, one in maps.items()]
    last = (NEW, "New map …") if state.making is None else (CANCEL, "Cancel the new map")
    tip = "Projection of the latent space onto the map (P; Shift+P makes a new one)"
    return Choice("map", (*options, last), state.map_of(0, world), tip, menu=True)


def title(name: str, projection: object) -> str:
    recipe = Recipe.of(projection)
    named = getattr(projection, "title", name)
    return named if recipe is None or name == recipe.method else recipe.title


def hint(state: State, otherwise: str, world: World) -> str:
    """Return the hint about the form or the map in progress, else `default`."""
    if state.form is not None:
        recipe, focus = state.form.recipe, state.form.focus
        words = WORDS[focus] if focus in ("perplexity", "neighbours", "seed") else WORDS[recipe.method]
        return _trouble(state, recipe, world) or f"New map: {words}"
    if state.making is not None:
        made = state.making
        done = f"{100 * made.share:.0f}%" if made.share else "begun"
        of = f" of {made.models[0]}" if len(_models(state)) > 1 else ""
        said = f", {made.said}" if made.said else ""
        return f"New map {made.recipe.title}{of}: {done}{said}. Esc cancels."
    return otherwise


def progress(state: State, rect: Rect, text: Text) -> list[Item]:
    """Return the hint line, with a progress bar in front of it while a map is made."""
    if state.making is None or state.form is not None or rect.width < 200:
        return [text]
    bar, rest = rect.left(min(round(160 * state.unit), rect.width // 4), round(12 * state.unit))
    thick = max(4, round(8 * state.unit))
    bar = Rect(bar.x, bar.y + (bar.height - thick) // 2, bar.width, thick)
    return [Gauge(bar, state.making.share, "accent"), replace(text, rect=rest)]
