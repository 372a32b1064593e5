"""What is particular to some providers' reports: several in one post, and Amazon's subscriptions and certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses
from pytest_django import Settings
from structlog.testing import capture_logs

from notifications import models
from notifications.channels import sns_signature
from tests.notifications import reports, signing
from tests.notifications.amazon import Amazon
from tests.notifications.builders import a_message, reread
from tests.notifications.reports import PROVIDER_ID, post
from tests.notifications.signing import Signer

pytestmark = pytest.mark.django_db(transaction=True)

TOPIC = "arn:aws:sns:eu-central-1:000000000000:reports"


@pytest.fixture(autouse=True)
def reported(settings: Settings) -> Iterator[responses.RequestsMock]:
    """What any provider needs of an installation."""
    with reports.taken(settings) as network:
        yield network


@pytest.fixture
def sent() -> models.Message:
    """An email that the provider took."""
    return reports.a_sent_message()


# --- Several in one post


@pytest.fixture
def three(reported: responses.RequestsMock) -> list[models.Message]:
    """Emails that the provider took, under the ids 0, 1 and 2."""
    messages = [a_message(dedupe_key=f"document:{number}") for number in range(3)]
    for number, message in enumerate(messages):
        known = models.Message.objects.filter(pk=message.pk)
        known.update(state="sent", due_at=None, provider_message_id=str(number))
    return messages


def test_each_report_of_a_batch_reaches_its_message_once(three: list[models.Message]) -> None:
    kinds = ["delivered", "bounced", "complained"]
    batch = [reports.of_sparkpost(kind, str(number)) for number, kind in enumerate(kinds)]

    answers = [post(reports.by_sparkpost(*batch, *batch)).status_code for _ in range(2)]

    assert answers == [200, 200]
    assert [reread(message).state for message in three] == ["delivered", "bounced", "sent"]
    assert [message.reports.get().kind for message in three] == kinds


def test_a_batch_ends_where_its_reports_would_have_ended_one_by_one(three: list[models.Message]) -> None:
    batch = [reports.of_sparkpost("bounced", "0"), reports.of_sparkpost("delivered", "0")]

    post(reports.by_sparkpost(*batch))

    assert reread(three[0]).state == "bounced"


def test_nothing_is_kept_of_a_batch_that_cant_be_read_to_its_end(three: list[models.Message]) -> None:
    answer = post(reports.by_sparkpost(reports.of_sparkpost("bounced", "0"), {"msys": {"message_event": []}}))

    assert answer.status_code == 400
    assert not models.TrackingEvent.objects.exists()
    assert reread(three[0]).state == "sent"


def test_an_empty_post_by_which_a_provider_knocks_is_taken(three: list[models.Message]) -> None:
    answer = post(reports.by_sparkpost({"msys": {}}))

    assert answer.status_code == 200
    assert not models.TrackingEvent.objects.exists()


# --- Amazon's


@pytest.fixture
def amazon(settings: Settings, reported: responses.RequestsMock) -> Iterator[Amazon]:
    """Amazon SNS's API on loopback, and a key for it."""
    server = Amazon()
    settings.ANYMAIL = reports.ANYMAIL | {"AMAZON_SES_CLIENT_PARAMS": server.settings}
    yield server
    server.stop()


def a_subscription(*, signer: Signer = Signer.PROVIDER, **changes: str) -> reports.Report:
    """What SNS posts first of all to a new subscriber."""
    asked = {
        "Type": "SubscriptionConfirmation",
        "MessageId": "sns-subscription-1",
        "Token": "token-1",
        "TopicArn": TOPIC,
        "Message": "You have chosen to subscribe to the topic.",
        "SubscribeURL": "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription",
        "Timestamp": reports.INSTANT,
    }
    return reports.by_sns(signing.sns(asked | changes, signer=signer))


def test_a_subscription_is_confirmed_to_who_has_the_secret(amazon: Amazon) -> None:
    answer = post(a_subscription())

    assert answer.status_code == 200
    asked = {name: amazon.asked[0][name] for name in ("Action", "TopicArn", "Token")}
    assert asked == {"Action": "ConfirmSubscription", "TopicArn": TOPIC, "Token": "token-1"}


@pytest.mark.parametrize(
    ("signer", "secret", "status"),
    [(Signer.PROVIDER, None, 401), (Signer.PROVIDER, "reports:wrong", 401), (Signer.SOMEBODY, reports.SECRET, 403)],
)
def test_it_isnt_to_anybody_else(amazon: Amazon, signer: Signer, secret: str | None, status: int) -> None:
    answer = post(a_subscription(signer=signer), secret=secret)

    assert answer.status_code == status
    assert amazon.asked == []


