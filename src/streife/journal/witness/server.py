"""The web address of a witness (c2sp.org/tlog-witness)."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from re import fullmatch
from typing import Any

from streife.journal.tlog import witness as protocol
from streife.journal.witness.state import SECONDS, Witness, state_lines
from streife.kernel.clock import now


class Server(ThreadingHTTPServer):
    """Listens for logs; one thread a request, the state file lets one at a time decide."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        super().__init__(address, _Handler)
        self.witness = witness


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "streife-witness"
    timeout = SECONDS
    server: Server

    def do_POST(self) -> None:
        """Answer `add-checkpoint`."""
        length = self.headers.get("Content-Length", "")
        if not self.path.endswith("/add-checkpoint"):
            self._answer(404, "not found\n", close=True)
            return
        if not fullmatch("[0-9]{1,9}", length) or int(length) > protocol.LARGEST_REQUEST:
            self._answer(400, "Content-Length missing or too large\n", close=True)
            return
        try:
            body = self.rfile.read(int(length)).decode()
            line = self.server.witness.add_checkpoint(body, moment=now())
        except UnicodeDecodeError:
            self._answer(400, "not UTF-8\n")
        except protocol.Declined as declined:
            if declined.size is None:
                self._answer(declined.status, f"{declined}\n")
            else:
                self._answer(declined.status, f"{declined.size}\n", kind=protocol.SIZE_TYPE)
        else:
            self._answer(200, line)

    def do_GET(self) -> None:
        """Show what is known: all logs at the prefix, one log's last note at `head/<sha256>`."""
        asked = fullmatch(".*/head/([0-9a-f]{64})", self.path)
        if asked:
            note = self.server.witness.note_of(asked[1])
            self._answer(200 if note else 404, note or "not found\n")
            return
        self._answer(200, "".join(state_lines(self.server.witness)))

    def log_message(self, format: str, *args: Any) -> None:
        """Say one line a request, as services do."""
        sys.stderr.write(f"{now():%Y-%m-%dT%H:%M:%SZ} {format % args}\n")

    def _answer(
        self,
        status: int,
        text: str,
        *,
        kind: str = "text/plain; charset=utf-8",
        close: bool = False,
    ) -> None:
        raw = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        if close:  # the body was not read
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(raw)
