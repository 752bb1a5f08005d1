"""The single-file format: weights, config, latents, maps, labels and metrics in one `.safetensors` file.

Reading is safe whoever made the file: no pickle, every size and shape is held against the config before
anything is allocated, and a digest over header and tensors finds flipped bits. torch is imported only when the
model is first needed, so that a map can be on the screen before.
"""

import hashlib
import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from latent_explorer import config as configuration
from latent_explorer import files, resources
from latent_explorer.arrays import Floats, as_matrix, as_shaped
from latent_explorer.atlas import PROJECTIONS, Atlas, LatentNeighbours, Projection
from latent_explorer.config import Config
from latent_explorer.errors import InputError

if TYPE_CHECKING:
    import torch

    from latent_explorer.models import Autoencoder

FORMAT = 1
KEY = "latent_explorer"  # the one metadata entry; several would be written in no fixed order
SUFFIX = ".safetensors"
OVER = 0.01  # how far beyond 0 and 1 a picture's values may lie, as resizing leaves them
LARGEST = 4 << 30  # bytes; a larger file is not opened
Arrays = dict[str, NDArray[Any]]


@dataclass
class Checkpoint:
    """A trained model with the map of its latents.

    `indices` (M,) say which image of the data set each dot is, counted through training and held-out images;
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
    """How the file came about: preset, epochs, seconds, versions."""
    name: str = ""
    device: str = "auto"
    allow_import: tuple[str, ...] = ()
    """Packages of the user's own that `model` may import."""

    @property
    def atlas(self) -> Atlas:
        """The first map."""
        return next(iter(self.maps.values()))

    @property
    def latents(self) -> Floats:
        return self.atlas.latents

    @property
    def labels(self) -> NDArray[np.int64]:
        return self.atlas.labels

    @property
    def latent_dim(self) -> int:
        return self.config.model.latent_dim

    @property
    def data_key(self) -> tuple[Any, ...]:
        """Equal for checkpoints whose `indices` count the same images."""
        d = self.config.data
        drawn = (d.held_out, self.config.training.seed) if d.name in ("digits", "folder") else ()
        if d.name == "folder":
            drawn = (*drawn, self.source)
        return (d.name, d.size, d.channels, d.limit, *drawn)

    @property
    def source(self) -> str:
        """The digest of the folder of images it learnt; empty for a named data set."""
        return str(self.made_by.get("source", ""))

    @cached_property
    def dot_of(self) -> dict[int, int]:
        """From an image of the data set to its dot."""
        return {int(index): dot for dot, index in enumerate(self.indices)}

    @cached_property
    def reach(self) -> float:
        """The size that 99.5% of the latents' entries stay below, the scale of a bar chart."""
        return max(float(np.quantile(np.abs(self.latents), 0.995)), 1e-9)

    @cached_property
    def neighbours(self) -> LatentNeighbours:
        return LatentNeighbours(self.latents)

    @cached_property
    def model(self) -> "Autoencoder":
        """The network on its device, ready to decode."""
        import torch

        from latent_explorer import device, models

        where = device.pick(self.device)
        try:
            with torch.device("meta"):
                model = models.build(self.config.model, self.config.objective, self.image_shape, self.allow_import)
        except (RuntimeError, OverflowError, InputError) as error:
            raise InputError(f"{self.name}: its config makes no model: {error}") from None
        expected = {name: tuple(value.shape) for name, value in model.state_dict().items()}
        arrived = {name: value.shape for name, value in self.weights.items()}
        if expected != arrived:
            odd = min(name for name in {**expected, **arrived} if expected.get(name) != arrived.get(name))
            raise InputError(
                f"{self.name}: the weights do not fit the config: {odd} is {arrived.get(odd, 'missing')}, "
                f"{expected.get(odd, 'nothing')} is expected"
            )
        weights = {name: torch.from_numpy(value.astype(np.float32)) for name, value in self.weights.items()}
        model.load_state_dict(weights, assign=True)
        return model.to(where).eval().requires_grad_(False)

    @cached_property
    def model_device(self) -> "torch.device":
        """Where the network is."""
        return next(self.model.parameters()).device

    def encode(self, images: Any) -> Any:
        """Images (N, C, H, W) float32 in [0, 1] to latents (N, d); an array or tensor, the same kind out."""
        import torch

        x, back = as_shaped(images, self.image_shape, "images")
        if x.size and (x.min() < -OVER or x.max() > 1 + OVER):
            raise InputError(
                f"images: values from {x.min():g} to {x.max():g} arrived; 0 to 1 is allowed (bytes divided by 255)"
            )
        with torch.inference_mode():
            return back(self.model.encode(torch.from_numpy(x).to(self.model_device)).float().cpu().numpy())

    def decode(self, latents: Any) -> Any:
        """Latents (N, d) to pictures (N, C, H, W) in [0, 1]; an array or tensor, the same kind out."""
        import torch

        z, back = as_matrix(latents, self.latent_dim, "latents")
        with torch.inference_mode():
            return back(self.model.decode(torch.from_numpy(z).to(self.model_device)).float().cpu().numpy())

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file whole or not at all; raises `WorkError` where it cannot be written."""
        return save(self, Path(path))


# -- writing ------------------------------------------------------------------------------------------


def save(checkpoint: Checkpoint, path: Path) -> Path:
    from safetensors.numpy import save as to_bytes

    header = _header(checkpoint)
    tensors = _tensors(checkpoint)
    header["digest"] = _digest(header, tensors)
    files.write(path, to_bytes(tensors, metadata={KEY: _text(header)}))
    return path


def _header(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "config": checkpoint.config.as_dict(),
        "image_shape": list(checkpoint.image_shape),
        "class_names": list(checkpoint.class_names),
        "points": len(checkpoint.latents),
        "maps": [{"name": name, **one.projection.parameters()} for name, one in checkpoint.maps.items()],
        "metrics": checkpoint.metrics,
        "made_by": checkpoint.made_by,
    }


def _tensors(checkpoint: Checkpoint) -> Arrays:
    tensors: Arrays = {f"weights.{name}": value for name, value in checkpoint.weights.items()}
    tensors["latents"] = half(checkpoint.latents)
    tensors["labels"] = checkpoint.labels.astype(np.int16)
    tensors["indices"] = checkpoint.indices.astype(np.int32)
    for name, one in checkpoint.maps.items():
        tensors.update({f"map.{name}.{key}": value for key, value in one.projection.tensors().items()})
    return {name: np.asarray(value, order="C") for name, value in tensors.items()}  # keeps what has no dimension


def half(values: NDArray[Any]) -> NDArray[Any]:
    """float16 where its range holds the values, else float32."""
    small = values.astype(np.float16 if np.abs(values).max(initial=0) < 6e4 else np.float32)
    return small if np.isfinite(small).all() else values.astype(np.float32)


def _text(header: Any) -> str:
    return json.dumps(header, sort_keys=True)


def _digest(header: Mapping[str, Any], tensors: Arrays) -> str:
    """BLAKE2 over the header and every tensor's name, type, shape and bytes."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(_text({k: v for k, v in header.items() if k != "digest"}).encode())
    for name in sorted(tensors):
        value = tensors[name]
        digest.update(f"{name} {value.dtype.str} {value.shape}".encode())
        digest.update(np.ascontiguousarray(value).data)
    return digest.hexdigest()


