"""A recording becomes a copy in which nobody can be recognised; a second person lets it go."""

from collections.abc import Callable
from datetime import datetime

import pytest

from streife.accounts.rules import Actor
from streife.config.demo.footage import Person
from streife.evidence.actions import copying, redacting, searching
from streife.evidence.contents import open_content
from streife.evidence.models import Recording, Redaction
from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.project import Cover, Kind, Project
from streife.evidence.redaction.searching import Pace
from streife.journal.models import Entry
from streife.kernel.errors import Refused
from tests.docking import docked
from tests.filming import shown
from tests.vaulting import look_at

pytestmark = pytest.mark.django_db
ActorFor = Callable[[str], Actor]
WALKING = Person(60, (200, 100), (2, 0))


def acts(recording: Recording) -> list[str]:
    entries = Entry.objects.filter(subject=f"recording:{recording.ident}").order_by("pk")
    return [entry.act for entry in entries]


@pytest.fixture
def recording(db: None, now: datetime) -> Recording:
    return docked([WALKING], now=now)


def begun(recording: Recording, actor: Actor, now: datetime) -> Redaction:
    return redacting.begin_redaction(
        ident=recording.ident, purpose="Auskunft an die betroffene Person", actor=actor, now=now
    )


def ready(recording: Recording, actor: Actor, now: datetime) -> Redaction:
    made = begun(recording, actor, now)
    for review in Project.from_json(Redaction.objects.get(pk=made.pk).project).open_reviews:
        redacting.change_project(
            redaction_id=made.pk, change=redacting.settle(review.key), actor=actor, now=now
        )
    return Redaction.objects.get(pk=made.pk)


def plain_of(recording: Recording) -> bytes:
    return b"".join(open_content(recording).parts())


