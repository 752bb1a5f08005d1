"""Which of the checkpoints suit a lab, found without opening more of them than needed."""

from collections.abc import Callable, Iterator

from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.errors import InputError
from latent_explorer.scene.state import World


def alike(world: World, like: str) -> Iterator[str]:
    """The models of the same images, `like` itself first; a file that cannot be opened is left out."""
    key = world[like].data_key
    yield like
    for name in world:
        try:
            if name != like and world[name].data_key == key:
                yield name
        except InputError:  # a file of the current folder that is none of ours
            continue


def first_of(world: World, like: str, wanted: Callable[[Checkpoint], bool]) -> str | None:
    """The first model of the same images as `like` that is wanted."""
    return next((name for name in alike(world, like) if wanted(world[name])), None)


def different(models: tuple[str, ...], world: World, count: int) -> tuple[str, ...]:
    """The first `count` of `models`, each once; others of the same images stand where one is missing or twice."""
    chosen = list(dict.fromkeys(models[:count]))
    for name in alike(world, models[0]):
        if len(chosen) == count:
            break
        if name not in chosen:
            chosen.append(name)
    return (*chosen, *(chosen[-1:] * (count - len(chosen))), *models[count:])