# -- reading ------------------------------------------------------------------------------------------


def names() -> list[str]:
    """The shipped checkpoints."""
    return sorted(path.stem for path in resources.folder("checkpoints").glob(f"*{SUFFIX}"))


def find(name: str | os.PathLike[str]) -> Path:
    """The file of a path or of a shipped checkpoint's name."""
    path = Path(os.path.expanduser(name))  # pathlib's own raises for a user who is not there
    if os.path.isfile(path):
        return path
    shipped = resources.folder("checkpoints") / f"{name}{SUFFIX}"
    if str(name) in names():
        return shipped
    if os.path.isdir(path):
        raise InputError(f"{path}: a folder arrived; a {SUFFIX} file is allowed")
    raise InputError(f"checkpoint {str(name)!r} is not there; allowed: {', '.join(names())}, or the path of a file")


def load(name: str | os.PathLike[str], device: str = "auto", allow_import: Collection[str] = ()) -> Checkpoint:
    """Open and check a checkpoint: `name` is a path or a shipped one's name.

    `allow_import` names packages of the user's own whose code a checkpoint may ask for.

    Raises `InputError` for a file that is missing, truncated, damaged, foreign or of a newer format, and for
    a device that is not here.
    """
    checkpoint = read(find(name), device, allow_import)
    _ = checkpoint.model  # the weights are checked against the config here, not at the first decode
    return checkpoint


def read(path: Path, device: str = "auto", allow_import: Collection[str] = ()) -> Checkpoint:
    """The checked file without its model, which is built when first used; imports no torch."""
    header, tensors = _open(path)
    with _blame(path, "its header is damaged"):
        found = _assemble(path, header, tensors, device)
    found.allow_import = tuple(allow_import)
    return found


