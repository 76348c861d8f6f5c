"""The photo of a seized thing is kept like a recording, and is gone when its time is up."""

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, keys, stores
from streife.evidence.actions import locks, picturing
from streife.evidence.models import DeletionPause, Item, ItemPicture, PicturePeriod
from streife.incidents.models import Incident
from streife.journal.queries import entries_of
from streife.kernel.errors import NotFound, NotPermitted
from streife.reports.actions import safe_photo
from tests.docking import open_incident
from tests.reporting import a_picture
from tests.vaulting import VAULT, vault_files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
DAY = timedelta(days=1)


def photographed(actor: Actor, now: datetime, **more: Any) -> Item:
    return actions.take_item(
        label="Messer (erfunden)",
        where="Nordmarkt",
        taken_at=now,
        snapshot=actions.Snapshot(a_picture(), "a.jpg"),
        actor=actor,
        now=now,
        **more,
    )


def returned(item: Item, actor: Actor, now: datetime) -> None:
    actions.move_item(ident=item.ident, step="returned", party="Eigentümer", actor=actor, now=now)


def acts(item: Item) -> list[str]:
    names = (entry.act.removeprefix("evidence.") for entry in entries_of(f"item:{item.ident}"))
    return [name for name in names if "picture" in name]


def findings(now: datetime) -> list[dict[str, str]]:
    told: list[dict[str, str]] = actions.reconcile(actor=VAULT, now=now).findings
    return told


def test_no_byte_of_a_photo_lies_in_the_clear(actor_for: ActorFor, now: datetime) -> None:
    item = photographed(actor_for("officer"), now)
    jpeg = actions.see_picture(ident=item.ident, actor=actor_for("custodian"), now=now)
    assert jpeg.startswith(b"\xff\xd8"), "a JPEG"
    middle = jpeg[200:264]
    for path in vault_files():
        assert middle not in path.read_bytes(), path
    assert not default_storage.exists("items") or not default_storage.listdir("items")[1]
    counted = actions.reconcile(actor=VAULT, now=now)
    assert (counted.expected_count, counted.found_count, counted.findings) == (1, 1, [])
    assert counted.expected_bytes == counted.found_bytes > len(jpeg)
    # Two days later the key is still there: it belongs to something.
    actions.tidy_vault(actor=VAULT, now=now + 3 * DAY)
    assert findings(now + 3 * DAY) == []


def test_a_photo_goes_when_thing_and_case_no_longer_need_it_and_not_a_minute_before(
    actor_for: ActorFor, now: datetime
) -> None:
    officer, custodian = actor_for("officer"), actor_for("custodian")
    incident = open_incident(now)
    item = photographed(officer, now, incident=incident.number)
    returned(item, custodian, now + DAY)
    closed = now + 30 * DAY
    assert actions.expire_due(actor=VAULT, now=closed + 300 * DAY).pictures == 0, "case is open"
    Incident.objects.filter(pk=incident.pk).update(
        status="closed", outcome="settled", closed_at=closed, queue_rank=None
    )
    due = closed + 31 * DAY
    minute = timedelta(minutes=1)
    assert actions.expire_due(actor=VAULT, now=due - minute).pictures == 0
    assert actions.see_picture(ident=item.ident, actor=custodian, now=due - minute)
    kid = ItemPicture.objects.get().kid

    assert actions.expire_due(actor=VAULT, now=due).pictures == 1
    assert acts(item) == ["picture_kept", "picture_deletion_intended", "picture_deleted"]
    assert list(stores.store().listing()) == []
    assert kid not in keys.key_store().kids()
    with sqlite3.connect(keys.key_store().path) as rows:
        assert not rows.execute("SELECT 1 FROM wrapped_key WHERE kid = ?", (kid,)).fetchone()
    with pytest.raises(NotFound) as gone:
        actions.see_picture(ident=item.ident, actor=custodian, now=due)
    assert gone.value.code == "picture-gone"
    assert findings(due + DAY) == []
    assert actions.expire_due(actor=VAULT, now=due + DAY).pictures == 0, "once"


