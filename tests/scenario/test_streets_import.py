"""Bringing a street network in: twice, half-way, in parallel, and with files that are no good."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import osmium
import pytest
from django.core.management import CommandError, call_command
from shapely.geometry import Point as Place
from shapely.geometry import box

from streife.accounts.rules import Role
from streife.journal.models import Entry
from streife.kernel.clock import local
from streife.kernel.errors import NotPermitted, Refused
from streife.kernel.geo import Point
from streife.patrols.solver import problem
from streife.streets import queries
from streife.streets.actions import Imported, Origin, import_network
from streife.streets.holding import forget
from streife.streets.models import Network
from streife.streets.rules import UNREACHABLE, Mode
from streife.streets.storing import folder, load, path_of
from tests.factories import plain_actor
from tests.streets_making import CAMPUS

ROOT = Path(__file__).resolve().parents[2]
AROUND_CAMPUS = box(7.403, 51.487, 7.42, 51.495)
# Two doors on the campus, and one at Nordmarkt, which this small network does not reach.
MENSA, LIBRARY, NORDMARKT = Point(51.4926, 7.4145), Point(51.4900, 7.4092), Point(51.5240, 7.4650)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: object, tmp_path: Path) -> None:
    """Keep the files of each test apart."""
    settings.VAR_DIR = tmp_path / "var"  # type: ignore[attr-defined]
    forget()


def bring_in(
    path: Path = CAMPUS,
    *,
    now: datetime,
    outline: object = AROUND_CAMPUS,
    kind: str = "osm",
    part: bool = False,
    told: list[str] | None = None,
    name: str = "Campus",
) -> Imported:
    """Import as an administrator."""
    return import_network(
        path=path,
        origin=Origin(name, kind),
        outline=outline,
        actor=plain_actor(Role.ADMIN),
        now=now,
        tell=(told if told is not None else []).append,
        part=part,
    )


def refusal(path: Path, *, now: datetime, **how: object) -> str:
    """Return the code of the refusal; nothing was changed."""
    with pytest.raises(Refused) as refused:
        bring_in(path, now=now, **how)  # type: ignore[arg-type]
    assert refused.value.message.endswith(".")
    assert not Network.objects.exists()
    assert not list(folder().glob("*.npz"))
    return refused.value.code


def test_a_network_changes_estimates_into_ways(now: datetime) -> None:
    day = local(now).date()
    before = queries.one_to_many(MENSA, [LIBRARY], Mode.FOOT, on=day)
    told: list[str] = []
    network = bring_in(now=now, told=told).network
    after = queries.one_to_many(MENSA, [LIBRARY], Mode.FOOT, on=day)
    assert before.estimated
    assert not after.estimated
    assert after.network == "Campus"
    assert 0.75 * before.seconds[0, 0] < after.seconds[0, 0] < 2.5 * before.seconds[0, 0]
    assert len(told) == 3
    assert (network.source, network.licence) == ("OpenStreetMap-Mitwirkende", "ODbL 1.0")
    assert network.report["modes"]["foot"]["km"] > 30
    assert network.report["covered"] == 1
    entry = Entry.objects.get(act="streets.imported")
    assert entry.subject == f"streets:{network.pk}"


def test_what_no_street_is_near_to_is_named(now: datetime) -> None:
    bring_in(now=now)
    day = local(now).date()
    found = queries.matrix([MENSA, NORDMARKT, LIBRARY], Mode.FOOT, on=day)
    assert found.unreachable == (1,)
    assert found.seconds[0, 1] == found.seconds[1, 0] == UNREACHABLE
    assert found.seconds[1, 1] == 0
    assert found.minutes(0, 1) is None
    assert found.seconds[0, 2] < UNREACHABLE
    assert queries.one_to_many(MENSA, [NORDMARKT], Mode.CAR, on=day).unreachable == (0,)
    assert queries.many_to_one([LIBRARY, NORDMARKT], MENSA, Mode.CAR, on=day).unreachable == (1,)
    assert queries.route(MENSA, NORDMARKT, Mode.FOOT, on=day) is None


def test_the_planner_means_the_same_by_unreachable() -> None:
    assert problem.UNREACHABLE == UNREACHABLE


def test_one_question_or_many_have_one_answer(now: datetime) -> None:
    bring_in(now=now)
    day = local(now).date()
    points = [MENSA, LIBRARY, Point(51.4915, 7.4120)]
    whole = queries.matrix(points, Mode.CAR, on=day).seconds
    rows = [queries.one_to_many(point, points, Mode.CAR, on=day).seconds[0] for point in points]
    columns = [queries.many_to_one(points, p, Mode.CAR, on=day).seconds[:, 0] for p in points]
    assert np.array_equal(whole, np.stack(rows))
    assert np.array_equal(whole, np.stack(columns, axis=1))


def test_near_pairs_are_as_far_apart_as_the_ways_between_their_streets(now: datetime) -> None:
    day = local(now).date()
    # Doors along the campus, one a kilometre on, and one that no street of the network is near to.
    points = [Point(51.4926 - 0.0004 * n, 7.4145 - 0.0008 * n) for n in range(6)] + [NORDMARKT]
    to, origin = (one.ravel() for one in np.mgrid[0:7, 0:7])
    assert queries.pair_metres(points, to, origin, limit_metres=400, on=day) is None
    bring_in(now=now)
    found = queries.pair_metres(points, to, origin, limit_metres=400, on=day)
    assert found is not None
    table = found.reshape(7, 7)
    assert (np.diag(table) == 0).all()
    assert np.isnan(table[6, :6]).all()
    assert np.isnan(table[:6, 6]).all()
    near = np.isfinite(table[:6, :6])
    assert near.sum() > 10
    assert not near.all()  # the limit holds
    assert np.nanmax(np.where(near, table[:6, :6], 0)) <= 400 + 1e-6
    assert table[:6, :6] == pytest.approx(table[:6, :6].T)
    # Walking there takes at least as long, and the way to the street at both ends besides.
    seconds = queries.matrix(points[:6], Mode.FOOT, on=day).seconds
    walked = table[:6, :6] * 3.6 / 4.5
    assert (walked[near] <= seconds[near] + 1).all()
    assert (walked[near] >= seconds[near] - 60).all()


def test_a_route_leads_from_door_to_door(now: datetime) -> None:
    day = local(now).date()
    estimate = queries.route(MENSA, LIBRARY, Mode.FOOT, on=day)
    assert estimate is not None
    assert estimate.estimated
    assert len(estimate.line) == 2
    bring_in(now=now)
    found = queries.route(MENSA, LIBRARY, Mode.FOOT, on=day)
    assert found is not None
    assert not found.estimated
    assert found.line[0] == (MENSA.longitude, MENSA.latitude)
    assert found.line[-1] == (LIBRARY.longitude, LIBRARY.latitude)
    assert found.seconds == queries.one_to_many(MENSA, [LIBRARY], Mode.FOOT, on=day).seconds[0, 0]
    assert found.metres == pytest.approx(found.seconds * 4.5 / 3.6, rel=0.15)  # some steps


def test_a_whole_route_is_one_line_that_is_straight_only_where_it_must(now: datetime) -> None:
    day = local(now).date()
    bring_in(now=now)
    ways = queries.course([MENSA, LIBRARY, LIBRARY, MENSA], Mode.FOOT, on=day)
    assert not ways.estimated
    assert ways.line[0] == ways.line[-1] == (MENSA.longitude, MENSA.latitude)
    assert len(ways.line) > 20
    partly = queries.course([MENSA, NORDMARKT], Mode.FOOT, on=day)
    assert partly.estimated
    assert len(partly.line) == 2
    assert queries.course([], Mode.FOOT, on=day).line == ()


def test_a_second_run_writes_nothing(now: datetime) -> None:
    first = bring_in(now=now)
    again = bring_in(now=now + timedelta(days=1))
    assert (again.changed, again.network) == (False, first.network)
    assert Network.objects.count() == 1
    assert Entry.objects.filter(act="streets.imported").count() == 1


def test_a_new_network_ends_the_old_one_and_keeps_it_for_its_days(now: datetime) -> None:
    old = bring_in(now=now).network
    smaller = Place(7.412, 51.492).buffer(0.0001)  # ways around this spot only
    later = now + timedelta(days=30)
    new = bring_in(now=later, outline=smaller.envelope, name="Campus 2027").network
    old.refresh_from_db()
    assert (old.current, old.valid_to) == (False, local(later).date())
    assert new.checksum == old.checksum  # three kilometres around it are the same campus
    assert queries.current(on=local(now).date()) == old
    assert queries.current(on=local(later).date()) == new


def test_only_an_administrator_brings_networks_in(now: datetime) -> None:
    with pytest.raises(NotPermitted):
        import_network(
            path=CAMPUS,
            origin=Origin("Campus", "osm"),
            outline=None,
            actor=plain_actor(Role.DISPATCHER),
            now=now,
            tell=print,
        )


class Killed(BaseException):
    """Stands for the end of the process in the middle of an import."""


@pytest.mark.parametrize("step", [1, 2, 3])
def test_an_import_that_ends_half_way_keeps_the_old_network(now: datetime, step: int) -> None:
    old = bring_in(now=now).network
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        if len(told) == step:
            raise Killed

    with pytest.raises(Killed):
        import_network(
            path=CAMPUS,
            origin=Origin("Zweiter Versuch", "osm"),
            outline=None,
            actor=plain_actor(Role.ADMIN),
            now=now,
            tell=tell,
        )
    assert Network.objects.get() == old
    assert load(old.checksum) is not None


def test_what_a_killed_import_left_is_swept_by_the_next(now: datetime) -> None:
    left = folder() / "abc.0123.part"
    left.write_bytes(b"half a network")
    bring_in(now=now)
    assert not left.exists()


def test_two_imports_at_once_do_not_mix(now: datetime) -> None:
    codes: list[str] = []

    def tell(text: str) -> None:
        if not codes:
            with pytest.raises(Refused) as refused:
                bring_in(now=now)
            codes.append(refused.value.code)

    import_network(
        path=CAMPUS,
        origin=Origin("Campus", "osm"),
        outline=None,
        actor=plain_actor(Role.ADMIN),
        now=now,
        tell=tell,
    )
    assert codes == ["streets-import-running"]
    assert Network.objects.count() == 1


# One process for all of it, and no more tables than an import touches: starting takes seconds.
OFFICE_WITH_A_NETWORK = """
import django
django.setup()
from django.core.management import call_command
for app in ("journal", "places", "streets"):
    call_command("migrate", app, verbosity=0)
