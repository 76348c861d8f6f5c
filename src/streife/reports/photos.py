"""Pictures as people send them, made safe: decoded, turned upright, shrunk, encoded anew as JPEG.

Only decoded pixels survive. Names, types and markers of the file are never believed, so an SVG or a
web page with the name of a picture, and everything hidden in or behind one, ends here.
"""

import hashlib
import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore

import pillow_heif
from PIL import Image, ImageCms, UnidentifiedImageError

from streife.kernel.errors import Refused

MAX_PIXELS = 50_000_000  # what a telephone takes today; decoded 150 MB
MAX_SIDE = 20_000
STORED_SIDE = 2048
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
_QUALITY = 85

_ORIENTATION = 0x0112  # EXIF 2.3, 4.6.4
_TURNS: Mapping[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Decoding the largest picture takes some 600 MB: no crowd of senders may ask for that at once.
_AT_ONCE = BoundedSemaphore(2)

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow warns above and refuses above the double


@dataclass(frozen=True, slots=True)
class Picture:
    """A safe picture: JPEG bytes, their SHA-256, and the size in pixels."""

    jpeg: bytes
    sha256: str
    width: int
    height: int


def prepare(data: bytes, *, name: str) -> Picture:
    """Return the picture in the file; `name` is only for the message.

    :raises Refused: not one of JPEG, PNG, WebP, HEIC; damaged; or too many pixels
    """
    # A file name comes from outside and is repeated to its sender: one line, not endless.
    label = " ".join(name.split())[-80:] or "Foto"
    try:
        with _AT_ONCE, Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MAX_PIXELS or max(image.size) > MAX_SIDE:
                raise _too_many_pixels(label)
            upright = _decode(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(label) from error
    except UnidentifiedImageError as error:
        raise Refused(
            "„%(label)s“ ist kein Foto, das wir lesen können. Möglich sind JPEG, PNG, WebP "
            "und HEIC.",
            "not-a-photo",
            field="photos",
            values={"label": label},
        ) from error
    # What decoders raise on damaged files; none of them has one exception for it.
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, struct.error) as error:
        raise Refused(
            "„%(label)s“ ist beschädigt und lässt sich nicht öffnen. Bitte nehmen Sie ein "
            "anderes Foto.",
            "photo-damaged",
            field="photos",
            values={"label": label},
        ) from error
    return _encode(upright)


def _decode(image: Image.Image) -> Image.Image:
    image.draft("RGB", (STORED_SIDE, STORED_SIDE))  # JPEG decodes straight to a smaller size
    profile = image.info.get("icc_profile")
    image.load()
    turn = _turn_of(image)
    image.thumbnail((STORED_SIDE, STORED_SIDE), Image.Resampling.LANCZOS)
    upright = image.transpose(turn) if turn is not None else image
    return _on_white(_to_srgb(upright, profile))


def _turn_of(image: Image.Image) -> Image.Transpose | None:
    """Return how to turn the picture upright; only the one tag is read, nothing written back."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION))
    # Damaged EXIF raises whatever its bytes happen to mean; it costs the turning, not the photo.
    except (OSError, ValueError, TypeError, LookupError, SyntaxError, struct.error):
        return None


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or image.mode not in ("RGB", "CMYK"):
        return image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image  # a broken profile costs a shade of colour, not the photo
    return converted or image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")


def _encode(image: Image.Image) -> Picture:
    # A new picture takes the pixels only: no comment, EXIF, XMP or profile can come along.
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=_QUALITY, optimize=True)
    jpeg = out.getvalue()
    return Picture(jpeg, hashlib.sha256(jpeg).hexdigest(), bare.width, bare.height)


def _too_many_pixels(label: str) -> Refused:
    return Refused(
        "„%(label)s“ hat zu viele Bildpunkte (höchstens 50 Millionen). Bitte verkleinern Sie es.",
        "photo-too-many-pixels",
        field="photos",
        values={"label": label},
    )
