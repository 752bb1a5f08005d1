"""The work of a fine-tuning, in its own process: it trains the model, encodes its samples again, and writes a file."""

import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer.arrays import Floats, as_float16_if_safe
from latent_explorer.atlas import Atlas, projection
from latent_explorer.atlas.procrustes import align_pca
from latent_explorer.atlas.projection import PCA, TSNE
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.checkpoint.map_cache import compute_digest
from latent_explorer.engine.background import worker_process
from latent_explorer.engine.background.worker_process import ReportProgress
from latent_explorer.engine.decode import decode_dots
from latent_explorer.engine.queries.gallery import fit_or_refuse
from latent_explorer.errors import InputError, WorkError
from latent_explorer.texts import mark
from latent_explorer.user_image.gallery import GalleryPicture

if TYPE_CHECKING:
    from torch import Tensor

    from latent_explorer.models import Autoencoder

MIN_PICTURES = 5
"""Of a gallery that is trained on."""
EPOCHS = 6
MAX_SECONDS = 60.0
"""Seconds of training, after which it ends early."""
HOLD_OUT_FROM, HOLD_OUT_EVERY = 20, 5
"""Pictures from which some are kept back to measure with, and how many there are for each of those."""
OWN_PICTURES, OWN_HELD_OUT = 2000, 500
"""Most pictures of the model's own that are mixed in, and that are measured."""
GALLERY_SHARE, MAX_REPEATS = 1 / 3, 20
"""Share of an epoch that the gallery's pictures make, each at most so often."""
RATE_SHARE = 0.3
"""Of the learning rate that the model was trained with."""
MAX_TSNE_DOTS = 20_000
"""Dots up to which a t-SNE map is made anew."""
DIVERGED = mark("the loss became NaN or infinite: nothing was changed")
BLOCK = 512
"""Samples that are decoded at once."""
TRAINING_SHARE = 0.5
"""Of the progress."""


@dataclass(frozen=True)
class TuningRequest:
    number: int
    """Tells a request from the one before."""
    model: str
    name: str
    """Name of the tuned model."""
    pictures: tuple[GalleryPicture, ...]


@dataclass(frozen=True)
class ErrorChange:
    """A mean squared error a pixel, of `count` pictures, before and after."""

    count: int
    before: float
    after: float


@dataclass(frozen=True)
class TuningReport:
    """What a fine-tuning did; `name` is that of the new model, `model` of the one that it began with."""

    model: str
    name: str
    path: Path
    learnt: ErrorChange
    """On the pictures that it learnt from."""
    kept_back: ErrorChange | None
    """On pictures of the gallery that it never saw; None if there are too few."""
    own: ErrorChange
    """On held-out pictures of the model's own: a rise is what it forgot."""
    own_source: str
    """Why those are decoded samples; empty if they are of the data set."""
    epochs: int


@dataclass(frozen=True, eq=False)
class FineTune:
    """The work, which a process of its own does."""

    request: TuningRequest
    path: Path
    """The file of the model to begin with."""
    allow_import: tuple[str, ...]
    out: Path
    data_dir: str | None
    latents: str = ""
    """Digest of the latents that the window shows: the file may have been replaced since; empty to take what it is."""

    def work(self, report: ReportProgress) -> TuningReport:
        import torch

        logging.getLogger("openTSNE").setLevel(logging.ERROR)  # it warns that a map begins where another ended
        torch.set_num_threads(worker_process.count_threads())
        report(0.0, mark("reading the pictures"))
        checkpoint = checkpoint_file.read(self.path, "auto", self.allow_import)
        if self.latents and compute_digest(checkpoint.latents) != self.latents:
            text = mark("{file} was replaced since it was opened: open it again to fine-tune it", file=self.path.name)
            raise InputError(text)
        model = checkpoint.build_model()
        gallery = _fit_gallery(checkpoint, self.request.pictures)
        own = _find_own_pictures(checkpoint, self.data_dir)
        torch.manual_seed(checkpoint.config.training.seed)
        model.requires_grad_(True)
        sets = (gallery.learnt, gallery.kept_back, own.held_out)
        before = [_measure(model, one) for one in sets]
        epochs = _train(model, checkpoint, own.train, gallery.learnt, report)
        after = [_measure(model, one) for one in sets]
        if not all(np.isfinite(one) for one in after):
            raise WorkError(DIVERGED)
        learnt, kept_back, kept = (
            ErrorChange(len(one), *change) for one, *change in zip(sets, before, after, strict=True)
        )
        tuned = _make_checkpoint(checkpoint, model, own, report)
        made_by = {**checkpoint.made_by, "tuned_from": self.request.model, "gallery_pictures": len(gallery.learnt)}
        made_by["complete"] = True
        metrics = {} if own.source else {"test": {"mse": kept.after}}
        replace(tuned, made_by=made_by, metrics=metrics).save(self.out)
        return TuningReport(
            model=self.request.model, name=self.request.name, path=self.out, learnt=learnt,
            kept_back=kept_back if kept_back.count else None, own=kept, own_source=own.source, epochs=epochs,
        )  # fmt: skip

    def restore_result(self, answer: TuningReport) -> TuningReport:
        return answer


