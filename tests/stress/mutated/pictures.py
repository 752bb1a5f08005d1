"""Mutations of picture files that know the format: sizes that lie, bombs, odd chunks and tags."""

import io
import re
import struct
import zlib

from PIL import Image

from tests.stress.mutated.plain import INTEGERS, Mutator

SIDES = (0, 1, 2, 3, 255, 256, 4000, 4900, 5000, 20_000, 65_535, 2**16, 10**6, 2**31 - 1, 2**31, 2**32 - 1)


def mutate_picture(draw: Mutator, data: bytes) -> bytes:
    """Return a picture whose header lies, by the rules of its format; or a sound one of an odd kind."""
    if draw.often(0.25):
        return _make_odd(draw)
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return _mutate_png(draw, data)
    if data[:2] == b"\xff\xd8":
        return _mutate_jpeg(draw, data)
    if data[:1] == b"P" and data[1:2] in b"1234567":
        return _mutate_ppm(draw, data)
    sizes = {b"GIF8": (6, 8), b"BM": (18, 22, 14, 10, 28, 30, 46), b"II*": (4,), b"MM\0": (4,), b"RIFF": (4, 16, 26)}
    places = next((at for start, at in sizes.items() if data.startswith(start)), (0, 4, 8, 12))
    at = draw.choice(places) if draw.often(0.6) else draw.randrange(min(len(data), 200))
    width = draw.choice((2, 4))
    number = draw.choice((*SIDES, *INTEGERS)) % (1 << (8 * width))
    draw.note(f"picture: {number} at {at}")
    return data[:at] + number.to_bytes(width, "little") + data[at + width :]


def _read_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks, at = [], 8
    while at + 8 <= len(data):
        length = struct.unpack(">I", data[at : at + 4])[0]
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks


def write_png(chunks: list[tuple[bytes, bytes]]) -> bytes:
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, body in chunks:
        parts.append(struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)))
    return b"".join(parts)


