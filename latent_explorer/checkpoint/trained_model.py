"""The single file of a trained model: weights, config, latents, maps, labels and metrics.

torch is imported only when the model is first needed, so that a map can be drawn before.
"""

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer import files
from latent_explorer.arrays import Floats, as_classes, as_float16_if_safe, as_matrix, as_shaped
from latent_explorer.atlas import Atlas, LatentNeighbours
from latent_explorer.checkpoint import attribute_tensors, kept_samples, map_tensors, tensor_file
from latent_explorer.checkpoint.codebook import Codebook
from latent_explorer.checkpoint.device_fallback import falls_back_to_cpu
from latent_explorer.checkpoint.judge import Judge, load_judge, locate_judge
from latent_explorer.checkpoint.kept_samples import KeptSamples
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.config import FOREIGN_NETWORKS, OWN_SETS, Config
from latent_explorer.config.objectives import Traits
from latent_explorer.data.attributes import Attributes
from latent_explorer.errors import DeviceWarning, InputError
from latent_explorer.samples import SampleKind, Texts, measure_aspect

if TYPE_CHECKING:
    import torch

    from latent_explorer.models import Autoencoder
    from latent_explorer.models.external_network import ExternalFunctions

VALUE_TOLERANCE = 0.01  # tolerance beyond 0 and 1 of an image's values, as resizing overshoots
QUANTILE_DOTS = 20_000  # dots, evenly spaced, of which a quantile is taken


