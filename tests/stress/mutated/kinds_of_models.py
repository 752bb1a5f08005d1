"""Files that hold models and what belongs to them: checkpoints, map caches, snapshots, judges, trainings, ONNX."""

import json
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

from latent_explorer import config, models, resources, training
from latent_explorer.checkpoint import checkpoint_file, judge, map_cache, snapshots, timeline
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.commands import import_model
from latent_explorer.commands.importers import pythae_folder
from latent_explorer.engine.decode import decode_dot_pictures, decode_pictures
from latent_explorer.errors import InputError
from latent_explorer.training.run_state import RunState
from tests import stage
from tests.models import graphs as sound_graphs
from tests.stress.mutated import containers
from tests.stress.mutated.kinds import Kind
from tests.stress.mutated.kinds_of_texts import draw_window
from tests.stress.mutated.plain import Files

SHIPPED = (
    "digits-vae", "digits-anomaly", "wine-vae", "beats-vae", "mnist-quantised", "mnist-conditional", "mnist-diffusion",
    "mnist-vae-2d", "mnist-sequence",
)  # fmt: skip
FINGERPRINT = {"data": {}, "model": {}, "objective": {}, "training": {}}


def list_kinds() -> list[Kind]:
    checkpoints = [
        Kind(
            "checkpoint",
            name,
            lambda name=name: {"case.safetensors": _read_shipped(f"{name}.safetensors")},
            "case.safetensors",
            open_checkpoint,
            share=3,
        )
        for name in SHIPPED
    ]
    made = [
        Kind("checkpoint", "vectors", _make_vectors, "case.safetensors", open_checkpoint, share=3),
        Kind("checkpoint", "ONNX", _make_foreign, "case.safetensors", open_checkpoint, share=3),
        Kind("map cache", "PCA", _make_map_cache, "case.maps.safetensors", open_map_cache, share=8, beside=0.0),
        Kind("snapshots", "digits", lambda: {"case.snapshots": _make_film()}, "case.snapshots", open_film, share=8),
        Kind(
            "judge", "digits", lambda: {"case.judge": _read_shipped("digits.judge")}, "case.judge", open_judge, share=5
        ),
        Kind("resumed training", "made up", _make_training, "case.resume", resume_training, share=5),
        Kind("ONNX", "pair", _make_graphs, "encoder.onnx", open_graphs, share=14, beside=0.5),
        Kind(
            "pythae folder",
            "VAE",
            _make_pythae,
            "model.pt",
            lambda path: pythae_folder.read(path.parent),
            share=4,
            beside=0.3,
        ),
    ]
    return checkpoints + made


def _read_shipped(name: str) -> bytes:
    return (resources.find_folder("checkpoints") / name).read_bytes()


def _save(write: Callable[[Path], object], name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path)
        return path.read_bytes()


# -- checkpoints ----------------------------------------------------------------------------------------


def open_checkpoint(path: Path) -> None:
    """Open a checkpoint, and use it as the window does at first: maps, dots, a picture, a place between the dots."""
    use_checkpoint(checkpoint_file.load(path, "cpu"))


def use_checkpoint(one: Checkpoint) -> None:
    some = np.arange(min(3, len(one.latents)))
    decode_dot_pictures(one, some)
    for atlas in one.maps.values():
        z = atlas.inverse_transform(np.array([[0.5, 0.5], [0.1, 0.9]], np.float32))
        decode_pictures(one, np.asarray(z, np.float32))
        _ = atlas.find_nearest([[0.5, 0.5]]), atlas.dot_spacing
    _ = one.codebook, one.bar_scale, one.dot_of_image, one.picture_aspect, one.data_key, repr(one), one._repr_html_()
    one.neighbours.find_nearest(one.latents[0], 3)
    if one.can_decode:
        one.encode(np.zeros((1, *one.image_shape), np.float32))
    draw_window(stage.begin(stage.World(case=one), models=("case", "case"), size=(500, 350)))


def _make_vectors() -> Files:
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(60, 8)).astype(np.float32)
    made = Checkpoint.from_embeddings(
        vectors, [f"word {k}" for k in range(60)], labels=np.arange(60) % 3, attributes={"length": np.arange(60.0)},
        methods=("pca",), name="case",
    )  # fmt: skip
    pictures = Checkpoint.from_embeddings(
        vectors, images=draw.integers(0, 255, (60, 8, 8), dtype=np.uint8), methods=("pca",), name="beside"
    )
    return {
        "case.safetensors": _save(made.save, "case.safetensors"),
        "beside.safetensors": _save(pictures.save, "beside.safetensors"),
    }


@lru_cache(maxsize=1)
def _make_foreign() -> Files:
    files = _make_graphs()
    metadata: dict[str, Any] = {}
    from tests.stress.mutated import tensors

    metadata, arrays = tensors.split(_read_shipped("digits-vae.safetensors"))
    header = json.loads(metadata[tensors.KEY])
    header["config"]["model"] |= {"network": "onnx", "latent_dim": 2}
    header["config"]["objective"]["name"] = "plain"
    header["maps"] = [one for one in header["maps"] if one["name"] == "pca"]
    header["maps"][0].pop("smooth")
    arrays = {name: value[:90] for name, value in arrays.items() if name in ("latents", "labels", "indices")} | {
        "map.pca.components": arrays["map.pca.components"][:, :2], "map.pca.mean": arrays["map.pca.mean"][:2],
    }  # fmt: skip
    arrays["latents"] = arrays["latents"][:, :2]
    header["points"] = 90
    for half in ("encoder", "decoder"):
        arrays[f"weights.{half}.onnx"] = np.frombuffer(files[f"{half}.onnx"], np.uint8)
    header["digest"] = tensors.tensor_file.compute_digest(header, arrays)
    return {"case.safetensors": tensors.join({tensors.KEY: tensors.tensor_file.to_json(header)}, arrays)}


