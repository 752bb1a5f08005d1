"""The sections of a config as frozen dataclasses: every key with its type, default, limits and meaning.

A checkpoint carries its config, so that loading never guesses. How keys go together is said in `key_combinations`.
"""

from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Annotated, Any

from latent_explorer import samples
from latent_explorer.config import objectives
from latent_explorer.config.limits import NUMBER_AS_TEXT, Length, Within, one_of

NETWORKS = ("mlp", "cnn", "cnn1d", "resnet", "sequence")
FOREIGN_NETWORKS = ("external", "onnx", "vectors")
"""Models from elsewhere, which are not trained here: functions given from Python, ONNX graphs in the checkpoint, or
vectors without a model."""
FOREIGN_OBJECTIVES = ("plain", "variational")
"""What is told of them: whether the encoder returns a posterior."""
NATIVE_SHAPES = {
    "digits": (1, 8, 8), "mnist": (1, 28, 28), "fashion_mnist": (1, 28, 28), "kmnist": (1, 28, 28),
    "emnist": (1, 28, 28), "cifar10": (3, 32, 32), "faces": (3, 64, 64), "beats": (1, 1, 128), "wine": (1, 1, 13),
    "breast_cancer": (1, 1, 30), "folder": (3, 64, 64), "array": (1, 28, 28), "signal": (1, 1, 128),
    "table": (1, 1, 10),
}  # fmt: skip
"""Shape (C, H, W) of each data set's samples, used if the config does not set it. A signal has its points as W, a table
its columns."""
SHAPED_BY_FILE = ("array", "signal", "table")
"""Data sets of the user's own whose samples have the shape that the file gives them."""
OWN_SETS = ("folder", *SHAPED_BY_FILE)
"""Data sets of the user's own, which have no name in common and are found by their digest."""
WITHOUT_PIXELS = ("beats", "wine", "breast_cancer", "signal", "table")
"""Data sets whose samples are no pictures, so that they have no size and no colour channels."""
MAP_METHODS = ("tsne", "pca", "latent", "umap")
DISTANCE_METRICS = ("euclidean", "cosine", "manhattan")
BACKENDS = ("cpu", "cuml")
"""What computes t-SNE and UMAP."""

Side = Annotated[int, Within(1, 4096)]
Points = Annotated[int, Within(1, 65_536)]
"""The last side of a sample: of a picture, the points of a signal, or the columns of a table."""
PixelValue = Annotated[float, Within(-65_535, 65_535)]


@dataclass(frozen=True)
class Data:
    """The data set, its location, and the shape of its images."""

    name: Annotated[str, one_of(*NATIVE_SHAPES)] = "digits"
    path: str | None = None
    """Folder of the data set; None means --data-dir, $LATENT_EXPLORER_DATA or the user's cache. For `folder` the
    images themselves: one folder per class, or one flat folder; for `array` their file (.npy, .npz, ...)."""
    attributes: str | None = None
    """folder: a table (CSV) of what else is known of the images, with a column `file`; see `data.attribute_file`."""
    size: Annotated[int, Within(4, 1024)] | None = None
    """Side of the square images in pixels; None leaves them unchanged (folder: 64)."""
    shape: tuple[Side, Side, Points] | None = None
    """array, signal, table: shape (C, H, W) of the samples; None takes that of the file. `size` and `channels` convert
    images."""
    channels: Annotated[int, one_of(1, 3)] | None = None
    """1 for grey images, 3 for colour; None leaves them unchanged (folder: colour)."""
    held_out: Annotated[float, Within(0, 1, without=(0, 1))] = 0.2
    """Share of the images held out for testing, if the data set has no split of its own."""
    limit: Annotated[int, Within(16, 100_000_000)] | None = None
    """At most this many training images."""
    leave_out: Annotated[tuple[Annotated[str, NUMBER_AS_TEXT], ...], Length(1, 10_000)] | None = None
    """Names of classes left out of the training. Their images stay in the data set and on the map, and anomaly
    detection is measured on them; the held-out metrics are of the other classes."""
    label: str | None = None
    """table, signal: the column of the classes; None takes one that is named like a class, an empty text none. In a
    recording that is cut it labels each moment, and a window gets the label that most of its points have."""
    window: Annotated[int, Within(4, 65_536)] | None = None
    """signal: the file is one long recording, which is cut into windows of so many points."""
    unit: Annotated[str, Length(1, 20)] | None = None
    """signal: the unit of the values, as it is written on the curves."""
    rate: Annotated[float, Within(1e-6, 1e9)] | None = None
    """signal: points a second; None takes that of the file, if it tells the times in seconds."""
    curves: samples.Curves | None = None
    """signal, beats: the range and the names of the channels; a training fills them in from the data."""
    columns: Annotated[tuple[samples.Column, ...], Length(1, 4096)] | None = None
    """table, wine, breast_cancer: the columns and their standardisation; a training fills them in from the data."""

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Shape (C, H, W) of the images that a model is trained on."""
        shape = self.shape or NATIVE_SHAPES[self.name]
        return self.channels or shape[0], self.size or shape[1], self.size or shape[2]

    @property
    def has_known_shape(self) -> bool:
        """Whether `image_shape` is known before the images are loaded."""
        return self.name not in SHAPED_BY_FILE or self.shape is not None

    @cached_property  # a table's columns are arranged for drawing once
    def sample_kind(self) -> samples.SampleKind:
        """What a sample is, and how it is drawn."""
        if self.curves is not None:
            return self.curves
        return samples.Tables(self.columns) if self.columns is not None else samples.IMAGES


@dataclass(frozen=True)
class Model:
    """The network: encoder, decoder and the latent space between them."""

    network: str = "mlp"
    """mlp, cnn, cnn1d (signals), resnet, sequence, or a custom class as package.Class; in checkpoints of models from
    elsewhere external, onnx or vectors."""
    latent_dim: Annotated[int, Within(1, 4096)] = 32
    hidden: Annotated[tuple[Annotated[int, Within(1, 65_536)], ...], Length(0, 16)] = (128, 64)
    """Widths of the fully connected layers of the encoder; the decoder mirrors them."""
    channels: Annotated[tuple[Annotated[int, Within(1, 4096)], ...], Length(1, 10)] = (16, 32)
    """cnn, cnn1d, resnet: channels after each strided convolution; each halves the image's side (resnet: the first
    quarters it)."""
    first_stride: Annotated[int, one_of(2, 4)] = 2
    """cnn: by what the first convolution divides the side; 4 spares work where pictures are large."""
    refine: Annotated[int, Within(0, 16)] = 0
    """cnn: convolutions of 3x3 before the decoder's last one, on its largest maps: what is small is learnt sooner."""
    normalisation: Annotated[str, one_of("none", "batch")] = "none"
    """cnn: batch normalises each channel within a batch (Ioffe and Szegedy 2015), with which training is faster."""
    activation: Annotated[str, one_of("relu", "silu", "gelu", "elu", "tanh")] = "relu"
    pixel_range: tuple[PixelValue, PixelValue] = (0.0, 1.0)
    """external, onnx: the model's values for black and white; -1 and 1 are common too."""
    output: Annotated[str, one_of("sigmoid", "linear")] = "sigmoid"
    """Output activation of the decoder: linear goes with the losses mse and l1, and without hidden layers and with mse
    makes the autoencoder a principal component analysis."""


