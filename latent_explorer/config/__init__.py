"""What a run is made of, as frozen dataclasses: YAML in, checked once here, values out.

Every key declares its type, its default and what is allowed beside it; an unknown key, a wrong type or an
impossible value is an `InputError` that names the key, what arrived and what is allowed. Nothing here knows
how a model is built or trained.
"""

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from latent_explorer import resources
from latent_explorer.config import schema
from latent_explorer.config.schema import key as _key
from latent_explorer.errors import InputError, did_you_mean

NETWORKS = ("mlp", "cnn", "sequence")
OBJECTIVES = (
    "plain", "variational", "conditional", "diffusion", "denoising", "sparse", "contractive", "robust",
    "wasserstein", "adversarial", "quantised",
)  # fmt: skip
NATURAL = {
    "digits": (1, 8), "mnist": (1, 28), "fashion_mnist": (1, 28), "kmnist": (1, 28), "emnist": (1, 28),
    "cifar10": (3, 32), "folder": (3, 64),
}  # fmt: skip
"""Channels and side of each data set's pictures where the config leaves them open."""
METRICS = ("euclidean", "cosine", "manhattan")


@dataclass(frozen=True)
class Data:
    """The images: which set, where it lies, and how they are brought to one shape."""

    name: str = _key("digits", choices=tuple(NATURAL))
    path: str | None = _key(None)
    """Folder of the data set; None means --data-dir, $LATENT_EXPLORER_DATA or the user's cache. For `folder` the
    images themselves: one folder a class, or one flat folder."""
    size: int | None = _key(None, low=4, high=1024)
    """Side of the square pictures in pixels; None leaves them as they are (folder: 64)."""
    channels: int | None = _key(None, choices=(1, 3))
    """1 makes grey pictures, 3 colour; None leaves them as they are (folder: colour)."""
    held_out: float = _key(0.2, above=0.0, below=1.0)
    """Share of the images held out for testing, where the data set has no split of its own."""
    limit: int | None = _key(None, low=16, high=100_000_000)
    """At most this many training images."""
    leave_out: tuple[str, ...] | None = _key(None, length=(1, 10_000), spoken=True)
    """Names of classes that the training does not see. They stay among the images, on the map too, and how unusual they
    look to the model is measured on them; the held-out figures are of the other classes."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(C, H, W) of the pictures that a model learns."""
        channels, side = NATURAL[self.name]
        return self.channels or channels, self.size or side, self.size or side


@dataclass(frozen=True)
class Model:
    """The network: the two bodies and the latent space between them."""

    network: str = _key("mlp")
    """mlp, cnn, sequence, or a class of one's own as package.Class."""
    latent_dim: int = _key(32, low=1, high=4096)
    hidden: tuple[int, ...] = _key((128, 64), low=1, high=65_536, length=(0, 16))
    """Widths of the fully connected layers of the encoder; the decoder is their mirror."""
    channels: tuple[int, ...] = _key((16, 32), low=1, high=4096, length=(1, 10))
    """cnn: channels after each strided convolution; each halves the picture's side."""
    activation: str = _key("relu", choices=("relu", "silu", "gelu", "elu", "tanh"))
    output: str = _key("sigmoid", choices=("sigmoid", "linear"))
    """What stands between the decoder's last layer and the picture: linear goes with objective.loss mse, and without
    hidden layers makes a principal component analysis of the autoencoder."""


