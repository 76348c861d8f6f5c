"""Features of a geometry file with the properties that `city.yaml` names. No Django."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from streife.places.drafts import Bundle
from streife.places.reading import Feature, read_features


def named_features(
    bundle: Bundle, folder: Path, entry: Mapping[str, Any], kind: str
) -> Iterator[tuple[Feature, dict[str, str]]]:
    """Yield the features of an entry with its named properties, leaving out rows without name."""
    names: Mapping[str, str] = entry.get("properties") or {}
    for feature in read_features(
        folder / entry["file"],
        kind,
        bundle.findings,
        crs=str(entry.get("crs", "")),
        encoding=str(entry.get("encoding", "utf-8")),
        repair=bool(entry.get("repair", False)),
    ):
        values = {key: _text(feature.properties.get(name)) for key, name in names.items()}
        values |= {key: str(value) for key, value in (entry.get("values") or {}).items()}
        lacking = [word for word in ("code", "name") if not values.get(word)]
        if lacking:
            bundle.findings.refuse(kind, feature.where, f"Es fehlt: {', '.join(lacking)}.")
        else:
            yield feature, values


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
