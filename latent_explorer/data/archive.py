"""Pictures in a .zip, .tar or .tar.gz file, by the rules of an image folder. Nothing is unpacked to disk.

Sizes are checked before a member is read; paths in the archive only name its pictures.
"""

import gzip
import hashlib
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from latent_explorer.data import image_folder
from latent_explorer.data.decode_image_files import Encoded, decode, list_suffixes
from latent_explorer.data.loaded_images import LoadedImages, load_cached, save_to_cache
from latent_explorer.errors import InputError, give_reason, report_unreadable
from latent_explorer.image_file import MAX_MEGABYTES

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
MAX_MEMBERS = 10_000_000
MAX_TOTAL_BYTES = 1 << 40  # uncompressed
MAX_READ = (MAX_MEGABYTES << 20) + 1  # bytes at once
MAX_HEADER, MAX_HEADERS = 1 << 20, 1 << 30  # bytes of one of a tar file's own headers, and of all of them
ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
ERRORS = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError,
    UnicodeError,
)  # fmt: skip


@dataclass(frozen=True)
class Member:
    path: str
    """In the archive, with slashes."""
    size: int
    """Bytes, uncompressed."""
    problem: str
    """Why it cannot be read; empty if it can."""
    handle: Any
    """The archive's own description of it."""


def is_archive(path: Path) -> bool:
    """Return True if `path` is named like an archive that `load` reads."""
    return path.name.lower().endswith(SUFFIXES)


def load(path: Path, size: int | None, channels: int | None) -> LoadedImages:
    """Load every picture of an archive as `image_folder.load` those of a folder; without `size` and `channels` they
    keep their own. Raises `InputError`, without the file's name, for an archive that cannot be read."""
    status = path.stat()
    said = f"archive {size} {channels} {path.name} {status.st_size} {status.st_mtime_ns}"
    digest = hashlib.blake2b(said.encode(errors="replace"), digest_size=16).hexdigest()
    cached = load_cached(digest)
    if cached is not None:
        return cached
    with _open(path) as archive:
        listed = [one for one in archive.list_members() if _is_picture(one.path)]
        names = drop_common_folders([one.path for one in listed])
        classes = image_folder.find_classes(names, path)
        order = sorted(range(len(names)), key=lambda k: names[k])
        place_of = {k: place for place, k in enumerate(order)}
        pictures = ((place_of[k], one.path, _read(archive, one)) for k, one in enumerate(listed))
        decoded = decode(pictures, len(listed), size, channels)
    loaded = image_folder.to_loaded(decoded, [names[k] for k in order], [classes[k] for k in order], digest)
    save_to_cache(loaded)
    return loaded


def _is_picture(path: str) -> bool:
    parts = PurePosixPath(path).parts
    hidden = any(part.startswith(".") and part != "." for part in parts) or "__MACOSX" in parts
    return bool(parts) and not hidden and PurePosixPath(path).suffix.lower() in list_suffixes()


def drop_common_folders(paths: list[str]) -> list[str]:
    """Return the paths below the folders that all of them are in, as an archive of a folder has its name in each."""
    parts = [[part for part in PurePosixPath(path).parts if part not in ("/", ".")] for path in paths]
    if not parts or not all(parts):
        return ["/".join(one) for one in parts]
    low, high, depth = min(parts), max(parts), 0  # what these two share, all share
    most = min(map(len, parts)) - 1
    while depth < most and low[depth] == high[depth]:
        depth += 1
    return ["/".join(one[depth:]) for one in parts]


def _read(archive: "_Zip | _Tar", member: Member) -> Encoded:
    """Return the content of a member, or why it cannot be read."""
    if member.problem:
        return member.problem
    if member.size > MAX_MEGABYTES << 20:
        return f"{member.size >> 20:,} MiB arrived; at most {MAX_MEGABYTES} are allowed"
    try:
        with archive.open(member) as file:
            data = file.read(member.size + 1)
    except ERRORS as error:
        return f"the file is damaged{give_reason(error)}"
    return data if len(data) == member.size else "the file is damaged: its size is another one"


class _Zip:
    def __init__(self, file: IO[bytes]) -> None:
        self._archive = zipfile.ZipFile(file)

    def list_members(self) -> list[Member]:
        members = [self._describe(one) for one in self._archive.infolist() if not one.filename.endswith("/")]
        _check_total(len(members), sum(one.size for one in members))
        return members

    def open(self, member: Member) -> IO[bytes]:
        return self._archive.open(member.handle)

    @staticmethod
    def _describe(info: zipfile.ZipInfo) -> Member:
        problem = ""
        if info.flag_bits & 1:
            problem = "encrypted; pictures without a password are allowed"
        elif info.compress_type not in ZIP_METHODS:
            problem = "a compression that is not allowed; deflate is allowed"
        return Member(info.filename.replace("\\", "/"), info.file_size, problem, info)


class _Tar:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = _BoundedReads(file)
        self._archive = tarfile.open(fileobj=self._file, mode="r:")  # noqa: SIM115

    def list_members(self) -> list[Member]:
        members, count, total = [], 0, 0
        for info in self._archive:
            count, total = count + 1, total + info.size
            _check_total(count, total)  # before its content is skipped
            if info.isfile():
                problem = "a sparse file; a plain one is allowed" if info.issparse() else ""
                members.append(Member(info.name, info.size, problem, info))
            elif _is_picture(info.name) and not info.isdir():
                members.append(Member(info.name, 0, "no plain file", info))
        self._file.limit, self._file.left = MAX_READ, None
        return members

    def open(self, member: Member) -> IO[bytes]:
        file = self._archive.extractfile(member.handle)
        if file is None:
            raise OSError("no plain file")
        return file


class _BoundedReads(io.RawIOBase):
    """A file that refuses to read more at once than a picture may have, as a header that lies would make it; while the
    headers are read, which all stay in memory, much less, and not too much in all."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.limit = MAX_HEADER
        self.left: int | None = MAX_HEADERS
        """Bytes of headers that may still be read; None once they are."""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= self.limit:
            raise tarfile.ReadError(f"a part of {size:,} bytes")
        if self.left is not None:
            self.left -= size
            if self.left < 0:
                raise tarfile.ReadError(f"headers of more than {MAX_HEADERS:,} bytes")
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


@contextmanager
def _open(path: Path) -> Iterator[_Zip | _Tar]:
    """Open an archive by its content; whatever fails here or inside the block is an `InputError`."""
    with report_unreadable("the archive", ERRORS), path.open("rb") as raw:
        start = raw.read(4)
        raw.seek(0)
        if start.startswith(b"PK"):
            yield _Zip(raw)
        elif start.startswith(b"\x1f\x8b"):
            with gzip.open(raw) as unpacked:
                yield _Tar(unpacked)  # type: ignore[arg-type]
        else:
            yield _Tar(raw)


def _check_total(count: int, total: int) -> None:
    if count > MAX_MEMBERS or total > MAX_TOTAL_BYTES:
        raise InputError(
            f"{count:,} files of {total >> 30:,} GiB arrived, uncompressed; up to {MAX_MEMBERS:,} of "
            f"{MAX_TOTAL_BYTES >> 30:,} GiB are allowed"
        )
