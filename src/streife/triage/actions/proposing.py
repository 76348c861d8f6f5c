"""What the software thinks a report is about; nothing of it happens before a person decides."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from streife.accounts.rules import Actor
from streife.incidents import queries as incidents
from streife.incidents.actions import index_report
from streife.incidents.rules import queue_rank
from streife.journal.actions import record
from streife.kernel import wording
from streife.kernel.clock import local
from streife.kernel.erasing import ERASED_TEXT
from streife.kernel.geo import Point
from streife.places.queries import whereabouts
from streife.reports.actions import hold, note_proposal
from streife.reports.queries import report_for
from streife.reports.rules import Status
from streife.triage import guessing, queries
from streife.triage.models import DuplicateSuggestion, Proposal
from streife.triage.rules import (
    CategoryProposal,
    DuplicateRule,
    Likeness,
    duplicate_reasons,
    duplicate_score,
    propose_category,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streife.reports.models import Report
    from streife.triage.rules import Guess


@transaction.atomic
def propose_for_report(*, report_id: int, actor: Actor, now: datetime) -> Proposal | None:
    """Make or renew the proposal for a report that waits; safe to run twice.

    Returns None if somebody has decided already (nothing is changed then).

    :raises NotFound: there is no such report
    """
    actor.require("triage.propose")
    kept = Proposal.objects.select_for_update(of=("self",)).filter(pk=report_id).first()
    hold(report_id)  # nobody erases its words while something is made of them
    report = report_for(actor, report_id)
    if report.status != Status.RECEIVED:
        return None
    today = local(now).date()
    guesses = guessing.guess(_text(report), queries.categories(on=today))
    names = {row.code: row.name for row in queries.categories(on=today)}
    made = propose_category(guesses, chosen=report.category_code, names=names)
    proposal, fresh = _keep(report, made, guesses, now)
    note_proposal(report_id=report_id, actor=actor, now=now)
    _suggest_duplicates(report, proposal, now)
    if fresh or kept is None:
        record(
            act="triage.proposed",
            subject=f"report:{report_id}",
            actor=actor.ref,
            now=now,
            body={"category": proposal.category_code, "body": proposal.body_code},
        )
    return proposal


@transaction.atomic
def index_words(*, report_id: int, actor: Actor) -> None:
    """Let the search know the words of a report, without those that were erased.

    :raises NotFound: there is no such report
    """
    actor.require("triage.propose")
    report = hold(report_id)
    texts = (report.reference, report.text, report.address)
    words = " ".join(text for text in texts if text != ERASED_TEXT)
    index_report(report_id=report_id, words=words, actor=actor)


def _text(report: "Report") -> str:
    return "" if report.text == ERASED_TEXT else report.text


def _keep(
    report: "Report", made: CategoryProposal, guesses: "Sequence[Guess]", now: datetime
) -> tuple[Proposal, bool]:
    matter = queries.category(made.code, on=local(now).date())
    answering = queries.responsible_body(
        made.code, area_ids=areas_of(report, now), on=local(now).date()
    )
    reasons = list(made.reasons)
    if answering.reason:
        reasons.append(answering.reason)
    return Proposal.objects.update_or_create(
        pk=report.pk,
        defaults={
            "category_code": made.code,
            "category_score": round(made.score, 4),
            "unsure": made.unsure,
            "alternatives": [
                {"code": g.code, "score": round(g.score, 4), "words": list(g.words)}
                for g in guesses
                if g.code != made.code
            ][:3],
            "priority": matter.priority,
            "body_code": answering.code,
            "reasons": reasons,
            "made_at": now,
            "queue_rank": queue_rank(matter.priority, report.received_at),
        },
    )


def areas_of(report: "Report", now: datetime) -> list[int]:
    """Return the areas of the report that can have their own body, nearest first."""
    found = [report.quarter_id, report.district_id]
    if report.latitude is not None and report.longitude is not None:
        point = Point(report.latitude, report.longitude)
        where = whereabouts(point, on=local(now).date())
        found.append(where.operational_id if where else None)
    return [area for area in found if area is not None]


def _suggest_duplicates(report: "Report", proposal: Proposal, now: datetime) -> None:
    """Store at most `most` likely incidents; two bounded queries read, two write."""
    rule = guessing.duplicate_rule()
    DuplicateSuggestion.objects.filter(report=report).delete()
    scored = duplicates(report, proposal.category_code, rule, now)
    DuplicateSuggestion.objects.bulk_create(
        DuplicateSuggestion(report=report, incident_id=incident, score=score, reasons=reasons)
        for score, incident, reasons in scored
    )


def duplicates(
    report: "Report", category_code: str, rule: DuplicateRule, now: datetime
) -> list[tuple[float, int, list[str]]]:
    """Return (score, incident id, reasons) of the likeliest incidents, likeliest first.

    The matter of a report whose answer was not true is no duplicate of it.
    """
    if report.latitude is None or report.longitude is None:
        return []
    known = incidents.own_incident(report.pk) if report.objected_at else None
    at = report.received_at
    point = Point(report.latitude, report.longitude)
    found = incidents.candidates(
        point, radius_metres=rule.radius_metres, since=at - timedelta(hours=rule.hours), until=at
    )
    field = queries.category(category_code, on=local(now).date()).field_code
    texts = incidents.stems_of([candidate.incident_id for candidate in found])
    own = frozenset(wording.tokens(_text(report)))
    scored = []
    for candidate in found:
        if candidate.incident_id == known:
            continue
        theirs = texts.get(candidate.incident_id, frozenset()) | frozenset(
            wording.tokens(candidate.title)
        )
        shared = sorted((s for s in own & theirs if len(s) > 4 and not s.isdigit()), key=len)[-2:]
        pair = Likeness(
            metres=candidate.metres,
            hours=(at - candidate.opened_at) / timedelta(hours=1),
            same_category=candidate.category_code == category_code,
            same_field=candidate.field_code == field,
            text=wording.likeness(own, theirs),
            words=tuple(wording.shown(report.text, stem) for stem in reversed(shared)),
        )
        score = duplicate_score(pair, rule)
        if score >= rule.threshold:
            scored.append((score, candidate.incident_id, duplicate_reasons(pair)))
    return sorted(scored, key=lambda row: (-row[0], row[1]))[: rule.most]
