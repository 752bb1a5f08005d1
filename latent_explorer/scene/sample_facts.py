"""What is known of the sample of a dot: its class, its file, its picture beside its reconstruction."""

from latent_explorer.engine.queries.sample import SampleValue
from latent_explorer.scene import dataset_offer
from latent_explorer.scene.items import Image, Item, Panel
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.said_names import say_name
from latent_explorer.scene.state import State
from latent_explorer.texts import mark, tr

NO_LABEL = mark("no label")
"""Of a sample that has none: what stands for its class."""


def has_classes(state: State, slot: int) -> bool:
    return bool(state.get_checkpoint(slot).class_names)


def get_class_name(state: State, slot: int, dot: int) -> str:
    checkpoint = state.get_checkpoint(slot)
    label = int(checkpoint.labels[dot])
    return checkpoint.class_names[label] if label >= 0 else NO_LABEL


def say_class_name(state: State, slot: int, dot: int) -> str:
    """Return the class of a dot in the language of the window."""
    checkpoint = state.get_checkpoint(slot)
    label = int(checkpoint.labels[dot])
    return say_name(checkpoint.class_names[label]) if label >= 0 else tr(NO_LABEL)


def get_file_name(state: State, slot: int, dot: int) -> str:
    """Return the file that a sample's picture came from; empty unless it is one of a folder on this machine."""
    checkpoint = state.get_checkpoint(slot)
    names, index = state.knowledge.file_names.get(checkpoint.data_key, ()), int(checkpoint.indices[dot])
    return names[index] if index < len(names) else ""


def get_file_path(state: State) -> str:
    """Return the file of the sample that the mouse is at, in whole; empty if it is not known."""
    hover = state.pointer.hover
    if hover is None:
        return ""
    name = get_file_name(state, hover.slot, hover.dot)
    folder = state.knowledge.folders.get(state.get_checkpoint(hover.slot).data_key, "")
    return f"{folder}/{name}" if name and folder else ""


def make_sample_items(
    state: State, slot: int, sample: SampleValue | None, original: Rect, reconstruction: Rect
) -> list[Item]:
    """Return a real sample beside its own reconstruction; if its original is missing, the reason in its place.

    Both reveal the pictures that are decoded near them.
    """
    if sample is None:
        return [Panel(original), Panel(reconstruction)]
    items: list[Item] = []
    if sample.original is not None:
        items.append(Image(original, sample.original, "line", reveals_answer=True))
    else:
        data = state.get_checkpoint(slot).config.data.name
        missing = ("missing original", slot)
        items += state.derive_at_rest(missing, dataset_offer.make_box_items, data, original, sample.note)
    return [
        *items,
        Image(reconstruction, sample.reconstruction, "line", reveals_answer=True),
    ]
