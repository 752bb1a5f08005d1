"""The whole of a training run: data, model, training, and what is made of the trained model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from latent_explorer import checkpoint, container, data, device, files, metrics, models, training
from latent_explorer import features as quality
from latent_explorer.commands import console, filming, product, resumption
from latent_explorer.commands.exits import Say
from latent_explorer.config import Config, Training
from latent_explorer.data import Split
from latent_explorer.errors import InputError, StoppedError, WorkError
from latent_explorer.training import distributed

SMALL_STEP = 50_000_000
"""Multiply-adds of a training step below which one thread trains. Several gain little there, and where other
programs keep the cores busy they wait for each other: measured, 1,800 images a second instead of 12,700."""
ADVICE = "a smaller training.learning_rate may help"


@dataclass
class Report:
    """What `--json` prints."""

    checkpoint: str
    preset: str
    epochs: int
    seconds: float
    """The training loop alone."""
    train_images_per_second: float
    parameters: int
    device: str
    test: dict[str, float]
    code_bytes: int
    """Bytes of one latent vector: float32, or the bits of its codes."""
    maps: list[str] = field(default_factory=list)
    features: dict[str, dict[str, float]] = field(default_factory=dict)
    """With `--probe`: accuracies with few labels and with all, of the codes and of what they are compared with."""
    snapshots: str | None = None
    """The file of the training's moments, with `--snapshots`."""
    stopped: bool = False
    diverged: bool = False

    @property
    def status(self) -> int:
        return 1 if self.diverged else 0

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    def text(self) -> str:
        figures = "  ".join(f"{name} {value:.4g}" for name, value in self.test.items())
        features = f"{quality.table(self.features)}\n" if self.features else ""
        return (
            f"{self.preset}: {self.epochs} epochs in {self.seconds:.1f} s on {self.device}, "
            f"{self.train_images_per_second:,.0f} images/s, {self.parameters:,} parameters\n"
            f"held-out: {figures}\n{features}"
            f"written: {self.checkpoint}  (open it: python demo.py {self.checkpoint})"
        )


def run(
    config: Config, *, preset: str, out: Path, data_dir: str | None, say: Say, resume: bool = False,
    probe: bool = False, snapshots: int | None = None,
    epoch_done: Callable[[training.Epoch], None] = lambda _: None,
) -> Report | None:  # fmt: skip
    """Train `config` and write the checkpoint to `out`; Ctrl-C ends the training and keeps what was learnt.

    With `resume` a training that was cut short goes on where it was; with `probe` the quality of the features is
    measured; `snapshots` is how many moments are kept in a file beside `out`. `epoch_done` is told every epoch's
    figures. Of several processes that `torchrun` has started only the leader writes and reports; the others' result
    is None.
    """
    if out.suffix != checkpoint.SUFFIX:
        raise InputError(f"--out {out}: a file name that ends in {checkpoint.SUFFIX} is allowed")
    with distributed.joined(device.pick(config.training.device)) as where:
        if not distributed.is_leader():
            _run(config, preset, out, where, data_dir, lambda _: None, resume, probe, snapshots, epoch_done)
            return None
        files.check_writable(out, "--out")
        with resumption.alone(out):
            return _run(config, preset, out, where, data_dir, say, resume, probe, snapshots, epoch_done)


