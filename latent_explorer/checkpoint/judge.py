"""The judge of pictures as a file: `NAME.judge` beside the checkpoint `NAME`, or that of its data set, which ships."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from latent_explorer import file_stamp, resources
from latent_explorer.arrays import Floats
from latent_explorer.checkpoint import tensor_file
from latent_explorer.checkpoint.header import report_damage
from latent_explorer.checkpoint.tensor_file import Header, TensorLayout
from latent_explorer.errors import InputError
from latent_explorer.file_stamp import Stamp

if TYPE_CHECKING:
    from latent_explorer.models.picture_judge import PictureJudge

SUFFIX = ".judge"
KIND = "judge"
MAX_SIDE = 4096
MAX_SCORES = 100_000
MAX_LATE_LAYERS = 8
USUAL_SHARE = 0.08
"""Plausibility below which a picture is unlike the data: that of eight real pictures in a hundred."""


@dataclass(frozen=True, eq=False)
class Judge:
    """Says how usual a picture is among those of a data set, whatever model drew it."""

    image_shape: tuple[int, int, int]
    """(C, H, W)"""
    weights: Mapping[str, NDArray[Any]]
    real_scores: Floats
    """(K,), ascending: scores of real pictures that the judge has not learnt from."""
    side: int
    """Side in pixels to which it scales pictures."""
    deep: bool = True
    """False for networks of earlier versions (`PictureJudge`)."""
    late_layers: int = 0
    """Number of its convolutions at 4 x 4 pixels after those that lead there."""

    @classmethod
    def from_network(cls, network: "PictureJudge", image_shape: tuple[int, int, int], real_scores: Floats) -> Self:
        """Return a judge by its network and the scores of real pictures."""
        weights = {name: value.numpy() for name, value in network.state_dict().items()}
        return cls(image_shape, weights, real_scores, network.side, network.deep, network.late_layers)

    @cached_property
    def network(self) -> "PictureJudge":
        import torch

        from latent_explorer.models.inference import prepare_for_inference
        from latent_explorer.models.picture_judge import PictureJudge

        network = PictureJudge(self.image_shape, deep=self.deep, side=self.side, late_layers=self.late_layers)
        network.load_state_dict({name: torch.from_numpy(np.float32(value)) for name, value in self.weights.items()})
        prepare_for_inference(network)
        return network

    def compute_plausibility(self, images: Floats) -> Floats:
        """Return the share (N,) of real pictures whose score is not above that of each of `images` (N, C, H, W)."""
        import torch

        if not len(images):
            return np.empty(0, np.float32)
        x = torch.from_numpy(np.clip(np.nan_to_num(images), 0, 1).astype(np.float32))
        scores = self.network.score(x).numpy()
        ranks = np.searchsorted(self.real_scores, scores, side="right")
        return (ranks / len(self.real_scores)).astype(np.float32)

    def judge_pictures(self, pictures: Sequence[NDArray[np.uint8]]) -> Floats:
        """Return the plausibility (N,) of pictures (H, W) or (H, W, 3) of bytes."""
        images = [np.atleast_3d(picture).transpose(2, 0, 1) for picture in pictures]
        return self.compute_plausibility(np.divide(images, 255, dtype=np.float32))


def save(path: Path, judge: Judge) -> None:
    """Write the file; raise `WorkError` if it cannot be written."""
    header = {"kind": KIND, "image_shape": list(judge.image_shape), "deep": judge.deep, "side": judge.side}
    if judge.late_layers:
        header["late_layers"] = judge.late_layers
    halves = {f"weights.{name}": np.asarray(value, np.float16) for name, value in judge.weights.items()}
    tensor_file.write(path, header, {"scores": judge.real_scores.astype(np.float32), **halves})


def load_judge(path: Path) -> Judge:
    """Return the judge of the file, which is read once, and again where another one has taken its place; raise
    `InputError` if it is missing, damaged or no judge."""
    return _remember_judge(path, file_stamp.read(path))


@lru_cache(maxsize=8)
def _remember_judge(path: Path, _stamp: Stamp) -> Judge:
    return read_judge(path)


def read_judge(path: Path) -> Judge:
    """Read the file; raise `InputError` if it is missing, damaged or no judge."""

    def check(header: Header, layout: TensorLayout) -> tuple[tuple[int, int, int], int, bool, int]:
        from latent_explorer.models.picture_judge import EARLIER_SIDES, PictureJudge, choose_earlier_side

        with report_damage(path):
            channels, height, width = (int(number) for number in header["image_shape"])
            deep = header.get("deep") is True  # which earlier versions did not write
            if header["kind"] != KIND or channels not in (1, 3) or not 1 <= min(height, width) <= MAX_SIDE:
                raise ValueError("no judge")
            shape = channels, height, width
            side = int(header["side"]) if "side" in header else choose_earlier_side(shape, deep=deep)
            if side not in EARLIER_SIDES:
                raise ValueError("no side of a judge")
            late_layers = int(header.get("late_layers", 0))  # which those of earlier versions do not have
            if not 0 <= late_layers <= MAX_LATE_LAYERS:
                raise ValueError(f"{late_layers} layers")
            made = PictureJudge(shape, deep=deep, side=side, late_layers=late_layers)
            if layout != _list_tensors(made, layout["scores"][1][0]):
                raise ValueError("other tensors than a judge has")
        return shape, side, deep, late_layers

    (image_shape, side, deep, late_layers), tensors = tensor_file.read(path, check)
    if not all(np.isfinite(value).all() for value in tensors.values()):
        raise InputError(f"{path}: damaged: not all of its numbers are finite")
    weights, scores = tensor_file.select_prefix("weights.", tensors), np.sort(tensors["scores"])
    return Judge(image_shape, weights, scores, side, deep, late_layers)


def locate_judge(checkpoint: Path | None, data_set: str) -> Path | None:
    """Return the file of the judge beside a `checkpoint`, else of the one that ships for a data set; None if there is
    none."""
    beside = [checkpoint.with_suffix(SUFFIX)] if checkpoint is not None else []
    paths = (*beside, resources.find_folder("checkpoints") / f"{data_set}{SUFFIX}")
    return next((path for path in paths if path.is_file()), None)


def _list_tensors(network: "PictureJudge", count: int) -> TensorLayout:
    """Return the tensors of the file of a judge with `count` scores."""
    if not 1 <= count <= MAX_SCORES:
        raise ValueError(f"{count} scores")
    weights = network.state_dict()
    named = {f"weights.{name}": ("float16", tuple(value.shape)) for name, value in weights.items()}
    return {"scores": ("float32", (count,)), **named}
