"""Where `stripe listen` waits for events: a WebSocket on a port of its own; cli.py tells the CLI its address.

The subprotocol and the messages are those of Stripe CLI 1.52: a "webhook_event" goes out, an "event_ack" and a
"webhook_response" with the status of the service come back.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

from scripts.stripe_standin.account import Account
from scripts.stripe_standin.delivery import headers
from tests.stripe_events import Payload, an_id, body_of

PROTOCOL = Subprotocol("stripecli-devproxy-v1")


class Listening:
    """The WebSocket server; `forwarded` collects `event`, `type` and `status` of each post of the CLI."""

    def __init__(self, account: Account) -> None:
        self.forwarded: list[dict[str, Any]] = []
        self._account = account
        self._server: Server = serve(self._serve, "127.0.0.1", 0, subprotocols=[PROTOCOL], compression=None)
        account.socket_url = f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/subscribe/acct_test"

    def start(self) -> None:
        """Accept the CLI in a thread."""
        Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Close the door and who is in it."""
        self._server.shutdown()

    def _serve(self, connection: ServerConnection) -> None:
        listener = _teller(connection, secret=self._account.secret)
        self._account.listeners.append(listener)
        try:
            with suppress(ConnectionClosed):
                for message in connection:
                    self._hear(json.loads(message))
        finally:
            self._account.listeners.remove(listener)

    def _hear(self, said: Payload) -> None:
        if said["type"] == "webhook_response":
            event = json.loads(said["request_body"])
            self.forwarded.append({"event": event["id"], "type": event["type"], "status": said["status"]})
            if 200 <= said["status"] < 300:
                self._account.delivered.add(event["id"])


def _teller(connection: ServerConnection, *, secret: str) -> Callable[[Payload], None]:
    def tell(event: Payload) -> None:
        body = body_of(event)
        message = {
            "type": "webhook_event",
            "endpoint": {"api_version": None},
            "event_payload": body.decode(),
            "http_headers": headers(body, secret=secret),
            "webhook_conversation_id": an_id("wc"),
            "webhook_id": an_id("we"),
        }
        try:
            connection.send(json.dumps(message))
        except ConnectionClosed:
            return  # the CLI has gone; Stripe doesn't send later what nobody heard

    return tell
