"""Training drawn faces by the residual network, beside the plainest loop of the same network.

    python tests/benchmarks/against_plain_loop.py [--threads 2] [--device cuda] [--steps 40]

The plain loop is what one writes first: a DataLoader over float32 pictures in memory, the network, the loss by torch's
own functions, `backward`, AdamW. Ours is `training.fit()` with the loss and the precision of `faces-vae`. Both have the
same network, first weights, loss, optimiser, batch, rate and pictures. In turns, in one process; medians over the
rounds. More than 1 is faster than the plain loop.
"""

import argparse
import statistics
import sys
import time

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

from latent_explorer import config, models, training
from latent_explorer.data import faces
from latent_explorer.data.datasets import to_floats
from latent_explorer.models import Autoencoder
from latent_explorer.models.variational import VariationalAutoencoder, compute_kl

NETWORK = [
    "model.network=resnet", "model.first_stride=2", "model.normalisation=none", "model.hidden=[192]", "model.refine=0"
]  # fmt: skip
CONSTANT = [
    "training.schedule=constant", "training.epochs=1", "training.learning_rate=1e-3", "training.optimizer=adamw",
    "training.batch_size=32", "objective.warm_up=0",
]  # fmt: skip


def build(settings: config.Config, images: Tensor, device: torch.device) -> Autoencoder:
    torch.manual_seed(0)
    shape = (int(images.shape[1]), int(images.shape[2]), int(images.shape[3]))
    return models.build(settings.model, settings.objective, shape).to(device)


def plain(settings: config.Config, images: Tensor, device: torch.device) -> tuple[float, Autoencoder]:
    model = build(settings, images, device)
    assert isinstance(model, VariationalAutoencoder)
    loader = DataLoader(TensorDataset(to_floats(images)), settings.training.batch_size, shuffle=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=settings.training.learning_rate, weight_decay=0.0)
    _wait(device)
    began = time.perf_counter()
    model.train()
    for (batch,) in loader:
        x = batch.to(device)
        mean, log_variance = model.posterior(x)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        error = F.mse_loss(torch.sigmoid(model.decode_logits(z)), x, reduction="sum") / len(x)
        loss = error + settings.objective.beta * compute_kl(mean, log_variance).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    _wait(device)
    return time.perf_counter() - began, model.eval()


def ours(settings: config.Config, images: Tensor, device: torch.device) -> tuple[float, Autoencoder]:
    model = build(settings, images, device)
    _wait(device)
    began = time.perf_counter()
    training.fit(model, images, settings.training)
    _wait(device)
    return time.perf_counter() - began, model


@torch.inference_mode()
def measure_error(model: Autoencoder, images: Tensor) -> float:
    x = to_floats(images).to(model.device)
    return float(F.mse_loss(model.decode(model.encode(x)), x))


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="another config of ours")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = torch.device(options.device)
    both = config.load("faces-vae", [*NETWORK, *CONSTANT])
    own = config.load("faces-vae", [*NETWORK, *CONSTANT, *options.set])
    count = options.steps * both.training.batch_size
    drawn = torch.from_numpy(faces.draw(faces.sample(count + 200, seed=0), size=64))
    images, aside = drawn[:count], drawn[count:]
    runs = [(plain(both, images, device), ours(own, images, device)) for _ in range(options.rounds)]
    ratio = statistics.median(one[0] / two[0] for one, two in runs)
    speeds = [count / statistics.median(run[i][0] for run in runs) for i in (0, 1)]
    errors = [measure_error(model, aside) for _, model in runs[-1]]
    print(f"{options.device}, threads {options.threads}, steps {options.steps}, rounds {options.rounds}")
    print(f"plain loop {speeds[0]:,.0f} images/s, ours {speeds[1]:,.0f}, ratio {ratio:.2f}")
    print(f"held-out mean squared error: plain loop {errors[0]:.5f}, ours {errors[1]:.5f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
