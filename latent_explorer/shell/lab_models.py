"""Which models a lab shows, and which labs can show the models that are selected: most need a decoder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from latent_explorer.checkpoint.library import Library
from latent_explorer.labs import LABS
from latent_explorer.scene.lab import AnyLab
from latent_explorer.scene.state import Models, State
from latent_explorer.texts import mark, tr

UNDRAWN = {
    "row": mark("These samples are rows, which nobody draws: the pad is of no use here."),
    "text": mark("These samples are texts, which nobody draws: the pad is of no use here."),
}
"""Why the pad closes, by what a sample is called that cannot be drawn."""


def choose_models(models: tuple[str, ...], lab: str, library: Models) -> tuple[str, ...]:
    """Return the models of a lab that is opened, as many as it can show."""
    models = LABS[lab].choose_models(models, library)
    return (*models, *(models[-1:] * (LABS[lab].max_models - len(models))))


def find_obstacle(lab: AnyLab, models: Sequence[str], library: Models) -> str:
    """Return in a sentence why a lab cannot show models; empty if it can."""
    lacking = [name for name in models if lab.needs_decoder and not library[name].can_decode]
    if not lacking:
        return ""
    if _has_vectors_only(library, lacking[0]):
        return tr("{lab} needs a decoder: {model} has vectors only.", lab=tr(lab.title), model=lacking[0])
    return tr("{lab} needs a decoder: {model} came without its decoder.", lab=tr(lab.title), model=lacking[0])


def find_obstacle_to_open(state: State, name: str) -> str:
    """Return in a sentence why a lab cannot be opened with the models that are selected; empty if it can be."""
    selected, lab = state.selected_models or state.models, LABS[name]
    if not find_obstacle(lab, selected, state.library) or lab.brings_own_model(state.library):
        return ""
    models = choose_models(selected, name, state.library)  # it may find a model of its own
    count = lab.count_models(replace(state, lab=name, models=models))
    return find_obstacle(lab, models[:count], state.library)


def foresee_obstacles(state: State) -> Mapping[str, str]:
    """Return what `find_obstacle_to_open` says of the labs that cannot be opened, by name, as far as the files that are
    open already tell it: the tabs are drawn in every frame, and none waits for a file."""
    if all([state.library[name].can_decode for name in dict.fromkeys(state.selected_models or state.models)]):
        return {}
    key = ("obstacles",)
    if key not in state.derived:
        library = state.library.select_opened() if isinstance(state.library, Library) else state.library
        known = replace(state, library=library)
        state.derived[key] = {name: why for name in LABS if (why := find_obstacle_to_open(known, name))}
    obstacles: Mapping[str, str] = state.derived[key]
    return obstacles


def choose_next_model(state: State, slot: int) -> str:
    """Return the model after that of a slot, in the order of the menu, which the lab can show."""
    names, lab = list(state.library), LABS[state.lab]
    at = names.index(state.models[slot]) if state.models[slot] in names else -1
    order = [*names[at + 1 :], *names[: max(at, 0)]]
    return next((name for name in order if not find_obstacle(lab, [name], state.library)), state.models[slot])


def ensure_decoder(state: State) -> State:
    """Return the state in a lab that can show its models, whatever chose them: a menu, undo, a session, a lesson. The
    pad, whose picture a model must encode, closes."""
    lab, shown = LABS[state.lab], state.models[: state.model_count]
    lacking = next((name for name in shown if not state.library[name].can_decode), None)
    if lacking is None:
        return _put_drawing_away(state)
    obstacle = find_obstacle(lab, [lacking], state.library)
    if obstacle:
        first = next(one for one in LABS.values() if not one.needs_decoder)
        models = (lacking, *(name for name in state.models if name != lacking))
        models = (*models, *models[-1:] * (len(state.models) - len(models)))
        state = replace(state, lab=first.name, models=models, selected_models=models, model_count=1)
        state = state.with_message(f"{obstacle} {tr('{lab} shows it.', lab=tr(first.title))}")
    if state.drawing.pad.open:
        why = (
            tr("{model} has vectors only: nothing encodes a picture.", model=lacking)
            if _has_vectors_only(state.library, lacking)
            else tr("{model} came without its decoder: nothing encodes a picture.", model=lacking)
        )
        state = state.with_pad(replace(state.drawing.pad, open=False)).with_message(state.status.message or why)
    return state


def _put_drawing_away(state: State) -> State:
    """Return the state without the pad and the user's own picture, if a model that is shown takes none."""
    kinds = (state.library[name].sample_kind for name in state.models[: state.model_count])
    kind = next((one for one in kinds if not one.can_be_drawn), None)
    if kind is None or not (state.drawing.pad.open or state.drawing.image is not None):
        return state
    drawing = replace(state.drawing, pad=replace(state.drawing.pad, open=False, loading_name=""), image=None)
    return state.put(drawing, replace(state.status, message=tr(UNDRAWN[kind.words.one])))


def _has_vectors_only(library: Models, name: str) -> bool:
    """Return whether a model without a decoder is a file of vectors; else its decoder was left elsewhere."""
    return library[name].config.model.network == "vectors"
