"""A preview shows small what a copy would show, can never leave the house, and goes in time."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role, system
from streife.config.demo.footage import Person
from streife.evidence import actions, keys, queries, stores
from streife.evidence.actions import previews, redacting, searching
from streife.evidence.contents import open_unlisted
from streife.evidence.export.actions import Wanted, request_hand_over
from streife.evidence.models import Preview, Recording, Redaction
from streife.evidence.redaction.boxes import Box
from streife.evidence.redaction.mark import PREVIEW_WORDS, Mark
from streife.evidence.redaction.project import Cover, Kind, Project
from streife.journal.models import Entry
from streife.kernel import clock
from streife.kernel.errors import NotFound, NotPermitted, Refused
from tests.docking import docked
from tests.filming import shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
VAULT = system("evidence")


@pytest.fixture
def now() -> datetime:
    """The present: the pages read the clock themselves."""
    return clock.now()


def at(name: str, *values: object) -> str:
    return reverse(f"evidence:{name}", args=values)


@pytest.fixture
def redaction(now: datetime, actor_for: ActorFor) -> Redaction:
    """A redaction that a person is at work on, with a box drawn by hand."""
    recording = docked([Person(60, (200, 100), (2, 0))], now=now)
    custodian = actor_for("custodian")
    made = redacting.begin_redaction(
        ident=recording.ident, purpose="Akteneinsicht", actor=custodian, now=now
    )
    box = Box(10, 250, 90, 300)
    cover = Cover("h1", Kind.PLATE, ((0, box), (24, box)), by_hand=True)
    redacting.change_project(
        redaction_id=made.pk, change=redacting.add_cover(cover), actor=custodian, now=now
    )
    return Redaction.objects.get(pk=made.pk)


def acts(redaction: Redaction) -> list[str]:
    entries = Entry.objects.filter(subject=f"recording:{redaction.recording.ident}")
    return [entry.act for entry in entries.order_by("pk") if "preview" in entry.act]


def made_for(redaction: Redaction, actor: Actor, now: datetime) -> Preview:
    asked = previews.ask_preview(redaction_id=redaction.pk, actor=actor, now=now)
    return Preview.objects.get(pk=asked.pk)


def gone(preview: Preview) -> bool:
    preview.refresh_from_db()
    paths = dict(stores.store().listing())
    there = preview.path in paths or keys.key_store().has(preview.kid)
    return preview.state == "gone" and not there


def test_a_preview_is_made_looked_at_on_the_record_and_gone_once_the_copy_is_asked_for(
    redaction: Redaction, client_for: ClientFor
) -> None:
    custodian = client_for("custodian")
    step, page = at("preview_step", redaction.pk), at("redaction", redaction.pk)
    assert step in custodian.get(page).content.decode()
    custodian.post(step, {"wie": "herstellen"})
    preview = Preview.objects.get()
    assert preview.state == "made"
    assert Recording.objects.count() == 1, "a preview is no recording"

    pictures = shown(io.BytesIO(b"".join(open_unlisted(preview).parts())))
    assert pictures[0].shape == (360, 640)
    assert len(pictures) == Project.from_json(redaction.project).frames
    assert pictures[3][255:295, 15:85].max() < 30, "covered as the copy will be"

    custodian.post(step, {"wie": "ansehen"})
    look = queries.open_preview_look(preview, actor_of_look(preview), clock.now())
    assert look is not None
    assert at("play", look.token) in custodian.get(page).content.decode()
    answer = custodian.get(at("play", look.token), headers={"Range": "bytes=0-99"})
    assert (answer.status_code, answer["Content-Type"]) == (206, "video/mp4")
    assert acts(redaction) == [
        "evidence.preview_asked",
        "evidence.preview_made",
        "evidence.preview_viewed",
    ]
    # Not in the player, where it might pass for a recording, and for nobody else.
    assert custodian.get(at("player", look.token)).status_code == 404
    assert client_for("shift_leader").get(at("play", look.token)).status_code == 404

    for review in Project.from_json(Redaction.objects.get().project).open_reviews:
        custodian.post(at("redaction_change", redaction.pk), {"wie": "gesehen", "key": review.key})
    custodian.post(at("redaction_step", redaction.pk), {"wie": "kopie"})
    assert Redaction.objects.get().state == "made"
    assert gone(preview)
    assert custodian.get(at("play", look.token)).status_code == 404
    assert acts(redaction)[-1] == "evidence.preview_deleted"


def actor_of_look(preview: Preview) -> Actor:
    from streife.accounts.queries import actor_of  # noqa: PLC0415 - only here

    return actor_of(preview.asked_by)


def test_every_picture_of_a_preview_says_that_it_is_none_of_a_copy(
    redaction: Redaction, actor_for: ActorFor, now: datetime
) -> None:
    preview = made_for(redaction, actor_for("custodian"), now)
    strip = Mark(preview.ident, 640, 360, words=PREVIEW_WORDS)._strip.astype(int)
    high, wide = strip.shape
    pictures = shown(io.BytesIO(b"".join(open_unlisted(preview).parts())))
    assert len(pictures) > 10
    for picture in pictures:
        shown_strip = picture[360 - high :, :wide].astype(int)
        # A mark of other words would differ where the letters are.
        assert abs(shown_strip - strip).mean() < 25
    copy_strip = Mark(preview.ident, 640, 360)._strip
    assert copy_strip.shape != strip.shape


def test_a_preview_can_be_neither_handed_out_nor_released_nor_found(
    redaction: Redaction, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    preview = made_for(redaction, actor_for("custodian"), now)
    wanted = Wanted(
        recipient="Staatsanwaltschaft Musterstadt",
        recipient_key="age1" + "q" * 58,
        purpose="crime",
        reference="123 Js 45/26",
    )
    with pytest.raises(NotFound):
        request_hand_over(ident=preview.ident, wanted=wanted, actor=actor_for("custodian"), now=now)
    custodian = client_for("custodian")
    assert custodian.get(at("recording", preview.ident)).status_code == 404
    assert preview.ident not in custodian.get(at("index")).content.decode()
    with pytest.raises(Refused) as caught:
        redacting.release_copy(redaction_id=redaction.pk, actor=actor_for("shift_leader"), now=now)
    assert caught.value.code == "illegal-work"
    # The daily count knows it: neither surplus nor stock.
    counted = actions.reconcile(actor=actor_for("custodian"), now=now)
    assert counted.findings == []
    assert counted.found_count == 1


def test_a_preview_says_when_it_is_old_and_a_new_one_takes_its_place(
    redaction: Redaction, client_for: ClientFor
) -> None:
    custodian = client_for("custodian")
    step, page = at("preview_step", redaction.pk), at("redaction", redaction.pk)
    custodian.post(step, {"wie": "herstellen"})
    first = Preview.objects.get()
    assert "Seit dieser Vorschau" not in custodian.get(page).content.decode()
    custodian.post(at("redaction_mute", redaction.pk), {"from_at": "0", "to_at": "0.5"})
    assert "Seit dieser Vorschau" in custodian.get(page).content.decode()
    custodian.post(step, {"wie": "herstellen"})
    assert gone(first)
    assert "Seit dieser Vorschau" not in custodian.get(page).content.decode()
    second = Preview.objects.get(state="made")
    custodian.post(step, {"wie": "verwerfen"})
    assert gone(second)
    assert first.kid in queries.destroyed_kids(), "no backup brings its key back"
    assert second.kid in queries.destroyed_kids()


def test_a_preview_goes_with_its_redaction_and_with_its_recording(
    redaction: Redaction, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    first = made_for(redaction, custodian, now)
    redacting.cancel_redaction(redaction_id=redaction.pk, actor=custodian, now=now)
    assert gone(first)

    again = redacting.begin_redaction(
        ident=redaction.recording.ident, purpose="Akteneinsicht", actor=custodian, now=now
    )
    second = made_for(again, custodian, now)
    actions.expire_due(actor=VAULT, now=redaction.recording.ended_at + timedelta(days=14))
    redaction.recording.refresh_from_db()
    assert redaction.recording.state == "purged"
    assert gone(second)
    assert dict(stores.store().listing()) == {}


def test_what_is_sealed_shows_no_preview_either(
    redaction: Redaction, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian, client = actor_for("custodian"), client_for("custodian")
    made_for(redaction, custodian, now)
    look = previews.watch_preview(redaction_id=redaction.pk, actor=actor_of_client(client), now=now)
    assert client.get(at("play", look.token)).status_code == 200
    actions.request_deletion(
        ident=redaction.recording.ident, ground="kernbereich", actor=custodian, now=now
    )
    assert client.get(at("play", look.token)).status_code == 403
    with pytest.raises(NotPermitted):
        previews.watch_preview(redaction_id=redaction.pk, actor=custodian, now=now)
    with pytest.raises(NotPermitted):
        previews.ask_preview(redaction_id=redaction.pk, actor=custodian, now=now)


def actor_of_client(client: Client) -> Actor:
    from streife.accounts.models import User  # noqa: PLC0415 - only here
    from streife.accounts.queries import actor_of  # noqa: PLC0415 - only here

    return actor_of(User.objects.get(pk=client.session["_auth_user_id"]))


def test_one_at_a_time_with_a_bar_and_one_that_died_is_begun_again(
    redaction: Redaction, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    custodian, client = actor_for("custodian"), client_for("custodian")
    long_ago = now - timedelta(minutes=3)
    dead = Preview.objects.create(
        redaction=redaction,
        state="making",
        project_sha256=redaction.project_sha256,
        asked_at=long_ago,
        asked_by_id=redaction.begun_by_id,
        told_at=long_ago,
        done_frames=10,
        total_frames=40,
    )
    bar = client.get(at("preview_progress", redaction.pk)).content.decode()
    assert 'value="25"' in bar
    assert 'value="25"' in client.get(at("redaction", redaction.pk)).content.decode()
    with pytest.raises(Refused) as caught:
        previews.ask_preview(redaction_id=redaction.pk, actor=custodian, now=now)
    assert caught.value.code == "preview-running"
    assert searching.resume_redactions(actor=VAULT, now=now) == 1
    dead.refresh_from_db()
    assert dead.state == "made"
    answer = client.get(at("preview_progress", redaction.pk))
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_a_preview_nobody_wants_any_more_leaves_nothing(
    redaction: Redaction, actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    before = dict(stores.store().listing()), keys.key_store().kids()
    asked = Preview.objects.create(
        redaction=redaction,
        state="making",
        project_sha256="",
        asked_at=now,
        asked_by_id=redaction.begun_by_id,
        told_at=now,
    )
    ticks = iter(range(10_000))

    def given_up_meanwhile() -> datetime:
        if next(ticks) == 5:
            previews.drop_preview(redaction_id=redaction.pk, actor=custodian, now=now)
        return clock.now()

    previews.make_preview(preview_id=asked.pk, actor=VAULT, clock=given_up_meanwhile)
    asked.refresh_from_db()
    assert asked.state == "gone"
    assert (dict(stores.store().listing()), keys.key_store().kids()) == before


def test_who_may_not_redact_has_no_preview(
    redaction: Redaction, client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    for role in ("officer", "dpo", "head"):
        with pytest.raises(NotPermitted):
            previews.ask_preview(redaction_id=redaction.pk, actor=actor_for(role), now=now)
        answer = client_for(role).post(at("preview_step", redaction.pk), {"wie": "herstellen"})
        assert answer.status_code == 404
    assert Preview.objects.count() == 0
