"""The network of a checkpoint: built as its config says, with the weights of the file; or a model from elsewhere."""

import warnings
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import torch

from latent_explorer import device, models
from latent_explorer.checkpoint.tensor_file import Arrays
from latent_explorer.config import FOREIGN_NETWORKS, Config
from latent_explorer.errors import DeviceWarning, InputError
from latent_explorer.models import external_network, onnx_network
from latent_explorer.models.external_network import MISSING, ExternalFunctions

ENCODER, DECODER = "encoder.onnx", "decoder.onnx"
"""The weights that hold the bytes of ONNX graphs."""


def load_model(
    config: Config, image_shape: tuple[int, int, int], weights: Arrays, *, name: str, where: str,
    allow_import: Collection[str], functions: ExternalFunctions | None,
) -> models.Autoencoder:  # fmt: skip
    """Return the network on the device `where`, ready to decode. `functions` are those of an external model.

    Raises `InputError`, which begins with `name`, for weights that do not fit the config.
    """
    on = device.pick(where, lambda line: warnings.warn(line, DeviceWarning, stacklevel=2))
    try:
        if config.model.network in FOREIGN_NETWORKS:
            chosen = functions or MISSING
            if config.model.network == "onnx":
                chosen = _open_graphs(weights, image_shape[0] if config.data.sample_kind.runs_in_time else 0)
            chosen = replace(chosen, owner=name)
            chosen = external_network.convert_units(chosen, config.data.sample_kind)
            model = models.build_external(config.model, config.objective, image_shape, chosen)
            return model.eval()
        model = models.build_on_meta_device(config.model, config.objective, image_shape, allow_import)
    except (RuntimeError, OverflowError, InputError) as error:
        raise InputError(f"{name}: its config makes no model: {error}") from None
    expected = {one: tuple(value.shape) for one, value in model.state_dict().items()}
    arrived = {one: value.shape for one, value in weights.items()}
    if expected != arrived:
        odd = min(one for one in {**expected, **arrived} if expected.get(one) != arrived.get(one))
        raise InputError(
            f"{name}: the weights do not fit the config: {odd} is {arrived.get(odd, 'missing')}, "
            f"{expected.get(odd, 'nothing')} is expected"
        )
    model.load_state_dict(
        {one: torch.from_numpy(value.astype(np.float32)) for one, value in weights.items()}, assign=True
    )
    return model.to(on).eval().requires_grad_(False)


def _open_graphs(weights: Arrays, channels: int) -> ExternalFunctions:
    """Return the functions of the ONNX graphs among `weights`, either of which may be missing; `channels` are those of
    signals."""
    graphs = {name: value.tobytes() for name, value in weights.items() if value.dtype == np.uint8}
    if not graphs or graphs.keys() != weights.keys() or not graphs.keys() <= {ENCODER, DECODER}:
        raise InputError(f"{', '.join(sorted(weights))[:100] or 'nothing'} is no pair of ONNX graphs")
    return onnx_network.make_functions(graphs.get(ENCODER), graphs.get(DECODER), channels)
