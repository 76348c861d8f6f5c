"""A city's folder of data as checked rows, ready to be written. No Django."""

from datetime import date
from pathlib import Path
from typing import Any

from streife.places.areas import check_coverage, read_areas, read_operational
from streife.places.drafts import BadManifest, Bundle, read_yaml
from streife.places.rules import AreaKind
from streife.places.spots import read_list, read_sites


def read_bundle(folder: Path) -> Bundle:
    """Read a city's folder.

    :raises BadManifest: there is no usable `city.yaml`
    """
    manifest = read_yaml(folder / "city.yaml")
    missing = {"dataset", "code", "valid_from", "areas"} - manifest.keys()
    if missing:
        raise BadManifest(f"In city.yaml fehlt: {', '.join(sorted(missing))}.")
    _check_entries(manifest)
    bundle = Bundle(str(manifest["dataset"]), str(manifest["code"]))
    since = manifest["valid_from"]
    for entry in manifest["areas"]:
        kind = AreaKind(entry["kind"])
        if kind is AreaKind.OPERATIONAL:
            read_operational(bundle, folder / entry["file"], since)
        else:
            read_areas(bundle, folder, entry, kind, since)
    check_coverage(bundle)
    for entry in manifest.get("sites", ()):
        read_sites(bundle, folder, entry, since)
    for word in ("office", "zone"):
        if manifest.get(f"{word}s"):
            read_list(bundle, folder / manifest[f"{word}s"], word, since)
    _refuse_twins(bundle)
    return bundle


def _check_entries(manifest: dict[str, Any]) -> None:
    """Refuse a manifest whose entries lack what the readers rely on."""
    if not isinstance(manifest["valid_from"], date):
        raise BadManifest("city.yaml: „valid_from“ ist kein Datum (JJJJ-MM-TT).")
    for word in ("areas", "sites"):
        for number, entry in enumerate(manifest.get(word) or (), start=1):
            if not isinstance(entry, dict) or not isinstance(entry.get("file"), str):
                raise BadManifest(f"city.yaml: {word}, Eintrag {number}: „file“ fehlt.")
            if word == "areas" and entry.get("kind") not in set(AreaKind):
                raise BadManifest(f"city.yaml: areas, Eintrag {number}: „kind“ ist unbekannt.")


def _refuse_twins(bundle: Bundle) -> None:
    """Refuse the second row with a key that another row of its kind already has."""
    seen: set[tuple[str, str]] = set()
    for draft in list(bundle.drafts):
        key = (draft.kind, draft.code)
        if key in seen:
            bundle.findings.refuse(draft.kind, draft.where, f"Schlüssel doppelt: {draft.code}.")
            bundle.drafts.remove(draft)
        seen.add(key)
