"""A shift with officers, units and incidents, made by the actions that make them in real life."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from streife.accounts.models import Grant, User
from streife.accounts.queries import actor_of
from streife.accounts.rules import Actor, Role, system
from streife.config.demo.shifts import plan_shift
from streife.dispatch import actions
from streife.dispatch.models import Unit
from streife.incidents.actions import import_fields, import_measures, open_incident
from streife.incidents.models import Incident
from streife.incidents.rules import IncidentDraft
from streife.kernel.geo import Point
from streife.roster.models import Shift
from streife.staff.actions import hire_officer
from streife.staff.models import Officer
from tests.factories import LONG_AGO, user_with

DATA = Path(__file__).resolve().parents[1] / "data" / "dispatch"
NORDMARKT = Point(51.5247, 7.4663)
SYSTEM = system("test")


def scheme_file() -> dict[str, Any]:
    """Return the shipped status scheme."""
    content: dict[str, Any] = yaml.safe_load((DATA / "status_scheme.yaml").read_text())
    return content


def limits_file() -> dict[str, Any]:
    """Return the shipped figures of the recommendation."""
    content: dict[str, Any] = yaml.safe_load((DATA / "recommendation.yaml").read_text())
    return content


@dataclass
class World:
    """A running shift; `dispatcher` and `colleague` are two people at the desk."""

    now: datetime
    shift: Shift
    dispatcher: Actor
    colleague: Actor
    officers: list[Officer]

    def later(self, minutes: int = 1) -> datetime:
        """Let time pass and return the new moment."""
        self.now += timedelta(minutes=minutes)
        return self.now

    def crew_actor(self, index: int = 0) -> Actor:
        """Return the actor of an officer."""
        user = self.officers[index].user
        assert user is not None
        return actor_of(user)

    def unit(
        self,
        call_sign: str = "KOD 11",
        crew: Sequence[int] = (0, 1),
        *,
        key: str = "1",
        partners: Sequence[str] = (),
        area_id: int | None = None,
        motorised: bool = True,
    ) -> Unit:
        """Form a unit of officers by index and sign it on."""
        unit = actions.form_unit(
            shift_id=self.shift.pk,
            call_sign=call_sign,
            officer_ids=[self.officers[i].pk for i in crew],
            partners=partners,
            area_id=area_id,
            motorised=motorised,
            actor=self.dispatcher,
            now=self.now,
        )
        if key:
            unit = actions.set_status(
                unit_id=unit.pk,
                key=key,
                reason="Pause",
                actor=self.dispatcher,
                now=self.now,
            )
        return unit

    def incident(self, title: str = "Sperrmüll", point: Point = NORDMARKT) -> Incident:
        """Open an incident."""
        return open_incident(
            draft=IncidentDraft(
                field_code="abfall",
                category_code="abfall.sperrmuell",
                title=title,
                priority=3,
                target_minutes=120,
                point=point,
                address="Nordmarkt 3",
            ),
            actor=self.dispatcher,
            now=self.now,
        )


def a_shift(now: datetime, *, officers: int = 6, apprentices: int = 1) -> World:
    """Return a shift from two hours ago to six hours ahead with officers who can sign in."""
    on = date(2020, 1, 1)
    actions.import_scheme(content=scheme_file(), actor=SYSTEM, now=now)
    actions.import_recommendation(content=limits_file(), actor=SYSTEM, now=now)
    import_fields(
        rows=[{"code": "abfall", "name": "Abfall", "icon": "abfall", "order": 1}],
        on=on,
        actor=SYSTEM,
    )
    import_measures(
        rows=[
            _measure("cleaned", "Beseitigt", "resolved", needs_note=False, order=1),
            _measure("nothing", "Nichts vorgefunden", "not_found", needs_note=False, order=2),
            _measure("report", "Anzeige aufgenommen", "offence_recorded", needs_note=True, order=3),
        ],
        on=on,
        actor=SYSTEM,
    )
    hired = [
        hire_officer(
            personnel_number=f"{index:04d}",
            first_name="Alex",
            last_name=f"Muster{index}",
            entered_date=on,
            apprentice=index >= officers,
            user_id=_officer_user(index).pk,
            actor=SYSTEM,
            now=now,
        )
        for index in range(officers + apprentices)
    ]
    shift = plan_shift(
        name="Frühdienst",
        starts_at=now - timedelta(hours=2),
        ends_at=now + timedelta(hours=6),
        officer_ids=[officer.pk for officer in hired],
        actor=SYSTEM,
        now=now,
    )
    return World(
        now,
        shift,
        actor_of(user_with(Role.DISPATCHER)),
        actor_of(user_with(Role.DISPATCHER, username="kollegin")),
        hired,
    )


def _officer_user(index: int) -> User:
    user, _ = User.objects.get_or_create(
        username=f"officer{index}", defaults={"display_name": f"Kraft {index}"}
    )
    Grant.objects.get_or_create(
        user=user, role=Role.OFFICER.value, defaults={"valid_from": LONG_AGO}
    )
    return user


def _measure(
    code: str, name: str, outcome: str, *, needs_note: bool, order: int
) -> dict[str, object]:
    return {
        "code": code,
        "name": name,
        "outcome": outcome,
        "needs_note": needs_note,
        "order": order,
        "source": "test",
    }
