"""The menu of maps, whose last entry makes a new one, and what the hint says while that is specified or made."""

from dataclasses import replace

from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.cache import Same, remember
from latent_explorer.scene import dataset_offer, new_map, new_map_form
from latent_explorer.scene.controls import Choice
from latent_explorer.scene.items import Gauge, Item, Text
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.texts import tr

NEW, CANCEL = "new", "cancel"
"""Entries of the menu of maps that are commands."""


def make_menu(state: State) -> Choice:
    """Return the menu of maps, with an entry that makes a new one or cancels it."""
    maps = state.library[state.models[0]].maps
    options = [(name, _name_map(name, Same(one.projection))) for name, one in maps.items()]
    last = (NEW, tr("New map …")) if state.map_task.in_progress is None else (CANCEL, tr("Cancel the new map"))
    tip = tr("Projection of the latent space onto the map (P; Shift+P makes a new one)")
    return Choice("map", (*options, last), state.get_map_name(0), tip, menu=True)


def make_title(name: str, projection: object) -> str:
    """Return what the menu calls a map: its method, or all of its specification if it is not the usual one."""
    spec = MapSpec.of(projection)
    named = getattr(projection, "title", name)
    return tr(named) if spec is None or name == spec.method else spec.title


@remember(32)
def _name_map(name: str, projection: Same[object]) -> str:
    return make_title(name, projection.value)


def choose_hint(state: State, default: str) -> str:
    """Return the hint about the form or the map in progress, else `default`."""
    form, task = state.map_task.form, state.map_task.in_progress
    if form is not None:
        return new_map_form.explain(state, form)
    if task is None:
        return default
    progress = tr("{share:.0f}%", share=100 * task.share) if task.share else tr("begun")
    progress += f", {tr(task.progress_text)}" if task.progress_text else ""
    if len(new_map.list_models(state)) == 1:
        return tr("New map {title}: {progress}. Esc cancels.", title=task.spec.title, progress=progress)
    return tr(
        "New map {title} of {model}: {progress}. Esc cancels.",
        title=task.spec.title, model=task.models[0], progress=progress,
    )  # fmt: skip


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
