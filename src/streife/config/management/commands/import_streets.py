"""`manage.py import_streets`: bring a city's street network in."""

from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from shapely.geometry import shape

from streife.accounts.rules import system
from streife.kernel.clock import local, now
from streife.kernel.errors import Refused
from streife.places import queries as places
from streife.places.rules import AreaKind
from streife.streets.actions import FORMATS, Imported, Origin, import_network


class Command(BaseCommand):
    """Reads a file of streets; killed half-way it changes nothing and can be started again.

    It stands here and not in `streets`, because only the assembly may ask `places` for the
    outline of the city.
    """

    help = "Liest ein Straßennetz ein: OpenStreetMap (.osm.pbf) oder amtliche Abschnitte (.shp)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the file, its format and what people should know about it."""
        parser.add_argument("file", type=Path, help="Datei, etwa dortmund.osm.pbf")
        parser.add_argument("--format", choices=sorted(FORMATS), default="osm", help="Format")
        parser.add_argument("--name", default="", help="wie das Netz auf den Seiten heißt")
        parser.add_argument("--source", default="", help="Quelle, wenn es eine andere ist")
        parser.add_argument("--licence", default="", help="Lizenz, wenn es eine andere ist")
        parser.add_argument(
            "--part",
            action="store_true",
            help="auch ein Netz, das nur einen Teil der Stadt abdeckt",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, printing each step with the seconds it took so far."""
        started = monotonic()
        path: Path = options["file"]
        moment = now()
        try:
            done = import_network(
                path=path,
                origin=Origin(
                    options["name"] or path.name.split(".")[0],
                    options["format"],
                    options["source"],
                    options["licence"],
                ),
                outline=_outline(),
                actor=system("import"),
                now=moment,
                tell=lambda text: self._tell(f"{monotonic() - started:6.1f} s  {text}"),
                part=options["part"],
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        self._report(done)

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _report(self, done: Imported) -> None:
        network, report = done.network, done.network.report
        if not done.changed:
            self.stdout.write("Nichts geändert: Dieses Netz ist schon in Gebrauch.")
            return
        names = {"foot": "zu Fuß", "bicycle": "mit dem Rad", "car": "mit dem Wagen"}
        for mode, name in names.items():
            row = report["modes"][mode]
            self.stdout.write(
                f"{name:<14}{row['km']:>9.1f} km, {row['km_left_out']:.1f} km ohne Anschluss "
                "weggelassen"
            )
        if report["covered"] is not None:
            self.stdout.write(f"Abdeckung der Stadt: {report['covered'] * 100:.1f} %")
        self.stdout.write(
            f"Straßennetz „{network.name}“ gilt ab heute: {network.edges} Strecken, "
            f"{network.nodes} Kreuzungen und Enden."
        )


def _outline() -> Any:
    """Return the area of the city, None before the first import of its ground."""
    city = places.areas(AreaKind.CITY, on=local(now()).date()).first()
    return shape(city.geometry) if city else None
