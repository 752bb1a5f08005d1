"""A small made-up world for the tests of labs, engine and window: two models of the same images, one of others.

Nothing here is trained; the decoders have random weights, so different latents give different pictures.
"""

import copy
import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from latent_explorer import config
from latent_explorer.atlas import Atlas
from latent_explorer.atlas.pca import PCA, LatentPlane
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.kept_samples import KeptSamples
from latent_explorer.checkpoint.timeline import Timeline, TimelineMoment
from latent_explorer.checkpoint.timelines import Timelines
from latent_explorer.data.attributes import Attribute
from latent_explorer.engine.query import Query
from latent_explorer.engine.query_context import QueryContext
from latent_explorer.engine.results import Failure, Results
from latent_explorer.errors import LatentExplorerError
from latent_explorer.labs import LABS
from latent_explorer.scene.events import Action, Move, Press, Px, Release, Set
from latent_explorer.scene.items import Text
from latent_explorer.scene.lab import Lab
from latent_explorer.scene.rect import Rect
from latent_explorer.scene.state import State
from latent_explorer.scene.state_slices import SLICES
from latent_explorer.shell import update
from latent_explorer.user_image.strokes import Stroke, Strokes

SIZE = (1000, 700)
CENTRES = ((0.2, 0.25), (0.8, 0.3), (0.45, 0.8))
"""Of the three classes on the map; between them lies empty map."""
EMPTY = (0.5, 0.45)
"""A position of the map far from every dot."""
MOMENTS = 6
"""Of a reel."""
GLIDING = sorted(
    name
    for name, lab in LABS.items()
    if name != "learn" and type(lab).make_animation_targets is not Lab.make_animation_targets
)
"""The labs in which a picture glides after the mouse; in Learn only where it has a film."""
EACH = 20
"""Dots a class."""
BROKEN, AWAY, DISK_FULL = "the decoder broke", "not on this machine", os.strerror(errno.ENOSPC)
"""Messages that tests put in, to find them again where they are to be said."""


def disk_full(*_):
    """Put in place of a function that writes."""
    raise OSError(errno.ENOSPC, DISK_FULL)


@dataclass(frozen=True, eq=False)
class Placed:
    """A projection that only knows where the dots are: what is new lies where the nearest of them does."""

    xy: np.ndarray
    name: str
    title: str
    latents: np.ndarray | None = None
    explained: ClassVar[None] = None

    def transform(self, z: np.ndarray) -> np.ndarray:
        assert self.latents is not None
        return self.xy[np.linalg.norm(z[:, None] - self.latents[None], axis=2).argmin(axis=1)]


class World(dict[str, Checkpoint]):
    """Checkpoints by name, as `Library` is one; it lends the moments of its reels."""

    requested: tuple[str, ...] = ()

    def __init__(self, *checkpoints: Any, **named: Checkpoint) -> None:
        super().__init__(*checkpoints, **named)
        self.timelines = Timelines("cpu")

    def open_ahead(self, *_: Any) -> None:
        """All are open."""

    def __missing__(self, name: str) -> Checkpoint:
        found = self.timelines.find_moment(name)
        if found is None:
            raise KeyError(name)
        return found


