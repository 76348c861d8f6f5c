"""Everything a plan stands on, gathered once: places, need, offices, ways."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from streife.accounts.rules import Actor
from streife.kernel.clock import local
from streife.kernel.errors import Refused
from streife.kernel.geo import Point
from streife.patrols.queries.need import stops_for
from streife.patrols.rules import MODES
from streife.patrols.rules.basis import Basis, Place, travel_of
from streife.patrols.solver.problem import Travel
from streife.places import queries as places
from streife.streets import queries as streets


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A basis with its travel times, one for each mode in the order of `MODES`."""

    basis: Basis
    travel: tuple[Travel, ...]
    estimated: bool
    network: str


def gathered(
    actor: Actor, *, starts_at: datetime, ends_at: datetime, now: datetime, joint: bool
) -> Gathered:
    """Return what is known for planning a shift; `joint` = a team goes with the police.

    :raises Refused: `no-places` where presence would be worth nothing anywhere, `no-office`
    """
    demand = stops_for(actor, starts_at=starts_at, ends_at=ends_at, now=now, joint=joint)
    if not demand.wanted:
        raise Refused(
            "Für diese Schicht ist noch an keinem Ort Bedarf bekannt. Er entsteht aus Hinweisen,"
            " Pflichtorten und Wünschen.",
            "no-places",
        )
    offices = _offices(local(starts_at).date())
    spots = (*demand.places, *(place for _, place in offices))
    travel, estimated, network = ways(spots, starts_at, ends_at)
    basis = Basis(
        starts_at=local(starts_at),
        places=spots,
        wanted=demand.wanted,
        series=demand.series,
        offices={pk: len(demand.places) + n for n, (pk, _) in enumerate(offices)},
        calls=demand.calls,
        left_out=demand.left_out,
    )
    return Gathered(basis, travel, estimated, network)


def ways(
    spots: Sequence[Place], starts_at: datetime, ends_at: datetime
) -> tuple[tuple[Travel, ...], bool, str]:
    """Return travel times between places for each mode, whether estimated, and the network."""
    points = [Point(spot.latitude, spot.longitude) for spot in spots]
    found = streets.travel_for(points, MODES, begins_at=starts_at, ends_at=ends_at)
    travel = tuple(travel_of(one.starts, one.seconds) for one in found)
    networks = {str(getattr(one, "network", "")) for one in found} - {""}
    return travel, any(one.estimated for one in found), ", ".join(sorted(networks))


def _offices(day: date) -> list[tuple[int, Place]]:
    """Return the offices that teams set out from, by id.

    :raises Refused: `no-office`
    """
    found = [
        (
            office.pk,
            Place(office.code, office.name, office.latitude, office.longitude, "office"),
        )
        for office in places.offices_on(day)
    ]
    if not found:
        raise Refused(
            "Es ist keine Dienststelle hinterlegt, an der die Streifen beginnen.", "no-office"
        )
    return found