@dataclass(frozen=True, eq=False)
class _Pictures:
    images: "Tensor"
    """(N, C, H, W), bytes."""
    labels: "Tensor"

    def __len__(self) -> int:
        return len(self.images)

    def select(self, rows: Any) -> "_Pictures":
        """Return the pictures of a mask or of indices."""
        return _Pictures(self.images[rows], self.labels[rows])


@dataclass(frozen=True, eq=False)
class _Gallery:
    learnt: _Pictures
    kept_back: _Pictures


@dataclass(frozen=True, eq=False)
class _OwnPictures:
    train: _Pictures
    held_out: _Pictures
    dots: _Pictures
    """Of every dot on the map."""
    source: str


def _fit_gallery(checkpoint: Checkpoint, pictures: tuple[GalleryPicture, ...]) -> _Gallery:
    """Return the pictures that show the model something, some of them kept back. Raise `InputError` for too few."""
    import torch

    fitted = [(fit_or_refuse(checkpoint, one.image), one.label) for one in pictures]
    shown = [(x, label) for x, label in fitted if not isinstance(x, str)]
    if len(shown) < MIN_PICTURES:
        text = mark(
            "pictures that show this model something: {count}; at least {least} are needed",
            count=len(shown), least=MIN_PICTURES,
        )  # fmt: skip
        raise InputError(text)
    numbers = {name: k for k, name in enumerate(checkpoint.class_names)}
    images = _to_bytes(np.stack([x for x, _ in shown]))
    every = _Pictures(torch.from_numpy(images), torch.tensor([numbers.get(label, -1) for _, label in shown]))
    rows = torch.arange(len(every))
    apart = rows % HOLD_OUT_EVERY == HOLD_OUT_EVERY - 1 if len(every) >= HOLD_OUT_FROM else rows < 0
    return _Gallery(every.select(~apart), every.select(apart))


