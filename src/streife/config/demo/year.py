"""The synthetic year: cases are drawn, followed to their ends, and written in one go."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from streife.config.demo import deciding, duty, history
from streife.config.demo.cases import Case, make_cases
from streife.config.demo.courses import Matter, Standing, follow
from streife.config.demo.history import SOURCE, Words, Year
from streife.config.demo.lines import Who
from streife.config.demo.people import DEMO, actor
from streife.dispatch.queries import scheme_on
from streife.incidents.models import Incident, SearchEntry
from streife.kernel.clock import local
from streife.kernel.wording import tokens
from streife.places.queries import areas, ground
from streife.places.rules import AreaKind
from streife.reports.models import Report
from streife.triage import actions as triage
from streife.triage import queries as catalogue
from streife.triage.reading import read_catalogue

Say = Callable[[str], None]
SEED = 20261122


def load_catalogue(now: datetime) -> None:
    """Bring in the catalogue as if it had been valid since before the first report."""
    start = date(now.year - 2, 1, 1)
    read = read_catalogue(Path(settings.DATA_DIR).parent / "catalogue")
    triage.import_catalogue(catalogue=replace(read, valid_from=start), actor=DEMO, now=now)


def is_loaded() -> bool:
    """Say whether the year is there (it comes in one transaction, so it is there whole)."""
    return Report.objects.filter(source=SOURCE).exists()


def load_year(*, size: int, now: datetime, say: Say, seed: int = SEED) -> None:
    """Write the year; nothing is left behind if it fails."""
    who = Who(actor("buero"), actor("leitstelle"), actor("schicht"))
    year = imagine(make_cases(size=size, seed=seed, now=now), who, now=now)
    with transaction.atomic():
        write(year, say)
        _index()
    _propose(year, say)


def imagine(cases: Sequence[Case], who: Who, *, now: datetime) -> Year:
    """Return the year of these cases, not written yet; those beyond the city's border are out."""
    found = ((case, ground(on=local(case.received_at).date())) for case in cases)
    places = {case.number: place for case, on in found if (place := on.whereabouts(case.point))}
    inside = [case for case in cases if case.number in places]
    return Year(inside, places, follow(inside, _standings(inside, now), now=now), Words(now), who)


def _standings(cases: Sequence[Case], now: datetime) -> dict[str, Standing]:
    day = local(now).date()
    found = {}
    for code in {case.code for case in cases}:
        body = catalogue.responsible_body(code, area_ids=[], on=day)
        minutes = catalogue.category(code, on=day).target_minutes
        found[code] = Standing(body.code, body.own, minutes)
    return found


def write(year: Year, say: Say) -> None:
    """Store everything of the year in the caller's transaction, the record last."""
    now = year.words.now
    watches = duty.plan(year.courses.matters, lambda matter: _area(year, matter), now)
    say(f"  {len(year.cases)} Hinweise")
    history.write_reports(year)
    say(f"  {len(year.courses.matters)} Vorgänge und {len(watches)} Schichten")
    history.write_incidents(year)
    rows = areas(AreaKind.OPERATIONAL, on=local(now).date())
    duty.write(watches, {area.name: area.pk for area in rows}, year.lines, year.who)
    deciding.write_decisions(year)
    duty.work(watches, year.incident_of, scheme_on(local(now).date()), year.lines, year.who)
    deciding.record_endings(year)
    say(f"  {len(year.lines.rows)} Einträge im Protokoll")
    year.lines.write()


def _area(year: Year, matter: Matter) -> str:
    return year.places[matter.case.number].operational_name


def _index() -> None:
    """Let the search know the year in one go; with reactions it would be one task a row."""
    reports_words = Report.objects.filter(source=SOURCE).values_list(
        "id", "reference", "text", "address"
    )
    incident_words = Incident.objects.filter(synthetic=True).values_list(
        "id", "number", "title", "address"
    )
    SearchEntry.objects.bulk_create(
        [
            SearchEntry(kind=kind, target_id=row[0], tokens=" ".join(tokens(" ".join(row[1:]))))
            for kind, rows in (("report", reports_words), ("incident", incident_words))
            for row in rows
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def _propose(year: Year, say: Say) -> None:
    """Let today's software propose for what still waits."""
    waiting = [case for case in year.cases if case.decided_at is None]
    say(f"  {len(waiting)} Hinweise warten auf eine Entscheidung, Vorschläge werden gemacht")
    for case in waiting:
        triage.propose_for_report(
            report_id=year.reports[case.number].pk, actor=DEMO, now=case.received_at
        )