def _run(
    config: Config, preset: str, out: Path, where: torch.device, data_dir: str | None, say: Say, resume: bool,
    probe: bool, snapshots: int | None, epoch_done: Callable[[training.Epoch], None],
) -> Report | None:  # fmt: skip
    parameters(config)
    with console.memory("the data set", "a smaller data.size or data.limit"), distributed.leader_first():
        dataset = data.load(config.data, data_dir=data_dir, seed=config.training.seed)
    for remark in dataset.remarks:
        say(remark)
    _check_map(config, dataset)
    if probe and not dataset.class_names:
        raise InputError("--probe: the data set has no labels; one with labels is needed")
    config = _with_classes(config, dataset)
    count = parameters(config)
    torch.manual_seed(config.training.seed)
    with console.memory("the model", "a smaller model"):
        model = _built(config, models.build).to(where)
    say(
        f"{preset}: {len(dataset.train):,} images of {'x'.join(map(str, dataset.image_shape))}, "
        f"{count:,} parameters, {config.objective.name}, on {where}"
    )

    def measure(model: models.Autoencoder) -> dict[str, float]:
        return metrics.brief(model, dataset.test.images, dataset.test.labels, seed=config.training.seed)

    train, validation = _set_aside(dataset.train, config.training)
    code = models.own.digest(config.model.network)
    origin = training.origin(config.as_dict(), dataset.train.images, where.type, code)
    resumable = resumption.Resumption(out, origin, say)
    leads = distributed.is_leader()
    state = resumable.begin(resume=resume) if leads else None
    steps = -(-len(train) // config.training.batch_size)
    camera = _camera(out, config, dataset, steps, snapshots, say) if snapshots and leads else None
    if camera is not None and state is not None:
        camera.resume(len(state.history.epochs) * steps + state.step)
    with _threads(count * config.training.batch_size), console.interrupts() as interrupts:
        with (
            interrupts.training(),
            console.bar(config.training.epochs, quiet=not leads) as progress,
            console.memory("the training", "a smaller model or training.batch_size"),
        ):
            told: dict[str, Any] = {
                "measure": measure, "progress": progress, "epoch_done": epoch_done, "keep": resumable.keep,
                "before_step": camera.before_step if camera is not None else None,
            }  # fmt: skip
            history = training.fit(
                model, train.images, config.training, labels=train.labels, validation=validation,
                stop=lambda: interrupts.asked, state=state, **(told if leads else {}),
            )  # fmt: skip
        if not leads:
            return None
        _say_how_it_ended(history, config.training, out, say)
        with console.memory("what was learnt", "fewer images (data.limit)"):
            made = product.make(
                model, config, dataset, history, preset=preset, interrupts=interrupts, say=say, probe=probe
            )
        if camera is not None:
            camera.take(model, _steps_done(history, steps, len(train), config.training.batch_size))
        saved = product.save(made, out)
        if not history.stopped:
            resumable.done()
    return Report(
        checkpoint=str(saved),
        preset=preset,
        epochs=len(history.epochs),
        seconds=round(history.seconds, 3),
        train_images_per_second=round(history.images_per_second, 1),
        parameters=count,
        device=str(where),
        test=made.metrics["test"],
        code_bytes=model.code_bytes,
        maps=list(made.maps),
        features=made.metrics.get("features", {}),
        snapshots=str(camera.path) if camera is not None else None,
        stopped=history.stopped,
        diverged=history.diverged_in is not None,
    )


def _camera(out: Path, config: Config, dataset: data.Dataset, steps: int, count: int, say: Say) -> filming.Camera:
    indices = product.chosen(len(dataset.train), len(dataset.test), config.map.points, config.training.seed)
    every = Split(*(torch.cat(parts) for parts in ((dataset.train.images, dataset.test.images),
                                                   (dataset.train.labels, dataset.test.labels))))  # fmt: skip
    shown = Split(every.images[indices], every.labels[indices])
    return filming.Camera(
        out, config, dataset.class_names, shown, indices, steps_an_epoch=steps, count=count, say=say
    )  # fmt: skip


def _steps_done(history: training.History, steps: int, images: int, batch: int) -> int:
    """Also where the last epoch was cut short."""
    whole = history.images_seen // images
    return whole * steps + -(-(history.images_seen - whole * images) // batch)


def _with_classes(config: Config, dataset: data.Dataset) -> Config:
    """A conditional model has as many classes as its data set."""
    there, wanted = len(dataset.class_names), config.objective.classes
    if config.objective.name != "conditional":
        return config
    if there == 0:
        raise InputError("objective.name: conditional arrived for images without labels; one folder a class is needed")
    if wanted not in (None, there):
        raise InputError(f"objective.classes: {wanted} arrived; the data set has {there}")
    return replace(config, objective=replace(config.objective, classes=there))


def parameters(config: Config) -> int:
    """How many the model has, counted before any memory is asked for.

    Raises `InputError` for a model that cannot be built or is too large for a file.
    """
    count = sum(p.numel() for p in _built(config, models.blueprint).parameters())
    if 4 * count > container.LARGEST:
        raise InputError(f"model: {count:,} parameters arrived; up to {container.LARGEST // 4:,} are allowed")
    return count


def _built(config: Config, build: Callable[..., models.Autoencoder]) -> models.Autoencoder:
    """A network of one's own may be imported: whoever trains a preset has named it."""
    package = models.own.package(config.model.network)
    return build(config.model, config.objective, config.data.image_shape, allow_import=(package,))


@contextmanager
def _threads(step: int) -> Iterator[None]:
    """One thread where a training step of so many multiply-adds gains nothing from more."""
    before = torch.get_num_threads()
    if step < SMALL_STEP:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _say_how_it_ended(history: training.History, settings: Training, out: Path, say: Say) -> None:
    """Raises where there is nothing to keep."""
    done, nothing = len(history.epochs), f"nothing was learnt and {out} was not written"
    if history.diverged_in:
        trouble = f"the loss became NaN or infinite in epoch {history.diverged_in}"
        if not done:
            raise WorkError(f"{trouble}: {nothing}; {ADVICE}")
        say(f"{trouble}; the weights of epoch {history.diverged_in - 1} are kept; {ADVICE}")
    elif not done:
        raise StoppedError(f"stopped before the first step: {nothing}")
    elif history.stopped:
        say(
            f"stopped in epoch {done} of {settings.epochs}; keeping what was learnt "
            "(the same command with --resume goes on)"
        )
    elif history.early:
        say(f"ended early: the validation loss has not fallen since epoch {history.best}")


def _set_aside(train: Split, settings: Training) -> tuple[Split, Split | None]:
    """The images to train on, and those to judge by where `training.validation` is a share."""
    if settings.validation == 0:
        return train, None
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(settings.seed))
    count = min(max(1, round(settings.validation * len(train))), len(train) - 1)
    aside, kept = order[:count].sort().values, order[count:].sort().values
    return Split(train.images[kept], train.labels[kept]), Split(train.images[aside], train.labels[aside])


def _check_map(config: Config, dataset: data.Dataset) -> None:
    points = min(config.map.points, len(dataset.train) + len(dataset.test))
    most = (points - 1) / 3
    if "tsne" in config.map.methods and config.map.perplexity > most:
        raise InputError(
            f"map.perplexity: {config.map.perplexity:g} arrived for {points:,} points; at most {most:,.0f} is allowed"
        )
