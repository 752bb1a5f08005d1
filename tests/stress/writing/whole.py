"""Whether the files in a folder are whole: each is opened by what reads it in the program."""

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from latent_explorer import unfinished
from latent_explorer.checkpoint import checkpoint_file, judge, map_cache, snapshots, tensor_file
from latent_explorer.commands import resume
from latent_explorer.data import loaded_images
from latent_explorer.engine import gallery_file
from latent_explorer.errors import LatentExplorerError
from latent_explorer.ui.automation import lesson_files
from latent_explorer.ui.window import lesson_places, session_file


def list_files(root: Path) -> list[Path]:
    """Return the files below a folder, without locks, given ones and those of libraries."""
    found = [path for path in root.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return sorted(path for path in found if not {"given", "matplotlib", "fontconfig"} & set(path.parts))


def take_fingerprint(root: Path) -> dict[Path, str]:
    return {path: hashlib.blake2b(path.read_bytes()).hexdigest() for path in list_files(root)}


def list_leftovers(root: Path) -> list[Path]:
    """Return what no reader takes for a result: files that were being written, and scratch folders."""
    return [path for path in root.rglob("*") if is_leftover(path, root)]


def is_leftover(path: Path, root: Path) -> bool:
    if path.name.startswith(unfinished.PREFIX) or path.suffix == ".part":
        return True
    top, *below = path.relative_to(root).parts
    return top == "tmp" and bool(below) and not below[0].startswith("torchinductor")  # which torch makes and keeps


def make_old(paths: list[Path]) -> None:
    """Set the time of what was left two minutes back, as if that had passed."""
    for path in paths:
        with contextlib.suppress(OSError):
            was = path.stat().st_mtime
            os.utime(path, (was - 120, was - 120))


def find_faults(root: Path) -> list[str]:
    """Return a line for each file below `root` that is not whole."""
    faults = []
    for path in list_files(root):
        if is_leftover(path, root):
            continue
        try:
            _open(path)
        except (LatentExplorerError, OSError, ValueError, KeyError, SyntaxError, EOFError, AssertionError) as error:
            faults.append(f"{path.name} is not whole: {type(error).__name__}: {error}")
    return faults


def _open(path: Path) -> None:
    if path.name == "started-before":
        return
    if path.suffix not in READERS:
        raise ValueError("nobody knows it")
    READERS[path.suffix](path)


def _open_tensors(path: Path) -> None:
    if map_cache.is_map_cache(path):
        tensor_file.read(path, lambda header, layout: None)
    elif path.parent.name == "images":
        with loaded_images_folder(path.parent):
            assert loaded_images.load_cached(path.stem) is not None
    else:
        checkpoint_file.read(path, "cpu")


@contextlib.contextmanager
def loaded_images_folder(folder: Path):  # type: ignore[no-untyped-def]
    make_path = loaded_images.make_path
    loaded_images.make_path = lambda digest: folder / f"{digest}.safetensors"
    try:
        yield
    finally:
        loaded_images.make_path = make_path


def _open_state(path: Path) -> None:
    from safetensors import safe_open

    if path.read_bytes() == resume.BEGUN:
        return
    with safe_open(path, framework="pt") as file:
        json.loads(file.metadata()["latent_explorer_training"])
        assert all(file.get_tensor(name) is not None for name in file.keys())  # noqa: SIM118


def _open_picture(path: Path) -> None:
    with Image.open(path) as image:
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()


def _open_video(path: Path) -> None:
    from imageio_ffmpeg import count_frames_and_secs

    assert count_frames_and_secs(str(path))[0] > 0


def _open_document(path: Path) -> None:
    if path.name == lesson_places.get_path().name:
        lesson_places.read(path)
    else:
        session_file.read(path)


def _open_page(path: Path) -> None:
    assert path.read_text().rstrip().endswith("</html>")


def _open_sheet(path: Path) -> None:
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert data.rstrip().endswith(b"%%EOF")


READERS: dict[str, Callable[[Path], object]] = {
    ".safetensors": _open_tensors, ".resume": _open_state, ".snapshots": snapshots.load,
    ".judge": judge.read_judge, ".png": _open_picture, ".gif": _open_picture, ".mp4": _open_video,
    ".json": _open_document, ".npz": gallery_file.read, ".html": _open_page, ".pdf": _open_sheet,
    ".yaml": lesson_files.read, ".bin": lambda path: path.read_bytes().index(b"whole", -5),
}  # fmt: skip
