"""What only the stand-in has: its control door, its page, its log, its bad days and its command line."""

import json
import subprocess
import sys

import pytest
import requests
import stripe
from stripe.events import V1ChargeSucceededEventNotification

from scripts.stripe_standin import StandIn
from tests.scripts.stripe_sessions import SECRET, a_session
from tests.stripe_events import by_type
from tests.stripe_events.receiver import Receiver


def test_paying_and_posting_work_from_outside_the_process_too(
    standin: StandIn, client: stripe.StripeClient, receiver: Receiver
) -> None:
    made = a_session(client)

    url = f"{standin.url}/_standin/sessions/{made.id}/pay?deliver=1&order=3,2,1,0"
    answer = requests.post(url, {"email": "eve@example.com"}, timeout=10).json()

    assert [each["status"] for each in answer["deliveries"]] == [200] * 4
    assert receiver.events(SECRET)[0]["id"] == answer["events"][3]["id"]
    assert answer["events"][2]["data"]["object"]["customer_details"]["email"] == "eve@example.com"
    form = {"events[]": answer["events"][0]["id"], "times": 2}
    again = requests.post(f"{standin.url}/_standin/deliver", form, timeout=10).json()
    assert len(again["deliveries"]) == 2


def test_thin_twins_are_what_stripes_library_reads_and_whose_object_it_fetches(
    standin: StandIn, client: stripe.StripeClient, receiver: Receiver
) -> None:
    events = standin.pay(a_session(client).id)
    form = {"events[]": events[0]["id"], "thin": 1}

    sent = requests.post(f"{standin.url}/_standin/deliver", form, timeout=10).json()["deliveries"]
    ((body, header),) = receiver.posts
    read = client.parse_event_notification(body, header, SECRET)

    assert sent[0]["type"] == "v1.charge.succeeded"
    assert isinstance(read, V1ChargeSucceededEventNotification)
    assert read.fetch_related_object().id == events[0]["data"]["object"]["id"]


def test_everything_that_reached_the_api_is_on_record_without_the_key(
    standin: StandIn, client: stripe.StripeClient
) -> None:
    a_session(client)

    (seen,) = standin.requests

    assert (seen["method"], seen["path"]) == ("POST", "/v1/checkout/sessions")
    assert "client_reference_id=co_1" in seen["params"]
    assert "sk_test" not in json.dumps(seen)


def test_a_call_without_a_key_is_refused(standin: StandIn) -> None:
    answer = requests.get(f"{standin.url}/v1/events", timeout=10)

    assert answer.status_code == 401
    assert "API key" in answer.json()["error"]["message"]


def test_stripes_bad_day_lasts_as_long_as_it_was_told_to(standin: StandIn, client: stripe.StripeClient) -> None:
    made = a_session(client)
    standin.fail(status=503, times=2)

    for _ in range(2):
        with pytest.raises(stripe.APIError) as failure:
            client.v1.checkout.sessions.retrieve(made.id, options={"max_network_retries": 0})
        assert failure.value.http_status == 503

    assert client.v1.checkout.sessions.retrieve(made.id).id == made.id


def test_a_person_pays_on_the_page_behind_the_sessions_address(client: stripe.StripeClient, receiver: Receiver) -> None:
    made = a_session(client)
    assert made.url is not None

    shown = requests.get(made.url, timeout=10).text
    paid = requests.post(made.url, {"email": "bea@example.com"}, timeout=10, allow_redirects=False)

    assert (paid.status_code, paid.headers["Location"]) == (303, f"http://127.0.0.1:9/paid?session={made.id}")
    assert "Pay 9000 EUR" in shown
    assert "2 × Visit" in shown
    session = by_type(receiver.events(SECRET), "checkout.session.completed")["data"]["object"]
    assert (session["id"], session["customer_details"]["email"]) == (made.id, "bea@example.com")


def test_the_same_stand_in_runs_as_a_process() -> None:
    command = [sys.executable, "-m", "scripts.stripe_standin", "--webhook-url", "http://127.0.0.1:9/"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None

    address = process.stdout.readline().split()[-1]
    client = stripe.StripeClient("sk_test_of_nobody", base_addresses={"api": address})
    made = a_session(client)
    process.terminate()

    assert made.status == "open"
    assert process.wait(10) == 0