@dataclass(frozen=True)
class Objective:
    """The objective: the loss and its weights."""

    name: Annotated[str, one_of(*objectives.OBJECTIVES)] = "plain"
    loss: Annotated[str, one_of("bce", "mse", "l1")] = "bce"
    """Reconstruction term, summed over an image: bce is the Bernoulli likelihood in nats, mse the
    squared error (a Gaussian likelihood of variance 1/2), l1 the absolute error (a Laplace likelihood of scale 1)."""
    beta: Annotated[float, Within(0, 1_000_000)] = 1.0
    """variational, conditional, diffusion: weight of the KL term (beta-VAE, Higgins et al. 2017); 1 is the VAE."""
    warm_up: Annotated[float, Within(0, 1)] = 0.0
    """variational, conditional, diffusion, sparse: share of the training in which the weight of the KL or penalty
    rises from 0."""
    free_bits: Annotated[float, Within(0, 1000)] = 0.0
    """variational, conditional, diffusion: nats of KL per dimension that are not penalised."""
    classes: Annotated[int, Within(1, 10_000)] | None = None
    """conditional: number of classes of the label; None takes that of the data set."""
    weight: Annotated[float, Within(0, 1_000_000)] = 1.0
    """sparse, contractive, wasserstein, adversarial: weight of the penalty beside the reconstruction."""
    noise: Annotated[str, one_of("gaussian", "masking", "salt_and_pepper")] = "gaussian"
    """denoising: kind of noise added to the images."""
    noise_level: Annotated[float, Within(0, 1, without=(0,))] = 0.5
    """denoising: highest noise level; the level of every image is drawn from 0 to this."""
    sparsity: Annotated[str, one_of("l1", "kl")] = "l1"
    """sparse: kind of penalty."""
    rho: Annotated[float, Within(0, 1, without=(0, 1))] = 0.05
    """sparse: target of kl for the mean activation of each unit."""
    sigma: Annotated[float, Within(0, 100, without=(0,))] = 0.5
    """robust: pixel error (grey values 0 to 1) above which the loss saturates."""
    codes: Annotated[int, Within(2, 65_536)] = 128
    """quantised: entries of the codebook."""
    groups: Annotated[int, Within(1, 4096)] = 8
    """quantised: parts of the latent, each replaced by one codebook entry."""
    commitment: Annotated[float, Within(0, 1000)] = 0.25
    """quantised: weight of the commitment loss, the encoder's distance to its codebook entries."""
    decay: Annotated[float, Within(0, 1, without=(1,))] = 0.99
    """quantised: decay of the moving average that updates the codebook."""

    @property
    def traits(self) -> objectives.Traits:
        return objectives.OBJECTIVES[self.name]

    @property
    def is_in_nats(self) -> bool:
        """Whether the reconstruction term is the Bernoulli likelihood of the images, in nats."""
        return self.loss == "bce" and not self.traits.has_own_loss

    @property
    def label_inputs(self) -> int:
        """Number of label inputs of encoder and decoder."""
        return (self.classes or 0) if self.traits.conditional else 0


