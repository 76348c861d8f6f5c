"""The witness that another office runs, without Django: `python -m streife.journal.witness`."""

from streife.journal.witness.server import Server
from streife.journal.witness.state import KEY, Setup, Witness, set_up, trust

__all__ = ["KEY", "Server", "Setup", "Witness", "set_up", "trust"]