# -- what belongs to a checkpoint -----------------------------------------------------------------------


def _make_map_cache() -> Files:
    from latent_explorer.atlas import Atlas
    from latent_explorer.atlas.map_quality import measure

    owner = checkpoint_file.load("digits-vae", "cpu")
    cached = {
        "mine": Atlas(owner.maps["pca"].projection, owner.latents, owner.labels, owner.maps["pca"].smooth_network),
        "other": owner.maps["tsne"],
    }
    quality = measure(owner.latents, owner.maps["pca"].xy, owner.labels)

    def write(path: Path) -> None:
        owner.path = path.with_name("case.safetensors")
        owner.path.write_bytes(_read_shipped("digits-vae.safetensors"))
        map_cache.save(owner, cached, {map_cache.compute_digest(owner.maps["pca"].xy): quality})

    return {
        "case.safetensors": _read_shipped("digits-vae.safetensors"),
        "case.maps.safetensors": _save(write, "case.maps.safetensors"),
    }


def open_map_cache(path: Path) -> None:
    owner = checkpoint_file.read(path.with_name("case.safetensors"), "cpu")
    found = map_cache.read(owner)
    if found.unused_reason:
        raise InputError(found.unused_reason)
    for atlas in found.maps.values():
        atlas.inverse_transform(np.array([[0.5, 0.5]], np.float32))
        _ = atlas.find_nearest([[0.5, 0.5]]), atlas.dot_spacing
    owner.maps.update(found.maps)
    draw_window(stage.begin(stage.World(case=owner), models=("case", "case"), size=(500, 350)))


def _make_film() -> bytes:
    film = snapshots.load(resources.find_folder("checkpoints") / "digits-training.snapshots")
    few = snapshots.Snapshots(
        film.config,
        film.class_names,
        film.indices[:200],
        film.labels[:200],
        film.steps_per_epoch,
        tuple(
            snapshots.Moment(one.step, one.latents[:200], one.weights) for one in (*film.moments[:2], film.moments[-1])
        ),
        film.source,
    )
    return _save(few.save, "case.snapshots")


def open_film(path: Path) -> None:
    film = timeline.from_snapshots("case", snapshots.load(path))
    for t in {0, len(film) - 1}:
        moment = film.make_checkpoint(t, "cpu")
        decode_dot_pictures(moment, np.arange(1))
    draw_window(stage.begin(stage.World(case=moment), models=("case", "case"), size=(500, 350)))


def open_judge(path: Path) -> None:
    one = judge.read_judge(path)
    one.compute_plausibility(np.zeros((2, *one.image_shape), np.float32))


def _begin_training() -> tuple[Any, Any, config.Training]:
    """Return a tiny model, its pictures, and settings of a training of three steps an epoch."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = models.build(config.Model(latent_dim=2, hidden=(4,)), config.Objective(), (1, 8, 8))
    pictures = torch.arange(40 * 64).reshape(40, 1, 8, 8) % 251
    return model, pictures.to(torch.uint8), config.Training(epochs=2, batch_size=16, device="cpu")


def _make_training() -> Files:
    model, pictures, settings = _begin_training()
    states: list[RunState] = []
    training.fit(model, pictures, settings, stop=lambda: bool(states), save_state=states.append, save_interval=0.0)
    history = replace(
        states[0].history, seconds=0.0, epochs=[replace(one, seconds=0.0) for one in states[0].history.epochs]
    )
    random_state = torch.Generator().manual_seed(0).get_state()
    state = replace(states[0], history=history, epoch_seconds=0.0, cpu_rng_state=random_state)  # the same each time
    return {"case.resume": _save(lambda path: state.save(path, FINGERPRINT), "case.resume")}


def resume_training(path: Path) -> None:
    """Go on with a training until its end."""
    state = RunState.load(path, FINGERPRINT)
    model, pictures, settings = _begin_training()
    with _name(path), torch.random.fork_rng(devices=[]):
        training.fit(model, pictures, settings, state=state)


# -- models from elsewhere ------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _make_graphs() -> Files:
    draw = np.random.default_rng(0)
    weight = draw.normal(size=(64, 2)).astype(np.float32)
    return {
        "encoder.onnx": sound_graphs.make_encoder(weight, (1, 8, 8)),
        "decoder.onnx": sound_graphs.make_decoder(weight.T.copy(), (1, 8, 8)),
    }


def open_graphs(path: Path) -> None:
    """Open a pair of graphs, and run them as the import tries them."""
    _, functions = import_model.open_graphs(path.with_name("encoder.onnx"), path.with_name("decoder.onnx"))
    assert functions.encode is not None
    assert functions.decode is not None
    from latent_explorer.models import external_network

    with _name(path):
        z = external_network.call_encode(functions.encode, np.zeros((2, 1, 8, 8), np.float32))
        external_network.call_decode(functions.decode, z[0], (1, 8, 8))


class _name:
    """Names the file in what is said of it where an option names it: `--resume`, or which half of a model."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: Any, _: Any) -> None:
        if isinstance(error, InputError):
            raise InputError(f"{self.path.stem}: {error}") from None


def _make_pythae() -> Files:
    from tests.commands.importers import test_pythae_folder

    with tempfile.TemporaryDirectory() as folder:
        test_pythae_folder.write(Path(folder))
        files = {name: (Path(folder) / name).read_bytes() for name in ("model.pt", "model_config.json")}
    members = containers.read_zip(files["model.pt"])
    same = {name: data for name, data in members.items() if not name.endswith("serialization_id")}  # it is random
    return {**files, "model.pt": containers.write_zip(same, packed=False)}
