"""Whatever Stripe's list says of a webhook endpoint, it can be compared, or is no answer; and so can any address."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from payments_service.operating import endpoints
from payments_service.operating.endpoints import Endpoint, Wanted
from payments_service.payments.stripe_api import OTHER_SHAPE
from tests import spoiling

FOUND = {
    "id": "we_1",
    "url": "https://payments.clinic.example/webhooks/stripe/",
    "status": "enabled",
    "enabled_events": ["charge.succeeded", "refund.created"],
    "api_version": None,
    "livemode": False,
}
TYPES = st.lists(st.sampled_from(["charge.succeeded", "refund.created", "a", "b", "*"]), unique=True).map(tuple)
VERSIONS = st.sampled_from(["", "2026-01-01", "2022-11-15"])
WANTED = st.builds(Wanted, st.sampled_from([FOUND["url"], "https://clinic.example"]), TYPES, VERSIONS)
ENDPOINTS = st.builds(Endpoint, st.just("we_1"), spoiling.texts, st.booleans(), TYPES, VERSIONS, st.booleans())


@given(found=spoiling.documents(FOUND), wanted=WANTED)
@example(found=FOUND | {"enabled_events": [[]]}, wanted=Wanted("", (), ""))
@example(found=FOUND | {"enabled_events": "*"}, wanted=Wanted("", (), ""))
@example(found=FOUND | {"url": None}, wanted=Wanted("", (), ""))
def test_an_endpoint_of_any_shape_is_compared_or_no_answer(found: Any, wanted: Wanted) -> None:
    try:
        endpoint = endpoints.read(found)
    except OTHER_SHAPE:
        return

    assert all(isinstance(change.about, str) for change in endpoints.difference(endpoint, wanted))
    assert endpoints.at(endpoint.url, [endpoint]) == [endpoint]


@given(found=ENDPOINTS, wanted=WANTED)
def test_with_its_differences_made_good_it_is_as_wanted(found: Endpoint, wanted: Wanted) -> None:
    changes = [change.about for change in endpoints.difference(found, wanted) if change.possible]

    types = {*found.types, *(each[2:] for each in changes if each[0] == "+")}
    types -= {each[2:] for each in changes if each[0] == "-"}
    assert types == set(wanted.types)
    assert found.enabled or "switch it on" in changes


@given(url=spoiling.texts | st.from_regex(r"https?://[\[\]a-z0-9.:@%]{0,20}/?", fullmatch=True))
@example(url="http://[::1]:8001/webhooks/stripe/")
@example(url="http://[")
@example(url="http://[v1.x]/")
def test_an_address_of_any_shape_means_this_machine_or_not(url: str) -> None:
    loopback = endpoints.is_loopback(url)

    assert not loopback or endpoints.host_of(url)
