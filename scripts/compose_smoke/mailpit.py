"""What arrived in Mailpit, read through its HTTP API (https://mailpit.axllent.org/docs/api-v1/)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import Any

import requests

from scripts.processes import Trouble

MOST = 1000
LONGEST_WAIT_SECONDS = 180
"""What is due is looked for each minute (`DUE_SCAN_SECONDS`)."""
TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """One email: to whom, by which Message-ID, and its number in Mailpit."""

    address: str
    message_id: str
    subject: str
    id: str


def letters(url: str) -> list[Letter]:
    """Everything that arrived, newest first."""
    answer = requests.get(f"{url}/api/v1/messages", params={"limit": str(MOST)}, timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    return [letter_of(message) for message in answer.json()["messages"]]


def arrival(url: str, *, address: str) -> Letter:
    """The letter to that address, once it is there; raises Trouble."""
    end = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < end:
        if found := [letter for letter in letters(url) if letter.address == address]:
            return found[0]
        time.sleep(0.2)
    raise Trouble(f"no letter to {address} came within {LONGEST_WAIT_SECONDS} s")


def letter_of(message: dict[str, Any]) -> Letter:
    """A message as the API lists it."""
    return Letter(message["To"][0]["Address"], message["MessageID"], message["Subject"], message["ID"])


def pdfs(url: str, letter: Letter) -> list[str]:
    """The names of the PDF files that are attached to it."""
    answer = requests.get(f"{url}/api/v1/message/{letter.id}/raw", timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    message = message_from_bytes(answer.content, policy=policy.default)
    attached = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    return [str(part.get_filename()) for part in attached if part.get_content().startswith(b"%PDF-")]
