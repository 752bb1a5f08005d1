"""The whole of a training run: data, model, training, held-out metrics, map, checkpoint."""

import platform
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latent_explorer import atlas, checkpoint, data, device, metrics, models, training
from latent_explorer.atlas import projection
from latent_explorer.checkpoint import Checkpoint
from latent_explorer.commands import console, resumption
from latent_explorer.commands.exits import Say
from latent_explorer.config import Config, Training
from latent_explorer.data import Split
from latent_explorer.errors import InputError, WorkError

SMALL_STEP = 50_000_000
"""Multiply-adds of a training step below which one thread trains. Several gain little there, and where other
programs keep the cores busy they wait for each other: measured, 1,800 images a second instead of 12,700."""
LARGEST_LATENT = 1e15  # squares of larger ones leave float32
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
    stopped: bool = False
    diverged: bool = False

    @property
    def status(self) -> int:
        return 1 if self.diverged else 0

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))

    def text(self) -> str:
        figures = "  ".join(f"{name} {value:.4g}" for name, value in self.test.items())
        return (
            f"{self.preset}: {self.epochs} epochs in {self.seconds:.1f} s on {self.device}, "
            f"{self.train_images_per_second:,.0f} images/s, {self.parameters:,} parameters\n"
            f"held-out: {figures}\n"
            f"written: {self.checkpoint}  (open it: python demo.py {self.checkpoint})"
        )


def run(
    config: Config, *, preset: str, out: Path, data_dir: str | None, say: Say, resume: bool = False,
    epoch_done: Callable[[training.Epoch], None] = lambda _: None,
) -> Report:  # fmt: skip
    """Train `config` and write the checkpoint to `out`; Ctrl-C ends the training and keeps what was learnt.

    With `resume` a training that was cut short goes on where it was. `epoch_done` is told every epoch's figures.
    """
    _check_writable(out)
    with resumption.alone(out):
        return _run(config, preset, out, data_dir, say, resume, epoch_done)


