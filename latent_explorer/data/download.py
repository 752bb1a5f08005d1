"""Files from the network: in pieces, so that it can be followed and stopped, and checked before they have their names.

A file that was not received whole stays under a temporary name and is deleted. It knows no data sets.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import tarfile
import urllib.request
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any

from latent_explorer import files, unfinished
from latent_explorer.errors import InputError, StoppedError, WorkError, summarise

PIECE = 2**16  # bytes read at a time
TIMEOUT = 30.0  # seconds without a byte, after which a network counts as dead
DISK_ERRORS = {getattr(errno, name, 0) for name in ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EFBIG", "EIO")} - {0}
"""Numbers of errors that are this machine's: another address would not help."""
HEADERS = {"User-Agent": "latent_explorer"}


@dataclass(frozen=True)
class RemoteFile:
    name: str
    urls: tuple[str, ...]
    """Addresses to download it from, tried in turn."""
    md5: str
    members: tuple[str, ...] = ()
    """Of an archive: the members that are kept, each under the last part of its name; the archive is deleted."""
    max_bytes: int = 2**30
    """Largest allowed size; a longer download is refused."""


def fetch(remote: RemoteFile, folder: Path, *, report: Callable[[int], object], is_stopped: Callable[[], bool]) -> None:
    """Fetch a file, or the members of an archive, into `folder`; `report` is called with the bytes of each piece.

    Raises `StoppedError` once `is_stopped`, `OSError` if there can be no such folder, `WorkError` if none of the
    addresses has the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reasons: dict[str, list[str]] = {}
    for url in remote.urls:
        if is_stopped():
            raise StoppedError("stopped")
        try:
            _fetch_from(url, remote, folder, report, is_stopped)
            return
        except (OSError, HTTPException, EOFError, tarfile.TarError, zipfile.BadZipFile, KeyError, ValueError) as error:
            if isinstance(error, OSError) and error.errno in DISK_ERRORS:
                raise WorkError(f"{folder}: cannot be written: {error.strerror}") from None
            reasons.setdefault(_explain(error), []).append(url.split("/")[2])
    raise WorkError("; ".join(f"{reason} ({', '.join(hosts)})" for reason, hosts in reasons.items()))


def open_url(url: str) -> Any:
    """Open an address; the answer is read as a file."""
    return urllib.request.urlopen(urllib.request.Request(url, headers=HEADERS), timeout=TIMEOUT)


def _fetch_from(
    url: str, remote: RemoteFile, folder: Path, report: Callable[[int], object], is_stopped: Callable[[], bool]
) -> None:
    received = 0
    try:
        digest = hashlib.md5(usedforsecurity=False)
        with unfinished.make_file(folder) as (file, part):
            with open_url(url) as answer:
                while piece := answer.read(PIECE):
                    if is_stopped():
                        raise StoppedError("stopped")
                    digest.update(piece)
                    file.write(piece)
                    received += len(piece)
                    report(len(piece))
                    if received > remote.max_bytes:
                        raise InputError(f"more than {remote.max_bytes:,} bytes arrived for {remote.name}")
            file.close()
            if digest.hexdigest() != remote.md5:
                raise InputError(f"{received:,} bytes with another checksum than that of {remote.name}")
            for member in remote.members:
                _extract(part, member, folder)
            if not remote.members:
                files.make_readable(part)
                os.replace(part, folder / remote.name)
    except BaseException:
        report(-received)
        raise


def _extract(archive: Path, member: str, folder: Path) -> None:
    """Copy a member of a zip or tar archive; it has its name when it is whole."""
    target = folder / member.rsplit("/", 1)[-1]
    with unfinished.make_file(folder) as (copy, whole):
        with contextlib.ExitStack() as opened:
            source: IO[bytes] | None
            if zipfile.is_zipfile(archive):
                source = opened.enter_context(zipfile.ZipFile(archive)).open(member)
            else:
                source = opened.enter_context(tarfile.open(archive)).extractfile(member)
            if source is None:
                raise InputError(f"{member} is no file")
            shutil.copyfileobj(source, copy)
        copy.close()
        files.make_readable(whole)
        os.replace(whole, target)


def _explain(error: Exception) -> str:
    """Return the reason of an error of the network without the wrapping of urllib."""
    inner = getattr(error, "reason", error)
    return getattr(inner, "strerror", None) or summarise(inner if isinstance(inner, BaseException) else error)