@dataclass(frozen=True)
class Objective:
    """What is minimised."""

    name: str = _key("plain", choices=OBJECTIVES)
    loss: str = _key("bce", choices=("bce", "mse"))
    """Reconstruction term, summed over a picture: bce is the Bernoulli likelihood in nats, mse the
    squared error (a Gaussian likelihood of variance 1/2)."""
    beta: float = _key(1.0, low=0.0, high=1_000_000)
    """variational, conditional, diffusion: weight of the KL term (beta-VAE, Higgins et al. 2017); 1 is the VAE."""
    warm_up: float = _key(0.0, low=0.0, high=1.0)
    """variational, conditional, diffusion, sparse: share of the training in which the weight of the KL or penalty
    rises from 0."""
    free_bits: float = _key(0.0, low=0.0, high=1000.0)
    """variational, conditional, diffusion: nats a dimension that cost nothing."""
    classes: int | None = _key(None, low=1, high=10_000)
    """conditional: how many classes the label may be; None takes those of the data set."""
    weight: float = _key(1.0, low=0.0, high=1_000_000)
    """sparse, contractive, wasserstein, adversarial: weight of the penalty beside the reconstruction."""
    noise: str = _key("gaussian", choices=("gaussian", "masking", "salt_and_pepper"))
    """denoising: what is done to the pictures."""
    noise_level: float = _key(0.5, above=0.0, high=1.0)
    """denoising: the most of it; every picture's own level is drawn from 0 to this."""
    sparsity: str = _key("l1", choices=("l1", "kl"))
    """sparse: which penalty."""
    rho: float = _key(0.05, above=0.0, below=1.0)
    """sparse: the mean activation that kl draws each unit to."""
    sigma: float = _key(0.5, above=0.0, high=100.0)
    """robust: the error of a pixel (grey values 0 to 1) from which on more hardly counts."""
    codes: int = _key(128, low=2, high=65_536)
    """quantised: entries of the codebook."""
    groups: int = _key(8, low=1, high=4096)
    """quantised: parts of the latent vector, each with a code of its own."""
    commitment: float = _key(0.25, low=0.0, high=1000.0)
    """quantised: weight of the encoder's distance to its codes."""
    decay: float = _key(0.99, low=0.0, below=1.0)
    """quantised: of the moving average that the codes are."""


@dataclass(frozen=True)
class Training:
    epochs: int = _key(40, low=1, high=1_000_000)
    batch_size: int = _key(128, low=1, high=1_000_000)
    learning_rate: float = _key(1e-3, above=0.0, high=100.0)
    """Peak of the schedule."""
    optimizer: str = _key("adamw", choices=("adamw", "adam", "sgd"))
    weight_decay: float = _key(0.0, low=0.0, high=10.0)
    schedule: str = _key("onecycle", choices=("onecycle", "cosine", "constant"))
    seed: int = _key(0, low=0, high=2**31 - 1)
    device: str = _key("auto", choices=("auto", "cpu", "cuda", "mps"))
    clip: float | None = _key(None, above=0.0, high=1e9)
    """Largest norm of the gradient of all weights together; None does not clip."""
    validation: float = _key(0.0, low=0.0, below=1.0)
    """Share of the training images set aside to judge epochs by; needed for `patience` and for the best weights."""
    patience: int | None = _key(None, low=1, high=1_000_000)
    """End early after so many epochs in which the validation loss has not fallen."""
    keep: str = _key("last", choices=("last", "best"))
    """Which epoch's weights stay: the last one's, or those of the lowest validation loss."""
    precision: str = _key("float32", choices=("float32", "bfloat16", "float16"))
    """bfloat16 and float16 run the forward pass under autocast; the weights stay float32."""
    compile: bool = _key(False)
    """Make code for the network with torch.compile first, which takes up to a minute; convolutional networks then train
    up to 1.6 times as fast. Needs a C++ compiler (on a GPU, Triton); without one the training goes on as it is."""
    matmul_precision: str = _key("medium", choices=("highest", "high", "medium"))
    """What float32 matrix products may be computed with, as in torch.set_float32_matmul_precision: highest keeps
    float32; high allows TensorFloat-32 on a GPU; medium allows oneDNN on the CPU too, which is up to twice as fast in
    float32 and rounds factors to bfloat16 where the CPU has matrix units for it (AMX)."""


@dataclass(frozen=True)
class Map:
    """The 2-D map of the latents."""

    methods: tuple[str, ...] = _key(("tsne", "pca"), choices=("tsne", "pca", "latent", "umap"), length=(1, 4))
    """The first is shown first; `latent` is the plane of the first two latent dimensions; `umap` needs umap-learn."""
    points: int = _key(10_000, low=16, high=10_000_000)
    """Images on the map: training images first, then held-out ones; all of them where there are fewer."""
    perplexity: float = _key(30.0, low=2.0, high=10_000.0)
    """tsne: effective number of neighbours (van der Maaten and Hinton 2008)."""
    metric: str = _key("euclidean", choices=METRICS)
    """tsne, umap: distance between latents."""