def test_a_deletion_that_was_interrupted_is_ended_by_the_next_round(
    actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    item = photographed(custodian, now)
    returned(item, custodian, now)
    due = now + 31 * DAY
    with pytest.raises(NotADirectoryError):  # the folder of the store is gone for a moment
        _with_broken_store(lambda: actions.delete_picture(ident=item.ident, actor=VAULT, now=due))
    picture = ItemPicture.objects.get()
    assert picture.going_at == due
    assert picture.key_destroyed_at == due, "whatever the store does, nobody reads it any more"
    assert picture.gone_at is None
    assert {one["kind"] for one in findings(due + DAY)} == {"deletion-hangs"}
    actions.expire_due(actor=VAULT, now=due + DAY)
    picture.refresh_from_db()
    assert picture.gone_at == due + DAY
    assert acts(item) == ["picture_kept", "picture_deletion_intended", "picture_deleted"]
    assert findings(due + DAY) == []


def _with_broken_store(act: Callable[[], object]) -> None:
    root: Path = stores.store().root  # type: ignore[attr-defined]  # on the local disk
    aside = root.with_name("aside")
    root.rename(aside)
    root.write_bytes(b"")
    try:
        act()
    finally:
        root.unlink()
        aside.rename(root)


def test_the_daily_count_says_which_photo_is_missing_changed_or_unknown(
    actor_for: ActorFor, now: datetime
) -> None:
    custodian = actor_for("custodian")
    missing, longer, keyless, unrecorded = (photographed(custodian, now) for _ in range(4))
    store = stores.store()
    paths = {row.item.ident: row for row in ItemPicture.objects.select_related("item")}
    store.remove(paths[missing.ident].path)
    (file,) = (one for one in vault_files() if one.name in paths[longer.ident].path)
    with file.open("ab") as bytes_after:
        bytes_after.write(b"x")
    keys.key_store().destroy(paths[keyless.ident].kid)
    ItemPicture.objects.filter(item=unrecorded).delete()
    told = [(one["kind"], one.get("item")) for one in findings(now) if "item" in one]
    assert sorted(told) == sorted(
        [
            ("file-missing", missing.ident),
            ("file-size", longer.ident),
            ("key-missing", keyless.ident),
            ("row-missing", unrecorded.ident),
        ]
    )


def test_many_photos_at_once_wait_for_a_person(actor_for: ActorFor, now: datetime) -> None:
    custodian = actor_for("custodian")
    for number in range(51):
        item = Item.objects.create(
            ident=f"I{number:025}", label="x", taken_at=now, taken_where="x", step="returned"
        )
        item.events.create(step="returned", at=now, by_id=locks.person_id(custodian))
        ItemPicture.objects.create(
            item=item, ident=f"P{number:025}", kid=f"K{number:025}", path=f"0a/{number}.evf1",
            header_sha256="", stored_size=1, sha256="", size=1, kept_at=now,
        )  # fmt: skip
    done = actions.expire_due(actor=VAULT, now=now + 40 * DAY)
    assert (done.paused, done.pictures) == (True, 0)
    assert DeletionPause.objects.get().due_count == 51


def test_a_photo_that_lay_in_the_clear_is_taken_over_and_the_file_goes(
    actor_for: ActorFor, now: datetime
) -> None:
    """As it was before photos had envelopes: by the hourly round, or by the first look."""
    custodian = actor_for("custodian")
    kept = safe_photo(a_picture(), name="a.jpg")
    for _ in range(2):
        item = actions.take_item(label="Messer", where="x", taken_at=now, actor=custodian, now=now)
        path = default_storage.save(f"items/{item.ident.lower()}.jpg", ContentFile(kept.jpeg))
        Item.objects.filter(pk=item.pk).update(picture_path=path, picture_sha256=kept.sha256)
    looked_at, other = Item.objects.order_by("pk")
    jpeg = actions.see_picture(ident=looked_at.ident, actor=custodian, now=now)
    assert jpeg == kept.jpeg, "the very same picture"
    assert acts(looked_at) == ["picture_kept"]
    assert not default_storage.exists(looked_at.picture_path)
    actions.expire_due(actor=VAULT, now=now)
    other.refresh_from_db()
    assert other.picture_path == ""
    assert default_storage.listdir("items")[1] == []
    assert actions.see_picture(ident=other.ident, actor=custodian, now=now) == kept.jpeg
    assert picturing.adopt_pictures(actor=VAULT, now=now) == 0
    assert findings(now) == []


def test_a_photo_that_was_changed_in_the_clear_is_not_passed_off_as_the_first(
    client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    item = actions.take_item(
        label="Messer", where="x", taken_at=now, actor=actor_for("custodian"), now=now
    )
    path = default_storage.save(f"items/{item.ident.lower()}.jpg", ContentFile(b"another"))
    Item.objects.filter(pk=item.pk).update(picture_path=path, picture_sha256="0" * 64)
    answer = client_for("custodian").get(reverse("evidence:item_picture", args=[item.ident]))
    assert answer.status_code == 409
    assert not ItemPicture.objects.exists()
    assert default_storage.exists(path), "it stays for whoever has to find out"


def test_keys_of_photos_that_are_gone_do_not_come_back_from_a_backup(
    actor_for: ActorFor, now: datetime, tmp_path: Path
) -> None:
    custodian = actor_for("custodian")
    item = photographed(custodian, now)
    backup = tmp_path / "keys.sqlite3"
    backup.write_bytes(keys.key_store().path.read_bytes())
    returned(item, custodian, now)
    actions.expire_due(actor=VAULT, now=now + 31 * DAY)
    # Even where the list of what was destroyed is lost, the table still knows.
    (keys.key_store().path.parent / "destroyed.txt").unlink()
    actions.restore_keys(backup=backup, actor=actor_for("admin"), now=now + 31 * DAY)
    assert ItemPicture.objects.get().kid not in keys.key_store().kids()


def test_the_data_protection_officer_sets_the_periods_and_says_on_what_they_rest(
    client_for: ClientFor, actor_for: ActorFor, now: datetime
) -> None:
    dpo = client_for("dpo")
    stock = reverse("evidence:stock")
    page = reverse("evidence:period", args=["returned"])
    shown = dpo.get(stock).content.decode()
    assert shown.count("noch nicht festgelegt") == 3
    assert page in shown
    assert page not in client_for("custodian").get(stock).content.decode()
    assert client_for("custodian").post(page, {"days": 5, "source": "x"}).status_code == 403
    empty = dpo.post(page, {"days": "0", "source": " "})
    assert empty.status_code == 409
    assert dpo.get(reverse("evidence:period", args=["nie"])).status_code == 404

    dpo.post(page, {"days": "9", "source": "erster Wurf (erfunden)"})
    dpo.post(page, {"days": "7", "source": "Löschkonzept 2026, Nr. 4 (erfunden)"})
    shown = dpo.get(stock).content.decode()
    assert shown.count("noch nicht festgelegt") == 2
    assert "Löschkonzept 2026" in shown
    assert PicturePeriod.objects.filter(end="returned").count() == 2, "what was said before stays"
    assert "evidence.period_set" in [entry.act for entry in entries_of("vault:pictures")]

    custodian = actor_for("custodian")
    item = photographed(custodian, now)
    told = client_for("custodian").get(reverse("evidence:item", args=[item.ident]))
    assert "solange der Gegenstand verwahrt wird" in told.content.decode()
    returned(item, custodian, now)
    told = client_for("custodian").get(reverse("evidence:item", args=[item.ident]))
    assert "Das Foto wird am" in told.content.decode()
    assert actions.expire_due(actor=VAULT, now=now + 7 * DAY).pictures == 1
    told = client_for("custodian").get(reverse("evidence:item", args=[item.ident]))
    assert "gelöscht: Seine Frist war um" in told.content.decode()
    assert "<figure>" not in told.content.decode()


def test_nobody_deletes_a_photo_by_hand(actor_for: ActorFor, now: datetime) -> None:
    item = photographed(actor_for("officer"), now)
    for role in ("custodian", "shift_leader", "dpo", "admin"):
        with pytest.raises(NotPermitted):
            actions.delete_picture(ident=item.ident, actor=actor_for(role), now=now)
    assert actions.delete_picture(ident=item.ident, actor=VAULT, now=now) is False, "not due"
    assert ItemPicture.objects.get().going_at is None
