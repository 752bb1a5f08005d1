"""The fit of a user image of any size to a data set: background removed, cropped, scaled, centred."""

import numpy as np
from numpy.typing import NDArray

from latent_explorer.errors import InputError
from latent_explorer.texts import mark
from latent_explorer.user_image import nist_normalisation
from latent_explorer.user_image.framing_stats import DatasetFraming

Grey = NDArray[np.float32]

WEIGHTS = np.asarray([0.299, 0.587, 0.114], np.float32)  # of red, green and blue in grey (ITU-R BT.601)
MIN_CONTRAST = 0.06  # of full brightness: a smaller difference from the background is no ink, or a JPEG artefact
NOISE_DEVIATIONS = 4.0  # standard deviations of the background within which a pixel belongs to it
MAX_NOISE = 0.25  # of the strongest ink: the most that is removed as noise
MIN_INK = 0.08  # of full brightness: the least strongest ink of an image that shows something
SPECK_SHARE = 0.01  # of all ink: a smaller spot is a speck


def fit_pixels(
    picture: NDArray[np.uint8], shape: tuple[int, int, int], framing: DatasetFraming, *, drawn: bool, name: str
) -> Grey:
    """Return bytes (H, W) or (H, W, 3) as (C, h, w) in 0..1; see `user_image.fit_image`."""
    channels, height, width = shape
    if framing.background is None:
        values = crop_photograph(picture, (width, height), whole=drawn)
    else:
        ink = frame_ink(extract_ink(picture, drawn=drawn, name=name), (width, height), framing)
        values = np.abs(framing.background - ink)[:, :, None]
    if values.shape[2] == 3 and channels == 1:
        values = (values @ WEIGHTS)[:, :, None]
    if values.shape[2] < channels:
        values = np.repeat(values[:, :, :1], channels, axis=2)
    return np.ascontiguousarray(np.moveaxis(values[:, :, :channels], -1, 0), np.float32)


def crop_photograph(picture: NDArray[np.uint8], size: tuple[int, int], *, whole: bool = False) -> Grey:
    """Return a photograph (h, w, 1 or 3), cropped at its centre to the proportions of `size` (w, h) and scaled; `whole`
    leaves it uncropped on black, as the pad is."""
    from PIL import Image, ImageOps

    place = ImageOps.pad if whole else ImageOps.fit
    scaled = np.asarray(place(Image.fromarray(picture), size, Image.Resampling.LANCZOS))
    values = scaled.reshape(*scaled.shape[:2], -1).astype(np.float32)
    return values / np.float32(255)


def extract_ink(picture: NDArray[np.uint8], *, drawn: bool, name: str) -> Grey:
    """Return the ink on each pixel, 0 to 1: the background, light or dark, is removed, and the strongest ink is 1.

    Raise `InputError` for an image that shows nothing.
    """
    grey = picture.astype(np.float32) / np.float32(255)
    if grey.ndim == 3:
        grey = grey @ WEIGHTS
    if drawn:
        if not grey.any():
            raise InputError(mark("an empty drawing arrived; draw something on the pad"))
        return grey
    ground, noise = _estimate_background(grey)
    ink = grey - ground
    if -ink.min() > ink.max():  # dark on light, as on paper
        ink = -ink
    most = float(ink.max())
    top = max(float(np.quantile(ink, 0.999)), 0.5 * most) if ink.size > 4000 else most
    if top < MIN_INK:
        text = mark(
            "{picture}: one even surface arrived; a picture with something light or dark on it is allowed",
            picture=name or mark("the picture"),
        )
        raise InputError(text)
    ink[ink <= max(MIN_CONTRAST, min(NOISE_DEVIATIONS * noise, MAX_NOISE * top))] = 0
    return _remove_specks(np.minimum(ink / top, 1))


def frame_ink(ink: Grey, size: tuple[int, int], framing: DatasetFraming) -> Grey:
    """Return the ink of (H, W) cropped, scaled into the framing's box and centred in a frame of `size` (w, h)."""
    from PIL import Image

    top, bottom = _find_extent(ink.max(axis=1))
    left, right = _find_extent(ink.max(axis=0))
    cropped = np.ascontiguousarray(ink[top:bottom, left:right])
    if framing.ink_share is not None:
        return nist_normalisation.normalise(cropped, size, framing.box, framing.ink_share)
    scale = min(framing.box[0] * size[0] / (right - left), framing.box[1] * size[1] / (bottom - top))
    new = max(1, round(scale * (right - left))), max(1, round(scale * (bottom - top)))
    scaled = np.clip(np.asarray(Image.fromarray(cropped).resize(new, Image.Resampling.BOX)), 0, 1)
    out = np.zeros((size[1], size[0]), np.float32)
    x, y = _place_corner(scaled, size, centre_by_mass=framing.centre_by_mass)
    out[y : y + new[1], x : x + new[0]] = scaled
    return out


# -- inside -------------------------------------------------------------------------------------------


def _estimate_background(grey: Grey) -> tuple[Grey, float]:
    """Return the background of an image (H, W), a plane fitted to its border, since light falls unevenly on paper; and
    the standard deviation of the border from it."""
    height, width = grey.shape
    thick = max(1, min(height, width) // 40)
    mask = np.ones(grey.shape, bool)
    mask[thick : height - thick, thick : width - thick] = False
    y, x = np.nonzero(mask)
    values = grey[mask].astype(np.float64)
    sides = np.stack([np.ones(len(x)), x / width, y / height], axis=1)
    plane = np.array([np.median(values), 0.0, 0.0])
    if len(values) > 16:
        for _ in range(3):  # ink that touches the border is no background: it is excluded step by step
            off = np.abs(values - sides @ plane)
            near = off <= max(2.5 * float(np.median(off)), 0.02)
            if near.sum() < 0.5 * len(near):
                break
            plane = np.linalg.lstsq(sides[near], values[near], rcond=None)[0]
    noise = 1.48 * float(np.median(np.abs(values - sides @ plane)))  # the standard deviation of normal noise
    rows, columns = np.arange(height) / height, np.arange(width) / width
    return (plane[0] + plane[1] * columns[None, :] + plane[2] * rows[:, None]).astype(np.float32), noise


def _remove_specks(ink: Grey) -> Grey:
    """Return `ink` without specks."""
    from scipy.ndimage import label, sum_labels

    spots, count = label(ink > 0, np.ones((3, 3), int))
    if count < 2:
        return ink
    masses = sum_labels(ink, spots, np.arange(count + 1))
    keep = masses >= SPECK_SHARE * masses[1:].sum()
    return np.where(keep[spots] & (spots > 0), ink, np.float32(0))


def _find_extent(profile: Grey) -> tuple[int, int]:
    used = np.flatnonzero(profile > 0)
    return int(used[0]), int(used[-1]) + 1


def _place_corner(ink: Grey, size: tuple[int, int], *, centre_by_mass: bool) -> tuple[int, int]:
    """Return the position (x, y) of the upper left corner of `ink` (h, w) in a frame, so that none is cut off."""
    height, width = ink.shape
    room = size[0] - width, size[1] - height
    if not centre_by_mass:
        return room[0] // 2, room[1] // 2
    total = float(ink.sum())
    x = size[0] // 2 - round(float(ink.sum(axis=0) @ np.arange(width)) / total)
    y = size[1] // 2 - round(float(ink.sum(axis=1) @ np.arange(height)) / total)
    return min(max(x, 0), room[0]), min(max(y, 0), room[1])
