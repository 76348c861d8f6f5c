"""Fills the database of the browser tests by the same actions as a real office, then tells JSON.

Run by `conftest.py` in a process of its own, because the browser's process has no database. The
last line of the output holds the ids that addresses need and a session for each role.
"""

import io
import json
import sys
from contextlib import redirect_stdout
from datetime import timedelta
from typing import Any
from uuid import uuid4

import django
import pyrage
from django.conf import settings
from django.core.management import call_command

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from streife.accounts.models import Grant, User  # noqa: E402
from streife.accounts.queries import actor_of  # noqa: E402
from streife.accounts.rules import PUBLIC, Role, system  # noqa: E402
from streife.dispatch.models import Assignment, Unit  # noqa: E402
from streife.equipment.models import Handover  # noqa: E402
from streife.evidence import actions as vault  # noqa: E402
from streife.evidence.actions import previews  # noqa: E402
from streife.evidence.export import actions as export  # noqa: E402
from streife.evidence.models import Item, Recording, Redaction  # noqa: E402
from streife.incidents.models import Incident  # noqa: E402
from streife.journal.models import Entry  # noqa: E402
from streife.kernel.clock import now  # noqa: E402
from streife.kernel.geo import Point  # noqa: E402
from streife.patrols import actions as patrols  # noqa: E402
from streife.patrols.models import PatrolPlan, PlannedStop  # noqa: E402
from streife.patrols.rules import PlanState  # noqa: E402
from streife.reports import actions, rules  # noqa: E402
from streife.roster.models import Plan, Post, Shift, SickCall  # noqa: E402
from streife.staff.models import Absence, Contract, Qualification  # noqa: E402
from tests.factories import user_with  # noqa: E402

SIZE = 60


def person_with(role: Role) -> User:
    """Return the demo's user who holds the role, or one made for it."""
    grant = Grant.objects.filter(role=role.value, valid_to=None).order_by("pk").first()
    return grant.user if grant else user_with(role)


def a_report() -> rules.Received:
    """Return a new report that nobody has decided on, with the secret of its status page."""
    draft = rules.ReportDraft(
        client_id=uuid4(),
        kind=rules.Kind.HINT,
        channel=rules.Channel.WEB,
        category_code="",
        text="Vor dem Haus liegt seit gestern ein altes Sofa auf dem Gehweg.",
        point=Point(51.5240, 7.4650),
        address="Nordmarkt 3",
        synthetic=True,
    )
    return actions.receive_report(draft=draft, actor=PUBLIC, now=now())


def sent_out(officer: User) -> tuple[User, int]:
    """Return somebody on duty in another unit, who may now sign in, and the job they have."""
    job = (
        Assignment.objects.filter(ended_at=None)
        .exclude(unit__members__officer__user=officer)
        .order_by("pk")[0]
    )
    crew = job.unit.members.filter(left_at=None, officer__user=None).order_by("pk")[0]
    crew.officer.user = user_with(Role.OFFICER, username="unterwegs")
    crew.officer.save(update_fields=["user"])
    return crew.officer.user, job.pk


def a_draft() -> tuple[int, int, int]:
    """Return a draft of the demo's plan, one of its stops, and a shift that has no plan yet."""
    plans = PatrolPlan.objects.filter(state=PlanState.PUBLISHED).order_by("shift__starts_at")
    yesterday, today = plans
    # Whatever time it is: the crew that the tests look at has its whole route ahead.
    first = PlannedStop.objects.filter(route__plan=today, route__team__name="KOD 11")
    first.update(arrived_at=None, left_at=None)
    leader = actor_of(person_with(Role.SHIFT_LEADER))
    draft = patrols.revise_plan(plan_id=yesterday.pk, actor=leader, now=now())
    following = Shift.objects.filter(starts_at__gte=today.shift.ends_at).order_by("starts_at")
    stop = PlannedStop.objects.filter(route__plan=draft).order_by("begins_at")[0]
    return draft.pk, stop.pk, following[0].pk


def the_roster() -> dict[str, Any]:
    """Return the published plan with somebody on duty, the draft, and an illness."""
    post = Post.objects.exclude(plan__state="draft").order_by("day", "officer_id")[0]
    return {
        "roster": post.plan_id,
        "roster_day": str(post.day),
        "roster_person": post.officer_id,
        "roster_draft": Plan.objects.get(state="draft").pk,
        "sick_call": SickCall.objects.order_by("pk")[0].pk,
    }


