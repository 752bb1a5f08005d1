"""Checkpoints of models from elsewhere: encoded, measured and mapped here, but not trained."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch

from latent_explorer import config as configuration
from latent_explorer import models, training
from latent_explorer.arrays import Floats, as_rows
from latent_explorer.checkpoint.build_checkpoint import Kind, make_checkpoint
from latent_explorer.config import Config, Data, Map, Model, Objective, Training
from latent_explorer.data import datasets, given_samples
from latent_explorer.data.array_columns import Annotations
from latent_explorer.data.dataset import Dataset, hold_out
from latent_explorer.data.datasets import to_floats
from latent_explorer.errors import InputError, did_you_mean
from latent_explorer.metrics import reconstruction
from latent_explorer.metrics.encoded_data import EncodedData
from latent_explorer.models import external_network, model_adapter
from latent_explorer.models.external_network import ExternalFunctions
from latent_explorer.models.model_adapter import Adapted
from latent_explorer.time_left import LongStep
from latent_explorer.training.interrupts import handle_interrupts
from latent_explorer.training.prepare_training import PreparedTraining, fill_in_perplexity


@dataclass(frozen=True)
class MapSettings:
    """How the maps of a model from elsewhere are made."""

    pixel_range: tuple[float, float] = (0.0, 1.0)
    """The model's own values for black and white."""
    methods: Sequence[str] = ("tsne", "pca")
    points: int = 10_000
    place: str = "none"
    """all: the rest of the samples is placed on the finished maps and shown too."""
    backend: str = "cpu"
    """cuml fits t-SNE and UMAP on an NVIDIA GPU, where RAPIDS is installed."""
    seed: int = 0
    fit_inverse: bool = True
    """Whether the smooth inverse projections are fitted, which takes up to a minute each."""
    say: Callable[[str], None] = lambda line: None
    samples: str = "images"
    """What the samples are: images, signals or rows."""
    unit: str | None = None
    """signals: that of the values, as it is written on the curves."""
    rate: float | None = None
    """signals: points a second."""

    def make_data(self) -> Data:
        """Return the section `data` of the config; raise `InputError` for settings that do not go with the samples."""
        for name in ("unit", "rate"):
            if self.samples != "signals" and getattr(self, name) is not None:
                raise InputError(f"{name} arrived with samples {self.samples!r}; it goes with signals")
        section = {"name": given_samples.find_name(self.samples), "unit": self.unit, "rate": self.rate}
        return configuration.from_dict({"data": section}).data


def make_settings(settings: Mapping[str, Any]) -> MapSettings:
    """Return the settings of a call; raise `InputError` for an unknown one."""
    known = [one.name for one in fields(MapSettings)]
    for name in settings:
        if name not in known:
            raise InputError(f"{name}: unknown setting{did_you_mean(name, known)}; allowed: {', '.join(known)}")
    return MapSettings(**settings)


def from_model(
    kind: type[Kind], model: Any, images: Any, annotations: Annotations, *, name: str, settings: MapSettings
) -> Kind:
    """Return the checkpoint of a model from elsewhere, as `Checkpoint.from_model` describes it."""
    data = settings.make_data()
    dataset = given_samples.make_dataset(images, annotations, data, settings.seed)
    shape = draw_trial(dataset, settings.pixel_range).shape[1:]
    functions = model_adapter.adapt(model, shape)
    return from_dataset(kind, functions, dataset, data, name=name, settings=settings)


def from_dataset(
    kind: type[Kind],
    functions: ExternalFunctions,
    dataset: Dataset,
    data: Data,
    *,
    name: str,
    settings: MapSettings,
    network: str = "external",
) -> Kind:
    """Return the checkpoint of two functions on the images of a data set; raise `InputError` if they do not fit it."""
    pixel_range = settings.pixel_range if dataset.kind.has_pixels else None
    adapted = model_adapter.try_out(functions, draw_trial(dataset, settings.pixel_range), pixel_range)
    return _build(kind, adapted, dataset, data, name=name, settings=settings, network=network)


