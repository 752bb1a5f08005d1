"""Archives of files: written the same each time, and mutated by rules of .zip and .tar."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib

from tests.stress.mutated.plain import INTEGERS, Files, Mutator

DATE = (2020, 1, 1, 0, 0, 0)
PATHS = (
    "../../escape.png", "/etc/escape.png", "a/../../b.png", "C:\\b.png", "a\\b.png", ".hidden/a.png",
    "a" * 300 + ".png", "a/" * 200 + "b.png", "\u202egnp.png", "a\nb.png", "\x1b[31m.png", "con.png", "a//b.png",
    "./a.png", "b.PNG", "b.png/", "__MACOSX/a.png", "zero/zero/zero.png", "",
)  # fmt: skip


def write_zip(files: Files, *, packed: bool = True) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), data, archive.compression)
    return written.getvalue()


def read_zip(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_tar(files: Files, *, packed: bool = False) -> bytes:
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(written.getvalue(), 1, mtime=0) if packed else written.getvalue()


def mutate_zip(draw: Mutator, data: bytes) -> bytes:
    """Return an archive with odd members, or whose directory says what is not so."""
    files = read_zip(data)
    name = draw.choice(sorted(files))
    suffix = "." + name.rpartition(".")[2]
    way = draw.choice(
        ("field", "field", "field", "path", "twice", "bomb", "empty", "method", "flags", "many", "within", "comment")
    )
    draw.note(f"zip: {way}")
    match way:
        case "field":
            return _set_field(draw, data)
        case "path":
            files[draw.choice(PATHS)] = files.pop(name)
        case "twice":
            return _write_twice(files, name)
        case "bomb":
            # a sound beginning, so that it is looked at, and then nothing but zeros
            files[name] = files[name] + bytes(draw.choice((20_000_000, 100_000_000)))
        case "empty":
            return write_zip({})
        case "method":
            return _poke(data, 8, 10, draw.choice((1, 6, 9, 12, 14, 93, 95, 98, 99, 65535)))
        case "flags":
            return _poke(data, 6, 8, draw.choice((1, 8, 32, 64, 2048, 65535)))
        case "many":
            files |= {f"{k}{suffix}": b"" for k in range(2000)}
        case "within":
            files[f"inner{suffix}"] = data
        case "comment":
            return data[:-2] + struct.pack("<H", 65535) + b"x" * 65535
    return write_zip(files, packed=True)


def _write_twice(files: Files, name: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for key, data in [*files.items(), (name, files[name][::-1])]:
            archive.filelist and archive.NameToInfo.pop(key, None)
            archive.writestr(zipfile.ZipInfo(key, DATE), data)
    return written.getvalue()


def _poke(data: bytes, local: int, central: int, value: int) -> bytes:
    """Return an archive with another 16-bit field of its first member, in both of its descriptions."""
    changed = bytearray(data)
    at = data.find(b"PK\x01\x02")
    for place in (local, at + central):
        changed[place : place + 2] = struct.pack("<H", value)
    return bytes(changed)


def _set_field(draw: Mutator, data: bytes) -> bytes:
    """Return an archive with another number in one of its headers."""
    start = draw.choice((b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"))
    places = (
        [at for at in range(len(data) - 4) if data[at : at + 4] == start]
        if len(data) < 300_000
        else [data.rfind(start)]
    )
    changed = bytearray(data)
    width = draw.choice((2, 4))
    place = draw.choice(places or [0]) + draw.randrange(4, 44)
    changed[place : place + width] = (draw.choice(INTEGERS) % (1 << (8 * width))).to_bytes(width, "little")
    return bytes(changed)


def mutate_tar(draw: Mutator, data: bytes) -> bytes:
    """Return an archive with odd members, or whose headers lie."""
    packed = data[:2] == b"\x1f\x8b"
    content = gzip.decompress(data) if packed else data
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        files = {one.name: archive.extractfile(one).read() for one in archive if one.isfile()}  # type: ignore[union-attr]
    way = draw.choice(("field", "field", "path", "link", "device", "bomb", "pax", "many", "gzip", "size"))
    draw.note(f"tar: {way}")
    name = draw.choice(sorted(files))
    written = io.BytesIO()
    with tarfile.open(
        fileobj=written, mode="w", format=draw.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT))
    ) as archive:
        for one, body in files.items():
            info = tarfile.TarInfo(one)
            if one == name and way == "path":
                info.name = draw.choice([path for path in PATHS if path])
            elif one == name and way in ("link", "device"):
                info.type = draw.choice(
                    (tarfile.SYMTYPE, tarfile.LNKTYPE)
                    if way == "link"
                    else (tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, b"S")
                )
                info.linkname = draw.choice(("/etc/passwd", "../../x", one, "nothing"))
                body = b""
            elif one == name and way == "bomb":
                body += bytes(100_000_000 if packed else 3_000_000)
            elif one == name and way == "pax":
                info.pax_headers = {
                    draw.choice(
                        (
                            "size",
                            "path",
                            "mtime",
                            "uid",
                            "GNU.sparse.map",
                            "GNU.sparse.size",
                            "GNU.sparse.major",
                            "hdrcharset",
                        )
                    ): draw.choice(("0", "-1", "9" * 30, "x", "1,2", "nan", "a\0b", "x" * 100_000))
                }
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
        if way == "many":
            for k in range(2000):
                archive.addfile(tarfile.TarInfo(f"{k}.png"))
    changed = bytearray(written.getvalue())
    if way in ("field", "size"):
        headers = [at for at in range(0, len(changed), 512) if changed[at + 257 : at + 262] == b"ustar"] or [0]
        at = draw.choice(headers) + (
            124 if way == "size" else draw.choice((0, 100, 108, 116, 124, 136, 148, 156, 157, 257, 329, 345))
        )
        new = draw.choice(
            (
                b"77777777777",
                b"\x80" + b"\xff" * 7,
                b"-0000000001",
                b"99999999999",
                b"\xff" * 12,
                b"00000000000",
                b"x" * 11,
                b"g",
                b"L",
                b"K",
                b"S",
            )
        )
        changed[at : at + len(new)] = new
        if draw.often(0.7):  # with a checksum that is right
            block = at - at % 512
            changed[block + 148 : block + 156] = b" " * 8
            changed[block + 148 : block + 156] = f"{sum(changed[block : block + 512]):06o}\0 ".encode()
    result = bytes(changed)
    if way == "gzip" or packed:
        result = gzip.compress(result, 1, mtime=0)
        if way == "gzip":
            result = draw.choice(
                (
                    result[:-8] + bytes(8),
                    result + b"x" * 50,
                    result + result,
                    result[: len(result) // 2],
                    gzip.compress(result, 1, mtime=0),
                    result[:3] + b"\x1f" + result[4:],
                    zlib.compress(result),
                )
            )
    return result
