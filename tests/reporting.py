"""What tests of reports and of the portal start from: the city, a draft, pictures with secrets."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.core.management import call_command
from PIL import Image
from time_machine import travel

from streife.kernel.clock import now
from streife.kernel.geo import Point
from streife.portal.stamps import new_stamp
from streife.reports.rules import Channel, Kind, ReportDraft

NORDMARKT = Point(51.5240, 7.4650)
KOELN = Point(50.9384, 6.8345)
SECRET_MARK = b"GEHEIMER-ORT"


def load_city() -> None:
    """Import Dortmund's ground."""
    call_command("import_places", stdout=io.StringIO())


def load_catalogue() -> None:
    """Import the categories of the demo city."""
    call_command("import_catalogue", stdout=io.StringIO())


def a_stamp() -> str:
    """Return the stamp of a form that was shown some seconds ago."""
    with travel(now() - timedelta(seconds=30), tick=False):
        return new_stamp()


def fields(**changes: Any) -> dict[str, Any]:
    """Return what a browser sends for a good report, with changes."""
    return {
        "client_id": str(uuid4()),
        "stamp": a_stamp(),
        "website": "",
        "latitude": "51.5240",
        "longitude": "7.4650",
        "address": "Nordmarkt 3",
        "quarter": "",
        "category": "sperrmuell",
        "text": "Ein Sofa steht auf dem Gehweg.",
        "happened_at": "",
        "kind": "hint",
        "email": "",
        "phone": "",
        "name": "",
        "home": "",
    } | changes


def a_draft(**changes: Any) -> ReportDraft:
    """Return a draft that is fine, with changes."""
    values: dict[str, Any] = {
        "client_id": uuid4(),
        "kind": Kind.HINT,
        "channel": Channel.WEB,
        "category_code": "sperrmuell",
        "text": "Ein Sofa steht auf dem Gehweg.",
        "point": NORDMARKT,
        "address": "Nordmarkt 3",
    }
    return ReportDraft(**(values | changes))


def a_picture(
    format_name: str = "JPEG", *, size: tuple[int, int] = (640, 480), **options: Any
) -> bytes:
    """Return a picture that carries a position, a camera, a comment and bytes behind its end."""
    image = Image.effect_noise(size, 60).convert("RGB")
    exif = Image.Exif()
    exif[0x010F] = SECRET_MARK.decode()
    exif[0x0112] = 6  # lying on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 30.0, 50.0), 3: "E", 4: (7.0, 27.0, 57.0)})
    out = io.BytesIO()
    if format_name == "JPEG":
        options = {"comment": SECRET_MARK, "xmp": b"<x:xmpmeta>" + SECRET_MARK, **options}
    image.save(out, format_name, exif=exif.tobytes(), **options)
    return out.getvalue() + (SECRET_MARK if format_name == "JPEG" else b"")


def long_ago() -> datetime:
    """Return a moment in the past of every test."""
    return datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
