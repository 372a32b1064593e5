"""Nobody has to know a code: what a row waits for is said in words, with what to do, wherever staff look."""

from __future__ import annotations

import ast
import html
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType

import pytest
from django.utils import timezone

import payments_service.payments
import payments_service.receipting
import payments_service.webhooks
import receipts
from payments_service.bookkeeping import open_work, texts
from payments_service.bookkeeping import words as books
from payments_service.payments import obstacles, words
from payments_service.payments.models import Movement, Payment
from receipts.models import Receipt
from servicekit import deadlines
from tests.bookkeeping.staff import a_member_of_staff
from tests.builders import a_payment, a_receipt
from tests.desk.test_story import page_of, the_payment

ENGLISH = words.of("en")
AWAY = obstacles.sentence("storage_away", words=ENGLISH)
RAISED = ("TryLater", "GiveUp", "Away")
"""What leaves its code on a row."""


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Every module of a package."""
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not {"migrations", "management", "moving", "__main__"} & set(found.name.split(".")):  # commands have no rows
            yield importlib.import_module(found.name)


def codes_in(module: ModuleType) -> Iterator[str]:
    """The codes that a module raises, as far as it names them itself and doesn't pass on Stripe's."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and node.args and name_of(node.func) in RAISED:
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant | ast.Name) or name_of(part).isupper():
                    yield from value_of(part, module)


def name_of(node: ast.AST) -> str:
    """`Away` of `Away` and of `storage.Away`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def value_of(node: ast.AST, module: ModuleType) -> Iterator[str]:
    """The text that a literal or a constant of the module stands for."""
    try:
        value = eval(compile(ast.Expression(node), "code", "eval"), vars(module))  # type: ignore[arg-type]  # noqa: S307
    except NameError:  # something that is only known when it runs: a code of Stripe's
        return
    if isinstance(value, str):
        yield str(value)


def test_every_code_of_ours_that_can_stand_on_a_row_has_a_sentence_of_its_own() -> None:
    packages = (receipts, payments_service.payments, payments_service.receipting, payments_service.webhooks)
    raised = {code for package in packages for module in modules(package) for code in codes_in(module)}
    all_codes = raised | {deadlines.OUT_OF_TIME, Payment.NO_PROFILE, *Movement.Obstacle.values}

    assert {"storage_away", "charge_not_there_yet", "stripe_refuses_our_key", "refunds_not_told"} <= raised
    assert all_codes - set(obstacles.sentences(ENGLISH)) == set()


def test_no_sentence_says_its_code() -> None:
    assert [code for code, said in obstacles.sentences(ENGLISH).items() if code in said] == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", ""),
        ("stripe_404", "Stripe answered stripe_404"),
        ("RateLimitError", "Stripe was asked too often; it is asked again"),
        ("OSError", "our program failed at it (OSError); if it stays so, tell whoever looks after this system"),
    ],
)
def test_what_is_not_ours_is_named_in_a_sentence(code: str, said: str) -> None:
    assert obstacles.sentence(code, words=ENGLISH) == said


@pytest.mark.django_db
def test_a_pdf_that_cannot_be_made_says_why_in_its_payments_story_and_in_the_list() -> None:
    a_receipt()
    Receipt.objects.update(pdf_key="", rendered_at=None, last_error="storage_away")
    desk = a_member_of_staff(everything=True)

    story, listed = page_of(the_payment(), desk), html.unescape(desk.get("/admin/receipts/receipt/").content.decode())

    assert f"{AWAY[0].upper()}{AWAY[1:]}." in story
    assert AWAY in listed
    assert "storage_away" not in story + listed


@pytest.mark.django_db
def test_a_payment_without_a_receipt_says_why_in_its_story_and_in_the_list() -> None:
    a_payment()
    Payment.objects.update(last_error="charge_not_there_yet")
    desk = a_member_of_staff(everything=True)

    pages = [page_of(the_payment(), desk), html.unescape(desk.get("/admin/payments/payment/").content.decode())]

    assert all("Stripe doesn't show its charge yet" in page for page in pages if "charge_not_there_yet" not in page)
    assert [page for page in pages if "charge_not_there_yet" in page] == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de", "pl", "ar"])
def test_the_daily_report_says_it_in_its_own_language(language: str) -> None:
    a_receipt()
    long_ago = timezone.now() - 2 * open_work.ON_ITS_WAY
    waiting = {"pdf_key": "", "due_at": long_ago, "issued_at": long_ago, "last_error": "storage_away"}
    Receipt.objects.update(**waiting)
    found = open_work.documents_without_pdf(timezone.now())

    task = texts.task(found, now=timezone.now(), words=books.of(language), zone=timezone.get_current_timezone())

    (entry,) = task.entries
    assert entry.why == obstacles.sentence("storage_away", words=words.of(language))
    assert (entry.why == AWAY) == (language == "en")
