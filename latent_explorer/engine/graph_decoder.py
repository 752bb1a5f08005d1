"""Decoding on a CUDA device: one captured graph for each number of pictures, and bytes in one copy to the host.

Decoding few pictures by a small network is launching its kernels; a graph launches them all at once. The latents are
copied into the graph's input, the levels out of its output into page-locked memory, which is the only wait.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from latent_explorer import device
from latent_explorer.arrays import Floats
from latent_explorer.cache import LeastRecentlyUsed, remember
from latent_explorer.checkpoint.trained_model import TrainedModel

MAX_GRAPHS = 16  # of a model; each holds the activations of its pictures
TRIAL_PICTURES = 64  # by which bfloat16 is judged
WARM_UP_RUNS = 3  # in which libraries choose their kernels, which no capture may do

Decode = Callable[[Tensor], Tensor]
"""Latents (N, d) -> pictures (N, C, H, W), or their levels."""
Record = Callable[[Decode, Tensor], tuple[Tensor, Callable[[], None]]]
"""Returns where the levels of given latents lie, and what computes them anew after the latents have changed."""


class Decoder(Protocol):
    def decode(self, z: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Recorded:
    latents: Tensor
    levels: Tensor
    host: Tensor
    replay: Callable[[], None]


class GraphDecoder:
    """Decodes latents (N, d) to levels (N, C, H, W) of bytes; safe for several threads."""

    def __init__(self, model: Decoder, where: torch.device, trial: Floats, record: Record) -> None:
        self._where, self._record = where, record
        half = keeps_every_level(model.decode, torch.from_numpy(trial).to(where))
        self.dtype = torch.bfloat16 if half else torch.float32
        self._decode = partial(decode_levels, model.decode, self.dtype)
        self._recorded: LeastRecentlyUsed[int, Recorded] = LeastRecentlyUsed(MAX_GRAPHS)
        self._lock = threading.Lock()

    @torch.inference_mode()
    def __call__(self, z: Floats) -> NDArray[np.uint8]:
        with self._lock:  # the buffers are those of one call
            one = self._recorded.get(len(z)) or self._recorded.put(len(z), self._record_for(z))
            one.latents.copy_(torch.from_numpy(z))
            one.replay()
            one.host.copy_(one.levels)
            return one.host.numpy().copy()

    def _record_for(self, z: Floats) -> Recorded:
        latents = torch.from_numpy(z).to(self._where, copy=True)
        levels, replay = self._record(self._decode, latents)
        return Recorded(latents, levels, torch.empty_like(levels, device="cpu", pin_memory=levels.is_cuda), replay)


def decode_levels(decode: Decode, dtype: torch.dtype, z: Tensor) -> Tensor:
    """Decode latents (N, d) to levels, bytes on their device; a picture that is not finite turns black."""
    with torch.autocast(z.device.type, torch.bfloat16, enabled=dtype is torch.bfloat16):
        pictures = decode(z)
    return torch.nan_to_num(pictures.float()).mul_(255).add_(0.5).to(torch.uint8)


@torch.inference_mode()
def keeps_every_level(decode: Decode, z: Tensor) -> bool:
    """Return whether no pixel of the pictures of these latents changes by a level of 255 in bfloat16."""
    exact, half = (decode_levels(decode, dtype, z).int() for dtype in (torch.float32, torch.bfloat16))
    return bool((exact == half).all())


def capture(decode: Decode, latents: Tensor) -> tuple[Tensor, Callable[[], None]]:
    """Record a decoding as a CUDA graph (a `Record`). Other threads may use the device meanwhile."""
    aside: Any = torch.cuda.Stream(latents.device)  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream(latents.device))
    with torch.cuda.stream(aside):
        for _ in range(WARM_UP_RUNS):
            decode(latents)
    torch.cuda.current_stream(latents.device).wait_stream(aside)
    graph: Any = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, capture_error_mode="thread_local"):
        levels = decode(latents)
    return levels, graph.replay


def run_again(decode: Decode, latents: Tensor) -> tuple[Tensor, Callable[[], None]]:
    """Record a decoding that no graph can hold (a `Record`): its replay computes the levels anew."""
    levels = decode(latents)

    def replay() -> None:
        levels.copy_(decode(latents))

    return levels, replay


_making = threading.Lock()


def find_decoder(checkpoint: TrainedModel) -> GraphDecoder:
    """Return the decoder of a model, which captures its first graph on the first call."""
    with _making:
        return _make_decoder(checkpoint)


@remember(8)
def _make_decoder(checkpoint: TrainedModel) -> GraphDecoder:
    make = partial(GraphDecoder, checkpoint.model, checkpoint.model_device, checkpoint.latents[:TRIAL_PICTURES])
    try:
        decoder: GraphDecoder = make(capture)
        decoder(checkpoint.latents[:1])
    except RuntimeError as error:  # an operation that waits for the host, in a network of one's own
        if device.describe_failure(error) == "out of memory":
            raise
        return make(run_again)
    return decoder
