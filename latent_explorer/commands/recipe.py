"""The whole of a training run: data, model, training, held-out metrics, map, checkpoint."""

import os
import platform
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from latent_explorer import atlas, checkpoint, data, device, metrics, models, training
from latent_explorer.atlas import projection
from latent_explorer.checkpoint import Checkpoint
from latent_explorer.config import Config
from latent_explorer.errors import InputError, WorkError

Say = Callable[[str], None]

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
    status: int = 0
    maps: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "status"}

    def text(self) -> str:
        figures = "  ".join(f"{name} {value:.4g}" for name, value in self.test.items())
        return (
            f"{self.preset}: {self.epochs} epochs in {self.seconds:.1f} s on {self.device}, "
            f"{self.train_images_per_second:,.0f} images/s, {self.parameters:,} parameters\n"
            f"held-out: {figures}\n"
            f"written: {self.checkpoint}  (open it: python demo.py {self.checkpoint})"
        )


def run(config: Config, *, preset: str, out: Path, data_dir: str | None, say: Say) -> Report:
    """Train `config` and write the checkpoint to `out`; Ctrl-C ends the training and keeps what was learnt."""
    where = device.pick(config.training.device)
    _check_writable(out)
    dataset = data.load(config.data, data_dir=data_dir, seed=config.training.seed)
    _check_map(config, dataset)
    parameters = _parameters(config, dataset)
    torch.manual_seed(config.training.seed)
    with _memory("the model"):
        model = models.build(config.model, config.objective, dataset.image_shape).to(where)
    say(
        f"{preset}: {len(dataset.train):,} images of {'x'.join(map(str, dataset.image_shape))}, "
        f"{parameters:,} parameters, {config.objective.name}, on {where}"
    )
    if parameters * config.training.batch_size < SMALL_STEP:
        torch.set_num_threads(1)
    with _ctrl_c() as asked, _bar(config.training.epochs) as progress, _memory("the training"):
        history = training.fit(model, dataset.train.images, config.training, progress=progress, stop=lambda: asked[0])
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
        say(f"stopped in epoch {len(history.epochs)} of {config.training.epochs}; keeping what was learnt")

    weights = _rounded(model)
    say("measuring on held-out images")
    with _ctrl_c():  # a second Ctrl-C must not lose what the first one kept
        found = metrics.evaluate(model, dataset.test.images, seed=config.training.seed)
        train_latents = metrics.encode_all(model, dataset.train.images)
        test_latents = metrics.encode_all(model, dataset.test.images)
    if not max(float(z.abs().max()) for z in (train_latents, test_latents)) < LARGEST_LATENT:
        raise WorkError(f"the latents grew beyond {LARGEST_LATENT:g}: {out} was not written; {ADVICE}")
    found["knn_accuracy"] = metrics.knn_accuracy(train_latents, dataset.train.labels, test_latents, dataset.test.labels)
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
        metrics={"test": found, "history": [{"epoch": e.number, **e.parts} for e in history.epochs]},
        made_by=_made_by(preset, history, dataset),
        name=out.stem,
    )
    return Report(
        checkpoint=str(_save(result, out)),
        preset=preset,
        epochs=len(history.epochs),
        seconds=round(history.seconds, 3),
        train_images_per_second=round(history.images_per_second, 1),
        parameters=parameters,
        device=str(where),
        test=found,
        status=1 if history.diverged_in else 0,
        maps=list(maps),
    )


def _advice(history: training.History) -> str:
    return f"; {ADVICE}" if history.diverged_in else ""


def _parameters(config: Config, dataset: data.Dataset) -> int:
    """How many the model has, counted before any memory is asked for."""
    with torch.device("meta"):
        model = models.build(config.model, config.objective, dataset.image_shape)
    count = sum(p.numel() for p in model.parameters())
    if 4 * count > checkpoint.LARGEST:
        raise InputError(f"model: {count:,} parameters arrived; up to {checkpoint.LARGEST // 4:,} are allowed")
    return count


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


@contextmanager
def _memory(what: str) -> Iterator[None]:
    """Too little memory is a `WorkError`; torch has a type of its own for it on an accelerator only."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error).lower():
            raise
        raise WorkError(f"{what} does not fit into memory; a smaller model or training.batch_size may") from None


@contextmanager
def _ctrl_c() -> Iterator[list[bool]]:
    """The first Ctrl-C only sets the flag, so that no step is cut in half; the next one interrupts."""
    asked = [False]

    def handler(number: int, frame: Any) -> None:
        asked[0] = True
        signal.signal(signal.SIGINT, signal.default_int_handler)  # not `before`: a shell's background job ignores it

    before = signal.getsignal(signal.SIGINT)
    try:
        signal.signal(signal.SIGINT, handler)
    except ValueError:  # not the main thread: nobody can press Ctrl-C there
        yield asked
        return
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _bar(epochs: int) -> Iterator[Callable[[training.Progress], None]]:
    """A progress bar over the epochs with the loss's named parts."""
    quiet = os.environ.get("TQDM_DISABLE") == "1"
    layout = "{l_bar}{bar}| {n:.1f}/{total} [{elapsed}<{remaining}{postfix}]"
    with tqdm(total=epochs, unit="epoch", disable=quiet, bar_format=layout) as bar:

        def show(now: training.Progress) -> None:
            bar.n = now.epoch - 1 + now.step / now.steps
            bar.set_postfix({name: f"{value:.4g}" for name, value in now.parts.items()}, refresh=False)
            bar.refresh()

        yield show
