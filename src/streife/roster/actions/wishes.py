"""Wishes: what officers ask for before a plan is made."""

from datetime import date, datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound, NotPermitted, Refused
from streife.roster.models import ShiftKind, Wish
from streife.staff import queries as staff

MOST_WISHES = 8  # a month: a plan in which everything is a wish has none
WANTS = frozenset({"free", "work", "avoid"})


def own_officer(actor: Actor, on: date | None = None) -> int:
    """Return the officer that signs in as the actor, `on` a day: in service then.

    :raises NotPermitted: nobody does
    """
    officer = staff.officer_of(actor.user_id)
    gone = officer is not None and on is not None and officer.has_left(on)
    if officer is None or gone:
        raise NotPermitted(
            "Ihr Konto gehört zu keiner Einsatzkraft. Bitte wenden Sie sich an Ihre "
            "Schichtleitung.",
            "no-officer",
        )
    return officer.pk


@transaction.atomic
def make_wish(
    *,
    day: date,
    want: str,
    kind_id: int | None,
    actor: Actor,
    now: datetime,
) -> Wish | None:
    """Wish for a free day ("free"), a kind of shift ("work") or not that kind ("avoid").

    A second wish for a day replaces the first: nobody can wish for two things at once. The one it
    replaced is returned, if it was another one, so that the page can say so.

    :raises NotPermitted: without `roster.wish`
    :raises Refused: `wish-past`, `wish-unknown`, `wish-kind-missing`, `wish-away`,
        `too-many-wishes`
    """
    actor.require("roster.wish")
    own = own_officer(actor, local(now).date())
    _check_wish(own, day, want, kind_id, local(now).date())
    before = Wish.objects.filter(officer_id=own, day=day).select_related("kind").first()
    Wish.objects.update_or_create(
        officer_id=own, day=day, defaults={"want": want, "kind_id": kind_id, "made_at": now}
    )
    journal.record(
        act="roster.wish_made",
        subject=f"officer:{own}",
        actor=actor.ref,
        now=now,
        body={"day": day.isoformat(), "want": want, "kind": kind_id},
    )
    same = before is None or (before.want, before.kind_id) == (want, kind_id)
    return None if same else before


def _check_wish(officer: int, day: date, want: str, kind_id: int | None, today: date) -> None:
    if want not in WANTS:
        raise Refused("Diesen Wunsch gibt es nicht.", "wish-unknown", field="want")
    if day <= today:
        raise Refused(
            "Wünsche gelten für Tage, die noch kommen. Bitte wählen Sie einen späteren Tag.",
            "wish-past",
            field="day",
        )
    known = kind_id is not None and ShiftKind.objects.filter(pk=kind_id).exists()
    if (want == "avoid" or kind_id is not None) and not known:
        raise Refused("Bitte wählen Sie die Schicht.", "wish-kind-missing", field="kind")
    if staff.absences_between([officer], day, day)[officer]:
        raise Refused(
            "An diesem Tag sind Sie schon als abwesend eingetragen; der Dienstplan teilt Sie nicht "
            "ein. Ein Wunsch ist nicht nötig.",
            "wish-away",
            field="day",
        )
    month = Wish.objects.filter(officer_id=officer, day__year=day.year, day__month=day.month)
    if month.exclude(day=day).count() >= MOST_WISHES:
        raise Refused(
            "Für diesen Monat sind schon %(count)s Wünsche eingetragen. Bitte nehmen Sie zuerst "
            "einen zurück.",
            "too-many-wishes",
            field="day",
            values={"count": MOST_WISHES},
        )


@transaction.atomic
def withdraw_wish(*, wish_id: int, actor: Actor, now: datetime) -> None:
    """Take a wish back.

    :raises NotPermitted: without `roster.wish`
    :raises NotFound: no such wish of theirs
    """
    actor.require("roster.wish")
    wish = Wish.objects.filter(pk=wish_id, officer_id=own_officer(actor)).first()
    if wish is None:
        raise NotFound("Diesen Wunsch gibt es nicht.", "no-such-wish")
    wish.delete()
    journal.record(
        act="roster.wish_withdrawn",
        subject=f"officer:{wish.officer_id}",
        actor=actor.ref,
        now=now,
        body={"day": wish.day.isoformat()},
    )
