"""What decodes on a CUDA device, with a stand-in for its graphs: what they read and write stays where it was."""

import numpy as np
import pytest
import torch
from torch import Tensor

from latent_explorer.engine import decode, graph_decoder
from latent_explorer.engine.graph_decoder import GraphDecoder

CPU = torch.device("cpu")


@pytest.fixture
def latents(tiny):
    return tiny.latents[:40]


def wanted(tiny, z):
    return np.stack([np.asarray(one) for one in decode.decode_pictures(tiny, z)])


class Recorder:
    """Records as a graph does: later runs read the same input and write the same output."""

    def __init__(self) -> None:
        self.counts: list[int] = []

    def __call__(self, run, z: Tensor):
        self.counts.append(len(z))
        levels, replay = graph_decoder.run_again(run, z)
        z.fill_(torch.nan)  # a graph that is captured has computed nothing yet
        levels.zero_()
        return levels, replay


def test_pictures_are_those_of_the_model_and_one_graph_serves_each_number(tiny, latents):
    record = Recorder()
    decoder = GraphDecoder(tiny.model, CPU, latents, record)
    for first, last in ((0, 1), (1, 2), (3, 11), (11, 19), (5, 6)):
        levels = decoder(latents[first:last])
        np.testing.assert_array_equal(levels[:, 0], wanted(tiny, latents[first:last]))
    assert record.counts == [1, 8]


def test_a_picture_stays_what_it_was_when_the_next_one_is_decoded(tiny, latents):
    decoder = GraphDecoder(tiny.model, CPU, latents, graph_decoder.run_again)
    before = decoder(latents[:1])
    kept = before.copy()
    decoder(latents[1:2])
    np.testing.assert_array_equal(before, kept)


def test_the_graphs_that_are_kept_are_few(tiny, latents):
    record = Recorder()
    decoder = GraphDecoder(tiny.model, CPU, latents, record)
    for count in (*range(1, graph_decoder.MAX_GRAPHS + 2), 1):
        decoder(latents[:count])
    assert record.counts.count(1) == 2  # the first one gave way


@pytest.mark.parametrize(("scale", "half"), [(0.0, True), (1.0, False)])
def test_half_the_digits_are_used_where_no_level_changes(scale, half):
    weights = torch.randn(4, 64, generator=torch.Generator().manual_seed(0)) * scale

    class Linear:
        def decode(self, z: Tensor) -> Tensor:
            return torch.sigmoid(z @ weights).view(-1, 1, 8, 8)

    trial = np.random.default_rng(0).normal(size=(64, 4)).astype(np.float32)
    decoder = GraphDecoder(Linear(), CPU, trial, graph_decoder.run_again)
    assert (decoder.dtype is torch.bfloat16) == half


def test_what_is_not_finite_turns_black():
    levels = graph_decoder.decode_levels(lambda z: z.view(-1, 1, 1, 2), torch.float32, torch.tensor([[torch.nan, 1.0]]))
    assert levels.flatten().tolist() == [0, 255]


def test_a_network_that_no_graph_holds_is_run_again(tiny, latents, monkeypatch):
    def refuse(*_: object) -> None:
        raise RuntimeError("operation not permitted when stream is capturing")

    monkeypatch.setattr(graph_decoder, "capture", refuse)
    decoder = graph_decoder.find_decoder(tiny)
    np.testing.assert_array_equal(decoder(latents[:5])[:, 0], wanted(tiny, latents[:5]))
    assert graph_decoder.find_decoder(tiny) is decoder