@dataclass(eq=False, repr=False)
class TrainedModel:
    """A trained model with the map of its latents.

    `indices` (M,) are the dots' image indices in the data set, counted through training and held-out images;
    `weights` are the model's parameters as stored.
    """

    config: Config
    image_shape: tuple[int, int, int]
    class_names: tuple[str, ...]
    maps: dict[str, Atlas]
    indices: NDArray[np.int64]
    weights: Arrays = field(repr=False)
    metrics: dict[str, Any] = field(default_factory=dict)
    made_by: dict[str, Any] = field(default_factory=dict)
    """Origin of the file: preset, epochs, image counts, versions."""
    attributes: Attributes = field(default_factory=dict)
    """What else is known of the image of each dot, by name; empty for most data sets."""
    kept: KeptSamples = field(default_factory=KeptSamples, repr=False)
    """Texts and small pictures of the dots, in the file of vectors that no decoder draws."""
    name: str = ""
    device: str = "auto"
    allow_import: tuple[str, ...] = ()
    """Packages with custom networks that `model` may import."""
    functions: "ExternalFunctions | None" = field(default=None, repr=False)
    """Encoder and decoder of a model from elsewhere, which no file holds."""
    path: Path | None = None
    """The file that the checkpoint was read from."""

    @property
    def atlas(self) -> Atlas:
        """The first map."""
        return next(iter(self.maps.values()))

    @cached_property
    def latents(self) -> Floats:
        """The latents (M, d) of the dots, on whichever map."""
        return self.atlas.latents

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The labels (M,) of the dots, indices into `class_names`; -1 where there is none."""
        return self.atlas.labels

    @cached_property
    def sample_kind(self) -> SampleKind:
        """What its samples are, and how they are drawn."""
        return Texts() if self.kept.texts and self.kept.pictures is None else self.config.data.sample_kind

    @cached_property
    def picture_aspect(self) -> float:
        """Width divided by height of the pictures of its samples; 1 for texts, which fill any place."""
        kind, is_vector = self.sample_kind, self.config.model.network == "vectors" and self.kept.pictures is None
        if is_vector or isinstance(kind, Texts):
            return 1.0
        return measure_aspect(kind.draw(np.zeros((1, *self.image_shape), np.float32))[0])

    @property
    def latent_dim(self) -> int:
        """The number d of latent dimensions."""
        return self.config.model.latent_dim

    @cached_property
    def traits(self) -> Traits:
        """The traits of its objective: whether it has a prior, a codebook, ..."""
        return self.config.objective.traits

    @property
    def is_foreign(self) -> bool:
        """Whether it is a model from elsewhere: nothing is known of its training but what its encoder returns."""
        return self.config.model.network in FOREIGN_NETWORKS

    @cached_property
    def can_decode(self) -> bool:
        """Whether its decoder is here: that of a model from elsewhere may not be in the file."""
        return not self.lack_of_decoder

    @cached_property
    def lack_of_decoder(self) -> str:
        """Why nothing can be decoded, as the end of a sentence that begins with its name; empty if it can be."""
        if self.config.model.network == "vectors":
            return "has vectors only"
        given = self.functions is not None and self.functions.decode is not None
        given = given or (self.config.model.network == "onnx" and "decoder.onnx" in self.weights)
        return "" if given or not self.is_foreign else "came without its decoder"

    @cached_property
    def data_key(self) -> tuple[Any, ...]:
        """A key of the data set; checkpoints with equal keys have `indices` into the same images."""
        d = self.config.data
        splits = d.name in ("digits", "wine", "breast_cancer", *OWN_SETS)
        drawn = (d.held_out, self.config.training.seed) if splits else ()
        if d.name in OWN_SETS:
            drawn = (*drawn, self.source)
        return (d.name, d.size, d.channels, d.limit, *drawn)

    @property
    def source(self) -> str:
        """The digest of training images of one's own; empty for a named data set."""
        return str(self.made_by.get("source", ""))

    @cached_property
    def dot_of_image(self) -> dict[int, int]:
        """The dot of each image on the map, by the image's data set index."""
        return dict(zip(self.indices.tolist(), range(len(self.indices)), strict=True))

    @cached_property
    def bar_scale(self) -> float:
        """The full scale of the latent bars: 1.05 times the largest magnitude of a latent entry, so that no bar is cut,
        but at most 1.4 times their 0.995 quantile, so that typical bars stay readable."""
        z = self.latents
        largest = max(float(z.max(initial=0.0)), -float(z.min(initial=0.0)))
        some = np.abs(z[:: max(1, len(z) // QUANTILE_DOTS)])  # the mouse waits for it: of a million, nine frames
        return max(min(1.05 * largest, 1.4 * float(np.quantile(some, 0.995))), 1e-9)

    @cached_property
    def neighbours(self) -> LatentNeighbours:
        """Distances to the latents of the dots; `checkpoint.neighbours(z, k=10)` returns the dots nearest to latents
        (N, d) and their distances, (N, k) each."""
        return LatentNeighbours(self.latents)

    @cached_property
    def judge_path(self) -> Path | None:
        """The file of the judge of pictures: beside this one, or that of the whole named data set; None without."""
        data = self.config.data
        is_whole = self.data_key[1:4] == (None, None, None) and self.image_shape == data.image_shape
        return locate_judge(self.path, data.name if is_whole else "")

    @property
    def has_judge(self) -> bool:
        return self.judge_path is not None

    @cached_property
    def judge(self) -> Judge | None:
        """The judge of pictures; None if there is none. Read on first access, with torch."""
        judge = None if self.judge_path is None else load_judge(self.judge_path)
        if judge is not None and judge.image_shape != self.image_shape:
            raise InputError(f"{self.judge_path}: of pictures {judge.image_shape}; {self.name} has {self.image_shape}")
        return judge

    def require_judge(self) -> Judge:
        """Return the judge; raise `InputError` if there is none."""
        if self.judge is None:
            raise InputError(f"{self.name}: there is no judge of pictures for its data set")
        return self.judge

    @cached_property
    def model(self) -> "Autoencoder":
        """The network on its device, ready to decode; one to be trained or saved is made by `build_model`."""
        from latent_explorer.models import NETWORKS
        from latent_explorer.models.inference import prepare_for_inference

        model = self.build_model()
        if self.config.model.network in NETWORKS:  # what is in a custom one is its own affair
            prepare_for_inference(model)
        return model

    def build_model(self) -> "Autoencoder":
        """Return a network of its own on the device, with the weights as they are in the file."""
        from latent_explorer.checkpoint.load_model import load_model

        return load_model(
            self.config, self.image_shape, self.weights, name=self.name, where=self.device,
            allow_import=self.allow_import, functions=self.functions,
        )  # fmt: skip

    @cached_property
    def model_device(self) -> "torch.device":
        """The device of the network."""
        return self.model.device

    def leave_device(self, why: str) -> None:
        """Build the network anew on the CPU, from the weights of the file, and say so in one warning."""
        if self.device != "cpu":  # else another thread was first
            before, self.device = self.device, "cpu"
            for kept in ("model", "model_device"):
                self.__dict__.pop(kept, None)
            name = "the accelerator" if before == "auto" else before
            warnings.warn(f"{self.name}: {name}: {why}; going on with the CPU", DeviceWarning, stacklevel=3)

    @cached_property
    def conditional(self) -> bool:
        """Whether encoder and decoder take class labels."""
        return self.traits.conditional

    @falls_back_to_cpu
    def encode(self, images: Any, labels: Any = None) -> Any:
        """Encode images (N, C, H, W) float32 in [0, 1] to latents (N, d); return the input's kind, array or tensor.

        `labels` (N,) are the classes for a conditional model, -1 if unknown; other models take none.
        """
        import torch

        x, back = as_shaped(images, self.image_shape, "images")
        if x.size and (x.min() < -VALUE_TOLERANCE or x.max() > 1 + VALUE_TOLERANCE):
            raise InputError(
                f"images: values from {x.min():g} to {x.max():g} arrived; 0 to 1 is allowed (bytes divided by 255)"
            )
        with torch.inference_mode():
            model = self._condition_model(labels, len(x))
            return back(model.encode(torch.from_numpy(x).to(self.model_device)).float().cpu().numpy())

    @falls_back_to_cpu
    def decode(self, latents: Any, labels: Any = None) -> Any:
        """Decode latents (N, d) to pictures (N, C, H, W) in [0, 1]; return the input's kind, array or tensor.

        `labels` (N,) as for `encode`.
        """
        import torch

        z, back = as_matrix(latents, self.latent_dim, "latents")
        with torch.inference_mode():
            model = self._condition_model(labels, len(z))
            pictures = model.decode(torch.from_numpy(z).to(self.model_device)).float().cpu()
            return back(pictures.contiguous().numpy())  # not with the channels last, as a CPU computes them

    @falls_back_to_cpu
    def fit_inverse(self, which: str, progress: Callable[[int, int], None] = lambda done, steps: None) -> None:
        """Fit the smooth inverse projection of the map `which`, as `train.py` does; format 1 files have none.

        Takes seconds, after which the checkpoint can be saved again. `progress` is called with the steps done and the
        total number of steps.
        """
        self.maps[which].fit_inverse(
            self.model.make_row_decoder(self.labels),
            device=self.model_device,
            seed=self.config.training.seed,
            progress=progress,
        )

    @property
    def variational(self) -> bool:
        """Whether the encoder returns a posterior."""
        return self.traits.variational

    @falls_back_to_cpu
    def posterior(self, images: Floats, labels: Any = None) -> tuple[Floats, Floats]:
        """Compute the posterior's mean and standard deviation, (N, d) each, of images (N, C, H, W) as for `encode`.

        Raises `InputError` for a model that is not variational.
        """
        import torch

        if not self.variational:
            raise InputError(f"{self.name} has no posterior; a variational model does")
        x, _ = as_shaped(images, self.image_shape, "images")
        with torch.inference_mode():
            model: Any = self._condition_model(labels, len(x))
            mean, log_variance = model.posterior(torch.from_numpy(x).to(self.model_device))
            return mean.cpu().numpy(), torch.exp(0.5 * log_variance).cpu().numpy()

    @property
    def generative(self) -> bool:
        """Whether `generate` can draw new latents."""
        return self.traits.generative

    @falls_back_to_cpu
    def generate(self, count: int, *, seed: int = 0, temperature: float = 1.0) -> Floats:
        """Draw `count` latents by diffusion; return the denoising trajectories (T, count, d), samples last.

        `temperature` is the standard deviation of the initial noise.

        Raises `InputError` for a model without latent diffusion.
        """
        import torch

        if not self.generative:
            raise InputError(f"{self.name} generates nothing; a model with objective.name diffusion does")
        if count < 1:
            raise InputError(f"count: {count} arrived; a number from 1 is allowed")
        generator = torch.Generator(self.model_device).manual_seed(seed)
        model: Any = self.model
        steps: Floats = model.sample(count, generator, temperature=temperature).float().cpu().numpy()
        return steps

    @cached_property
    def codebook(self) -> Codebook | None:
        """The codebook of a vector-quantised model; None for other models.

        Raises `InputError` if the codebook in the weights has another shape than the config says.
        """
        objective = self.config.objective
        if not self.traits.has_codebook:
            return None
        table = self.weights.get("codebook")
        arrived = None if table is None else table.shape
        expected = (objective.codes, self.latent_dim // objective.groups)
        if table is None or arrived != expected or self.latent_dim % objective.groups:
            raise InputError(
                f"{self.name}: the weights do not fit the config: codebook is {arrived or 'missing'}, "
                f"{expected} is expected"
            )
        return Codebook(table, self.latents)

    def _condition_model(self, labels: Any, count: int) -> "Autoencoder":
        """Return the model conditioned on `labels`; the model itself if they are None."""
        import torch

        if labels is None:
            return self.model
        if not self.conditional:
            raise InputError(f"labels: {self.name} takes none; a conditional model does")
        classes = as_classes(labels, count, len(self.class_names))
        return self.model.condition_on(torch.from_numpy(classes).to(self.model_device))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file atomically; raise `WorkError` if it cannot be written."""
        files.write(Path(path), self.to_bytes())
        return Path(path)

    def to_bytes(self) -> bytes:
        """Return the bytes of the file."""
        return tensor_file.to_bytes(make_header(self), make_tensors(self))


def make_header(model: TrainedModel) -> dict[str, Any]:
    """Return the JSON header of the checkpoint's file."""
    return {
        "config": model.config.as_dict(),
        "image_shape": list(model.image_shape),
        "class_names": list(model.class_names),
        "points": len(model.latents),
        "maps": [map_tensors.make_header(name, one) for name, one in model.maps.items()],
        "metrics": model.metrics,
        "made_by": model.made_by,
        **attribute_tensors.make_header(model.attributes),
    }


def make_tensors(model: TrainedModel) -> Arrays:
    """Return the tensors of the checkpoint's file, by name."""
    tensors: Arrays = {f"weights.{name}": value for name, value in model.weights.items()}
    tensors["latents"] = as_float16_if_safe(model.latents)
    tensors["labels"] = model.labels.astype(np.int16)
    tensors["indices"] = model.indices.astype(np.int32)
    for name, one in model.maps.items():
        tensors.update(map_tensors.make_tensors(name, one))
    return tensors | attribute_tensors.make_tensors(model.attributes) | kept_samples.make_tensors(model.kept)
