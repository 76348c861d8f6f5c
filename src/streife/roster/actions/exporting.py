"""Handing a plan on: noted, because names go with it."""

from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.roster.models import Plan


@transaction.atomic
def note_export(*, plan: Plan, actor: Actor, now: datetime) -> None:
    """Note that the report for the staff council was made.

    :raises NotPermitted: without `roster.export`
    """
    actor.require("roster.export")
    journal.record(
        act="roster.exported", subject=f"roster_plan:{plan.pk}", actor=actor.ref, now=now
    )