def draw_trial(dataset: Dataset, pixel_range: tuple[float, float]) -> Floats:
    """Return some images (N, C, H, W) in `pixel_range`, or other samples in their own units and shape, by which a model
    is tried."""
    low, high = pixel_range
    images: Floats = to_floats(torch.stack([dataset.get_image(k) for k in range(model_adapter.TRIAL)])).numpy()
    if not dataset.kind.has_pixels:
        return dataset.kind.restore_units(images)
    return images * np.float32(high - low) + np.float32(low)


def from_arrays(
    kind: type[Kind], latents: Any, functions: ExternalFunctions, images: Any, annotations: Annotations, *, name: str,
    settings: MapSettings,
) -> Kind:  # fmt: skip
    """Return the checkpoint of latents that are there already, as `Checkpoint.from_arrays` describes it."""
    z = as_rows(latents, "latents")
    data = settings.make_data()
    dataset = given_samples.make_dataset(images, annotations, data, settings.seed)
    functions = model_adapter.adapt(functions, ())
    count = len(dataset.train) + len(dataset.test)
    if count != len(z):
        raise InputError(f"{len(z):,} latents arrived for {count:,} images; as many are allowed")
    shape = draw_trial(dataset, settings.pixel_range).shape[1:]
    assert functions.decode is not None
    drawn = external_network.call_decode(functions.decode, z[: model_adapter.TRIAL], shape)
    if dataset.kind.has_pixels:
        model_adapter.check_pixels(drawn, settings.pixel_range)
    order = torch.cat(hold_out(count, data.held_out, settings.seed)).numpy()
    adapted = Adapted(functions, z.shape[1], variational=False)
    return _build(kind, adapted, dataset, data, name=name, settings=settings, latents=z[order])


def _build(
    kind: type[Kind], adapted: Adapted, dataset: Dataset, data: Data, *, name: str, settings: MapSettings,
    network: str = "external", latents: Floats | None = None,
) -> Kind:  # fmt: skip
    """Encode, unless the `latents` (N, d) of the data set are there; measure, and map."""
    for remark in dataset.remarks:
        settings.say(remark)
    config = Config(
        description=f"{name}, a model from elsewhere",
        data=dataset.complete(data),
        model=Model(network=network, latent_dim=adapted.latent_dim, pixel_range=settings.pixel_range),
        objective=Objective(name="variational" if adapted.variational else "plain", loss="mse"),
        training=Training(seed=settings.seed),
        map=Map(
            methods=tuple(settings.methods), points=settings.points, place=settings.place, backend=settings.backend
        ),
    )
    config = configuration.from_dict(fill_in_perplexity(config, dataset.count, settings.say).as_dict(), name)
    functions = external_network.convert_units(adapted.functions, config.data.sample_kind)
    model = models.build_external(config.model, config.objective, dataset.image_shape, functions)
    parts = datasets.split_off_classes(dataset, None)
    prepared = PreparedTraining(
        config=config, dataset=dataset, parts=parts, train=parts.train, validation=None, model=model,
        parameter_count=0, device=model.device,
    )  # fmt: skip
    encoded = None
    if latents is not None:
        z, labels = torch.from_numpy(latents), torch.cat([dataset.train.labels, dataset.test.labels])
        first = len(dataset.train)
        measuring = LongStep(settings.say, f"measuring {len(dataset.test):,} held-out {dataset.kind.words.many}")
        measured = reconstruction.measure_latents(model, dataset.test.images, z[first:], measuring)
        encoded = EncodedData(z, labels, z[:first], measured, None)
    with handle_interrupts() as interrupts:
        checkpoint = make_checkpoint(
            kind, prepared, training.History(), preset=name, interrupts=interrupts, say=settings.say, probe=False,
            fit_inverse=settings.fit_inverse, encoded=encoded,
        )  # fmt: skip
    return replace(checkpoint, name=name, functions=adapted.functions)
