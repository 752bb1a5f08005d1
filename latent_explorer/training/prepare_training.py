"""Load the data set, check it against the config, and build the model to train."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch

from latent_explorer import config as configuration
from latent_explorer import models
from latent_explorer.atlas import rapids
from latent_explorer.atlas.tsne_umap import UMAP, UMAP_MISSING
from latent_explorer.checkpoint import tensor_file
from latent_explorer.config import Config, Training
from latent_explorer.data import datasets
from latent_explorer.data.dataset import Dataset
from latent_explorer.data.split import Split
from latent_explorer.errors import InputError
from latent_explorer.training import compilation, distributed, starting_weights
from latent_explorer.training.interrupts import report_out_of_memory
from latent_explorer.training.precision import DTYPES, choose_dtype

DEFAULT_PERPLEXITY = 30.0
SINGLE_THREAD_LIMIT = 50_000_000
"""Multiply-adds of a training step below which one thread trains. More threads gain little there, and they wait for
each other if other programs keep the cores busy: measured, 1,800 images a second instead of 12,700."""
Say = Callable[[str], None]


@dataclass(frozen=True, eq=False, kw_only=True)
class PreparedTraining:
    """The data, the model and the completed config of a training."""

    config: Config
    """The requested config, with values that depend on the data set filled in."""
    dataset: Dataset
    parts: datasets.DatasetParts
    """The images of the data set, split by use; `train` and `held_out` without the classes left out."""
    train: Split
    """The training images without the validation images."""
    validation: Split | None
    model: models.Autoencoder
    parameter_count: int
    device: torch.device

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.train) // self.config.training.batch_size)


def prepare(
    config: Config, device: torch.device, *, data_dir: str | None, say: Say, allow_import: Collection[str] = ()
) -> PreparedTraining:
    """Load the data and build the model; raises `InputError` for a config that does not fit them."""
    datasets.check_size(config.data)
    if config.data.has_known_shape:  # reject an impossible model before a data set is downloaded
        count_parameters(config, allow_import)
    starting_weights.read(config)
    with (
        report_out_of_memory("the data set", "a smaller data.size or data.limit"),
        distributed.run_leader_first(),
    ):
        dataset = datasets.load(config.data, data_dir=data_dir, seed=config.training.seed)
    return prepare_with(dataset, config, device, say=say, allow_import=allow_import)


def prepare_with(
    dataset: Dataset, config: Config, device: torch.device, *, say: Say, allow_import: Collection[str] = ()
) -> PreparedTraining:
    """Build the model for the images of `dataset`; raises `InputError` for a config that does not fit them."""
    for remark in dataset.remarks:
        say(remark)
    parts = datasets.split_off_classes(dataset, config.data.leave_out)
    if parts.left_out is not None:
        say(f"left out: {', '.join(config.data.leave_out or ())} ({len(parts.left_out):,} images)")
    completed = replace(config, data=dataset.complete(config.data))
    # what no file could hold is refused before a training
    config = configuration.from_dict(completed.as_dict(), "the data")
    config = _with_classes(fill_in_perplexity(config, dataset.count, say), dataset)
    if config.training.compile and (why := compilation.find_compile_error(device)):
        say(f"training.compile: not on this machine ({why}); training without it")
        config = replace(config, training=replace(config.training, compile=False))
    count = count_parameters(config, allow_import)
    if config.training.precision in DTYPES and choose_dtype(config.training, device, count) is None:
        say(f"training.precision: this CPU has no instructions for {config.training.precision}; training in float32")
    torch.manual_seed(config.training.seed)
    with report_out_of_memory("the model", "a smaller model"):
        model = models.build(config.model, config.objective, config.data.image_shape, allow_import).to(device)
    if (start := starting_weights.read(config)) is not None:
        starting_weights.apply(model, config, start)
        frozen = ", whose encoder and decoder stay" if config.training.freeze else ""
        say(f"starting from {config.training.start}{frozen}")
    train, validation = _split_validation(parts.train, config.training)
    return PreparedTraining(
        config=config, dataset=dataset, parts=parts, train=train, validation=validation, model=model,
        parameter_count=count, device=device,
    )  # fmt: skip


def check_map_methods(config: Config) -> None:
    """Raise `InputError` if the config asks for a map that needs a package that is not installed."""
    if config.map.backend == "cuml":
        rapids.check_installed()
    elif "umap" in config.map.methods and not UMAP.is_installed():
        raise InputError(f"map.methods: {UMAP_MISSING}")


def count_parameters(config: Config, allow_import: Collection[str] = ()) -> int:
    """Return the model's number of parameters, counted without allocating memory.

    Raises `InputError` for a model that cannot be built or is too large for a file.
    """
    model = models.build_on_meta_device(config.model, config.objective, config.data.image_shape, allow_import)
    count = sum(p.numel() for p in model.parameters())
    if 4 * count > tensor_file.MAX_FILE_SIZE:
        raise InputError(f"model: {count:,} parameters arrived; up to {tensor_file.MAX_FILE_SIZE // 4:,} are allowed")
    return count


def _with_classes(config: Config, dataset: Dataset) -> Config:
    """Return `config` with the number of classes of `dataset` if the model is conditional."""
    there, wanted = len(dataset.class_names), config.objective.classes
    if not config.objective.traits.conditional:
        return config
    if there == 0:
        raise InputError("objective.name: conditional arrived for images without labels; they are needed")
    if wanted not in (None, there):
        raise InputError(f"objective.classes: {wanted} arrived; the data set has {there}")
    return replace(config, objective=replace(config.objective, classes=there))


def complete(config: Config, trained: Config) -> Config:
    """Return `config` with the values that a training filled in as they are in `trained`."""
    classes = config.objective.classes or (trained.objective.classes if config.objective.traits.conditional else None)
    return replace(
        config,
        data=replace(
            config.data,
            shape=config.data.shape or trained.data.shape,
            curves=config.data.curves or trained.data.curves,
            columns=config.data.columns or trained.data.columns,
        ),
        objective=replace(config.objective, classes=classes),
        map=replace(config.map, perplexity=config.map.perplexity or trained.map.perplexity),
    )


def _split_validation(train: Split, settings: Training) -> tuple[Split, Split | None]:
    """Split `train` into training images and validation images (None if `training.validation` is 0)."""
    if settings.validation == 0:
        return train, None
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(settings.seed))
    count = min(max(1, round(settings.validation * len(train))), len(train) - 1)
    aside, rest = order[:count].sort().values, order[count:].sort().values
    return Split(train.images[rest], train.labels[rest]), Split(train.images[aside], train.labels[aside])


def fill_in_perplexity(config: Config, count: int, say: Say) -> Config:
    """Return `config` with the perplexity of its t-SNE map of `count` samples or some of them; raise `InputError` for
    one that asks for too many neighbours."""
    points = min(config.map.points, count)
    most, wanted = (points - 1) / 3, config.map.perplexity
    if wanted is not None:
        if "tsne" in config.map.methods and wanted > most:
            raise InputError(
                f"map.perplexity: {wanted:g} arrived for {points:,} points; at most {most:,.0f} is allowed"
            )
        return config
    if "tsne" in config.map.methods and most < DEFAULT_PERPLEXITY:
        say(f"map.perplexity: {int(most)} in place of {DEFAULT_PERPLEXITY:g}, since there are {points:,} points")
    return replace(config, map=replace(config.map, perplexity=min(DEFAULT_PERPLEXITY, float(int(most)))))


@contextmanager
def limit_threads(prepared: PreparedTraining) -> Iterator[None]:
    """Limit torch to one thread inside the `with` block if a training step is small."""
    before = torch.get_num_threads()
    if prepared.parameter_count * prepared.config.training.batch_size < SINGLE_THREAD_LIMIT:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