def test_from_the_search_to_the_release_by_a_second_person(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian, leader = actor_for("custodian"), actor_for("shift_leader")
    before = plain_of(recording)

    redaction = ready(recording, custodian, now)
    assert redaction.state == "ready"
    plate = Cover("h1", Kind.PLATE, ((0, Box(10, 300, 90, 330)), (24, Box(10, 300, 90, 330))), True)
    redacting.change_project(
        redaction_id=redaction.pk, change=redacting.add_cover(plate), actor=custodian, now=now
    )
    redacting.change_project(
        redaction_id=redaction.pk, change=redacting.mute(0, 500), actor=custodian, now=now
    )
    redacting.ask_for_copy(redaction_id=redaction.pk, actor=custodian, now=now)
    redaction.refresh_from_db()
    assert redaction.state == "made"
    copy = redaction.copy
    assert copy is not None
    assert copy.released_at is None

    with pytest.raises(Refused) as refusal:
        redacting.release_copy(redaction_id=redaction.pk, actor=custodian, now=now)
    assert refusal.value.code == "own-copy"
    with pytest.raises(Refused) as refusal:  # who did not look is no second person
        redacting.release_copy(redaction_id=redaction.pk, actor=leader, now=now)
    assert refusal.value.code == "not-looked"
    look_at(copy, leader, now)
    redacting.release_copy(redaction_id=redaction.pk, actor=leader, now=now)

    copy.refresh_from_db()
    assert copy.released_at == now
    assert copy.derived_from == recording
    assert copy.operation["params_sha256"] == redaction.project_sha256
    assert copy.delete_after == recording.delete_after, "it goes when its original goes"
    assert "GESCHWÄRZTE" not in recording.name
    assert sorted(acts(recording)) == [
        "evidence.copy_asked",
        "evidence.copy_made",
        "evidence.copy_released",
        "evidence.ingested",
        "evidence.redaction_begun",
        "evidence.redaction_changed",
        "evidence.redaction_changed",
        "evidence.redaction_worked",
    ]
    # Case 50: the original is bit-identical afterwards, and the copy is another file.
    assert plain_of(recording) == before
    assert plain_of(copy) != before


def test_case_50_a_copy_can_never_pass_for_an_original(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    redaction = ready(recording, custodian, now)
    redacting.ask_for_copy(redaction_id=redaction.pk, actor=custodian, now=now)
    redaction.refresh_from_db()
    copy = redaction.copy
    assert copy is not None
    assert f'"derived_from":["{recording.ident}"]' in copy.manifest
    assert "— dock/schwaerzung " in copy.manifest, "no dock made it"
    assert "derived_from" not in recording.manifest
    with pytest.raises(Refused) as refusal:
        begun(copy, custodian, now)
    assert refusal.value.code == "copy-of-a-copy"


def test_without_a_look_at_every_doubt_there_is_no_copy(actor_for: ActorFor, now: datetime) -> None:
    custodian = actor_for("custodian")
    hidden = Person(70, (200, 120), hidden=tuple(range(10, 22)))
    recording = docked([hidden], now=now, frames=40)
    redaction = begun(recording, custodian, now)
    with pytest.raises(Refused) as refusal:
        redacting.ask_for_copy(redaction_id=redaction.pk, actor=custodian, now=now)
    assert refusal.value.code == "reviews-open"


def test_case_47_a_face_that_was_left_open_sends_the_copy_back(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    redaction = ready(recording, custodian, now)
    project = Project.from_json(redaction.project)
    # As if the search had never seen the face.
    empty = Project(
        project.source_sha256, project.width, project.height, project.frames,
        settings=project.settings,
    )  # fmt: skip
    Redaction.objects.filter(pk=redaction.pk).update(project=empty.as_json())
    redacting.ask_for_copy(redaction_id=redaction.pk, actor=custodian, now=now)
    redaction.refresh_from_db()
    assert (redaction.state, redaction.trouble) == ("ready", "face-left-over")
    assert redaction.copy is None
    assert Recording.objects.filter(derived_from=recording).count() == 0
    doubts = Project.from_json(redaction.project).open_reviews
    assert {one.doubt for one in doubts} == {"left_over"}


def test_who_may_not_see_may_not_redact(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    for role, code in (("officer", "not-permitted"), ("case_officer", "no-case")):
        with pytest.raises(Refused) as refusal:
            begun(recording, actor_for(role), now)
        assert refusal.value.code == code


def test_a_cancelled_search_stops_and_one_that_died_goes_on(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    redaction = begun(recording, custodian, now)
    Redaction.objects.filter(pk=redaction.pk).update(
        state="searching", project=None, project_sha256="", found={"upto": 20, "found": {}}
    )
    searching.search_faces(
        redaction_id=redaction.pk, actor=actor_for("system"), clock=lambda: now, pace=Pace(640)
    )
    redaction.refresh_from_db()
    assert redaction.state == "ready"
    first = [cover.first for cover in Project.from_json(redaction.project).covers]
    assert first == [20], "what was searched before is not searched again"

    redacting.cancel_redaction(redaction_id=redaction.pk, actor=custodian, now=now)
    searching.search_faces(
        redaction_id=redaction.pk, actor=actor_for("system"), clock=lambda: now, pace=Pace(640)
    )
    copying.make_copy(redaction_id=redaction.pk, actor=actor_for("system"), clock=lambda: now)
    redaction.refresh_from_db()
    assert (redaction.state, redaction.copy) == ("cancelled", None)


def test_work_without_a_word_for_two_minutes_is_begun_again(
    recording: Recording, actor_for: ActorFor, now: datetime
) -> None:
    redaction = begun(recording, actor_for("custodian"), now)
    long_ago = datetime(2026, 11, 23, 9, 0, tzinfo=now.tzinfo)
    Redaction.objects.filter(pk=redaction.pk).update(
        state="searching", project=None, told_at=long_ago
    )
    assert searching.resume_redactions(actor=actor_for("system"), now=now) == 1
    assert Redaction.objects.get(pk=redaction.pk).state == "ready"
    assert searching.resume_redactions(actor=actor_for("system"), now=now) == 0


def test_the_copy_shows_nobody(recording: Recording, actor_for: ActorFor, now: datetime) -> None:
    import io  # noqa: PLC0415

    custodian = actor_for("custodian")
    redaction = ready(recording, custodian, now)
    redacting.ask_for_copy(redaction_id=redaction.pk, actor=custodian, now=now)
    redaction.refresh_from_db()
    assert redaction.copy is not None
    pictures = shown(io.BytesIO(plain_of(redaction.copy)))
    assert len(pictures) == 25
    for number, picture in enumerate(pictures):
        across = 230 + 2 * number
        assert picture[125:135, across - 5 : across + 5].max() < 30, f"frame {number}"
