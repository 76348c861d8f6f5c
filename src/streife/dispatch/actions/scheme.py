"""Importing dispatch's dated data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from streife.accounts.rules import Actor
from streife.db.kept import forget_all
from streife.dispatch.models import PoliceNeed, RecommendationLimits, UnitStatus
from streife.dispatch.rules import Availability, Situation, StatusRow, check_scheme
from streife.journal import actions as journal
from streife.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Imported:
    """How many rows an import wrote, and how many were there already."""

    written: int
    unchanged: int


@transaction.atomic
def import_scheme(*, content: Mapping[str, Any], actor: Actor, now: datetime) -> Imported:
    """Bring in a status scheme; a second run with the same content changes nothing.

    A new `valid_from` is a new version; the one before ends on that day. A key that is missing in
    the file of a version we have is taken out of that version.

    :raises NotPermitted: without `dispatch.configure`
    :raises Refused: `scheme-broken`, with what is wrong
    """
    actor.require("dispatch.configure")
    try:
        rows = [_status_row(entry) for entry in content["keys"]]
        check_scheme(rows)
        scheme, valid_from = str(content["scheme"]), _day(content["valid_from"])
        source, verified = str(content["source"]).strip(), bool(content["verified"])
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"Das Statusschema ist fehlerhaft: {error}", "scheme-broken") from error
    version = UnitStatus.objects.filter(scheme=scheme, valid_from=valid_from)
    gone = version.exclude(key__in=[row.key for row in rows]).delete()[0]
    written = 0
    for order, row in enumerate(rows):
        values = {
            "name": row.name,
            "short_name": row.short_name,
            "availability": row.availability.value,
            "overlay": row.overlay,
            "needs_reason": row.needs_reason,
            "follows": row.follows.value if row.follows else "",
            "on_job": row.on_job,
            "words": list(row.words),
            "order": order,
            "source": source,
            "verified": verified,
        }
        if version.filter(key=row.key, **values).exists():
            continue
        UnitStatus.objects.update_or_create(
            scheme=scheme, key=row.key, valid_from=valid_from, defaults=values
        )
        written += 1
    _chain_versions(scheme)
    if written or gone:
        transaction.on_commit(forget_all)
        journal.record(
            act="dispatch.scheme_imported",
            subject=f"scheme:{scheme}",
            actor=actor.ref,
            now=now,
            body={"valid_from": valid_from.isoformat(), "rows": len(rows), "verified": verified},
        )
    return Imported(written, len(rows) - written)


@transaction.atomic
def import_recommendation(*, content: Mapping[str, Any], actor: Actor, now: datetime) -> Imported:
    """Bring in the figures of the recommendation and which categories need the police.

    :raises NotPermitted: without `dispatch.configure`
    :raises Refused: `limits-broken`, with what is wrong
    """
    actor.require("dispatch.configure")
    written = unchanged = 0
    try:
        limits = dict(content["limits"])
        entries: list[tuple[type[RecommendationLimits | PoliceNeed], dict[str, Any], str]] = [
            (RecommendationLimits, limits, "")
        ]
        entries += [(PoliceNeed, dict(entry), "category_code") for entry in content["police"]]
        for model, values, key in entries:
            values["valid_from"] = _day(values["valid_from"])
            if model._default_manager.filter(**values).exists():
                unchanged += 1
                continue
            identity = {name: values.pop(name) for name in ("valid_from", key) if name}
            model._default_manager.update_or_create(**identity, defaults=values)
            written += 1
    except (KeyError, TypeError, ValueError) as error:
        raise Refused(f"Die Empfehlungsdaten sind fehlerhaft: {error}", "limits-broken") from error
    if written:
        transaction.on_commit(forget_all)
        journal.record(
            act="dispatch.limits_imported",
            subject="limits:dispatch",
            actor=actor.ref,
            now=now,
            body={"rows": written},
        )
    return Imported(written, unchanged)


def _status_row(entry: Mapping[str, Any]) -> StatusRow:
    follows = entry.get("follows")
    return StatusRow(
        key=str(entry["key"]),
        name=str(entry["name"]),
        short_name=str(entry["short_name"]),
        availability=Availability(entry["availability"]),
        overlay=bool(entry.get("overlay", False)),
        needs_reason=bool(entry.get("needs_reason", False)),
        follows=Situation(follows) if follows else None,
        on_job=bool(entry.get("on_job", False)),
        words=tuple(str(word) for word in entry.get("words", ())),
    )


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _chain_versions(scheme: str) -> None:
    """Let every version end on the day the next one begins."""
    rows = UnitStatus.objects.filter(scheme=scheme)
    days = sorted(set(rows.values_list("valid_from", flat=True)))
    for day, following in zip(days, [*days[1:], None], strict=True):
        rows.filter(valid_from=day).update(valid_to=following)
