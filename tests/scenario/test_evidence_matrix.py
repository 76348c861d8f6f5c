"""Role × route × object: who gets an answer from which address of the vault, all of them."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from streife.accounts.rules import Actor, Role
from streife.evidence import actions, urls
from streife.evidence.export import urls as hand_over_urls
from streife.evidence.models import Dock
from tests.reporting import a_picture
from tests.vaulting import take_in, wearer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_var")]
ClientFor = Callable[[Role | str], Client]
ActorFor = Callable[[Role | str], Actor]
ROLES = [role for role in Role if role is not Role.SYSTEM]


@pytest.fixture
def objects(dock: Dock, now: datetime, actor_for: ActorFor) -> dict[str, Any]:
    """One of everything; the recording is a colleague's and belongs to no case."""
    wearer("4711", username="kraft-4711")
    recording = take_in(b"film", dock=dock, now=now, said={"wearer": "4711"})
    custodian, officer = actor_for("custodian"), actor_for("officer")
    hold = actions.request_hold(
        ident=recording.ident,
        reason="crime",
        reference="1 Js 1/26",
        review_on=now.date() + timedelta(days=20),
        actor=custodian,
        now=now,
    )
    other = take_in(b"other film", dock=dock, now=now, said={"wearer": "4711"})
    deletion = actions.request_deletion(
        ident=other.ident, ground="mistake", actor=custodian, now=now
    )
    item = actions.take_item(
        label="Messer (erfunden)",
        where="Nordmarkt",
        taken_at=now,
        snapshot=actions.Snapshot(a_picture(), "a.jpg"),
        actor=officer,
        now=now,
    )
    picture_hold = actions.request_picture_hold(
        ident=item.ident,
        reason="crime",
        reference="1 Js 1/26",
        review_on=now.date() + timedelta(days=20),
        actor=officer,
        now=now,
    )
    picture_deletion = actions.request_picture_deletion(
        ident=item.ident, ground="request", actor=custodian, now=now
    )
    actions.move_item(
        ident=item.ident, step="stored", party="", place="Regal 1", actor=custodian, now=now
    )
    destruction = actions.ask_destruction(ident=item.ident, why="alt", actor=custodian, now=now)
    erasure = actions.enter_erasure(
        reference="DS 1",
        received_on=now.date(),
        number="",
        told="eine Tasche am Markt",
        actor=actor_for("dpo"),
        now=now,
    )
    return {
        "ident": recording.ident, "hold": hold.pk, "deletion": deletion.pk, "item": item.ident,
        "picture_hold": picture_hold.pk, "picture_deletion": picture_deletion.pk,
        "destruction": destruction.pk, "erasure": erasure.pk,
    }  # fmt: skip


# Who gets an answer (not 403, not 404): o officer, l shift leader, c case officer, k custodian,
# h head, d data protection officer. Nobody else ever does; the recording is a colleague's.
ANSWERED = """
approvals get lkh          ask post l-k                circumstances get lck
circumstances post lck     confirm post lh             confirm_picture post lh
count post kd              custody get lckhd           custody_page get lckhd
decide post lkh            decide_picture post lkh     deletion get lckd
deletion post lckd         destruction_decide post lkh erasure get lkd
erasure_answered post d    erasure_found post          erasure_missed post lk
erasure_new get d          erasure_new post d          erasures get lkd
index get olckhd           item get olk                item post olk
item_destroy post olk      item_new get olk            item_new post olk
item_picture get olk       item_place get olk          items get olk
lift post                  link post                   look get lckhd
look post lckhd            needed get lckd             needed post lckd
note post                  period get d                period post d
picture_deletion get olk   picture_deletion post olk   picture_needed get olk
picture_needed post olk    play get                    player get
preview_progress get       preview_step post           progress get
recording get lckhd        redaction get               redaction_begin post lk
redaction_box post         redaction_change post       redaction_mute post
redaction_step post        redaction_watch post        release_hold post lkchd
release_picture post olkh  stock get kd                task_done post olckd
task_reopen post olckd     upload get olk              upload post olk
upload_begin post olk      upload_finish post          upload_piece post olk
upload_state get           again post                  hand_over get
hand_over_decide post      file post                   hand_overs get lckhd
new get ck                 new post ck                 program get lckhd
receipt post               trust get lckhd
"""
LETTERS = {
    Role.OFFICER: "o", Role.SHIFT_LEADER: "l", Role.CASE_OFFICER: "c", Role.CUSTODIAN: "k",
    Role.HEAD: "h", Role.DPO: "d",
}  # fmt: skip
IDENTS = {
    "item", "item_picture", "picture_needed", "picture_deletion", "item_place", "item_destroy"
}  # fmt: skip


def expected() -> dict[tuple[str, str], frozenset[str]]:
    words = re.findall(r"(\w+) (get|post)(?: +([olckhd-]+)\b(?! (?:get|post)))?", ANSWERED)
    return {(name, how): frozenset(letters) - {"-"} for name, how, letters in words}


def name_of(module: ModuleType, pattern: URLPattern) -> str:
    """Return a short name; two of the hand-overs share one with the vault."""
    name = str(pattern.name)
    if module is hand_over_urls and name in {"decide", "index"}:
        return {"decide": "hand_over_decide", "index": "hand_overs"}[name]
    return name


def addresses(objects: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every address with a short name and with the ids of what there is."""
    values = {
        "ident": objects["ident"], "hold_id": objects["hold"], "request_id": objects["deletion"],
        "token": "x" * 43, "end": "returned", "erasure_id": objects["erasure"],
        "redaction_id": 1, "task_id": 0,
    }  # fmt: skip
    others = {
        "confirm_picture": {"hold_id": objects["picture_hold"]},
        "release_picture": {"hold_id": objects["picture_hold"]},
        "decide_picture": {"request_id": objects["picture_deletion"]},
        "destruction_decide": {"request_id": objects["destruction"]},
        **{name: {"ident": objects["item"]} for name in IDENTS},
    }
    for module in (urls, hand_over_urls):
        for pattern in module.urlpatterns:
            named = {key: values[key] for key in pattern.pattern.converters}
            name = name_of(module, pattern)
            full = f"{module.app_name}:{pattern.name}"
            yield name, reverse(full, kwargs={**named, **others.get(name, {})})


def _turned_away(answer: HttpResponse) -> bool:
    """Say whether somebody was refused, or sent to sign in first."""
    asked_in = answer.headers.get("Location", "").startswith(reverse("account_login"))
    return answer.status_code in {403, 404} or asked_in


def test_every_address_answers_those_it_is_for_and_nobody_else(
    objects: dict[str, Any], client_for: ClientFor
) -> None:
    clients = {role: client_for(role) for role in ROLES}
    found: dict[tuple[str, str], frozenset[str]] = {}
    for name, way in addresses(objects):
        for how in ("get", "post"):
            answers = {role: getattr(one, how)(way) for role, one in clients.items()}
            status = {role: one.status_code for role, one in answers.items()}
            assert all(code < 500 for code in status.values()), (name, how, status)
            if set(status.values()) - {302} == {405}:
                continue
            answered = {role for role, one in answers.items() if not _turned_away(one)}
            found[name, how] = frozenset(LETTERS.get(role, str(role)) for role in answered)
    assert found == expected()
