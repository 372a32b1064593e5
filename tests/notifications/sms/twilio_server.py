"""A stand-in for Twilio on loopback, over real connections: it waits, hangs or hangs up as it is told."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


class TwilioServer(ThreadingHTTPServer):
    """Takes every message and makes its id from the number, so that a mixed-up answer shows."""

    daemon_threads = True

    def __init__(self, *, latency: float = 0.0, behaviour: str = "accept") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.latency, self.behaviour = latency, behaviour
        self.connections: set[tuple[str, int]] = set()
        self.taken = 0
        self.counting = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def stop(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One connection, kept open."""

    protocol_version = "HTTP/1.1"
    server: TwilioServer
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Take a message."""
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        with self.server.counting:
            self.server.connections.add(self.client_address)
            self.server.taken += 1
        if self.server.behaviour == "hang":
            time.sleep(1)
        if self.server.behaviour != "accept":
            self.close_connection = True
            return
        time.sleep(self.server.latency)
        self.answer({"sid": "SM" + form["To"][0].lstrip("+"), "status": "queued"})

    def answer(self, body: dict[str, str]) -> None:
        """Created."""
        content = json.dumps(body).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