def _run(
    config: Config, preset: str, out: Path, data_dir: str | None, say: Say, resume: bool,
    epoch_done: Callable[[training.Epoch], None],
) -> Report:  # fmt: skip
    where = device.pick(config.training.device)
    dataset = data.load(config.data, data_dir=data_dir, seed=config.training.seed)
    for remark in dataset.remarks:
        say(remark)
    _check_map(config, dataset)
    parameters = _parameters(config, dataset)
    torch.manual_seed(config.training.seed)
    with console.memory("the model"):
        model = _built(config, dataset).to(where)
    say(
        f"{preset}: {len(dataset.train):,} images of {'x'.join(map(str, dataset.image_shape))}, "
        f"{parameters:,} parameters, {config.objective.name}, on {where}"
    )
    if parameters * config.training.batch_size < SMALL_STEP:
        torch.set_num_threads(1)
    train, validation = _set_aside(dataset.train, config.training)
    origin = training.origin(config.as_dict(), dataset.train.images, where.type)
    resumable = resumption.Resumption(out, origin, say)
    state = resumable.begin(resume=resume)
    with (
        console.ctrl_c() as asked,
        console.bar(config.training.epochs) as progress,
        console.memory("the training"),
    ):
        history = training.fit(
            model, train.images, config.training, labels=train.labels, validation=validation,
            measure=lambda model: metrics.brief(model, dataset.test.images, seed=config.training.seed),
            progress=progress, epoch_done=epoch_done, stop=lambda: asked[0], state=state, keep=resumable.keep,
        )  # fmt: skip
    if not history.epochs:
        trouble = (
            "the loss became NaN or infinite in epoch 1" if history.diverged_in else "stopped before the first step"
        )
        raise WorkError(f"{trouble}: nothing was learnt and {out} was not written{_advice(history)}")
    if history.diverged_in:
        say(
            f"the loss became NaN or infinite in epoch {history.diverged_in}; "
            f"the weights of epoch {history.diverged_in - 1} are kept{_advice(history)}"
        )
    elif history.stopped:
        say(
            f"stopped in epoch {len(history.epochs)} of {config.training.epochs}; keeping what was learnt "
            "(the same command with --resume goes on)"
        )
    elif history.early:
        say(f"ended early: the validation loss has not fallen since epoch {history.best}")

    weights = _rounded(model)
    say("measuring on held-out images")
    with console.ctrl_c():  # a second Ctrl-C must not lose what the first one kept
        found = metrics.evaluate(model, dataset.test.images, seed=config.training.seed)
        train_latents = metrics.encode_all(model, dataset.train.images)
        test_latents = metrics.encode_all(model, dataset.test.images)
    if not max(float(z.abs().max()) for z in (train_latents, test_latents)) < LARGEST_LATENT:
        raise WorkError(f"the latents grew beyond {LARGEST_LATENT:g}: {out} was not written; {ADVICE}")
    if dataset.class_names:
        found["knn_accuracy"] = metrics.knn_accuracy(
            train_latents, dataset.train.labels, test_latents, dataset.test.labels
        )
    indices = _chosen(len(dataset.train), len(dataset.test), config.map.points, config.training.seed)
    latents = checkpoint.half(torch.cat([train_latents, test_latents]).numpy()[indices]).astype(np.float32)
    labels = torch.cat([dataset.train.labels, dataset.test.labels]).numpy()[indices]
    maps = _maps(config, latents, labels, say)
    result = Checkpoint(
        config=config,
        image_shape=dataset.image_shape,
        class_names=dataset.class_names,
        maps=maps,
        indices=indices,
        weights=weights,
        metrics={"test": found, "history": [_epoch(e) for e in history.epochs]},
        made_by=_made_by(preset, history, dataset),
        name=out.stem,
    )
    saved = _save(result, out)
    if not history.stopped:
        resumable.done()
    return Report(
        checkpoint=str(saved),
        preset=preset,
        epochs=len(history.epochs),
        seconds=round(history.seconds, 3),
        train_images_per_second=round(history.images_per_second, 1),
        parameters=parameters,
        device=str(where),
        test=found,
        code_bytes=model.code_bytes,
        maps=list(maps),
        stopped=history.stopped,
        diverged=history.diverged_in is not None,
    )


def _epoch(epoch: training.Epoch) -> dict[str, Any]:
    """As the checkpoint's learning curve holds it."""
    found: dict[str, Any] = {"epoch": epoch.number, **epoch.parts}
    found |= {"held_out": epoch.held_out} if epoch.held_out else {}
    return found if epoch.validation is None else {**found, "validation": epoch.validation}


def _set_aside(train: Split, settings: Training) -> tuple[Split, Split | None]:
    """The images to train on, and those to judge by where `training.validation` is a share."""
    if settings.validation == 0:
        return train, None
    order = torch.randperm(len(train), generator=torch.Generator().manual_seed(settings.seed))
    count = min(max(1, round(settings.validation * len(train))), len(train) - 1)
    aside, kept = order[:count].sort().values, order[count:].sort().values
    return Split(train.images[kept], train.labels[kept]), Split(train.images[aside], train.labels[aside])


def _advice(history: training.History) -> str:
    return f"; {ADVICE}" if history.diverged_in else ""


def _parameters(config: Config, dataset: data.Dataset) -> int:
    """How many the model has, counted before any memory is asked for."""
    with torch.device("meta"):
        model = _built(config, dataset)
    count = sum(p.numel() for p in model.parameters())
    if 4 * count > checkpoint.LARGEST:
        raise InputError(f"model: {count:,} parameters arrived; up to {checkpoint.LARGEST // 4:,} are allowed")
    return count