def test_a_confirmation_that_amazon_refuses_is_tried_again_and_says_what_to_do(amazon: Amazon) -> None:
    amazon.refusing = True

    with capture_logs() as lines:
        answer = post(a_subscription())

    assert answer.status_code == 503
    assert [line["reason"] for line in lines] == ["not_confirmed"]
    assert "sns:ConfirmSubscription" in lines[0]["hint"]


def test_a_topic_that_cant_be_one_is_refused(amazon: Amazon) -> None:
    answer = post(a_subscription(TopicArn="reports"))

    assert answer.status_code == 400
    assert amazon.asked == []


def test_what_else_sns_says_changes_nothing(amazon: Amazon) -> None:
    goodbye = post(a_subscription(Type="UnsubscribeConfirmation"))
    words = {"Type": "Notification", "MessageId": "1", "TopicArn": TOPIC, "Timestamp": reports.INSTANT}
    words["Message"] = "Successfully validated SNS topic for Amazon SES event publishing."
    hello = post(reports.by_sns(signing.sns(words, signer=Signer.PROVIDER)))

    assert (goodbye.status_code, hello.status_code) == (200, 200)
    assert amazon.asked == []
    assert not models.TrackingEvent.objects.exists()


def test_both_of_amazons_signatures_count(sent: models.Message, reported: responses.RequestsMock) -> None:
    answers = [
        post(reports.amazon_ses("bounced", PROVIDER_ID, event=version, version=version)).status_code
        for version in ("1", "2")
    ]

    assert answers == [200, 200]
    assert len(reported.calls) == 1  # the certificate is fetched once


@pytest.mark.parametrize(
    "address",
    [
        "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "https://evil.example/SimpleNotificationService-0123456789abcdef.pem",
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-01.pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem",
        "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem\n",
        "",
    ],
)
def test_a_certificate_that_isnt_amazons_isnt_even_fetched(reported: responses.RequestsMock, address: str) -> None:
    signed = signing.sns(a_notification(), signer=Signer.PROVIDER) | {"SigningCertURL": address}

    answer = post(reports.by_sns(signed))

    assert answer.status_code == 403
    assert len(reported.calls) == 0


@pytest.mark.parametrize("changes", [{"Signature": "###"}, {"SignatureVersion": "3"}, {"Type": "Other"}])
def test_a_signature_that_makes_no_sense_is_refused(reported: responses.RequestsMock, changes: dict[str, str]) -> None:
    answer = post(reports.by_sns(signing.sns(a_notification(), signer=Signer.PROVIDER) | changes))

    assert answer.status_code == 403
    assert not models.TrackingEvent.objects.exists()


@pytest.mark.parametrize(
    "trouble", [{"body": requests.ConnectTimeout()}, {"status": 503}, {"body": b"x" * 20_000}, {"status": 302}]
)
def test_while_amazons_certificate_cant_be_had_nothing_is_lost(
    sent: models.Message, reported: responses.RequestsMock, trouble: dict[str, Any]
) -> None:
    report = reports.amazon_ses("bounced", PROVIDER_ID)
    reported.replace(responses.GET, signing.CERTIFICATE, **trouble)

    away = post(report)
    reported.replace(responses.GET, signing.CERTIFICATE, body=signing.amazons_certificate())
    back = post(report)

    assert (away.status_code, back.status_code) == (503, 200)
    assert reread(sent).state == "bounced"


def test_a_notification_that_isnt_ses_is_refused(reported: responses.RequestsMock) -> None:
    strangers = [a_notification(Message=text) for text in ("a sentence", "[]", '{"eventType": "Bounce"}')]

    answers = [post(reports.by_sns(signing.sns(each, signer=Signer.PROVIDER))).status_code for each in strangers]

    assert answers == [400, 400, 400]
    assert not models.TrackingEvent.objects.exists()


def a_notification(**changes: str) -> dict[str, str]:
    """A notification of SNS's, unsigned."""
    told = {"Type": "Notification", "MessageId": "1", "TopicArn": TOPIC, "Timestamp": reports.INSTANT, "Message": "{}"}
    return told | changes


def test_the_certificate_is_fetched_again_only_by_another_process(reported: responses.RequestsMock) -> None:
    keys = [sns_signature.key_at(signing.CERTIFICATE) for _ in range(3)]

    assert len(set(map(id, keys))) == 1
    assert len(reported.calls) == 1
