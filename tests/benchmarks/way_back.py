"""How long the fit of the way back takes where a decoder is slow: drawn faces of 64 and of 128 pixels, both maps.

    python tests/benchmarks/way_back.py [--side 64 128] [--threads 2]

The maps and latents are those of the checkpoint `faces-vae`, 5,000 dots. Its decoder draws the pictures of 64 pixels;
that of other sides is the same network with its first weights, which takes as long as one that has learnt.
"""

import argparse
import os
import time

import torch

from latent_explorer import config, models
from latent_explorer.atlas import fit_smooth_network
from latent_explorer.checkpoint import checkpoint_file
from latent_explorer.checkpoint.checkpoint import Checkpoint
from latent_explorer.models import Autoencoder
from latent_explorer.training import precision


def find_model(opened: Checkpoint, side: int) -> Autoencoder:
    if opened.image_shape[1] == side:
        return opened.model
    settings = config.load("faces-vae", [f"data.size={side}"])
    torch.manual_seed(0)
    model = models.build(settings.model, settings.objective, (3, side, side))
    return model.eval().requires_grad_(False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, nargs="+", default=[64, 128])
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    opened = checkpoint_file.load("faces-vae", "cpu")
    for side in options.side:
        decode = find_model(opened, side).make_row_decoder(opened.labels)
        for name, atlas in opened.maps.items():
            began = time.perf_counter()
            with precision.use_matmul_precision(opened.config.training):
                fit_smooth_network.fit(atlas.xy, atlas.latents, decode, fit_smooth_network.SMOOTHNESS_SPECS[name])
            print(f"{side}x{side}x3, {name}: {time.perf_counter() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
