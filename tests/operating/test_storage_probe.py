"""What the doctor finds where PDFs are kept, in a folder and in a bucket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from payments_service.operating.doctor.judging import machine as judging
from payments_service.operating.doctor.probing import machine as probing
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
