"""The secret address of the own calendar: made, renewed, switched off."""

import secrets
from datetime import datetime

from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.clock import local
from streife.kernel.errors import NotFound
from streife.roster.actions.wishes import own_officer
from streife.roster.models import CalendarFeed
from streife.roster.rules.secrets import hash_of

SECRET_BYTES = 24


@transaction.atomic
def make_feed(*, actor: Actor, now: datetime) -> str:
    """Make a secret address for the own duties and return its secret, this once.

    An address of before is switched off: whoever still has it sees nothing more.

    :raises NotPermitted: without `roster.wish`, or the account belongs to no officer
    """
    actor.require("roster.wish")
    own = own_officer(actor, local(now).date())
    CalendarFeed.objects.filter(officer_id=own, revoked_at=None).update(revoked_at=now)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.create(officer_id=own, secret_hash=hash_of(secret), made_at=now)
    journal.record(act="roster.feed_made", subject=f"officer:{own}", actor=actor.ref, now=now)
    return secret


@transaction.atomic
def revoke_feed(*, actor: Actor, now: datetime) -> None:
    """Switch the own address off.

    :raises NotPermitted: without `roster.wish`, or the account belongs to no officer
    :raises NotFound: there is none
    """
    actor.require("roster.wish")
    own = own_officer(actor)
    gone = CalendarFeed.objects.filter(officer_id=own, revoked_at=None).update(revoked_at=now)
    if not gone:
        raise NotFound("Es gibt keine Kalenderadresse zum Abschalten.", "no-such-feed")
    journal.record(act="roster.feed_revoked", subject=f"officer:{own}", actor=actor.ref, now=now)
