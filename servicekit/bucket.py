"""A bucket of S3's, or of whatever speaks its language, as Django's storage: django-storages with what we need of it.

One client serves all threads of a process, as each more would take ten megabytes; a file travels whole, in one
request; and what goes wrong is an OSError, as with a disk, so that nobody needs to know where files are. Objects are
encrypted by whoever keeps them and never public: they are read by us alone, and no address of them is given out.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

CONNECT_SECONDS, READ_SECONDS, TRIES = 3, 8, 2
"""A file is a few kilobytes: whoever takes longer is away. Twice that is well within a rendering task's time."""

NOT_THERE = ("NoSuchKey", "404")
NO_VERSIONS, NO_RULES = "NotImplemented", "NoSuchLifecycleConfiguration"
OUTLIVES = "NoncurrentVersionExpiration"


class Trouble(OSError):
    """The bucket didn't do it. `code` is S3's word such as AccessDenied, or the class of what the network raised."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def client_config(*, elsewhere: bool) -> Config:
    """Time-outs, tries, and what providers other than Amazon need."""
    theirs: dict[str, Any] = (
        {
            "s3": {"addressing_style": "path"},
            "request_checksum_calculation": "when_required",
            "response_checksum_validation": "when_required",
        }
        if elsewhere
        else {}
    )
    return Config(
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        retries={"mode": "standard", "total_max_attempts": TRIES},
        max_pool_connections=50,
        **theirs,
    )


class Bucket(S3Storage):  # type: ignore[misc]  # the library has no types
    """Files in a bucket; each method raises FileNotFoundError or Trouble. `project.storages` gives its options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=client_config(elsewhere=bool(options.get("endpoint_url"))), **options)

    @cached_property
    def client(self) -> Any:
        """Amazon's client, which threads may share. It is made in the process that uses it, after any fork."""
        return self._create_session().client(
            "s3", region_name=self.region_name, endpoint_url=self.endpoint_url, config=self.client_config
        )

    def encryption(self, name: str) -> str:
        """How a file was encrypted by whoever keeps it, in S3's words; empty when it wasn't."""
        with failures_named(name):
            return str(self.client.head_object(**self.at(name)).get("ServerSideEncryption", ""))

    def days_after_deletion(self) -> int | None:
        """For how many days what was deleted can be brought back from old versions; None for good. Raises Trouble."""
        if not self.told("get_bucket_versioning", otherwise=NO_VERSIONS).get("Status"):
            return 0
        rules = self.told("get_bucket_lifecycle_configuration", otherwise=NO_RULES).get("Rules", ())
        spans = [rule[OUTLIVES].get("NoncurrentDays") for rule in rules if is_for_all(rule) and OUTLIVES in rule]
        return min((span for span in spans if span), default=None)

    def told(self, question: str, *, otherwise: str) -> dict[str, Any]:
        """What is said of the bucket itself; nothing where the answer is `otherwise`. Raises Trouble."""
        try:
            with failures_named(self.bucket_name):
                answer: dict[str, Any] = getattr(self.client, question)(Bucket=self.bucket_name)
        except Trouble as trouble:
            if trouble.code != otherwise:
                raise
            return {}
        return answer

    def exists(self, name: str) -> bool:
        """Whether there is a file of that name."""
        try:
            with failures_named(name):
                self.client.head_object(**self.at(name))
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Have no file of that name, whether there was one or not."""
        with failures_named(name):
            self.client.delete_object(**self.at(name))

    def at(self, name: str) -> dict[str, str]:
        """Where a file is, as each call wants to know it."""
        return {"Bucket": self.bucket_name, "Key": self._normalize_name(clean_name(name))}

    def _open(self, name: str, mode: str = "rb") -> File[bytes]:
        if mode != "rb":
            raise ValueError(f"a file in a bucket is read whole or saved whole, not opened with {mode!r}")
        with failures_named(name):
            return ContentFile(self.client.get_object(**self.at(name))["Body"].read(), name)

    def _save(self, name: str, content: File[bytes]) -> str:
        with failures_named(name):
            self.client.put_object(**self.at(name), Body=content.read(), **self._get_write_parameters(name, content))
        return name


def is_for_all(rule: dict[str, Any]) -> bool:
    """Whether a lifecycle rule is at work, and for every file."""
    only = rule.get("Filter") or {"Prefix": rule.get("Prefix", "")}
    return rule.get("Status") == "Enabled" and not any(only.values())


@contextmanager
def failures_named(name: str) -> Iterator[None]:
    """Amazon's errors as FileNotFoundError or Trouble; neither quotes what was said, which names accounts."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code") or "unknown")
        raise (FileNotFoundError(name) if code in NOT_THERE else Trouble(code)) from None
    except BotoCoreError as error:
        raise Trouble(type(error).__name__) from None
