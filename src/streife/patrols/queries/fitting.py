"""The city's own reports week by week, for fitting the forecast again."""

from datetime import datetime

import numpy as np

from streife.patrols.queries.need_files import files
from streife.patrols.queries.need_holding import ground_of
from streife.patrols.queries.need_reading import told
from streife.patrols.rules.forecast_fitting import Fitted, Weekly, refit
from streife.patrols.rules.need import soften

WEEK_HOURS = 168


def fitted(now: datetime) -> Fitted:
    """Return a forecast fitted on everything told until now, beside the one in use.

    :raises Refused: `too-little-history`, `patrols-bad-file`
    """
    read = files()
    given = told(read.weights, read.recipe.resolution, now=now)
    ground = ground_of(read.recipe, given, now)
    where = ground.grid.index(given.cells)
    inside = where >= 0
    # Whole weeks, the last one ends now.
    age = (int(now.timestamp() // 3600) - given.received) // WEEK_HOURS
    weeks = int(age[inside].max()) - age if inside.any() else age
    factor = np.where(given.own, read.weights.own_finding_factor, 1.0)
    counts = soften(given.cells, given.fields, given.received // 24, factor)
    weekly = Weekly(
        where[inside],
        given.fields[inside],
        weeks[inside],
        counts[inside],
        ~given.own[inside],
        len(read.weights.fields),
        len(ground.grid),
    )
    return refit(weekly, ground.kernels, read.recipe)
