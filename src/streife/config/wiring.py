"""Who reacts to what: the only place where one package's event meets another's work."""

from collections.abc import Mapping
from typing import Any

from streife.kernel.events import Reaction

REACTIONS: Mapping[type[Any], tuple[Reaction, ...]] = {}