def _open(path: Path) -> tuple[dict[str, Any], Arrays]:
    from safetensors import SafetensorError, safe_open

    try:
        size = path.stat().st_size
        if not 8 <= size <= LARGEST:
            said = "is empty" if size == 0 else f"has {size:,} bytes; 8 to {LARGEST:,} are allowed"
            raise InputError(f"{path}: {said}; it is no latent_explorer checkpoint")
        with safe_open(path, framework="np") as file:
            header = _read_header(path, (file.metadata() or {}).get(KEY))
            _check_shapes(path, header, {k: tuple(file.get_slice(k).get_shape()) for k in file.keys()})  # noqa: SIM118
            tensors = {k: file.get_tensor(k) for k in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
        raise InputError(f"{path}: truncated, damaged or no checkpoint ({reason})") from None
    if header.get("digest") != _digest(header, tensors):
        raise InputError(f"{path}: damaged: its content does not match its digest")
    return header, tensors


def _read_header(path: Path, text: str | None) -> dict[str, Any]:
    if text is None:
        raise InputError(f"{path}: a safetensors file, but no latent_explorer checkpoint; train one with train.py")
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        raise InputError(f"{path}: damaged: its header is not JSON") from None
    if _text(header) != text:  # some flipped bits leave the values as they were: 1e-3 and 1E-3
        raise InputError(f"{path}: damaged: its header is not as it was written")
    version = header.get("format") if isinstance(header, dict) else None
    if not isinstance(version, int) or version < 1:
        raise InputError(f"{path}: damaged: its header has no format number")
    if version > FORMAT:
        raise InputError(
            f"{path}: format {version} arrived; this latent_explorer reads up to {FORMAT}: install a newer one"
        )
    return dict(header)


def _check_shapes(path: Path, header: Mapping[str, Any], shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Hold every tensor's shape against the header, before anything is read."""
    with _blame(path, "its header is damaged"):
        points, d = int(header["points"]), int(header["config"]["model"]["latent_dim"])
        expected: dict[str, tuple[int, ...]] = {
            "latents": (points, d),
            "labels": (points,),
            "indices": (points,),
        }
        for one in header["maps"]:
            kind = PROJECTIONS[one["name"]]
            expected.update({f"map.{one['name']}.{k}": v for k, v in kind.shapes(points, d).items()})
    for name in {**expected, **shapes}:
        if name.startswith("weights."):
            continue
        if shapes.get(name) != expected.get(name):
            raise InputError(
                f"{path}: {name} has shape {shapes.get(name, 'none')}; "
                f"{expected.get(name, 'no such tensor')} is expected"
            )


def _assemble(path: Path, header: Mapping[str, Any], tensors: Arrays, device: str) -> Checkpoint:
    config = configuration.from_dict(header["config"], source=str(path))
    channels, height, width = header["image_shape"]
    if not all(type(n) is int for n in (channels, height, width)):
        raise ValueError(f"image_shape {header['image_shape']}")
    if channels not in (1, 3) or min(height, width) < 1 or max(height, width) > 4096:
        raise ValueError(f"image_shape {header['image_shape']}")
    if not header["maps"] or header["points"] < 1:
        raise ValueError("no map")
    for name, value in tensors.items():
        allowed = (np.int16, np.int32) if name in ("labels", "indices") else (np.float16, np.float32)
        if value.dtype not in allowed:
            raise ValueError(f"{name} is {value.dtype}; {' or '.join(t.__name__ for t in allowed)} is expected")
        if not np.isfinite(value).all():
            raise InputError(f"{path}: {name} holds NaN or infinity")
    latents = tensors["latents"].astype(np.float32)
    labels = tensors["labels"].astype(np.int64)
    class_names = tuple(str(name) for name in header["class_names"])
    if labels.max() >= len(class_names) or labels.min() < -1:
        raise ValueError("a label without a class name")
    if tensors["indices"].min() < 0:
        raise ValueError("a negative index")
    maps = {}
    for one in header["maps"]:
        name = one["name"]
        parts = {k.split(".", 2)[2]: v.astype(np.float32) for k, v in tensors.items() if k.startswith(f"map.{name}.")}
        projection: Projection = PROJECTIONS[name].restore(one, parts, latents)
        maps[name] = Atlas(projection, latents, labels)
    return Checkpoint(
        config=config,
        image_shape=(channels, height, width),
        class_names=class_names,
        maps=maps,
        indices=tensors["indices"].astype(np.int64),
        weights={k.removeprefix("weights."): v for k, v in tensors.items() if k.startswith("weights.")},
        metrics=dict(header["metrics"]),
        made_by=dict(header["made_by"]),
        name=path.stem,
        device=device,
    )


class _blame:
    """Whatever an odd header breaks is one `InputError` that names the file."""

    def __init__(self, path: Path, what: str) -> None:
        self.path, self.what = path, what

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, KeyError | TypeError | ValueError | IndexError | AttributeError | OverflowError):
            if isinstance(error, InputError):
                return
            raise InputError(f"{self.path}: damaged: {self.what} ({error})") from None
