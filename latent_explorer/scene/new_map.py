"""A new map: it is made in the background, and the dots move to it from the map that was shown before."""

from dataclasses import replace

from latent_explorer.atlas import Atlas
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.engine.map_making.map_events import MapEvent, MapFailed, MapFinished, MapProgress, MapUpdate
from latent_explorer.errors import InputError
from latent_explorer.scene.events import Tick
from latent_explorer.scene.new_map_state import MapInProgress, MapTransition
from latent_explorer.scene.state import State
from latent_explorer.texts import tr

TRANSITION_SECONDS = 0.6
"""How long the dots move from one map to another."""


def request_map(state: State, spec: MapSpec) -> State:
    """Return the state that shows the map of `spec` if it exists already, else one that has it made."""
    problem = find_problem(state, spec)
    if problem:
        return state.with_message(problem)
    spec = spec.normalised
    existing = find_existing_maps(state, spec)
    if existing:
        shown = show_map(state.put(replace(state.map_task, form=None, in_progress=None)), min(existing))
        return shown.with_message("").with_notice(tr("{title} was there already.", title=spec.title))
    lacking = tuple(model for model in list_models(state) if spec.map_name not in state.library[model].maps)
    before, given_up = state.map_task.in_progress, ""
    if before is not None and before.spec != spec:
        given_up = tr("The map {title} was given up.", title=before.spec.title)
    task = replace(state.map_task, form=None, in_progress=MapInProgress(lacking, spec))
    return state.put(task, replace(state.status, message=given_up))


def update(state: State, event: MapEvent | Tick) -> State:
    """Return the state after an event of the map maker, or after time that moves the dots; events of a map that was
    given up change nothing."""
    task = state.map_task.in_progress
    match event:
        case Tick(clock_seconds=now):
            return _advance_transition(state, now)
        case MapUpdate(error=error) if error:
            return state.with_message(error)
        case MapUpdate(remark=remark) if remark:
            return state.put(replace(state.status, remark=remark))
        case MapProgress(share=share, message=text) if task is not None and event.spec == task.spec:
            return _put_in_progress(state, replace(task, share=share, progress_text=text))
        case MapFailed(message=text) if task is not None and event.spec == task.spec:
            return _put_in_progress(state, None).with_message(text)
        case MapFinished() if task is not None and event.spec == task.spec:
            return _finish(state, task, event)
    return state


def show_map(state: State, map_name: str) -> State:
    """Return the state with another map, and the transition to it."""
    current, preferences = state.view.map_name, state.preferences
    is_other = map_name != current
    moves = is_other and preferences.animate_maps and preferences.animate_pictures
    return state.put(
        replace(state.view, map_name=map_name),
        replace(state.pointer, press=None),
        replace(
            state.map_task,
            transition=MapTransition(current) if moves else None,
            previous_map=current if is_other else state.map_task.previous_map,
        ),
    )


def freeze_transition(state: State, share: float) -> State:
    """Return the state with the transition from the previous map frozen at `share` of its time; none at 0 and 1."""
    previous = state.map_task.previous_map
    frozen = MapTransition(previous, share) if previous and 0 < share < 1 else None
    return state.put(replace(state.map_task, transition=frozen))


def find_problem(state: State, spec: MapSpec) -> str:
    """Return the reason why this map cannot be made; empty if it can."""
    for model in list_models(state):
        try:
            spec.check(*state.library[model].latents.shape)
        except InputError as error:
            return str(error)
    return ""


def find_existing_maps(state: State, spec: MapSpec) -> set[str]:
    """Return the names of the maps of `spec` that every model on the screen has."""
    maps = (state.library[model].maps.items() for model in list_models(state))
    return set.intersection(*({name for name, atlas in own if _is_of_spec(atlas, name, spec)} for own in maps))


def list_models(state: State) -> tuple[str, ...]:
    """Return the models on the screen, each once."""
    return tuple(dict.fromkeys(state.models[: state.model_count]))


# -- inside -------------------------------------------------------------------------------------------


def _put_in_progress(state: State, in_progress: MapInProgress | None) -> State:
    return state.put(replace(state.map_task, in_progress=in_progress))


def _finish(state: State, task: MapInProgress, event: MapFinished) -> State:
    """Return the state after the map of one model was made: the map is shown once every model has it."""
    lacking = tuple(model for model in task.models if model != event.model)
    if lacking:
        return _put_in_progress(state, replace(task, models=lacking, share=0.0))
    finished = _put_in_progress(state, None)
    # another model may have been chosen meanwhile
    return show_map(finished, event.name) if event.name in state.library[state.models[0]].maps else finished


def _advance_transition(state: State, now: float) -> State:
    """Return the state with the dots moved on; at the end of their way there is no transition."""
    transition = state.map_task.transition
    if transition is None:
        return state
    started_at = now if transition.started_at is None else transition.started_at
    share = (now - started_at) / TRANSITION_SECONDS
    moved = None if share >= 1 else replace(transition, started_at=started_at, time_share=max(0.0, share))
    return state.put(replace(state.map_task, transition=moved))


def _is_of_spec(atlas: Atlas, name: str, spec: MapSpec) -> bool:
    return name == spec.map_name or MapSpec.of(atlas.projection) == spec
