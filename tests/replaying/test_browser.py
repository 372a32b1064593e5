"""The front desk replays an event: a real browser, a real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from payments_service.replaying.models import Replay
from scripts.embedded import free_port
from tests import browser, processes
from tests.browser import WIDE
from tests.replaying.journeys import a_finished_payment, letters, lose_file_of

pytestmark = pytest.mark.django_db(transaction=True)
PASSWORD = "visibly-fake"


def sign_in(page: Page) -> None:
    """As somebody at the front desk."""
    page.get_by_label("Username").fill("desk")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def choose_all_and_replay(page: Page) -> None:
    """Tick every event, and choose the action."""
    page.locator("#action-toggle").check()
    page.get_by_label("Action:").select_option("replay")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    page.get_by_role("heading", name="Replay Stripe's events").wait_for()


def test_somebody_sees_the_plan_gives_a_reason_and_is_told_what_was_done(
    django_user_model: Any, settings: Settings, tmp_path: Path
) -> None:
    django_user_model.objects.create_superuser("desk", password=PASSWORD)
    _, receipt = a_finished_payment()
    lose_file_of(receipt)

    def steps(page: Page) -> tuple[str, str, list[str]]:
        sign_in(page)
        choose_all_and_replay(page)
        plan = page.locator("#content").inner_text()
        page.get_by_label("Also send again what was sent before").check()
        page.get_by_role("button", name="Replay").click()
        refused = page.locator(".errorlist").inner_text()
        page.get_by_label("Reason:").fill("the insurer lost it")
        page.get_by_role("button", name="Replay").click()
        page.locator(".messagelist li").first.wait_for()
        return plan, refused, page.locator(".messagelist li").all_inner_texts()

    port = free_port()
    address = f"http://127.0.0.1:{port}"
    env = {"PUBLIC_URL": address, "MEDIA_ROOT": str(settings.MEDIA_ROOT)}
    with processes.web(tmp_path / "web.log", port=port, **env), browser.chromium(address, home=tmp_path) as chromium:
        plan, refused, told = chromium.look("/admin/webhooks/stripeevent/", steps, size=WIDE)

    assert all(text in plan for text in (receipt.number, "missing from storage", "won't be sent again"))
    assert refused == "Sending again needs a reason."
    assert told == ["Render the PDF, as its file is lost: 1.", "Send it again, and keep the reason: 1."]
    assert (letters(), Replay.objects.get().by) == (2, "desk")
    assert [line for line in chromium.complaints if "404" not in line] == []  # Django's admin has no favicon
    assert chromium.strangers == {address.removeprefix("http://")}
