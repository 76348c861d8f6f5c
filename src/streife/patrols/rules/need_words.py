"""Why a place: reasons as data (German text and values), and sentences made of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from streife.kernel.clock import local
from streife.kernel.texts import german, said
from streife.patrols.rules.need_duties import Duty

Reason = Mapping[str, Any]
WEEKDAYS = (
    german("Montag"), german("Dienstag"), german("Mittwoch"), german("Donnerstag"),
    german("Freitag"), german("Samstag"), german("Sonntag"),
)  # fmt: skip
OFTEN = 1.3  # so many times the mean hour is worth a word


def reason(code: str, text: str, **values: object) -> dict[str, Any]:
    """Return a reason as it is kept: a stable code, a German text, values for its `%(name)s`."""
    return {"code": code, "text": text, "values": values}


def spoken(given: Reason) -> str:
    """Return a reason in the reader's language; names among the values too."""
    values = {
        key: said(value) if isinstance(value, str) else value
        for key, value in given["values"].items()
    }
    return said(given["text"], values)


def sentence(place: str, when: str, reasons: Iterable[Reason]) -> str:
    """Return "Nordmarkt, Freitag 18–20 Uhr: 14 Hinweise in 8 Wochen; …"."""
    return f"{place}, {when}: " + "; ".join(spoken(given) for given in reasons)


def span_words(begins: datetime, ends: datetime) -> str:
    """Return "Freitag 18–20 Uhr" for a span of whole or started hours."""
    first, last = local(begins), local(ends)
    hour = last.hour + (1 if last.minute or last.second else 0)
    return said(
        german("%(day)s %(from)s–%(to)s Uhr"),
        {"day": said(WEEKDAYS[first.weekday()]), "from": first.hour, "to": hour or 24},
    )


def report_reason(
    recent: Sequence[float], names: Sequence[str], weeks: int, fewest: int
) -> dict[str, Any]:
    """Return how much was reported lately, and of what the most; never a number under `fewest`."""
    total = round(sum(recent))
    if total < fewest:
        return reason(
            "few-reports",
            german("weniger als %(fewest)s Hinweise in %(weeks)s Wochen"),
            fewest=fewest,
            weeks=weeks,
        )
    top = max(range(len(recent)), key=lambda field: recent[field])
    if round(recent[top]) < fewest:
        return reason(
            "reports",
            german("%(count)s Hinweise in %(weeks)s Wochen, Verschiedenes"),
            count=total,
            weeks=weeks,
        )
    return reason(
        "reports",
        german("%(count)s Hinweise in %(weeks)s Wochen, davon %(most)s „%(field)s“"),
        count=total,
        weeks=weeks,
        most=round(recent[top]),
        field=names[top],
    )


def hour_reason(value: float, mean: float) -> dict[str, Any] | None:
    """Return that more than usual is expected at these hours, None if it is not."""
    if mean <= 0 or value < OFTEN * mean:
        return None
    times = f"{value / mean:.1f}".replace(".", ",")
    return reason("hours", german("um diese Zeit %(times)s-mal so viel wie im Mittel"), times=times)


def visit_reason(last: datetime | None, now: datetime) -> dict[str, Any]:
    """Return when somebody was there last."""
    if last is None:
        return reason("no-visit", german("noch kein Besuch erfasst"))
    days = (local(now).date() - local(last).date()).days
    if days <= 0:
        return reason("visit", german("heute schon besucht"))
    if days == 1:
        return reason("visit", german("letzter Besuch gestern"))
    return reason("visit", german("letzter Besuch vor %(days)s Tagen"), days=days)


def wish_reason(source: str, why: str) -> dict[str, Any]:
    """Return who asks for presence and why (the text of a wish names no people)."""
    return reason("wish", german("Wunsch (%(source)s): %(why)s"), source=source, why=why)


def duty_reason(duty: Duty) -> dict[str, Any]:
    """Return what is owed, on which basis, and since when."""
    given, ago = duty.obligation, duty.days_ago
    values: dict[str, object] = {"name": given.name, "basis": given.legal_basis}
    if given.every_days == 1:
        return reason("obligation", german("Pflicht: %(name)s, täglich (%(basis)s)"), **values)
    values["days"] = given.every_days
    if ago is None:
        text = german("Pflicht: %(name)s, alle %(days)s Tage (%(basis)s); noch kein Besuch erfasst")
        return reason("obligation", text, **values)
    text = german("Pflicht: %(name)s, alle %(days)s Tage (%(basis)s); zuletzt vor %(ago)s Tagen")
    return reason("obligation", text, **values, ago=ago)


POLICE = reason("police", german("nur gemeinsam mit der Polizei"))
NO_JOINT_TEAM = reason(
    "no-joint-team", german("nur gemeinsam mit der Polizei, und kein Team geht mit ihr")
)
QUIET = reason("quiet", german("um diese Zeit ist dort kaum etwas zu erwarten"))
NO_DATA = reason("no-data", german("noch keine Hinweise im System: alle Plätze zählen gleich"))
PLANE = reason(
    "plane", german("Umkreis in der Luftlinie, weil für die Stadt kein Straßennetz eingelesen ist")
)