def make_checkpoint(
    name: str, *, seed: int, data: str = "mnist", shift: int = 0, objective: config.Objective | None = None,
    latent_dim: int = 4,
) -> Checkpoint:  # fmt: skip
    """A checkpoint of three classes of 20 dots; its dots are the images `shift`, `shift` + 1, ... of `data`."""
    import torch

    from latent_explorer import models

    draw = np.random.default_rng(seed)
    labels = np.repeat(np.arange(3), EACH)
    order = draw.permutation(len(labels))
    labels = labels[order]
    xy = np.asarray(CENTRES)[labels] + draw.uniform(-0.07, 0.07, (len(labels), 2))
    turned = np.stack([1 - xy[:, 1], xy[:, 0]], axis=1)
    middles = draw.normal(size=(3, latent_dim))
    latents = (middles[labels] * 3 + draw.normal(size=(len(labels), latent_dim))).astype(np.float32)
    settings = config.Config(
        data=config.Data(name=data),
        model=config.Model(latent_dim=latent_dim, hidden=(8,)),
        objective=objective or config.Objective(),
        map=config.Map(methods=("tsne", "pca")),
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = models.build(settings.model, settings.objective, (1, 8, 8))
    weights = {key: 3 * value.numpy() for key, value in network.state_dict().items()}
    maps = {
        which: Atlas(Placed(np.ascontiguousarray(at, np.float32), which, title, latents), latents, labels)
        for which, title, at in (("tsne", "t-SNE", xy), ("pca", "PCA", turned))
    }
    return Checkpoint(
        config=settings,
        image_shape=(1, 8, 8),
        class_names=("zero", "one", "two"),
        maps=maps,
        indices=np.sort(draw.permutation(len(labels))) + shift,
        weights=weights,
        metrics={"test": {"mse": 0.0123, "kl": 4.5}},
        name=name,
        device="cpu",
    )


def make_plane_model(name: str = "plane") -> Checkpoint:
    """A variational model of two dimensions, whose map is the code itself."""
    one = make_checkpoint(name, seed=6, objective=config.Objective(name="variational"), latent_dim=2)
    return replace(one, maps={"latent": Atlas(LatentPlane.fit(one.latents), one.latents, one.labels)})


def make_model_with_attributes(name: str = "known") -> Checkpoint:
    """A model of which attributes are known: `lean` is a sum of two dimensions, `ring` whether a third is large, and
    `chance` is nothing that the code could hold."""
    one = make_checkpoint(name, seed=7)
    draw, z = np.random.default_rng(8), one.latents
    attributes = {
        "lean": Attribute(3 * z[:, 0] - z[:, 1] + 5, unit="degrees"),
        "ring": Attribute((z[:, 2] > np.median(z[:, 2])).astype(np.float32), ("no", "yes")),
        "chance": Attribute(draw.normal(size=len(z)).astype(np.float32)),
    }
    return replace(one, attributes=attributes)


def make_word_vectors(name: str = "words") -> Checkpoint:
    """Vectors that nothing decodes, with their texts and the classes of `make_checkpoint`."""
    one = make_checkpoint(name, seed=9)
    return replace(
        one, config=replace(one.config, model=replace(one.config.model, network="vectors")), weights={},
        kept=KeptSamples(tuple(f"word {dot}" for dot in range(len(one.latents)))),
    )  # fmt: skip


def make_world() -> World:
    """`first` and `second` learnt the same images, in another order of dots; `other` learnt different ones. There
    is a film of how `first` learnt."""
    first, second = make_checkpoint("first", seed=1), make_checkpoint("second", seed=2)
    second = replace(second, indices=np.random.default_rng(3).permutation(len(second.labels)))
    shelf = World(first=first, second=second, other=make_checkpoint("other", seed=4, data="digits"))
    shelf.requested = ("first", "second")
    shelf.timelines.put(make_timeline("a training", "film", first))
    return shelf


def make_timeline(name: str, kind: str, like: Checkpoint, *, count: int = MOMENTS, curves: bool = False) -> Timeline:
    """Moments of the dots of a checkpoint: a cloud that grows; its loss falls, where that is known."""
    draw = np.random.default_rng(0)
    moments = []
    for t in range(count):
        latents = (like.latents * (t + 1) / count + draw.normal(size=like.latents.shape) * 0.01).astype(np.float32)
        label = f"beta {t}" if kind == "sweep" else f"epoch {t}.0"
        moments.append(TimelineMoment(float(t), label, like.config, latents, like.weights, PCA.fit(latents)))
    parts = ("loss", "reconstruction", "kl", "train loss") if curves else ()
    found = {part: np.linspace(9, 1, count, dtype=np.float32) for part in parts}
    axis = "beta" if kind == "sweep" else "epoch"
    return Timeline(
        name, kind, axis, like.class_names, like.indices, like.labels, tuple(moments), found, like.image_shape
    )


def begin(shelf: World, lab: str = "explore", size: tuple[int, int] = SIZE, **changes: Any) -> State:
    models = changes.pop("models", ("first", "second"))
    return change(update.start(shelf, models, lab=lab, size=size), **changes)


def change(state: State, **changes: Any) -> State:
    """The state with other values of its fields and of its slices' fields, each by its name."""
    for part in SLICES:
        inside = {field.name: changes.pop(field.name) for field in fields(part) if field.name in changes}
        state = state.put(replace(getattr(state, part.name), **inside))
    return replace(state, **changes)


def value_of(state: State, name: str) -> Any:
    """The value of a field of the state or of one of its slices."""
    owners = [getattr(state, part.name) for part in SLICES]
    return next(getattr(one, name) for one in (*owners, state) if name in {field.name for field in fields(one)})


def play(state: State, *actions: Action) -> State:
    for action in actions:
        state, _ = update.update(state, action)
    return state


def answered(state: State, answer: Callable[[Query], Any] | None = None) -> Results:
    """Answers to what the lab of a state asks for: without any data set, or by `answer`."""
    results, context = Results(), QueryContext(state.library, {})
    for slot, query in LABS[state.lab].make_queries(state).items():
        if isinstance(query, Query):
            try:
                results.put(slot, answer(query) if answer is not None else query.answer(context))
            except LatentExplorerError as error:
                results.put(slot, Failure(str(error)))
    return results


def strokes_of(*lines: Sequence[tuple[float, float]]) -> Strokes:
    """Strokes of the pen through places of the pad."""
    return Strokes(tuple(Stroke(tuple(line)) for line in lines))


def map_rect(state: State, slot: int = 0) -> Rect:
    return LABS[state.lab].get_layout(state).maps[slot]


def px_of(state: State, xy: Any, slot: int = 0) -> Px:
    """Where a position of the map lies on the screen."""
    return state.get_camera(slot).to_px((float(xy[0]), float(xy[1])), map_rect(state, slot))


def dot_px(state: State, dot: int, slot: int = 0) -> Px:
    return px_of(state, state.library[state.models[slot]].maps[state.get_map_name(slot)].xy[dot], slot)


WITHOUT_WAY = Set("panel", "way"), Set("panel", "none")
"""After these, a click on a sample in Explore pins it and opens no panel."""


def click(px: Px) -> tuple[Action, ...]:
    return Move(px), Press(px), Release(px)


def drag(start: Px, end: Px, *, pan: bool = False, steps: int = 4) -> tuple[Action, ...]:
    way = [
        (start[0] + (end[0] - start[0]) * i / steps, start[1] + (end[1] - start[1]) * i / steps)
        for i in range(1, steps + 1)
    ]
    return Move(start), Press(start, pan), *map(Move, way), Release(end)


class StandInJudge:
    """A judge for which a picture's plausibility is its mean brightness."""

    image_shape = (1, 8, 8)

    def compute_plausibility(self, images: Any) -> Any:
        return np.asarray(images, np.float32).reshape(len(images), -1).mean(axis=1)

    def judge_pictures(self, pictures: Any) -> Any:
        return self.compute_plausibility(np.asarray(pictures, np.float32) / 255)


def with_judge(world: Any) -> Any:
    """A world like a made-up one whose models have a judge."""
    judged = {name: copy.copy(model) for name, model in dict(world).items()}
    for model in judged.values():
        model.__dict__.update(judge=StandInJudge(), judge_path=Path("stand-in.judge"))
    return World(judged)


def marks(state: State) -> Any:
    """The pins and the trace that Explore shows."""
    return state.lab_states["explore"].find_marks(state.models[0], state.view.map_name)


def texts(view: Any) -> str:
    """Everything a view writes, in one text."""
    return "\n".join(item.text for item in view if hasattr(item, "text"))


def written(view: Any, rect: Rect) -> str:
    """What a view writes in a rectangle, in one text."""
    return "\n".join(item.text for item in view if isinstance(item, Text) and rect.contains(item.rect.centre))


def of_kind(view: Any, kind: type) -> list[Any]:
    return [item for item in view if isinstance(item, kind)]


def changes(before: Any, after: Any) -> list[tuple[Any, Any]]:
    """The items of two views of equal length that differ, arrays by which ones they are."""

    def seen(item: Any) -> tuple[Any, ...]:
        return (type(item), *(id(one) if isinstance(one, np.ndarray) else one for one in vars(item).values()))

    return [(one, other) for one, other in zip(before, after, strict=True) if seen(one) != seen(other)]


ROOT = Path(__file__).resolve().parent.parent