@dataclass(frozen=True)
class Config:
    description: str = _key("")
    data: Data = field(default_factory=Data)
    model: Model = field(default_factory=Model)
    objective: Objective = field(default_factory=Objective)
    training: Training = field(default_factory=Training)
    map: Map = field(default_factory=Map)

    def as_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists and numbers, as `from_dict` reads them."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


# -- reading ------------------------------------------------------------------------------------------


def preset_names() -> list[str]:
    return sorted(path.stem for path in resources.folder("presets").glob("*.yaml"))


def load(preset: str, overrides: Sequence[str] = ()) -> Config:
    """The config of a preset's name or a YAML file, with `KEY=VALUE` overrides on top."""
    path = Path(preset)
    if path.suffix not in (".yaml", ".yml"):
        path = resources.folder("presets") / f"{preset}.yaml"
        if preset not in preset_names():
            raise InputError(
                f"preset {preset!r} is unknown{did_you_mean(preset, preset_names())}; "
                f"allowed: {', '.join(preset_names())}, or the path of a .yaml file"
            )
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise InputError(f"{path}: cannot be read: {reason}") from None
    values = parse_yaml(text, str(path))
    if not isinstance(values, dict):
        raise InputError(
            f"{path}: {schema.said(values)} arrived; a mapping with the keys {schema.names(Config)} is allowed"
        )
    for override in overrides:
        _override(values, override)
    return from_dict(values, source=path.name)


def parse_yaml(text: str, source: str) -> Any:
    """YAML by the safe loader, with `1e-3` read as the number it is and a key given twice refused."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{source}, line {mark.line + 1}, column {mark.column + 1}" if mark else source
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        hint = "; indent with spaces" if "\\t" in problem else ""
        raise InputError(f"{where}: {problem}{hint}") from None
    except RecursionError:
        raise InputError(f"{source}: nested too deeply") from None
    except ValueError as error:  # what looks like a date or a number and is none
        raise InputError(f"{source}: {str(error).splitlines()[0]}") from None


def from_dict(values: Mapping[str, Any], source: str = "config") -> Config:
    """A checked `Config` of nested mappings; raises `InputError` for whatever is not allowed."""
    config = schema.build(Config, values, source, "")
    training = config.training
    if training.validation == 0 and (training.patience is not None or training.keep == "best"):
        key = "training.patience" if training.patience is not None else "training.keep"
        raise InputError(
            f"{source}: {key}: {training.patience or 'best'} arrived with training.validation 0; "
            "a share of images to judge by is needed, for example training.validation: 0.1"
        )
    network = config.model.network
    own = "." in network and all(part.isidentifier() for part in network.split("."))
    if network not in NETWORKS and not own:
        raise InputError(
            f"{source}: model.network: {schema.said(network)} arrived; one of {', '.join(NETWORKS)}, or a class of "
            "your own as package.Class, is allowed"
        )
    squared = config.objective.loss == "mse" or config.objective.name == "robust"
    if config.model.output == "linear" and (own or not squared):
        arrived = f"model.network: {network}" if own else f"objective.loss: {config.objective.loss}"
        allowed = ", ".join(NETWORKS) if own else "mse"
        raise InputError(f"{source}: {arrived} arrived with model.output linear; it goes with {allowed}")
    if len(set(config.map.methods)) != len(config.map.methods):
        raise InputError(f"{source}: map.methods: {list(config.map.methods)} names a method twice")
    return config


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader; YAML 1.2 floats, no duplicate keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                continue
            if key_node.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key_node.value!r} is given twice", key_node.start_mark
                )
            seen.add(key_node.value)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)[eE][-+]?\d+$"),
    list("-+.0123456789"),
)


def _override(values: dict[str, Any], override: str) -> None:
    """Put `section.key=value` into `values`; the value is read as YAML."""
    key, equals, text = override.partition("=")
    if not equals or not key:
        raise InputError(f"--set {override!r}: KEY=VALUE is allowed, for example training.epochs=3")
    *sections, name = key.strip().split(".")
    place = values
    for section in sections:
        if place.get(section) is None:
            place[section] = {}
        place = place[section]
        if not isinstance(place, dict):
            raise InputError(f"--set {override!r}: {section} has no keys of its own")
    place[name] = parse_yaml(text, f"--set {key}")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, tuple) else value
