import os
import shutil
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from latent_explorer import files
from latent_explorer.atlas import Atlas, map_quality, projection
from latent_explorer.atlas.map_spec import MapSpec
from latent_explorer.checkpoint import checkpoint_file, map_cache, tensor_file
from latent_explorer.checkpoint.library import Library
from latent_explorer.errors import WorkError
from tests.stage import DISK_FULL, disk_full


@pytest.fixture
def mine(tiny_path, tmp_path, monkeypatch):
    """A checkpoint of one's own, in a folder of one's own; the user's cache is elsewhere."""
    monkeypatch.setattr(map_cache, "get_cache_folder", lambda: tmp_path / "cache")
    (tmp_path / "mine").mkdir()
    shutil.copy(tiny_path, tmp_path / "mine" / "one.safetensors")
    return checkpoint_file.read(tmp_path / "mine" / "one.safetensors")


def a_map(of, *specs: MapSpec) -> dict[str, Atlas]:
    return {
        spec.map_name: Atlas(projection.fit(spec.method, of.latents, **spec.arguments), of.latents, of.labels)
        for spec in specs
    }


def test_what_was_made_is_there_the_next_time(mine):
    maps = a_map(mine, MapSpec("pca", axes=(1, 3)), MapSpec("latent", axes=(4, 2)), MapSpec("tsne", perplexity=5))
    figures = {
        map_cache.compute_digest(one.xy): map_quality.measure(mine.latents, one.xy)
        for one in (*maps.values(), mine.atlas)
    }
    path = map_cache.save(mine, maps, figures)
    assert path == mine.path.with_name("one.maps.safetensors")
    found = map_cache.read(checkpoint_file.read(mine.path))
    assert found.unused_reason == ""
    assert list(found.maps) == list(maps)
    for name, one in found.maps.items():
        np.testing.assert_array_equal(one.xy, maps[name].xy)
        assert MapSpec.of(one.projection) == MapSpec.of(maps[name].projection)
        assert one.quality == figures[map_cache.compute_digest(one.xy)]
    assert found.qualities == figures


def test_keeping_adds_to_what_is_there_and_forgets_the_oldest(mine, monkeypatch):
    first, second, third = (MapSpec("pca", axes=axes) for axes in ((1, 3), (2, 3), (1, 4)))
    map_cache.save(mine, a_map(mine, first), {})
    map_cache.save(mine, a_map(mine, second), {})
    assert list(map_cache.read(mine).maps) == [first.map_name, second.map_name]
    monkeypatch.setattr(map_cache, "MAX_MAPS", 2)
    map_cache.save(mine, a_map(mine, third), {})
    assert list(map_cache.read(mine).maps) == [second.map_name, third.map_name]


def test_maps_that_are_shown_by_now_stay_in_the_file(mine):
    """Each one is put among the checkpoint's maps before the next is kept."""
    first, second = (a_map(mine, MapSpec("pca", axes=axes)) for axes in ((1, 3), (2, 3)))
    for maps in (first, second):
        map_cache.save(mine, maps, {})
        mine.maps.update(maps)
    assert set(map_cache.read(checkpoint_file.read(mine.path)).maps) == {*first, *second}


def test_figures_alone_begin_no_file_beside_the_checkpoint(mine, tmp_path):
    figures = {map_cache.compute_digest(mine.atlas.xy): map_quality.measure(mine.latents, mine.atlas.xy)}
    path = map_cache.save(mine, {}, figures)
    assert path.parent == tmp_path / "cache"
    assert not mine.path.with_name("one.maps.safetensors").exists()
    map_cache.save(mine, a_map(mine, MapSpec("pca", axes=(1, 3))), {})
    found = map_cache.read(mine)
    assert (list(found.maps), found.qualities) == (["pca-1-3"], figures)


@pytest.mark.parametrize("name", ["new", "cancel"])
def test_what_the_menu_offers_is_no_name_of_a_map(mine, name):
    (one,) = a_map(mine, MapSpec("pca", axes=(1, 3))).values()
    map_cache.save(mine, {name: one}, {})
    found = map_cache.read(mine)
    assert not found.maps
    assert "damaged" in found.unused_reason


def test_tensors_that_belong_to_no_map_are_refused(mine):
    header = {"kind": "maps", "latents": map_cache.compute_digest(mine.latents), "maps": [], "qualities": {}}
    path = mine.path.with_name("one.maps.safetensors")
    tensor_file.write(path, header, {"weights.x": np.zeros((9, 9), np.float32)})
    assert "weights.x" in map_cache.read(mine).unused_reason


def test_the_smooth_part_is_kept_with_its_map(mine):
    from latent_explorer.atlas import fit_smooth_network

    (one,) = a_map(mine, MapSpec("pca", axes=(1, 3))).values()
    one.smooth_network = fit_smooth_network._TorchSmoothNetwork(
        mine.latents, fit_smooth_network.LINEAR_MAP, 1.0, fit_smooth_network.torch.Generator().manual_seed(0)
    ).to_numpy().quantise()  # fmt: skip
    map_cache.save(mine, {"pca-1-3": one}, {})
    again = map_cache.read(mine).maps["pca-1-3"]
    np.testing.assert_array_equal(again.smooth_network(one.xy), one.smooth_network(one.xy))


def test_a_damaged_file_is_not_used_and_replaced_by_the_next(mine):
    path = map_cache.save(mine, a_map(mine, MapSpec("pca", axes=(1, 3))), {})
    data = bytearray(path.read_bytes())
    for odd in (data[:300], data[:-9] + b"\x7f" * 9, b"", b"nonsense" * 9, mine.path.read_bytes()):
        path.write_bytes(bytes(odd))
        found = map_cache.read(mine)
        assert not found.maps
        assert found.unused_reason
        assert "\n" not in found.unused_reason
    assert map_cache.save(mine, a_map(mine, MapSpec("pca", axes=(2, 3))), {}) == path
    assert list(map_cache.read(mine).maps) == ["pca-2-3"]