def _built(config: Config, dataset: data.Dataset) -> models.Autoencoder:
    """A network of one's own may be imported: whoever trains a preset has named it."""
    package = models.own.package(config.model.network)
    return models.build(config.model, config.objective, dataset.image_shape, allow_import=(package,))


def _rounded(model: models.Autoencoder) -> dict[str, np.ndarray[Any, Any]]:
    """The weights as the file will hold them, put back into the model, so that what is measured is what ships."""
    weights = {name: checkpoint.half(value.cpu().numpy()) for name, value in model.state_dict().items()}
    model.load_state_dict({name: torch.from_numpy(value.astype(np.float32)) for name, value in weights.items()})
    return weights


def _chosen(train: int, test: int, points: int, seed: int) -> np.ndarray[Any, Any]:
    """Which images stand on the map, ascending: drawn from the training images, then from the held-out ones."""
    draw = np.random.default_rng(seed)
    first = draw.permutation(train)[:points]
    rest = train + draw.permutation(test)[: max(0, points - train)]
    return np.sort(np.concatenate([first, rest]))


def _check_map(config: Config, dataset: data.Dataset) -> None:
    points = min(config.map.points, len(dataset.train) + len(dataset.test))
    most = (points - 1) / 3
    if "tsne" in config.map.methods and config.map.perplexity > most:
        raise InputError(
            f"map.perplexity: {config.map.perplexity:g} arrived for {points:,} points; at most {most:,.0f} is allowed"
        )


def _maps(
    config: Config, latents: np.ndarray[Any, Any], labels: np.ndarray[Any, Any], say: Say
) -> dict[str, atlas.Atlas]:
    """The maps of the config, and the latent plane where it is one; Ctrl-C leaves out what is not ready."""
    methods = list(config.map.methods)
    if config.model.latent_dim == 2 and "latent" not in methods:
        methods.append("latent")
    maps: dict[str, atlas.Atlas] = {}
    for method in methods:
        say(f"map of {len(latents):,} latents: {projection.PROJECTIONS[method].title}")
        try:
            fitted = projection.fit(
                method,
                latents,
                perplexity=config.map.perplexity,
                metric=config.map.metric,
                seed=config.training.seed,
            )
        except KeyboardInterrupt:
            say(f"interrupted: the checkpoint goes without the {projection.PROJECTIONS[method].title} map")
            continue
        maps[method] = atlas.Atlas(fitted, latents, labels)
    if not maps:
        maps["pca"] = atlas.Atlas(projection.PCA.fit(latents), latents, labels)
    return maps


def _made_by(preset: str, history: training.History, dataset: data.Dataset) -> dict[str, Any]:
    return {
        "preset": preset,
        "epochs": len(history.epochs),
        "train_images": len(dataset.train),
        "held_out_images": len(dataset.test),
        **({"source": dataset.source} if dataset.source else {}),
        "versions": {name: _version(name) for name in ("latent-explorer", "torch", "openTSNE")},
        "python": platform.python_version(),
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "source"


def _check_writable(out: Path) -> None:
    """Find out before the training, not after it."""
    if out.suffix != checkpoint.SUFFIX:
        raise InputError(f"--out {out}: a file name that ends in {checkpoint.SUFFIX} is allowed")
    try:
        if out.is_dir():
            raise InputError(f"--out {out}: a folder arrived; a file is allowed")
        out.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            out.stat()  # raises for a name too long for the file system
        with tempfile.NamedTemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise InputError(f"--out {out}: cannot be written there: {error.strerror or error}") from None


def _save(result: Checkpoint, out: Path) -> Path:
    """Write to `out`, or, where that fails after all the work, to a new folder for temporary files."""
    try:
        return result.save(out)
    except WorkError as error:
        try:
            saved = result.save(Path(tempfile.mkdtemp(prefix="latent-explorer-")) / out.name)
        except (OSError, WorkError):
            raise error from None
        raise WorkError(f"{error}; the trained model was kept as {saved}") from None
