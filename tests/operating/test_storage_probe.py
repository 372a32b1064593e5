"""What the doctor finds where PDFs are kept, in a folder and in a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from payments_service.operating.doctor.judging import machine as judging
from payments_service.operating.doctor.probing import machine as probing
from servicekit import bucket
from servicekit.doctor.findings import Verdict
from tests import buckets
from tests.buckets import BucketServer


@pytest.fixture
def server(settings: Settings) -> Iterator[BucketServer]:
    with buckets.running() as running:
        buckets.lead_to(running, settings)
        yield running


def found() -> tuple[Verdict, str, str]:
    """The one finding about files."""
    [finding] = judging.files(probing.files())
    return finding.verdict, finding.said, finding.do


def test_a_bucket_that_takes_files_is_well_and_keeps_none_of_the_doctors(server: BucketServer) -> None:
    verdict, said, _ = found()

    assert verdict is Verdict.OK
    assert "in the bucket clinic-pdfs, encrypted with AES256" in said
    assert server.keys == []
    assert probing.free() is None


def test_a_bucket_that_is_not_there_or_does_not_answer_is_told_apart(server: BucketServer, settings: Settings) -> None:
    options = settings.STORAGES["default"]["OPTIONS"]
    elsewhere = {"BACKEND": "servicekit.bucket.Bucket", "OPTIONS": options | {"bucket_name": "somebody-elses"}}
    settings.STORAGES = settings.STORAGES | {"default": elsewhere}
    no_bucket = found()
    server.go_away()
    no_answer = found()
    server.come_back()

    assert [verdict for verdict, *_ in (no_bucket, no_answer)] == [Verdict.WRONG, Verdict.WRONG]
    assert ("NoSuchBucket" in no_bucket[1], "MEDIA_BUCKET names" in no_bucket[2]) == (True, True)
    assert ("EndpointConnectionError" in no_answer[1], "MEDIA_BUCKET_ENDPOINT" in no_answer[2]) == (True, True)


def test_a_folder_says_nothing_of_encryption_and_a_bucket_that_leaves_it_out_is_wrong() -> None:
    assert found()[0] is Verdict.OK
    assert "encrypted" not in found()[1]

    [bare] = judging.files(judging.Files("the bucket clinic-pdfs", encryption=""))

    assert bare.verdict is Verdict.WRONG
    assert "aren't encrypted" in bare.said


def test_a_bucket_with_versions_needs_a_rule_that_ends_them(server: BucketServer) -> None:
    client = server.storage.client
    client.put_bucket_versioning(Bucket=buckets.NAME, VersioningConfiguration={"Status": "Enabled"})

    _, for_good = judging.files(probing.files())
    client.put_bucket_lifecycle_configuration(Bucket=buckets.NAME, LifecycleConfiguration={"Rules": [ending(days=30)]})
    _, for_a_month = judging.files(probing.files())

    assert (for_good.verdict, "NoncurrentVersionExpiration" in for_good.do) == (Verdict.WARNING, True)
    assert (for_a_month.verdict, for_a_month.said) == (Verdict.OK, "what is deleted can be brought back for 30 days")


def test_a_rule_for_some_files_or_one_that_is_off_ends_nothing() -> None:
    rule = ending(days=30)

    assert bucket.is_for_all(rule)
    assert not bucket.is_for_all(rule | {"Status": "Disabled"})
    assert not bucket.is_for_all(rule | {"Filter": {"Prefix": "elsewhere/"}})


def test_who_may_not_see_the_rules_is_told_what_to_allow() -> None:
    _, finding = judging.files(judging.Files("the bucket clinic-pdfs", encryption="AES256", untold="AccessDenied"))

    assert finding.verdict is Verdict.WARNING
    assert "nobody can tell" in finding.said


def ending(*, days: int) -> dict[str, Any]:
    """A rule that deletes old versions after so many days."""
    return {
        "ID": "old versions go",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": days},
    }
