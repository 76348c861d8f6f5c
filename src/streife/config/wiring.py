"""Who reacts to what: the only place where one package's event meets another's work."""

from collections.abc import Mapping
from typing import Any

from streife.kernel.events import Reaction
from streife.reports.events import ResidentAwaitsMail
from streife.reports.tasks import tell_resident

REACTIONS: Mapping[type[Any], tuple[Reaction, ...]] = {
    ResidentAwaitsMail: (lambda event: tell_resident.enqueue(event.report_id, event.occasion),),
}
