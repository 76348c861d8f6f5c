"""Photos on the disk: one file for one picture, whole or not at all, and none that is nobody's."""

import io
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from streife.kernel.clock import now
from streife.reports import storage
from streife.reports.models import Photo, Report, Upload
from streife.reports.photos import Picture, prepare
from tests.reporting import a_picture, fields, load_catalogue, load_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path, db: None) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files"), "base_url": None},
        }
    }
    load_city()
    load_catalogue()


def files() -> list[Path]:
    return [path for path in Path(default_storage.path("")).rglob("*") if path.is_file()]


def age(hours: int) -> None:
    """Make all files as old as that."""
    moment = (now() - timedelta(hours=hours)).timestamp()
    for path in files():
        os.utime(path, (moment, moment))


def tidy() -> None:
    call_command("tidy_reports", stdout=io.StringIO())


def a_photo(size: tuple[int, int] = (64, 48)) -> Picture:
    return prepare(a_picture(size=size), name="foto.jpg")


def test_one_picture_sent_by_many_at_once_is_one_file() -> None:
    picture, barrier = a_photo(), Barrier(8)

    def send(_: int) -> str:
        barrier.wait(timeout=30)
        return storage.keep(picture)

    for _ in range(20):  # the moment is short
        with ThreadPoolExecutor(8) as pool:
            paths = set(pool.map(send, range(8)))
        assert len(paths) == 1
        assert [path.read_bytes() for path in files()] == [picture.jpeg]
        storage.remove(paths.pop())


def test_what_a_power_cut_left_half_is_written_anew_by_the_next_who_sends_it() -> None:
    picture = a_photo()
    path = Path(default_storage.path(storage.keep(picture)))
    path.write_bytes(picture.jpeg[:100])
    assert storage.read(storage.keep(picture)) == picture.jpeg


def test_a_photo_without_a_report_goes_after_a_day_and_every_other_stays() -> None:
    sent = fields(photos=[SimpleUploadedFile("a.jpg", a_picture(size=(80, 60)))])
    assert Client().post("/hinweis/", sent).status_code == 303
    waiting = fields(category="", photos=[SimpleUploadedFile("b.jpg", a_picture(size=(70, 50)))])
    assert Client().post("/hinweis/", waiting).status_code == 422
    stray = storage.keep(a_photo())
    tidy()
    assert len(files()) == 3
    age(25)
    tidy()
    kept = {Photo.objects.get().path, Upload.objects.get().path}
    assert {str(path.relative_to(default_storage.path(""))) for path in files()} == kept
    assert stray not in kept


def test_a_photo_whose_file_is_gone_is_answered_in_words(
    client_for: Callable[[str], Client],
) -> None:
    sent = fields(photos=[SimpleUploadedFile("a.jpg", a_picture(size=(80, 60)))])
    link = Client().post("/hinweis/", sent)["Location"].partition("?")[0]
    photo = Report.objects.get().photos.get()
    storage.remove(photo.path)
    assert Client().get(f"{link}foto/{photo.sha256}/").status_code == 404
    assert client_for("desk").get(f"/hinweise/foto/{photo.pk}/").status_code == 404
