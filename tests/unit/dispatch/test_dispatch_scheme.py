"""The status scheme: what a key says, and what a file must not say."""

from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command

from streife.dispatch import actions
from streife.dispatch.models import UnitStatus
from streife.dispatch.queries import scheme_on
from streife.dispatch.rules import AssignmentState, Availability, Scheme, check_status
from streife.journal.models import Entry
from streife.kernel.errors import NotPermitted, Refused
from tests.dispatching import SYSTEM, limits_file, scheme_file
from tests.factories import plain_actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def scheme(now: datetime) -> Scheme:
    """Return the shipped scheme as imported."""
    actions.import_scheme(content=scheme_file(), actor=SYSTEM, now=now)
    return scheme_on(now.date())


def test_the_shipped_scheme_says_who_can_be_sent(scheme: Scheme) -> None:
    said = {key: scheme.availability(key) for key in "0123456789"}
    assert {key for key, value in said.items() if value is Availability.AVAILABLE} == {"1", "2"}
    assert {key for key, value in said.items() if value is Availability.CONDITIONAL} == {"8"}
    assert {key for key, value in said.items() if value is Availability.UNKNOWN} == {"0", "5"}


@pytest.mark.parametrize("key", ["", "X", "11", "0", "5"])
def test_empty_unknown_and_overlay_keys_say_nothing(scheme: Scheme, key: str) -> None:
    assert scheme.availability(key) is Availability.UNKNOWN
    assert scheme.name(key) == "unbekannt"


def test_a_second_import_changes_nothing_and_writes_no_entry(scheme: Scheme, now: datetime) -> None:
    entries = Entry.objects.count()
    again = actions.import_scheme(content=scheme_file(), actor=SYSTEM, now=now)
    assert (again.written, again.unchanged) == (0, 10)
    assert Entry.objects.count() == entries


def test_a_new_version_ends_the_old_one_on_its_first_day(scheme: Scheme, now: datetime) -> None:
    newer = scheme_file() | {"valid_from": "2026-12-01"}
    newer["keys"] = [
        key | {"short_name": "Bereit"} if key["key"] == "1" else key for key in newer["keys"]
    ]
    actions.import_scheme(content=newer, actor=SYSTEM, now=now)
    assert scheme_on(now.date()).name("1") == "Frei"
    assert scheme_on(now.date().replace(month=12)).name("1") == "Bereit"
    assert UnitStatus.objects.filter(valid_to__isnull=True).count() == 10


def test_the_command_imports_both_files_twice(now: datetime, capsys: Any) -> None:
    call_command("import_status_scheme")
    call_command("import_status_scheme")
    first, second = capsys.readouterr().out.strip().splitlines()
    assert "Statusschema: 10 neu" in first
    assert "Statusschema: 0 neu oder geändert, 10 unverändert" in second
    assert f"Empfehlung: 0 neu oder geändert, {1 + len(limits_file()['police'])}" in second


@pytest.mark.parametrize(
    ("key", "change", "hint"),
    [
        ("5", {"availability": "available"}, "overlay"),
        ("1", {"on_job": True}, "nobody is free"),
        ("3", {"availability": "available"}, "must not be available"),
        ("1", {"availability": "unavailable"}, "must be available"),
        ("3", {"follows": None}, "exactly one key"),
        ("2", {"key": "1"}, "given once"),
        ("1", {"availability": "perhaps"}, "perhaps"),
    ],
)
def test_a_scheme_that_could_make_a_busy_unit_look_free_is_refused(
    now: datetime, key: str, change: dict[str, Any], hint: str
) -> None:
    content = scheme_file()
    content["keys"] = [row | change if row["key"] == key else row for row in content["keys"]]
    with pytest.raises(Refused) as refused:
        actions.import_scheme(content=content, actor=SYSTEM, now=now)
    assert refused.value.code == "scheme-broken"
    assert hint in refused.value.message
    assert not UnitStatus.objects.exists()


def test_only_the_administration_imports(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        actions.import_scheme(content=scheme_file(), actor=plain_actor("dispatcher"), now=now)


@pytest.mark.parametrize(
    ("key", "reason", "current", "code"),
    [
        ("6", " ", None, "reason-missing"),
        ("X", "", None, "unknown-status"),
        ("", "", None, "unknown-status"),
        ("0", "", None, "overlay-is-no-status"),
        ("3", "", None, "no-assignment"),
        ("4", "", None, "no-assignment"),
        ("1", "", AssignmentState.ASSIGNED, "open-assignment"),
        ("6", "Pause", AssignmentState.ON_SCENE, "open-assignment"),
        ("8", "", AssignmentState.ACCEPTED, "open-assignment"),
    ],
)
def test_a_key_that_cannot_be_is_refused_by_name(
    scheme: Scheme, key: str, reason: str, current: AssignmentState | None, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        check_status(scheme, key, reason=reason, current=current)
    assert refused.value.code == code


def test_only_bound_may_be_set_by_hand_beside_a_job(scheme: Scheme) -> None:
    assert [row.key for row in scheme.settable() if row.on_job] == ["7"]
    assert check_status(scheme, "7", reason="", current=AssignmentState.ON_SCENE) is None
