"""How many reports one connection may send; the connection is never stored, only a keyed hash."""

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from streife.accounts.rules import PUBLIC, Actor
from streife.kernel.errors import Refused
from streife.reports.models import Sender

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
    hour = int(now.timestamp()) // _SECONDS
    # The hour is part of the hash: the same connection cannot be followed from hour to hour.
    key = salted_hmac("streife.reports.sender", f"{hour}:{address}", algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [key, hour])
        count = int(cursor.fetchone()[0])
    if count > settings.REPORTS_PER_HOUR:
        raise TooMany(
            "Von Ihrem Anschluss kamen gerade sehr viele Hinweise. Ihre Eingaben stehen noch im "
            "Formular: Bitte versuchen Sie es in einer Stunde wieder oder rufen Sie die Citywache "
            "an.",
            "too-many-reports",
        )
    return count


def forget_senders(*, actor: Actor, now: datetime) -> int:
    """Delete the counts of past hours and return how many."""
    actor.require("reports.erase_contact")
    hour = int(now.timestamp()) // _SECONDS
    return Sender.objects.filter(hour__lt=hour).delete()[0]
