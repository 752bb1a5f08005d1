"""Selection of checkpoints for a lab, without opening more of them than needed."""

from collections.abc import Callable, Iterator

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.errors import InputError
from latent_explorer.scene.state import Models


def list_same_dataset(library: Models, reference: str) -> Iterator[str]:
    """Yield the models of the same data set as `reference`, itself first; skip files that cannot be opened, and models
    from elsewhere whose decoder is not here."""
    key = library[reference].data_key
    yield reference
    for name in library:
        try:
            if name != reference and library[name].data_key == key and library[name].can_decode:
                yield name
        except InputError:  # a file of the current folder that is no checkpoint
            continue


def find_first_matching(library: Models, reference: str, condition: Callable[[Checkpoint], bool]) -> str | None:
    """Return the first model of the same data set as `reference` that fulfils `condition`."""
    return next((name for name in list_same_dataset(library, reference) if condition(library[name])), None)


def make_distinct(models: tuple[str, ...], library: Models, count: int) -> tuple[str, ...]:
    """Return `models` with the first `count` distinct; other models of the same data set replace repeated ones."""
    chosen = list(dict.fromkeys(models[:count]))
    for name in list_same_dataset(library, models[0]):
        if len(chosen) == count:
            break
        if name not in chosen:
            chosen.append(name)
    return (*chosen, *(chosen[-1:] * (count - len(chosen))), *models[count:])
