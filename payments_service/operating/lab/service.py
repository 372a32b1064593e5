"""The service as the lab meets it: its webhook and its API, over HTTP. Neighbour of `playing`."""

from __future__ import annotations

import io
from typing import Any

import requests
from pypdf import PdfReader

from payments_service.operating.lab.scenarios import Document, Post

SECONDS = 20


class Unreachable(Exception):
    """The service doesn't answer as it should; the message says what to do."""


class Service:
    """A running service at an address, and a token of its API; `scheme` is what its PUBLIC_URL says."""

    def __init__(self, url: str, *, token: str, scheme: str) -> None:
        self.url = url.rstrip("/")
        self.session = requests.Session()
        self.session.headers.update({"Authorization": f"Bearer {token}", "X-Forwarded-Proto": scheme})

    def post(self, post: Post) -> int:
        """The status that a post gets, as Stripe sees it."""
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": post.header}
        try:
            answer = requests.post(
                f"{self.url}/webhooks/stripe/", post.body, headers=headers, timeout=SECONDS, allow_redirects=False
            )
        except requests.RequestException:
            raise Unreachable(f"{self.url} doesn't answer: start the service, or give --url.") from None
        return answer.status_code

    def documents(self, payment: str) -> list[tuple[Document, str]]:
        """The documents of a payment with their numbers, oldest first; those whose PDF isn't there yet are left out."""
        found = self.get("receipts", payment_intent=payment).json()
        return [
            (Document(each["kind"], each["amount"], each["currency"]), each["number"])
            for each in found
            if each["status"] == "rendered"
        ]

    def knows(self, payment: str) -> bool:
        """Whether there is such a payment at all."""
        return bool(self.get("payments", payment_intent=payment).json())

    def printed(self, number: str) -> str:
        """What stands in a document's PDF."""
        pages = PdfReader(io.BytesIO(self.get(f"receipts/{number}.pdf").content)).pages
        return " ".join(page.extract_text() for page in pages)

    def get(self, path: str, **params: Any) -> requests.Response:
        """An answer of the API; raises Unreachable for any other."""
        try:
            answer = self.session.get(
                f"{self.url}/api/v1/{path}", params=params, timeout=SECONDS, allow_redirects=False
            )
        except requests.RequestException:
            raise Unreachable(f"{self.url} doesn't answer: start the service, or give --url.") from None
        if answer.status_code != 200:
            raise Unreachable(f"the API answers {answer.status_code}: does the service have the same API_TOKENS?")
        return answer
