"""A link is ours or it is none: whatever stands in its place opens nothing, whoever made it up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments_service.receipting import links
from receipts.models import Receipt
from tests import spoiling
from tests.builders import a_receipt
from tests.spoiling import soon, texts

pytestmark = pytest.mark.django_db
KINDS = [links.PAGE, links.PDF]
as_in_an_address = texts.map(lambda text: text.encode(errors="replace").decode())


@pytest.mark.parametrize("kind", KINDS)
@given(token=as_in_an_address | st.lists(as_in_an_address, min_size=2, max_size=3).map(":".join))
def test_any_text_opens_nothing(kind: str, token: str) -> None:
    with soon():
        assert links.receipt_of(token, kind=kind) is None
        assert links.receipt_once_of(token, kind=kind) is None


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_link_that_was_changed_opens_nothing(kind: str, data: st.DataObject) -> None:
    token = links.token_of(Receipt.objects.first() or a_receipt(), kind=kind)
    changed = data.draw(spoiling.mangled(token.encode())).decode(errors="replace")

    assert changed == token or links.receipt_once_of(changed, kind=kind) is None


@pytest.mark.parametrize("reference", ["", "-", "0-", "٣-0", "9" * 18 + "-0", "9" * 5_000 + "-0", "1", "1-" + "0" * 16])
def test_a_reference_that_we_signed_and_that_is_of_no_document_opens_nothing(reference: str) -> None:
    token = links.signer(links.PAGE).sign(reference)

    assert links.receipt_of(token, kind=links.PAGE) is None
