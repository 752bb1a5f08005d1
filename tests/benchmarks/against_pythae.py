"""Training beside pythae: the same network, epochs, batches and optimizer on MNIST, in one process and in turns.

    pip install pythae && python tests/benchmarks/against_pythae.py --data-dir DIR [--threads 2] [--device cuda]

The network is pythae's own default, 784-512-32 and its mirror. Its time is that of `BaseTrainer.train()`, which also
writes the model once, ours that of `training.fit()`. Each is as it comes: ours multiplies matrices as
`training.precision` and `training.matmul_precision` say; with --same, pythae is given the latter too. The error is
that of `metrics.evaluate` on the test images for both: pythae's weights are put into our modules. Ratios are medians
over the rounds; more than 1 is faster than pythae.
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

os.environ.setdefault("TQDM_DISABLE", "1")

import torch
from torch import Tensor

from latent_explorer import config, models, training
from latent_explorer.data import datasets
from latent_explorer.data.dataset import Dataset
from latent_explorer.errors import LatentExplorerError
from latent_explorer.metrics import reconstruction
from latent_explorer.models import Autoencoder
from latent_explorer.training import precision

EPOCHS, BATCH, RATE = 2, 128, 1e-3
NETWORK = config.Model(network="mlp", latent_dim=32, hidden=(512,), activation="relu")
OBJECTIVES = {
    "AE": config.Objective(name="plain", loss="mse"),
    "VAE": config.Objective(name="variational", loss="bce"),
}


@dataclass
class Run:
    seconds: float
    model: Autoencoder


def build(kind: str, dataset: Dataset) -> Autoencoder:
    torch.manual_seed(0)
    return models.build(NETWORK, OBJECTIVES[kind], dataset.image_shape)


def ours(kind: str, dataset: Dataset, device: torch.device, settings: config.Training) -> Run:
    model = build(kind, dataset).to(device)
    _wait(device)
    began = time.perf_counter()
    training.fit(model, dataset.train.images, settings)
    _wait(device)
    return Run(time.perf_counter() - began, model)


def pythae(kind: str, dataset: Dataset, device: torch.device, products: AbstractContextManager[None]) -> Run:
    from pythae.data.datasets import BaseDataset
    from pythae.models import AE, VAE, AEConfig, VAEConfig
    from pythae.trainers import BaseTrainer, BaseTrainerConfig

    shape = {"input_dim": dataset.image_shape, "latent_dim": NETWORK.latent_dim}
    torch.manual_seed(0)
    theirs = AE(AEConfig(**shape)) if kind == "AE" else VAE(VAEConfig(**shape, reconstruction_loss="bce"))
    images: Tensor = datasets.to_floats(dataset.train.images)
    with tempfile.TemporaryDirectory() as folder:
        trainer = BaseTrainer(
            theirs, BaseDataset(images, dataset.train.labels),
            training_config=BaseTrainerConfig(
                output_dir=folder, num_epochs=EPOCHS, per_device_train_batch_size=BATCH, learning_rate=RATE,
                optimizer_cls="Adam", no_cuda=device.type != "cuda", seed=0,
            ),
        )  # fmt: skip
        _wait(device)
        began = time.perf_counter()
        with products:
            trainer.train()
        _wait(device)
        seconds = time.perf_counter() - began
    return Run(seconds, _as_ours(theirs, build(kind, dataset)).to(device))


def _as_ours(theirs: torch.nn.Module, model: Autoencoder) -> Autoencoder:
    """Our modules with their weights; the heads of mean and log variance are one layer here."""
    found = theirs.state_dict()
    heads = [name for name in ("encoder.embedding", "encoder.log_var") if f"{name}.weight" in found]
    state = {}
    for kind in ("weight", "bias"):
        state[f"encoder.layers.1.{kind}"] = found[f"encoder.layers.0.0.{kind}"]
        state[f"head.{kind}"] = torch.cat([found[f"{name}.{kind}"] for name in heads])
        state[f"decoder.0.{kind}"] = found[f"decoder.layers.0.0.{kind}"]
        state[f"decoder.2.{kind}"] = found[f"decoder.layers.1.0.{kind}"]
    model.load_state_dict(state)
    return model


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def main() -> int:
    parser = argparse.ArgumentParser(description="Training beside pythae on MNIST.")
    parser.add_argument("--data-dir", help="where MNIST lies")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--same", action="store_true", help="give pythae our precision of matrix products, too")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="training.KEY of ours")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    overrides = [f"training.epochs={EPOCHS}", f"training.batch_size={BATCH}", f"training.learning_rate={RATE}",
                 "training.optimizer=adam", "training.schedule=constant", *options.set]  # fmt: skip
    try:
        settings = config.load("mnist-ae", overrides).training
        dataset = datasets.load(config.Data(name="mnist"), data_dir=options.data_dir)
        import pythae as _
    except LatentExplorerError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    except ImportError as error:
        print(f"{error}: pip install pythae", file=sys.stderr)
        return 2
    print(f"{options.device}, threads {options.threads}, epochs {EPOCHS}, rounds {options.rounds}")
    print(f"{'':4} {'pythae, images/s':>17} {'ours':>9} {'ratio':>6} {'error: pythae':>14} {'ours':>8}")
    for kind in OBJECTIVES:
        pairs = []
        for _ in range(options.rounds):
            products = precision.use_matmul_precision(settings) if options.same else nullcontext()
            pairs.append((pythae(kind, dataset, device, products), ours(kind, dataset, device, settings)))
        ratio = statistics.median(one.seconds / two.seconds for one, two in pairs)
        name = "mse" if kind == "AE" else "neg_elbo"
        errors = [reconstruction.encode_images(run.model, dataset.test.images).metrics[name] for run in pairs[-1]]
        speeds = [EPOCHS * len(dataset.train) / statistics.median(p[i].seconds for p in pairs) for i in (0, 1)]
        print(
            f"{kind:4} {speeds[0]:17,.0f} {speeds[1]:9,.0f} {ratio:6.2f} {errors[0]:14.5g} {errors[1]:8.5g} ({name})",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
