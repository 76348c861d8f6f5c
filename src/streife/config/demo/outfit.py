"""The inventory of the demo, who carries what, and which camera was worn by whom; invented."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from streife.config.demo.lines import Lines
from streife.config.demo.people import DEMO, OFFICERS
from streife.equipment.models import Asset, Handover, Inspection
from streife.equipment.queries import kinds
from streife.equipment.rules import AssetState, add_months, next_due
from streife.kernel.clock import local
from streife.roster.models import Shift
from streife.roster.queries import officer_ids_on
from streife.staff.models import Officer
from streife.staff.queries import skills_on
from streife.staff.rules import QualificationKind

POOL = {"radio": ("F", 36), "body_cam": ("KC", 16), "vehicle": ("W", 7)}
PERSONAL = {"vest": "SW", "baton": "EMS"}
SIZES = ("S", "M", "L", "XL")
LOOKED_BACK = timedelta(days=21)  # shifts of which the wearers of the cameras are known
NO_LONGER_GOOD = {("radio", 29): "overdue", ("radio", 30): "repair", ("body_cam", 12): "lost"}


@transaction.atomic
def make_outfit(now: datetime) -> int:
    """Fill the store and hand out what stays with one person; return how many items are new."""
    if Asset.objects.exists():
        return 0
    today = local(now).date()
    officers = list(Officer.objects.order_by("personnel_number"))
    owners = list(_owners(officers, today))
    items = [asset for asset, _ in owners] + list(_pool(today))
    Asset.objects.bulk_create(items)
    Inspection.objects.bulk_create(
        Inspection(
            asset=asset,
            done_date=max(asset.acquired_date, add_months(asset.due_date, -12)),
            passed=True,
            due_date=asset.due_date,
        )
        for asset in items
        if asset.due_date is not None
    )
    handovers = [
        Handover(asset=asset, officer=officer, since_at=now - timedelta(days=30 + number % 300))
        for number, (asset, officer) in enumerate(owners)
    ]
    handovers += _worn(now, today)
    Handover.objects.bulk_create(handovers)
    lines = Lines()
    for asset in items:
        lines.add("equipment.taken_in", f"asset:{asset.pk}", DEMO, now, kind=asset.kind)
    for row in handovers:
        subject = f"asset:{row.asset_id}"
        body = {"officer": row.officer_id, "kind": row.asset.kind}
        lines.add("equipment.handed_over", subject, DEMO, now, **body)
        if row.until_at is not None:
            lines.add("equipment.taken_back", subject, DEMO, now, **body, status="ready")
    lines.write()
    return len(items)


def _owners(officers: Sequence[Officer], today: date) -> Iterator[tuple[Asset, Officer]]:
    """Yield a vest for everybody and a baton for whoever is trained with it."""
    skills = skills_on([officer.pk for officer in officers], today)
    for number, officer in enumerate(officers, start=1):
        yield _item("vest", number, today, note=f"Größe {SIZES[number % 4]}"), officer
        if QualificationKind.BATON in skills[officer.pk]:
            yield _item("baton", number, today), officer


def _pool(today: date) -> Iterator[Asset]:
    for kind, (_, count) in POOL.items():
        for number in range(1, count + 1):
            asset = _item(kind, number, today)
            if kind == "vehicle":
                asset.note = f"DO-XY {100 + number}"
            fate = NO_LONGER_GOOD.get((kind, number), "")
            if fate == "overdue":
                asset.due_date = today - timedelta(days=6)
            elif fate:
                asset.state = AssetState(fate)
            yield asset


def _item(kind: str, number: int, today: date, note: str = "") -> Asset:
    """Return an item whose last inspection was within the last year."""
    sign = PERSONAL.get(kind) or POOL[kind][0]
    row = kinds()[kind]
    bought = add_months(today, -14 - number * 7 % 90) + timedelta(days=number % 25)
    due = next_due(row, today - timedelta(days=number * 37 % 352))
    expires = add_months(bought, row.lifetime_months) if row.lifetime_months else None
    return Asset(
        kind=kind,
        inventory_number=f"{sign}-{number:03}",
        serial=f"DEMO{kind[:2].upper()}{4711 + number * 13}",
        note=note,
        acquired_date=bought,
        due_date=due,
        expires_date=expires,
    )


def _worn(now: datetime, today: date) -> list[Handover]:
    """Return what the shifts of the last weeks took out; what runs now has it still."""
    ready = Asset.objects.filter(state=AssetState.READY).order_by("pk")
    cameras = list(ready.filter(kind="body_cam"))
    radios = list(ready.filter(kind="radio", due_date__gte=today))
    shifts = Shift.objects.filter(starts_at__gt=now - LOOKED_BACK, starts_at__lte=now)
    rows: list[Handover] = []
    out: dict[int, datetime] = {}  # until when each piece is with somebody: two shifts may overlap
    for shift in shifts.order_by("starts_at"):
        ids, runs = officer_ids_on(shift.pk), shift.ends_at > now
        skills = skills_on(ids, today)
        able = [pk for pk in ids if QualificationKind.BODY_CAM in skills[pk]]
        wanted = [(cameras, able), (radios, ids[: OFFICERS // 3])] if runs else [(cameras, able)]
        for pieces, people in wanted:
            free = (one for one in pieces if out.get(one.pk, shift.starts_at) <= shift.starts_at)
            for pk, asset in zip(people, list(free), strict=False):
                out[asset.pk] = shift.ends_at
                until = None if runs else shift.ends_at
                rows.append(
                    Handover(asset=asset, officer_id=pk, since_at=shift.starts_at, until_at=until)
                )
    return rows
