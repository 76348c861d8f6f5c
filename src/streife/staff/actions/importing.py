"""Bringing in people from a file: every row by itself, whole or not at all."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.staff.actions.contracts import make_contract, note_birth_date
from streife.staff.actions.languages import set_languages
from streife.staff.actions.officers import hire_officer, see_off_officer
from streife.staff.actions.qualifications import add_qualification
from streife.staff.importing.rows import Draft, Problem
from streife.staff.models import Officer
from streife.staff.rules import ContractGroup

DAY = timedelta(days=1)
Outcome = tuple[str, Problem | None]


def check_people(*, drafts: Iterable[Draft], actor: Actor, now: datetime) -> list[Outcome]:
    """Say what `import_people` would do, and change nothing.

    :raises NotPermitted: without `staff.change`
    """
    with transaction.atomic():
        outcomes = import_people(drafts=drafts, actor=actor, now=now)
        transaction.set_rollback(True)
    return outcomes


def import_people(*, drafts: Iterable[Draft], actor: Actor, now: datetime) -> list[Outcome]:
    """Bring in people and say for each `stored`, `completed`, `unchanged`, or what was refused.

    A second run with the same file finds everybody and changes nothing. What an officer has
    already is never overwritten: a contract that differs is a refusal, not a change.

    :raises NotPermitted: without `staff.change`
    """
    actor.require("staff.change")
    outcomes: list[Outcome] = []
    for draft in drafts:
        try:
            outcomes.append((import_person(draft=draft, actor=actor, now=now), None))
        except Refused as refused:
            outcomes.append(
                (refused.code, Problem("", refused.code, draft.number, refused.message))
            )
    return outcomes


@transaction.atomic
@journal.record_last()
def import_person(*, draft: Draft, actor: Actor, now: datetime) -> str:
    """Bring in one person with contract and qualifications, or complete who is there already.

    :raises NotPermitted: without `staff.change`
    :raises Refused: `other-person`, `person-twice`, and as the actions it is made of
    """
    actor.require("staff.change")
    officer = Officer.objects.filter(personnel_number__iexact=draft.number).first()
    new = officer is None
    if officer is None:
        _check_unknown(draft)
        officer = hire_officer(
            personnel_number=draft.number,
            first_name=draft.first_name,
            last_name=draft.last_name,
            entered_date=draft.entered,
            apprentice=draft.group == ContractGroup.AZUBI,
            actor=actor,
            now=now,
        )
    elif (officer.last_name.lower(), officer.first_name.lower()) != (
        draft.last_name.lower(),
        draft.first_name.lower(),
    ):
        raise Refused(
            "Unter dieser Personalnummer ist jemand mit anderem Namen eingetragen.",
            "other-person",
        )
    parts = (_contract, _birth, _skills, _languages, _leaving)
    changed = sum(part(officer, draft, actor, now) for part in parts)
    if new:
        return "stored"
    return "completed" if changed else "unchanged"


def _check_unknown(draft: Draft) -> None:
    if Officer.objects.filter(
        last_name__iexact=draft.last_name,
        first_name__iexact=draft.first_name,
        entered_date=draft.entered,
    ).exists():
        raise Refused(
            "Dieselbe Person (Name und Eintritt) steht schon unter einer anderen Personalnummer.",
            "person-twice",
        )


def _contract(officer: Officer, draft: Draft, actor: Actor, now: datetime) -> bool:
    if draft.group is None:
        return False
    start = draft.contract_from or draft.entered
    end = draft.contract_to + DAY if draft.contract_to else None
    known = officer.contracts.filter(valid_from=start, group=draft.group).first()
    if known is not None and known.share == (draft.share or Decimal(1)) and known.valid_to == end:
        return False
    make_contract(
        officer_id=officer.pk,
        group=draft.group,
        share=draft.share or Decimal(1),
        weekly_minutes=draft.minutes,
        valid_from=start,
        valid_to=end,
        actor=actor,
        now=now,
    )
    return True


def _birth(officer: Officer, draft: Draft, actor: Actor, now: datetime) -> bool:
    known = getattr(officer, "birth", None)
    if draft.born is None or (known is not None and known.born_date == draft.born):
        return False
    officer.refresh_from_db()
    before = officer.of_age
    kept = note_birth_date(officer_id=officer.pk, born_date=draft.born, actor=actor, now=now)
    return kept is not None or not before


def _skills(officer: Officer, draft: Draft, actor: Actor, now: datetime) -> bool:
    changed = False
    for kind, start, last_day in draft.skills:
        end = last_day + DAY if last_day else None
        if officer.qualifications.filter(kind=kind, valid_to=end).exists():
            continue
        # What is there already was valid from the entry on: this one follows it.
        latest = officer.qualifications.filter(kind=kind).order_by("-valid_to").first()
        begin = latest.valid_to if latest is not None and latest.valid_to else start
        add_qualification(
            officer_id=officer.pk,
            kind=kind,
            valid_from=max(begin, start),
            valid_to=end,
            actor=actor,
            now=now,
        )
        changed = True
    return changed


def _languages(officer: Officer, draft: Draft, actor: Actor, now: datetime) -> bool:
    known = set(officer.languages.values_list("code", flat=True))
    if set(draft.languages) <= known:
        return False
    codes = sorted(known | set(draft.languages))
    set_languages(officer_id=officer.pk, codes=codes, actor=actor, now=now)
    return True


def _leaving(officer: Officer, draft: Draft, actor: Actor, now: datetime) -> bool:
    if draft.left is None or officer.left_date == draft.left + DAY:
        return False
    see_off_officer(officer_id=officer.pk, left_date=draft.left + DAY, actor=actor, now=now)
    return True