def test_maps_of_other_latents_are_not_used(mine):
    path = map_cache.save(mine, a_map(mine, MapSpec("pca", axes=(1, 3))), {})
    mine.latents[0, 0] += 1
    found = map_cache.read(mine)
    assert not found.maps
    assert "another training" in found.unused_reason
    assert path.is_file()


@pytest.mark.parametrize("change", ["kind", "positions", "name", "quality", "points"])
def test_a_forged_file_is_refused(mine, change):
    path = map_cache.save(
        mine, a_map(mine, MapSpec("tsne", perplexity=5)), {"a": map_quality.MapQuality(0.5, 0.5, None)}
    )
    header, tensors = tensor_file.read(path, lambda header, layout: header)
    header = {k: v for k, v in header.items() if k not in ("digest", "format")}
    name = next(iter(tensors))
    match change:
        case "kind":
            header["kind"] = "images"
        case "positions":
            tensors[name] = tensors[name] + np.float32(1e9)
        case "name":
            header["maps"][0]["name"] = "../up"
        case "quality":
            header["qualities"]["a"] = [7.0, 0.0, 0.0]
        case "points":
            tensors[name] = tensors[name][:-1]
    tensor_file.write(path, header, tensors)
    found = map_cache.read(mine)
    assert not found.maps
    assert found.unused_reason


def test_where_nothing_can_be_written_the_users_cache_holds_it(mine, tmp_path):
    mine.path.with_name("one.maps.safetensors").mkdir()  # what no file can take the place of, not even for root
    path = map_cache.save(mine, a_map(mine, MapSpec("pca", axes=(1, 3))), {})
    assert tmp_path / "cache" in path.parents
    assert list(map_cache.read(mine).maps) == ["pca-1-3"]


def test_beside_the_shipped_checkpoints_nothing_is_written(mine, tmp_path, monkeypatch):
    monkeypatch.setattr(map_cache.resources, "find_folder", lambda name: mine.path.parent)
    path = map_cache.save(mine, a_map(mine, MapSpec("pca", axes=(1, 3))), {})
    assert tmp_path / "cache" in path.parents
    assert list(map_cache.read(mine).maps) == ["pca-1-3"]


def test_what_came_from_no_file_is_not_kept(tiny):
    tiny.path = None
    assert map_cache.save(tiny, a_map(tiny, MapSpec("pca", axes=(1, 3))), {}) is None
    assert not map_cache.read(tiny).maps


def test_kept_maps_are_no_checkpoint_of_the_current_folder(mine, monkeypatch):
    map_cache.save(mine, a_map(mine, MapSpec("pca", axes=(1, 3))), {})
    monkeypatch.chdir(mine.path.parent)
    assert [name for name in Library() if name.startswith("one")] == ["one"]


KEEPS_MAPS = """
import sys
from pathlib import Path
from latent_explorer.atlas import Atlas, projection
from latent_explorer.checkpoint import checkpoint_file, map_cache

def main(path, first):
    of = checkpoint_file.read(Path(path))
    fitted = projection.fit("pca", of.latents)
    sys.stdin.readline()  # both begin at once
    for i in range(first, first + 8):
        map_cache.save(of, {f"map-{i}": Atlas(fitted, of.latents, of.labels)}, {})

main(sys.argv[1], int(sys.argv[2]))
"""


@pytest.mark.slow
def test_two_processes_keep_all_their_maps(mine, tmp_path):
    variables = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-c", KEEPS_MAPS, str(mine.path)]
    both = [
        subprocess.Popen([*command, first], stdin=subprocess.PIPE, env=variables, text=True) for first in ("0", "8")
    ]
    for one in both:
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.wait(60) for one in both] == [0, 0]
    for one in both:
        one.stdin.close()
    assert len(map_cache.read(mine).maps) == 16


def test_a_save_waits_for_that_of_another(mine, monkeypatch):
    """Between reading and writing nobody else writes."""
    inside, most = [], []
    add = map_cache.add_unlocked

    def watched(*arguments):
        inside.append(1)
        time.sleep(0.02)
        most.append(len(inside))
        inside.pop()
        return add(*arguments)

    monkeypatch.setattr(map_cache, "add_unlocked", watched)
    specs = [MapSpec("pca", axes=(1, k)) for k in (2, 3, 4)]
    savers = [threading.Thread(target=map_cache.save, args=(mine, a_map(mine, one), {})) for one in specs]
    for saver in savers:
        saver.start()
    for saver in savers:
        saver.join()
    assert most == [1, 1, 1]
    assert len(map_cache.read(mine).maps) == 3


def test_maps_of_a_replaced_checkpoint_are_not_put_beside_the_new_one(mine, tmp_path):
    old = checkpoint_file.read(mine.path)
    mine.latents[:] += 1
    new = checkpoint_file.read(mine.save(mine.path))
    kept = map_cache.save(new, a_map(new, MapSpec("pca", axes=(2, 4))), {})
    assert kept == mine.path.with_name("one.maps.safetensors")
    assert tmp_path / "cache" in map_cache.save(old, a_map(old, MapSpec("pca", axes=(1, 3))), {}).parents
    assert [list(map_cache.read(one).maps) for one in (new, old)] == [["pca-2-4"], ["pca-1-3"]]


def test_where_no_place_can_be_written_it_is_said(mine, monkeypatch):
    monkeypatch.setattr(files.os, "fsync", disk_full)
    with pytest.raises(WorkError, match=DISK_FULL):
        map_cache.save(mine, a_map(mine, MapSpec("pca", axes=(1, 3))), {})
