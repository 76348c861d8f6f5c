"""Case 46: what is handed out of a redacted recording holds no other picture than the redacted."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import av
import pytest
from PIL import Image
from pypdf import PdfReader

from streife.accounts.rules import Actor, Role
from streife.config.demo.footage import Person, scene
from streife.evidence.actions import previews, redacting
from streife.evidence.contents import open_content, open_unlisted
from streife.evidence.models import Preview, Recording, Redaction
from streife.evidence.redaction.project import Project
from streife.kernel import clock
from tests.boxes_making import C2PA_UUID, c2pa_box, put_after_ftyp
from tests.exporting import handed, verify
from tests.filming import filmed
from tests.vaulting import look_at, make_dock, take_in

Actors = Callable[[Role | str], Actor]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("own_var_committed")]
WALKING = Person(60, (200, 100), (2, 0))
# How a picture or a film begins; long enough that no compressed film looks like one by chance.
BEGINNINGS = (
    rb"\xff\xd8\xff[\xe0\xe1]..(?:JFIF|Exif)",
    rb"\xff\xd8\xff\xdb\x00\x43\x00",
    rb"\x89PNG\r\n\x1a\n",
    rb"RIFF....(?:WEBP|AVI )",
    rb"ftyp(?:isom|mp42|heic|avif|qt  )",
    rb"\x1a\x45\xdf\xa3.{1,8}\x42\x86\x81",  # Matroska
    rb"GIF8[79]a",
    rb"II\*\x00\x08\x00\x00\x00|MM\x00\*\x00\x00\x00\x08",
)
PICTURE = re.compile(b"|".join(BEGINNINGS), re.DOTALL)


def thumbnail() -> bytes:
    out = io.BytesIO()
    Image.fromarray(next(iter(scene([WALKING], frames=1)))).resize((160, 90)).save(out, "JPEG")
    return out.getvalue()


def released_copy(
    recording: Recording, actor_for: Actors, now: datetime
) -> tuple[Recording, bytes]:
    """Redact with a preview on the way and release; return the copy and the preview's bytes."""
    custodian = actor_for("custodian")
    begun = redacting.begin_redaction(
        ident=recording.ident, purpose="Akteneinsicht", actor=custodian, now=now
    )
    for review in Project.from_json(Redaction.objects.get().project).open_reviews:
        redacting.change_project(
            redaction_id=begun.pk, change=redacting.settle(review.key), actor=custodian, now=now
        )
    previews.ask_preview(redaction_id=begun.pk, actor=custodian, now=now)
    small = b"".join(open_unlisted(Preview.objects.get(state="made")).parts())
    redacting.ask_for_copy(redaction_id=begun.pk, actor=custodian, now=now)
    copy = Redaction.objects.get().copy
    assert copy is not None
    look_at(copy, actor_for("shift_leader"), now)
    redacting.release_copy(redaction_id=begun.pk, actor=actor_for("shift_leader"), now=now)
    return copy, small


def test_case_46_the_zip_that_leaves_holds_the_redacted_film_and_no_other_picture(
    actor_for: Actors, tmp_path: Path
) -> None:
    now = clock.now()
    film = filmed([WALKING], frames=25, sound=True).getvalue()
    original = put_after_ftyp(film, c2pa_box(thumbnail(), name="officer-4711"))
    assert len(PICTURE.findall(original)) >= 2, "the search sees the picture inside the film"
    ended = now - timedelta(hours=1)
    recording = take_in(original, dock=make_dock(now), now=now, ended_at=ended)
    copy, preview = released_copy(recording, actor_for, now)
    people = {"custodian": actor_for("custodian"), "leader": actor_for("shift_leader")}
    given = handed(copy, tmp_path / "empfang", now=now, **people)
    assert verify(given.bag, given.trust)[0] == 0

    with zipfile.ZipFile(given.bag) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    redacted = b"".join(open_content(copy).parts())
    films = [name for name, content in files.items() if content == redacted]
    assert len(films) == 1
    for name, content in files.items():
        found = [match.start() for match in PICTURE.finditer(content)]
        assert found == ([4] if name in films else []), f"{name} holds a picture"
        for secret in (thumbnail(), C2PA_UUID, preview[:4096], original[:4096]):
            assert secret not in content, name
    with av.open(io.BytesIO(redacted)) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
    sheets = [content for name, content in files.items() if name.endswith(".pdf")]
    assert sheets, "the cover sheet is looked into as well: its streams are packed"
    for sheet in sheets:
        reader = PdfReader(io.BytesIO(sheet))
        assert [len(page.images) for page in reader.pages] == [0] * len(reader.pages)
        assert not reader.attachments
    # Nor behind the last file, nor between two of them.
    raw = given.bag.read_bytes()
    assert thumbnail() not in raw
    assert len(PICTURE.findall(raw)) == 1
