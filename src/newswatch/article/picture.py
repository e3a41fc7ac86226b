"""Image files made into plain pixels. The only module that knows Pillow besides what draws; to be run in a process of
its own (`picture_child`): what is read here was made by strangers.
"""

from __future__ import annotations

import io
import warnings
from enum import IntEnum

from newswatch.model.picture import HIGHEST, WIDEST, Picture

MAX_PICTURE_BYTES = 5 * 2**20
READING_LIMIT_S = 5.0
MEMORY_LIMIT = 512 * 2**20
MOST_PIXELS = 25_000_000
"""Of an image file: cameras of newsrooms make 24 million. The file's head says how many, before any is unpacked."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
PAPER = (255, 255, 255)
"""What shines through: pictures with holes were made for white pages."""


class Flaw(IntEnum):
    """Why an image file gives no picture."""

    UNKNOWN = 1  # none of the formats that are read
    TOO_MANY_PIXELS = 2
    BROKEN = 3


def read_picture(body: bytes) -> Picture | Flaw:
    """The first picture of an image file, upright, made small enough to be handed about. Raises nothing."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
                opened.draft("RGB", (WIDEST, HIGHEST))  # a JPEG is unpacked no larger than it has to be
                whole = opened if opened.mode in {"RGB", "RGBA", "L"} else opened.convert("RGBA")
                whole.thumbnail((WIDEST, HIGHEST))
                upright = ImageOps.exif_transpose(whole)
                upright.thumbnail((WIDEST, HIGHEST))
                if upright.mode == "RGBA":
                    paper = Image.new("RGB", upright.size, PAPER)
                    paper.paste(upright, mask=upright.getchannel("A"))
                    upright = paper
                plain = upright.convert("RGB")
                return Picture(plain.width, plain.height, plain.tobytes())
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Flaw.TOO_MANY_PIXELS
    except UnidentifiedImageError:
        return Flaw.UNKNOWN
    except Exception:  # noqa: BLE001  hostile bytes: Pillow's readers raise whatever their format leads to
        return Flaw.BROKEN
