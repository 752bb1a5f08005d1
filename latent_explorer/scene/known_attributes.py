"""Which attributes of a slot's samples there are: those of the model's file, else those that are measured in the
background when one is chosen, where the data set is on this machine."""

from collections.abc import Mapping
from dataclasses import replace

from latent_explorer.data.attributes import Attributes
from latent_explorer.engine.datasets import known_attributes
from latent_explorer.engine.datasets.known_attributes import AttributesFound, AttributesQuery, DatasetFound
from latent_explorer.engine.query import AnyQuery
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.texts import tr

NONE: Attributes = {}


def update(state: State, event: DatasetFound | AttributesFound) -> State:
    """Return the state in which a data set is there, or with what was measured of a model's samples."""
    before = state.knowledge
    if isinstance(event, DatasetFound):
        names = {**before.file_names, event.key: event.file_names} if event.file_names else before.file_names
        folders = {**before.folders, event.key: event.folder} if event.folder else before.folders
        return state.put(replace(before, datasets=before.datasets | {event.key}, file_names=names, folders=folders))
    return state.put(replace(before, measured={**before.measured, event.model: event}))


def list_names(state: State, slot: int) -> tuple[str, ...]:
    """Return the attributes that are known or could be measured of a slot's samples."""
    checkpoint = state.get_checkpoint(slot)
    if checkpoint.attributes or not _is_measurable(state, slot):
        return tuple(checkpoint.attributes)
    measured = state.knowledge.measured.get(state.get_model_name(slot))
    return tuple(known_attributes.list_categories(checkpoint) if measured is None else measured.attributes)


def get(state: State, slot: int) -> Attributes:
    """Return the attributes of a slot's samples that are there by now."""
    checkpoint = state.get_checkpoint(slot)
    if checkpoint.attributes or not _is_measurable(state, slot):
        return checkpoint.attributes
    measured = state.knowledge.measured.get(state.get_model_name(slot))
    return NONE if measured is None else measured.attributes


def is_awaited(state: State, slot: int, name: str) -> bool:
    """Return True if an attribute is still to be measured."""
    return name in list_names(state, slot) and name not in get(state, slot)


def make_queries(state: State, model_count: int, name: str) -> dict[str, AnyQuery]:
    """Return the queries that measure an attribute, with all others, where it is awaited."""
    slots = (slot for slot in range(model_count) if is_awaited(state, slot, name))
    return {f"known {slot}": AttributesQuery(state.get_model_name(slot)) for slot in slots}


def explain_none(state: State, model_count: int) -> str:
    """Return why a slot has nothing to colour by though it could be measured; empty without such a reason."""
    for slot in range(model_count):
        checkpoint = state.get_checkpoint(slot)
        offer = state.downloads.offers.get(checkpoint.config.data.name)
        could: Mapping[str, object] = known_attributes.list_categories(checkpoint)
        if offer is not None and could and not checkpoint.attributes:
            return tr(
                "{title} is not on this machine: with it, {attributes} could be measured.",
                title=offer.title, attributes=", ".join(map(say_name, could)),
            )  # fmt: skip
    return ""


def _is_measurable(state: State, slot: int) -> bool:
    """Return whether the samples' pictures are there; moments of a training are not measured one by one."""
    return not state.displayed_models and state.get_checkpoint(slot).data_key in state.knowledge.datasets
