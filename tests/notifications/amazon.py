"""A stand-in for the one call of Amazon SNS's API that we make: a subscription is confirmed, or it isn't."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

CONFIRMED = """<ConfirmSubscriptionResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ConfirmSubscriptionResult>
<SubscriptionArn>arn:aws:sns:eu-central-1:000000000000:reports:1</SubscriptionArn></ConfirmSubscriptionResult>
</ConfirmSubscriptionResponse>"""
REFUSED = """<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type>
<Code>AuthorizationError</Code><Message>not allowed</Message></Error></ErrorResponse>"""


class Amazon(ThreadingHTTPServer):
    """Keeps what it is asked; `refusing` makes it refuse."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, str]] = []
        self.refusing = False
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def settings(self) -> dict[str, Any]:
        """What leads boto3 here."""
        address = f"http://127.0.0.1:{self.server_address[1]}"
        return {"endpoint_url": address, "aws_access_key_id": "AKIAFAKE", "aws_secret_access_key": "visibly-fake"}

    def stop(self) -> None:
        """Listen no more."""
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """One call."""

    server: Amazon

    def do_POST(self) -> None:
        """Answer as SNS does."""
        self.server.asked.append(dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))
        body = (REFUSED if self.server.refusing else CONFIRMED).encode()
        self.send_response(403 if self.server.refusing else 200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""
