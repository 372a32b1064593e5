"""A bucket on loopback that speaks S3's language, and the settings and environment that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.server import ThreadedMotoServer
from pytest_django import Settings

from scripts import embedded
from servicekit import bucket, project

NAME = "clinic-pdfs"
KEYS = {"key_id": "visibly-fake-key", "secret": "visibly-fake-secret"}


class BucketServer:
    """The server can go away and come back; what it keeps outlives that."""

    def __init__(self) -> None:
        self.port = embedded.free_port()
        self.come_back()
        self.storage = bucket.Bucket(**self.described()["OPTIONS"])
        self.storage.client.create_bucket(Bucket=NAME)

    def described(self, **changes: str) -> dict[str, Any]:
        """The storage as settings have it."""
        usual = {"endpoint": self.url, "region": "", "kms_key": "", **KEYS}
        return project.in_bucket(NAME, **(usual | changes))

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """The environment of processes that keep files there."""
        return {
            "MEDIA_BUCKET": NAME,
            "MEDIA_BUCKET_ENDPOINT": self.url,
            "AWS_ACCESS_KEY_ID": KEYS["key_id"],
            "AWS_SECRET_ACCESS_KEY": KEYS["secret"],
        }

    @property
    def keys(self) -> list[str]:
        """What lies in it."""
        listed = self.storage.client.list_objects_v2(Bucket=NAME)
        return [each["Key"] for each in listed.get("Contents", ())]

    def go_away(self) -> None:
        """Answer nobody any more."""
        self.server.stop()

    def come_back(self) -> None:
        """Answer again, with all that was kept."""
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()

    def empty(self) -> None:
        """Forget every file."""
        for key in self.keys:
            self.storage.delete(key)


@contextmanager
def running() -> Iterator[BucketServer]:
    """A server for the length of the block, with nothing in it: what moto keeps outlives every server of a process."""
    server = BucketServer()
    server.empty()
    yield server
    server.go_away()


def lead_to(server: BucketServer, settings: Settings, **changes: str) -> None:
    """Have this process keep its files there."""
    settings.STORAGES = settings.STORAGES | {"default": server.described(**changes)}
