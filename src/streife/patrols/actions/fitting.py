"""Fitting the forecast again: a person with a terminal decides whether the new weights count."""

import os
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

import yaml
from django.conf import settings
from django.db import transaction

from streife.accounts.rules import Actor
from streife.journal import actions as journal
from streife.kernel.errors import Refused
from streife.patrols.queries.need_files import forget_files
from streife.patrols.rules.forecast_fitting import Fitted

FILE = "forecast.yaml"
HEAD = (
    "# Written by `manage.py fit_forecast --write` from the city's own reports; the file before\n"
    "# it is forecast.yaml.before. Each list: widths × half-lives, the half-life running fastest.\n"
)


@transaction.atomic
def keep_fit(*, found: Fitted, source: str, actor: Actor, now: datetime) -> Path:
    """Write fitted weights where the product reads them, and return the file.

    The file before stays beside it. Weights that catch less than those in use are not taken.

    :raises NotPermitted: without `patrols.tidy`
    :raises Refused: `fit-not-better`, `patrols-not-writable`
    """
    actor.require("patrols.tidy")
    if not found.better:
        raise Refused(
            "Die neuen Gewichte treffen in den zurückgehaltenen Wochen nicht besser als die"
            " jetzigen. Es bleibt bei den jetzigen.",
            "fit-not-better",
        )
    target = Path(settings.PATROLS_DIR) / FILE
    text = yaml.safe_dump(
        _content(found, source), sort_keys=False, default_flow_style=None, allow_unicode=True
    )
    try:
        _replace(target, HEAD + text)
    except OSError as error:
        raise Refused(
            "Die Datei %(path)s lässt sich nicht schreiben. Mit STREIFE_PATROLS lässt sich ein"
            " eigener Ordner nennen.",
            "patrols-not-writable",
            values={"path": str(target)},
        ) from error
    forget_files()
    journal.record(
        act="patrols.forecast_fitted",
        subject="patrols",
        actor=actor.ref,
        now=now,
        body={"weeks": found.weeks, "reports": found.reports},
    )
    return target


def _content(found: Fitted, source: str) -> dict[str, object]:
    recipe = found.recipe
    return {
        "source": source,
        "verified": False,
        "resolution": recipe.resolution,
        "widths_metres": [int(width) for width in recipe.widths],
        "half_lives_weeks": [int(life) for life in recipe.half_lives],
        "own": [round(float(weight), 4) for weight in recipe.own],
        "all_kinds": [round(float(weight), 4) for weight in recipe.all_kinds],
    }


def _replace(target: Path, text: str) -> None:
    """Readers see the old file or the new one; the old one is kept under another name."""
    with NamedTemporaryFile(
        "w", dir=target.parent, suffix=".tmp", delete=False, encoding="utf-8"
    ) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if target.exists():
        target.replace(target.with_name(target.name + ".before"))
    Path(file.name).replace(target)