def the_people() -> dict[str, Any]:
    """Return somebody with a contract, a qualification and an absence, and an item."""
    absence = Absence.objects.filter(kind="leave").order_by("pk")[0]
    return {
        "person": absence.officer_id,
        "absence": absence.pk,
        "contract": Contract.objects.get(officer=absence.officer_id).pk,
        "skill": Qualification.objects.filter(officer=absence.officer_id).order_by("pk")[0].pk,
        "asset": Handover.objects.filter(asset__kind="body_cam").order_by("-since_at")[0].asset_id,
    }


def the_vault() -> dict[str, Any]:
    """Return recordings of the demo in their states, and a look that somebody has begun."""
    officer = person_with(Role.OFFICER)
    own = Recording.objects.get(name="bc0041_2.mp4")
    look = vault.begin_viewing(
        ident=own.ident,
        purpose="own_report",
        reason="Bericht zum Einsatz schreiben",
        actor=actor_of(officer),
        now=now(),
    )
    held = Recording.objects.get(name="bc0042_1.mp4")
    hand_over = export.request_hand_over(
        ident=held.ident,
        wanted=export.Wanted(
            recipient="Staatsanwaltschaft Musterstadt",
            recipient_key=str(pyrage.x25519.Identity.generate().to_public()),
            purpose="crime",
            reference="123 Js 45/26",
        ),
        actor=actor_of(person_with(Role.CUSTODIAN)),
        now=now(),
    )
    ready = Redaction.objects.get(state="ready")
    custodian = actor_of(person_with(Role.CUSTODIAN))
    small = previews.ask_preview(redaction_id=ready.pk, actor=custodian, now=now())
    # At once: the worker that would do it starts later and then finds it done.
    previews.make_preview(preview_id=small.pk, actor=system("evidence"), clock=now)
    previews.watch_preview(redaction_id=ready.pk, actor=custodian, now=now())
    item = Item.objects.filter(step="stored").order_by("pk")[0].ident
    vault.request_picture_deletion(ident=item, ground="request", actor=custodian, now=now())
    vault.request_picture_hold(
        ident=item,
        reason="crime",
        reference="501 Js 7/26",
        review_on=now().date() + timedelta(days=30),
        actor=custodian,
        now=now(),
    )
    demand = vault.enter_erasure(
        reference="Schreiben vom 3. des Monats",
        received_on=now().date(),
        number="",
        told="Auf dem Foto ist meine Tasche.",
        actor=actor_of(person_with(Role.DPO)),
        now=now(),
    )
    return {
        "erasure": demand.pk,
        "hand_over": hand_over.ident,
        "recording": own.ident,
        "held_recording": held.ident,
        "look": look.token,
        "redaction": ready.pk,
        "made_redaction": Redaction.objects.get(state="made").pk,
        "item": item,
    }


def session_of(user: User) -> str:
    """Return the key of a session in which the user is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def prepare() -> dict[str, Any]:
    """Return the facts about the office that was made."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_demo", size=SIZE)
    report = a_report()
    draft, stop, next_shift = a_draft()
    busy, job = sent_out(person_with(Role.OFFICER))
    entry = Entry.objects.select_related("log").order_by("-pk")[0]
    return {
        "sessions": {
            role.value: session_of(person_with(role))
            for role in set(Role) - {Role.PUBLIC, Role.SYSTEM}
        }
        | {"busy": session_of(busy)},
        "ids": {
            "reference": report.reference,
            "secret": report.secret,
            "incident": Incident.objects.exclude(status="closed").order_by("-pk")[0].number,
            "closed": Incident.objects.filter(status="closed").order_by("-pk")[0].number,
            "job": job,
            "draft": draft,
            "stop": stop,
            "next_shift": next_shift,
            "unit": Unit.objects.order_by("-pk")[0].pk,
            "user": person_with(Role.DESK).pk,
            "year": entry.log.year,
            "entry": entry.number,
            **the_roster(),
            **the_people(),
            **the_vault(),
        },
    }


if __name__ == "__main__":
    with redirect_stdout(io.StringIO()):
        facts = prepare()
    sys.stdout.write(json.dumps(facts) + "\n")