def _find_own_pictures(checkpoint: Checkpoint, data_dir: str | None) -> _OwnPictures:
    """Return pictures of the model's data set, or its decoded samples if that is not on this machine."""
    import torch

    from latent_explorer.data import datasets
    from latent_explorer.engine.datasets.load_originals import load_originals

    originals = load_originals(checkpoint, data_dir)
    draw = torch.Generator().manual_seed(checkpoint.config.training.seed)

    def choose(pictures: Any, most: int) -> _Pictures:
        rows = torch.randperm(len(pictures), generator=draw)[:most]
        return _Pictures(pictures.get_images(rows), pictures.labels[rows])

    if not isinstance(originals, str):
        parts = datasets.split_off_classes(originals, checkpoint.config.data.leave_out)
        images = originals.get_images(checkpoint.indices)
        dots = _Pictures(images, torch.from_numpy(checkpoint.labels.astype(np.int64)))
        return _OwnPictures(choose(parts.train, OWN_PICTURES), choose(parts.held_out, OWN_HELD_OUT), dots, "")
    labels = checkpoint.labels.astype(np.int64)
    rows = np.arange(len(labels))
    blocks = [_to_bytes(decode_dots(checkpoint, rows[i : i + BLOCK])) for i in range(0, len(rows), BLOCK)]
    dots = _Pictures(torch.from_numpy(np.concatenate(blocks)), torch.from_numpy(labels))
    order = torch.randperm(len(dots), generator=draw)
    held_out = min(OWN_HELD_OUT, max(1, len(dots) // 10))
    return _OwnPictures(dots.select(order[held_out:][:OWN_PICTURES]), dots.select(order[:held_out]), dots, originals)


def _train(
    model: "Autoencoder", checkpoint: Checkpoint, own: _Pictures, learnt: _Pictures, report: ReportProgress
) -> int:
    """Train the model in place; return the number of epochs."""
    import torch

    from latent_explorer import training

    repeats = round(GALLERY_SHARE / (1 - GALLERY_SHARE) * len(own) / len(learnt))
    repeats = min(max(repeats, 1), MAX_REPEATS)
    images = torch.cat([own.images, *[learnt.images] * repeats])
    labels = torch.cat([own.labels, *[learnt.labels] * repeats])
    before = checkpoint.config.training
    settings = replace(
        before, epochs=EPOCHS, learning_rate=RATE_SHARE * before.learning_rate, schedule="cosine", validation=0.0,
        patience=None, keep="last", compile=False, precision="float32", batch_size=min(before.batch_size, 64),
    )  # fmt: skip
    model.objective = replace(model.objective, warm_up=0.0)  # the terms of the loss have their whole weight already
    until = time.monotonic() + MAX_SECONDS

    def show(now: training.Progress) -> None:
        done = (now.epoch - 1 + now.step / now.steps) / EPOCHS
        report(TRAINING_SHARE * done, mark("epoch {epoch} of {epochs}", epoch=now.epoch, epochs=EPOCHS))

    is_over = lambda: time.monotonic() > until  # noqa: E731
    history = training.fit(model, images, settings, labels=labels, progress=show, stop=is_over)
    if history.diverged_in is not None:
        raise WorkError(DIVERGED)
    return len(history.epochs)


def _measure(model: "Autoencoder", pictures: _Pictures) -> float:
    """Return the mean squared error a pixel; 0 of no pictures."""
    from latent_explorer.metrics import reconstruction

    if not len(pictures):
        return 0.0
    return float(reconstruction.encode_images(model, pictures.images, pictures.labels).metrics["mse"])


def _make_checkpoint(
    checkpoint: Checkpoint, model: "Autoencoder", own: _OwnPictures, report: ReportProgress
) -> Checkpoint:
    """Return the tuned model with the latents of the same samples, on maps that begin where the old ones ended."""
    from latent_explorer.metrics import reconstruction

    report(TRAINING_SHARE, mark("encoding the samples again"))
    weights = {name: as_float16_if_safe(value.cpu().numpy()) for name, value in model.state_dict().items()}
    latents = reconstruction.encode_all(model, own.dots.images, own.dots.labels).numpy()
    z = as_float16_if_safe(latents).astype(np.float32)
    maps = {}

    def report_map(share: float, text: str) -> None:
        report(0.5 + 0.5 * share, mark("map: {progress}", progress=text) if text else mark("map"))

    for name, one in checkpoint.maps.items():
        followed = _follow_map(one, z, report_map)
        if followed is not None:
            maps[name] = followed
    if not maps:
        maps["pca"] = Atlas(projection.PCA.fit(z), z, checkpoint.labels)
    return replace(checkpoint, weights=weights, maps=maps)


def _follow_map(atlas: Atlas, latents: Floats, report: ReportProgress) -> Atlas | None:
    """Return the map of the same samples' new latents; None if it takes too long to make."""
    old = atlas.projection
    if isinstance(old, PCA):
        return Atlas(align_pca([atlas.latents, latents])[1], latents, atlas.labels)
    if isinstance(old, TSNE) and len(latents) <= MAX_TSNE_DOTS:
        followed = old.follow(latents, threads=worker_process.count_threads(), progress=report)
        return Atlas(followed, latents, atlas.labels)
    if atlas.method == "latent":
        return Atlas(projection.fit("latent", latents), latents, atlas.labels)
    return None


def _to_bytes(images: Floats) -> NDArray[np.uint8]:
    bytes_: NDArray[np.uint8] = np.rint(np.clip(np.nan_to_num(images), 0, 1) * 255).astype(np.uint8)
    return bytes_