def _mutate_png(draw: Mutator, data: bytes) -> bytes:
    chunks = _read_chunks(data)
    way = draw.choice(
        (
            "sides",
            "sides",
            "kind",
            "bomb",
            "short",
            "drop",
            "twice",
            "text",
            "palette",
            "animation",
            "many",
            "order",
            "icc",
        )
    )
    draw.note(f"png: {way}")
    header = bytearray(chunks[0][1])
    bomb = zlib.compress(bytes(60_000_000), 1)
    match way:
        case "sides":
            at = draw.choice((0, 4))
            header[at : at + 4] = struct.pack(">I", draw.choice(SIDES))
        case "kind":
            header[draw.randrange(8, 13)] = draw.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 32, 255))
        case "bomb":
            header[:8] = struct.pack(
                ">II", *draw.choice(((4800, 5000), (20_000, 20_000), (1, 10**7), (10**7, 1), (30_000, 3000)))
            )
            chunks[1:] = [(b"IDAT", bomb), (b"IEND", b"")]
        case "short":
            chunks = [(kind, body[: len(body) // 2] if kind == b"IDAT" else body) for kind, body in chunks]
        case "drop":
            del chunks[draw.randrange(len(chunks))]
        case "twice":
            chunks.insert(draw.randrange(len(chunks)), draw.choice(chunks))
        case "text":
            kind = draw.choice((b"zTXt", b"iTXt", b"tEXt"))
            body = {b"zTXt": b"a\0\0" + bomb, b"iTXt": b"a\0\1\0\0\0" + bomb, b"tEXt": b"a\0" + bytes(2_000_000)}[kind]
            chunks.insert(1, (kind, body))
        case "palette":
            chunks.insert(1, (b"PLTE", draw.randbytes(draw.choice((0, 1, 3, 767, 768, 5000)))))
            header[9] = draw.choice((3, header[9]))
        case "animation":
            chunks[1:1] = [
                (b"acTL", struct.pack(">II", draw.choice((0, 1, 2, 2**31)), 0)),
                (b"fcTL", draw.randbytes(26)),
            ]
        case "many":
            chunks[1:1] = [(draw.choice((b"tEXt", b"gAMA", b"abCd")), b"a\0b")] * 20_000
        case "order":
            chunks = chunks[:1] + chunks[:0:-1]
        case "icc":
            chunks.insert(1, (b"iCCP", b"a\0\0" + draw.choice((bomb, b"", draw.randbytes(50)))))
    if chunks and chunks[0][0] == b"IHDR":
        chunks[0] = (b"IHDR", bytes(header))
    return write_png(chunks)


def _mutate_jpeg(draw: Mutator, data: bytes) -> bytes:
    way = draw.choice(("sides", "sides", "scans", "segment", "exif", "app", "restart"))
    draw.note(f"jpeg: {way}")
    frame = re.search(rb"\xff[\xc0-\xc2]\x00.", data, re.DOTALL)
    at = frame.start() if frame else 0
    match way:
        case "sides":
            place = at + draw.choice((5, 7))
            return data[:place] + struct.pack(">H", draw.choice(SIDES) % 65536) + data[place + 2 :]
        case "scans":
            start = data.rfind(b"\xff\xda")
            return data[:start] + data[start:-2] * draw.choice((2, 30, 200)) + b"\xff\xd9"
        case "segment":
            markers = [one.start() for one in re.finditer(rb"\xff[\xc0-\xfe]", data[:2000])]
            place = draw.choice(markers) + 2
            return data[:place] + struct.pack(">H", draw.choice(INTEGERS) % 65536) + data[place + 2 :]
        case "exif":
            tags = b"".join(
                struct.pack(
                    ">HHII",
                    draw.choice((0x112, 0x8769, 0x8825, 0x100, 0x9286, 0xFFFF)),
                    draw.randrange(0, 14),
                    draw.choice(INTEGERS) % 2**32,
                    draw.choice(INTEGERS) % 2**32,
                )
                for _ in range(draw.choice((1, 3, 50)))
            )
            body = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", len(tags) // 12) + tags + bytes(4)
            return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]
        case "app":
            body = draw.choice(
                (
                    b"MPF\0" + draw.randbytes(60),
                    b"ICC_PROFILE\0\1\1" + draw.randbytes(200),
                    b"Adobe" + draw.randbytes(7),
                    b"JFIF\0" + draw.randbytes(9),
                    b"Photoshop 3.0\0" + draw.randbytes(80),
                )
            )
            marker = draw.choice((b"\xff\xe0", b"\xff\xe1", b"\xff\xe2", b"\xff\xed", b"\xff\xee"))
            return data[:2] + marker + struct.pack(">H", len(body) + 2) + body + data[2:]
    place = data.rfind(b"\xff\xda") + 20
    return data[:place] + bytes((0xFF, draw.randrange(0xD0, 0xD8))) * 50 + data[place:]


def _mutate_ppm(draw: Mutator, data: bytes) -> bytes:
    draw.note("ppm: header")
    side = draw.choice((*SIDES, "-1", "x", "9" * 50, "1e3", "0x10"))
    header = draw.choice(
        (
            f"P6 {side} 30 255\n",
            f"P5 30 {side} 255\n",
            f"P6 30 30 {side}\n",
            f"P{draw.randrange(10)} 30 30 255\n",
            f"Pf\n{side} 3\n-1.0\n",
            f"P7\nWIDTH {side}\n",
            "P6 " + "#" * 100_000 + "\n",
            f"P1 {side} {side}\n",
            f"P3 9 9 {side}\n1 2 3",
        )
    )
    return header.encode() + data[15:]


def _make_odd(draw: Mutator) -> bytes:
    """Return a sound picture of an odd mode, size or format."""
    size = draw.choice(((1, 1), (1, 3000), (3000, 1), (2, 2), (300, 200), (5000, 4700), (65_500, 30), (30, 65_500)))
    mode = draw.choice(("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "HSV", "I", "F", "I;16"))
    kind = draw.choice(
        (
            "PNG",
            "JPEG",
            "GIF",
            "BMP",
            "TIFF",
            "WEBP",
            "PPM",
            "TGA",
            "ICO",
            "JPEG2000",
            "AVIF",
            "PCX",
            "SGI",
            "DDS",
            "PDF",
            "EPS",
            "IM",
            "QOI",
        )
    )
    draw.note(f"picture: {kind} {mode} {size}")
    if size[0] * size[1] > 10_000_000 and kind in ("AVIF", "WEBP", "JPEG2000", "PDF", "EPS"):
        size = (400, 300)  # whose encoding takes seconds
    options = {
        "GIF": {"save_all": draw.often(0.5)},
        "TIFF": {"compression": draw.choice((None, "tiff_lzw", "tiff_deflate", "packbits", "group4", "jpeg"))},
    }.get(kind, {})
    written = io.BytesIO()
    try:
        image = (
            Image.new(mode, size, draw.choice((0, 1)))
            if draw.often(0.4)
            else Image.linear_gradient("L").resize(size).convert(mode)
        )
        image.save(written, kind, **options)
    except (OSError, ValueError, KeyError, TypeError, SystemError):  # a mode that the format does not have
        return write_png(
            [
                (b"IHDR", struct.pack(">IIBBBBB", 4, 4, 16, 4, 0, 0, 0)),
                (b"IDAT", zlib.compress(bytes(4 * 17))),
                (b"IEND", b""),
            ]
        )
    return written.getvalue()