@dataclass(frozen=True)
class Training:
    epochs: Annotated[int, Within(1, 1_000_000)] = 40
    batch_size: Annotated[int, Within(1, 1_000_000)] = 128
    learning_rate: Annotated[float, Within(0, 100, without=(0,))] = 1e-3
    """Peak of the schedule."""
    start: str | None = None
    """A checkpoint, by the name of a shipped one or the path of a file, whose weights the training begins with; its
    network must be the same. None draws them at random."""
    freeze: bool = False
    """diffusion, with `start`: encoder and decoder stay as they are, and the denoiser alone is trained on their codes
    (the second stage of Rombach et al. 2021)."""
    optimizer: Annotated[str, one_of("adamw", "adam", "sgd", "muon")] = "adamw"
    """muon makes the momentum of every matrix and kernel orthogonal, and trains the rest by Adam (Jordan et al. 2024):
    what is small in a picture is learnt sooner."""
    weight_decay: Annotated[float, Within(0, 10)] = 0.0
    schedule: Annotated[str, one_of("onecycle", "cosine", "constant")] = "onecycle"
    seed: Annotated[int, Within(0, 2**31 - 1)] = 0
    device: Annotated[str, one_of("auto", "cpu", "cuda", "xpu", "mps")] = "auto"
    clip: Annotated[float, Within(0, 1e9, without=(0,))] | None = None
    """Largest norm of the total gradient; None does not clip."""
    validation: Annotated[float, Within(0, 1, without=(1,))] = 0.0
    """Share of the training images used for validation; needed for `patience` and for the best weights."""
    patience: Annotated[int, Within(1, 1_000_000)] | None = None
    """Early stopping: epochs without a lower validation loss after which the training ends."""
    keep: Annotated[str, one_of("last", "best")] = "last"
    """Final weights: those of the last epoch, or of the lowest validation loss."""
    precision: Annotated[str, one_of("auto", "float32", "bfloat16", "float16")] = "auto"
    """bfloat16 and float16 run the forward pass under autocast; the weights stay float32. auto is bfloat16 where a CPU
    multiplies it by instructions of its own and the steps are large enough to gain, float32 elsewhere. Where a CPU has
    no instructions for the one that is asked for, a training takes float32, and says so."""
    compile: bool = False
    """Compile the loss with torch.compile first, which takes up to a minute; convolutional networks then train up to
    1.6 times as fast. Needs a C++ compiler (on a GPU, Triton); without one the training runs uncompiled."""
    matmul_precision: Annotated[str, one_of("highest", "high", "medium")] = "medium"
    """Internal precision of float32 matrix products, as in torch.set_float32_matmul_precision: highest keeps
    float32; high allows TensorFloat-32 on a GPU; medium allows oneDNN on the CPU too, which is up to twice as fast in
    float32 and rounds factors to bfloat16 where the CPU has matrix units for it (AMX)."""


@dataclass(frozen=True)
class Map:
    """The 2-D map of the latents."""

    methods: Annotated[tuple[Annotated[str, one_of(*MAP_METHODS)], ...], Length(1, 4)] = ("tsne", "pca")
    """The first is shown first; `latent` is the plane of the first two latent dimensions; `umap` needs umap-learn."""
    points: Annotated[int, Within(16, 10_000_000)] = 10_000
    """Images that the map is fitted to: training images first, then held-out ones; all if there are fewer."""
    place: Annotated[str, one_of("none", "all")] = "none"
    """all: the rest of the data set is placed on the finished map and shown too, by t-SNE each at the minimum of its
    loss near its neighbours; a million latents take some minutes. none: what the map is fitted to is all it shows."""
    perplexity: Annotated[float, Within(2, 10_000)] | None = None
    """tsne: effective number of neighbours (van der Maaten and Hinton 2008); None means 30, or as many as few images
    allow."""
    metric: Annotated[str, one_of(*DISTANCE_METRICS)] = "euclidean"
    """tsne, umap: distance between latents."""
    backend: Annotated[str, one_of(*BACKENDS)] = "cpu"
    """tsne, umap: cuml fits them on an NVIDIA GPU, where RAPIDS is installed."""


@dataclass(frozen=True)
class Config:
    """Everything that a training depends on, by section; a YAML preset has the same keys."""

    description: str = ""
    data: Data = field(default_factory=Data)
    model: Model = field(default_factory=Model)
    objective: Objective = field(default_factory=Objective)
    training: Training = field(default_factory=Training)
    map: Map = field(default_factory=Map)

    def as_dict(self) -> dict[str, Any]:
        """Return the config as plain dictionaries, lists and numbers, which `from_dict` reads."""
        plain: dict[str, Any] = _to_plain(asdict(self))
        return plain


def _to_plain(value: Any) -> Any:
    """Return `value` with lists in place of the tuples in its dictionaries."""
    if isinstance(value, dict):
        return {key: _to_plain(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, tuple) else value