call_command("import_streets", "{file}", "--name", "Erstes")
"""


def test_a_killed_process_leaves_the_old_network_and_can_start_again(tmp_path: Path) -> None:
    """The real command in a process of its own, ended with SIGKILL after its first line."""
    var = tmp_path / "office"
    env = {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},  # noqa: TID251 (what a child process needs)
        "STREIFE_VAR": str(var),
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "streife.config.settings",
        "DATABASE_URL": f"sqlite:///{var}/db.sqlite3",
    }
    manage = [sys.executable, str(ROOT / "manage.py")]
    run = [*manage, "import_streets", str(CAMPUS), "--name"]
    _done([sys.executable, "-c", OFFICE_WITH_A_NETWORK.format(file=str(CAMPUS))], env)
    with subprocess.Popen([*run, "Zweites"], env=env, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert b"Wege gelesen" in child.stdout.readline()
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert _names(var) == [("Erstes", 1)]
    _done([*run, "Zweites"], env)
    assert _names(var) == [("Erstes", 0), ("Zweites", 1)]


def _done(command: list[str], env: dict[str, str]) -> None:
    """Run a command to its end; what it complains about is what the test shows."""
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _names(var: Path) -> list[tuple[str, int]]:
    with sqlite3.connect(var / "db.sqlite3") as database:
        rows = database.execute("SELECT name, current FROM streets_network ORDER BY id")
        return [(str(name), int(current)) for name, current in rows]


# ------------------------------------------------------------------------------- files that fail


def test_an_empty_file_is_refused(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "leer.osm.pbf"
    path.write_bytes(b"")
    assert refusal(path, now=now) == "streets-empty-file"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_file_that_was_not_downloaded_whole_is_refused(
    tmp_path: Path, now: datetime, share: float
) -> None:
    path = tmp_path / "halb.osm.pbf"
    whole = CAMPUS.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert refusal(path, now=now) == "streets-broken-file"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rauschen.osm.pbf", bytes(range(256)) * 400),
        ("seite.osm.pbf", b"<!doctype html><title>404</title>"),
        ("kaputt.osm", b"<osm version='0.6'><node id='1'"),
        ("netz.xlsx", b"PK\x03\x04"),
    ],
)
def test_what_is_no_street_file_is_refused(
    tmp_path: Path, now: datetime, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path, now=now) == "streets-broken-file"


def test_a_file_without_streets_is_refused(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "keine.osm"
    path.write_text('<osm version="0.6"><node id="1" lat="51.49" lon="7.41"/></osm>')
    assert refusal(path, now=now) == "streets-no-streets"


def test_a_missing_file_and_an_unknown_format_are_refused(tmp_path: Path, now: datetime) -> None:
    assert refusal(tmp_path / "weg.osm.pbf", now=now) == "streets-no-file"
    assert refusal(CAMPUS, now=now, kind="gpx") == "streets-unknown-format"


def test_a_network_of_another_city_is_refused(now: datetime) -> None:
    assert refusal(CAMPUS, now=now, outline=box(6.8, 50.8, 7.2, 51.1)) == "streets-other-city"
    # Near enough that its ways are read, but not one of them is in the city.
    beside = box(7.44, 51.487, 7.45, 51.495)
    assert refusal(CAMPUS, now=now, outline=beside) == "streets-other-city"


def test_half_a_city_has_to_be_meant(now: datetime) -> None:
    whole_city = box(7.30, 51.42, 7.63, 51.60)
    assert refusal(CAMPUS, now=now, outline=whole_city) == "streets-small-part"
    network = bring_in(now=now, outline=whole_city, part=True).network
    assert 0 < network.report["covered"] < 0.1


def test_ways_cut_at_the_edge_of_an_extract_are_kept_as_far_as_they_are_known(
    tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "schnitt.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(CAMPUS)):
            if not (thing.is_node() and thing.id % 50 == 0):
                writer.add(thing)
    network = bring_in(path, now=now).network
    assert network.report["left_out"]["nodes-missing"] > 10
    assert network.metres > 10_000


def test_a_node_of_which_nobody_said_where_does_not_bend_the_city(
    tmp_path: Path, now: datetime
) -> None:
    path = tmp_path / "null.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(CAMPUS)):
            lost = thing.is_node() and thing.id % 50 == 0
            writer.add(thing.replace(location=osmium.osm.Location(0, 0)) if lost else thing)
    network = bring_in(path, now=now).network
    assert network.report["left_out"]["nodes-missing"] > 10
    assert network.south > 51
    assert network.metres < 1_000_000


def test_one_bit_of_a_network_file_that_tips_is_noticed(now: datetime) -> None:
    checksum = bring_in(now=now).network.checksum
    path = path_of(checksum)
    whole, said = path.read_bytes(), []
    kind = whole.rindex(b"PK\x01\x02")  # the last entry of the archive's own list
    spots = [(place, 16) for place in range(7, len(whole), len(whole) // 40)]
    for place, bit in (*spots, (kind + 8, 1), (kind + 10, 1)):  # encrypted, unknown compression
        path.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        try:
            load(checksum)  # some bits mean nothing, as those of a date
        except Refused as refused:
            said.append(refused.code)
    assert said.count("streets-damaged-network") == len(said) > 30


def test_a_damaged_or_lost_network_file_falls_back_to_the_marked_estimate(now: datetime) -> None:
    day = local(now).date()
    network = bring_in(now=now).network
    path = path_of(network.checksum)
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(Refused) as refused:
        load(network.checksum)
    assert refused.value.code == "streets-damaged-network"
    assert queries.matrix([MENSA, LIBRARY], Mode.FOOT, on=day).estimated
    assert queries.route(MENSA, LIBRARY, Mode.FOOT, on=day).estimated  # type: ignore[union-attr]
    path.unlink()
    assert load(network.checksum) is None
    # The same import again mends it, though nothing in the database changes.
    assert not bring_in(now=now).changed
    assert load(network.checksum) is not None


def test_the_command_says_what_happened(now: datetime, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_streets", CAMPUS, "--name", "Campus")
    out = capsys.readouterr().out
    assert "655 Wege gelesen" in out
    assert "zu Fuß" in out
    assert "gilt ab heute" in out
    call_command("import_streets", CAMPUS, "--name", "Campus")
    assert "Nichts geändert" in capsys.readouterr().out
    with pytest.raises(CommandError, match="gibt es nicht"):
        call_command("import_streets", CAMPUS.with_name("anders.osm.pbf"))


# --------------------------------------------------------------------------------- official files


def koeln(shared: Path, folder: Path, *suffixes: str) -> Path:
    """Return a copy of the official segments of Köln with some of their files."""
    for name in ("Strassenabschnitt", "Strassenknoten"):
        for suffix in suffixes:
            shutil.copyfile(
                shared / "data" / "koeln" / f"{name}{suffix}", folder / f"{name}{suffix}"
            )
    return folder / "Strassenabschnitt.shp"


def test_the_official_streets_of_koeln(shared: Path, tmp_path: Path, now: datetime) -> None:
    path = koeln(shared, tmp_path, ".shp", ".shx", ".dbf", ".prj")
    told: list[str] = []
    network = bring_in(path, now=now, kind="koeln", outline=box(6.85, 50.86, 7.1, 51.05), told=told)
    assert told[:2] == [
        "15846 Straßenabschnitte gelesen",
        "31681 von 31692 Enden liegen auf einem amtlichen Straßenknoten",
    ]
    report = network.network.report
    assert report["modes"]["foot"]["km"] == pytest.approx(2394, abs=2)
    assert report["modes"]["car"]["km"] - report["modes"]["foot"]["km"] > 100  # motorways
    dom, neumarkt = Point(50.9413, 6.9583), Point(50.9363, 6.9480)
    walk = queries.one_to_many(dom, [neumarkt], Mode.FOOT, on=local(now).date())
    assert 12 <= (walk.minutes(0, 0) or 0) <= 20


def test_koeln_without_its_prj_has_the_projection_of_the_data_file(
    shared: Path, tmp_path: Path, now: datetime
) -> None:
    path = koeln(shared, tmp_path, ".shp", ".shx", ".dbf")
    network = bring_in(path, now=now, kind="koeln", outline=None).network
    assert (network.south, network.west) == pytest.approx((50.83, 6.81), abs=0.01)


def test_a_wrong_projection_is_refused(shared: Path, tmp_path: Path, now: datetime) -> None:
    path = koeln(shared, tmp_path, ".shp", ".shx", ".dbf", ".prj")
    good = path.with_suffix(".prj").read_text()
    path.with_suffix(".prj").write_text(good.replace("2500000.0", "500000.0"))
    assert refusal(path, now=now, kind="koeln", outline=None) == "streets-wrong-projection"
    path.with_suffix(".prj").write_text("not a projection")
    assert refusal(path, now=now, kind="koeln", outline=None) == "streets-wrong-projection"


def test_incomplete_shape_files_are_refused(shared: Path, tmp_path: Path, now: datetime) -> None:
    path = koeln(shared, tmp_path, ".shp", ".shx", ".prj")
    assert refusal(path, now=now, kind="koeln") == "streets-broken-file"
    nodes = path.with_name("Strassenknoten.shp")
    assert refusal(nodes, now=now, kind="koeln") == "streets-no-streets"
    whole = path.read_bytes()
    path = koeln(shared, tmp_path, ".shp", ".shx", ".dbf", ".prj")
    path.write_bytes(whole[:100_000])
    assert refusal(path, now=now, kind="koeln") == "streets-broken-file"
    path.write_bytes(b"")
    assert refusal(path, now=now, kind="koeln") == "streets-broken-file"
