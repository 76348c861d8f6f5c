"""Bringing in people from a file: every row by itself, whole or not at all."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.staff.actions.contracts import make_contract, note_birth_date
from streife.staff.actions.languages import set_languages
from streife.staff.actions.officers import hire_officer, see_off_officer
from streife.staff.actions.qualifications import add_qualification
from streife.staff.importing.rows import Draft, Problem
from streife.staff.models import Officer
from streife.staff.rules import ContractGroup, full_time_minutes
from streife.staff.rules.contracts import hours_text, written

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
    already is never overwritten: entry, exit or contract that differ are a refusal, not a change.

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
    :raises Refused: `other-person`, `other-entry`, `other-exit`, `other-contract`,
        `other-birth-date`, `person-twice`, and as the actions it is made of
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
    else:
        _check_same(officer, draft)
    parts = (_contract, _birth, _skills, _languages, _leaving)
    changed = sum(part(officer, draft, actor, now) for part in parts)
    if new:
        return "stored"
    return "completed" if changed else "unchanged"


def _check_same(officer: Officer, draft: Draft) -> None:
    """Pass only a row about the person who is there already, of whom it says nothing else."""
    if (officer.last_name.lower(), officer.first_name.lower()) != (
        draft.last_name.lower(),
        draft.first_name.lower(),
    ):
        raise Refused(
            "Unter dieser Personalnummer ist jemand mit anderem Namen eingetragen.",
            "other-person",
        )
    if officer.entered_date != draft.entered:
        raise Refused(
            "Als Eintritt ist der %(day)s eingetragen. Überschrieben wird nichts; bitte prüfen Sie "
            "die Datei.",
            "other-entry",
            values={"day": written(officer.entered_date)},
        )
    if None not in (draft.left, officer.left_date) and officer.left_date != _end(draft.left):
        raise Refused(
            "Als letzter Tag ist der %(day)s eingetragen. Bitte ändern Sie den Austritt auf der "
            "Seite der Person.",
            "other-exit",
            values={"day": written(officer.left_date - DAY) if officer.left_date else ""},
        )


def _end(last_day: date | None) -> date | None:
    return None if last_day is None else last_day + DAY


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
    end = _end(draft.contract_to)
    known = officer.contracts.filter(valid_from=start, group=draft.group).first()
    share = draft.share or Decimal(1)
    minutes = draft.minutes or round(full_time_minutes(draft.group) * share)
    if known is not None:
        if (known.share, known.valid_to, known.weekly_minutes) == (share, end, minutes):
            return False
        raise Refused(
            "Seit %(day)s ist ein Vertrag mit anderem Umfang oder Ende eingetragen: %(share)s %% "
            "und %(hours)s Stunden. Bitte ändern Sie ihn auf der Seite der Person.",
            "other-contract",
            values={
                "day": written(start),
                "share": f"{float(known.share * 100):g}",
                "hours": hours_text(known.weekly_minutes),
            },
        )
    make_contract(
        officer_id=officer.pk,
        group=draft.group,
        share=share,
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
    if known is not None:
        raise Refused(
            "Es ist ein anderes Geburtsdatum hinterlegt. Bitte ändern Sie es auf der Seite der "
            "Person.",
            "other-birth-date",
        )
    before = officer.of_age
    kept = note_birth_date(officer_id=officer.pk, born_date=draft.born, actor=actor, now=now)
    return kept is not None or not before


def _skills(officer: Officer, draft: Draft, actor: Actor, now: datetime) -> bool:
    changed = False
    today = local(now).date()
    for kind, since, last_day in draft.skills:
        end = _end(last_day)
        if officer.qualifications.filter(kind=kind, valid_to=end).exists():
            continue
        # Since when is not in the file: from today on, or following what is there already.
        start = since or max(today, officer.entered_date)
        latest = officer.qualifications.filter(kind=kind).order_by("-valid_to").first()
        begin = latest.valid_to if latest is not None and latest.valid_to else start
        if end is not None and since is None and end <= start:  # over already
            start = max(end - DAY, officer.entered_date)
            begin = max(begin, start) if latest is not None else start
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
