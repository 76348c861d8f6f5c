"""A small service with a plan, made by actions: eight officers, one apprentice, two shifts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings

from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor, Role, system
from streife.roster import actions
from streife.roster.models import Demand, Plan, Post, ShiftKind, WorkRule
from streife.roster.rules.planning import month_of
from streife.staff import actions as staff
from streife.staff.models import Officer
from streife.staff.rules import ContractGroup, QualificationKind
from tests.factories import user_with
from tests.staffing import an_officer

SYSTEM = system("test")
SKILLS = (QualificationKind.BATON, QualificationKind.VERWARNUNG, QualificationKind.BODY_CAM)


@dataclass
class Roster:
    """A service to plan; `crew` are officers, the first signs in as `officer`."""

    now: datetime
    leader: Actor
    officer: Actor
    other: Actor
    crew: list[Officer]
    kinds: dict[str, ShiftKind]

    def plan(self, first: date, last: date) -> Plan:
        """Begin a plan."""
        return actions.begin_plan(first_day=first, last_day=last, actor=self.leader, now=self.now)

    def put(self, plan: Plan, number: int, day: date, code: str) -> Post:
        """Put an officer of the crew on a kind of shift."""
        actions.set_post(
            plan_id=plan.pk,
            officer_id=self.crew[number].pk,
            day=day,
            kind_id=self.kinds[code].pk,
            actor=self.leader,
            now=self.now,
        )
        return Post.objects.get(plan=plan, officer=self.crew[number], day=day)


def a_roster(now: datetime, *, officers: int = 8, need: int = 1, pairs: bool = False) -> Roster:
    """Return a service with rules, contracts and a need of `need` in the early and late shift.

    Without `pairs` it has not agreed that nobody goes alone: so small a service could not keep it.
    """
    actions.import_rules(folder=settings.ROOT / "data" / "roster", actor=SYSTEM, now=now)
    if not pairs:
        WorkRule.objects.filter(kind="never_alone").delete()
    kinds = {kind.code: kind for kind in ShiftKind.objects.all()}
    set_need(kinds, {"frueh": need, "spaet": need})
    crew = [an_officer(now, *SKILLS) for _ in range(officers)]
    for one in crew:
        staff.make_contract(
            officer_id=one.pk,
            group=ContractGroup.TARIF,
            share=Decimal(1),
            valid_from=date(2024, 9, 1),
            valid_to=None,
            actor=SYSTEM,
            now=now,
        )
    users = [user_with(Role.OFFICER), user_with(Role.OFFICER, username="officer2")]
    for one, user in zip(crew, users, strict=False):
        staff.link_user(officer_id=one.pk, username=user.username, actor=SYSTEM, now=now)
    leader = actor_of(user_with(Role.SHIFT_LEADER))
    return Roster(now, leader, actor_of(users[0]), actor_of(users[1]), crew, kinds)


def set_need(kinds: dict[str, ShiftKind], counts: dict[str, int]) -> None:
    """Replace all demand by so many a day in each kind of shift."""
    Demand.objects.all().delete()
    Demand.objects.bulk_create(
        Demand(kind=kinds[code], weekday=weekday, count=count, valid_from=date(2024, 1, 1))
        for code, count in counts.items()
        for weekday in range(7)
    )


def next_month(now: datetime) -> tuple[date, date]:
    """Return the month after a moment."""
    return month_of(month_of(now.date())[1] + timedelta(days=1))
