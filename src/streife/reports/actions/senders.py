"""How much one connection may send or try; the connection is never stored, only a keyed hash."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from streife.accounts.rules import PUBLIC, Actor
from streife.kernel.errors import Refused
from streife.reports.models import Sender

# A secret of 73 bits is out of reach anyway; this keeps whoever tries from keeping us busy.
WRONG_LINKS_PER_HOUR = 30
_SECONDS = 3600
_UPSERT = (
    "INSERT INTO reports_sender (key, hour, count) VALUES (%s, %s, 1) "
    "ON CONFLICT (key) DO UPDATE SET count = reports_sender.count + 1 RETURNING count"
)


class TooMany(Refused):
    """One connection sent more than the hour allows."""

    status = 429


def count_sender(*, address: str, now: datetime) -> int:
    """Count one attempt of a network address in this hour and return the count (one statement).

    :raises TooMany: more than `REPORTS_PER_HOUR`
    """
    PUBLIC.require("reports.receive")
    count = _count("streife.reports.sender", address, now)
    if count > settings.REPORTS_PER_HOUR:
        raise TooMany(
            "Von Ihrem Anschluss kamen gerade sehr viele Hinweise. Ihre Eingaben stehen noch im "
            "Formular: Bitte versuchen Sie es in einer Stunde wieder oder rufen Sie die Citywache "
            "an.",
            "too-many-reports",
        )
    return count


def check_link_tries(*, address: str, now: datetime) -> None:
    """Pass only a connection that has not tried too many wrong status links (one statement).

    :raises TooMany: more than `WRONG_LINKS_PER_HOUR` in this hour; right ones wait as well, or
        trying on would still find them
    """
    key, _hour = _key("streife.reports.link", address, now)
    if Sender.objects.filter(key=key, count__gte=WRONG_LINKS_PER_HOUR).exists():
        raise TooMany(
            "Von Ihrem Anschluss kamen gerade sehr viele falsche Kennwörter. Bitte versuchen Sie "
            "es in einer Stunde wieder oder rufen Sie die Citywache an.",
            "too-many-links",
        )


def count_wrong_link(*, address: str, now: datetime) -> int:
    """Count a status link that led nowhere and return how many it were in this hour."""
    PUBLIC.require("reports.use_own_link")
    return _count("streife.reports.link", address, now)


def _count(salt: str, address: str, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, _key(salt, address, now))
        return int(cursor.fetchone()[0])


def _key(salt: str, address: str, now: datetime) -> tuple[str, int]:
    """Return the keyed hash of a connection, and the hour that it counts for.

    The hour is part of the hash: the same connection cannot be followed from hour to hour.
    """
    hour = int(now.timestamp()) // _SECONDS
    return salted_hmac(salt, f"{hour}:{address}", algorithm="sha256").hexdigest(), hour


def forget_senders(*, actor: Actor, now: datetime) -> int:
    """Delete the counts of past hours and return how many."""
    actor.require("reports.erase_contact")
    hour = int(now.timestamp()) // _SECONDS
    return Sender.objects.filter(hour__lt=hour).delete()[0]
