"""A code beside the password: set up by who wants it or has to, asked for at each sign-in, counted once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from pytest_django import Settings

from staff import factors
from staff.models import AccessRecord
from tests.staff.desk import PASSWORD, a_browser, a_login, code_of, sign_in, signed_in

pytestmark = pytest.mark.django_db

CODE, SET_UP, NEW_CODES = (f"/admin/second-factor/{page}" for page in ("", "set-up/", "recovery-codes/"))


@pytest.fixture
def grace() -> User:
    """Somebody with a password and no second factor yet."""
    return a_login("grace")


def set_up(user: User, browser: Client) -> list[str]:
    """Their recovery codes, once they have set up an app; its first code came a while ago."""
    browser.get(SET_UP)
    device = TOTPDevice.objects.get(user=user, confirmed=False)
    page = browser.post(SET_UP, {"code": code_of(device)})
    TOTPDevice.objects.filter(user=user).update(last_t=0)
    return shown(page)


def shown(page: Any) -> list[str]:
    """The recovery codes on a page."""
    codes: list[str] = page.context_data["codes"]
    return codes


def app_of(user: User) -> TOTPDevice:
    return TOTPDevice.objects.get(user=user, confirmed=True)


def where(answer: Any) -> str:
    return str(answer["Location"]).partition("?")[0]


def test_who_has_set_one_up_gets_nowhere_with_the_password_alone(grace: User) -> None:
    set_up(grace, signed_in(grace))
    browser = a_browser()
    sign_in(browser)

    doors = [browser.get(path) for path in ("/admin/", "/admin/receipts/receipt/", "/admin/password_change/", SET_UP)]
    codes = browser.post(NEW_CODES)

    assert {where(answer) for answer in doors} == {CODE}
    assert where(codes) == SET_UP


def test_a_slip_while_setting_up_costs_no_wait(grace: User) -> None:
    browser = signed_in(grace)
    browser.get(SET_UP)
    device = TOTPDevice.objects.get(user=grace, confirmed=False)

    wrong = browser.post(SET_UP, {"code": "000000" if code_of(device) != "000000" else "111111"})
    right = browser.post(SET_UP, {"code": code_of(device)})

    assert "That isn" in wrong.content.decode()
    assert len(shown(right)) == factors.CODES


def test_the_code_of_the_app_opens_the_page_that_was_asked_for(grace: User) -> None:
    set_up(grace, signed_in(grace))
    browser = a_browser()
    sign_in(browser)
    before = browser.session.session_key

    answer = browser.post(CODE, {"code": code_of(app_of(grace)), "next": "/admin/receipts/receipt/"})

    assert where(answer) == "/admin/receipts/receipt/"
    assert browser.get("/admin/receipts/receipt/").status_code == 200
    assert browser.session.session_key != before
    assert AccessRecord.objects.filter(kind="factor", what="code of app", staff="grace").exists()


def test_nobody_is_sent_elsewhere_by_a_link(grace: User) -> None:
    set_up(grace, signed_in(grace))
    browser = a_browser()
    sign_in(browser)

    answer = browser.post(CODE, {"code": code_of(app_of(grace)), "next": "https://elsewhere.example/"})

    assert where(answer) == "/admin/"


def test_a_code_counts_once(grace: User) -> None:
    set_up(grace, signed_in(grace))
    code = code_of(app_of(grace))
    first, second = a_browser(), a_browser()
    for browser in (first, second):
        sign_in(browser)

    opened = first.post(CODE, {"code": code})
    replayed = second.post(CODE, {"code": code})

    assert (opened.status_code, replayed.status_code) == (302, 200)
    assert where(second.get("/admin/")) == CODE


def test_after_a_wrong_code_the_right_one_has_to_wait(grace: User) -> None:
    set_up(grace, signed_in(grace))
    browser = a_browser()
    sign_in(browser)

    wrong = browser.post(CODE, {"code": "000000"})
    at_once = browser.post(CODE, {"code": code_of(app_of(grace))})
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(seconds=2))
    later = browser.post(CODE, {"code": code_of(app_of(grace))})

    assert (wrong.status_code, at_once.status_code, later.status_code) == (200, 429, 302)
    assert at_once["Retry-After"] == "1"
    assert AccessRecord.objects.filter(kind="factor", what="wrong code").count() == 2


def test_a_recovery_code_opens_once_however_it_is_typed_and_only_its_fingerprint_is_kept(grace: User) -> None:
    code = set_up(grace, signed_in(grace))[3]
    first, second = a_browser(), a_browser()
    for browser in (first, second):
        sign_in(browser)

    kept = set(StaticToken.objects.values_list("token", flat=True))
    opened = first.post(CODE, {"code": f" {code.upper()} "})
    again = second.post(CODE, {"code": code})

    assert (opened.status_code, again.status_code) == (302, 200)
    assert factors.codes_left(grace) == 9
    assert not kept & {code, code.replace("-", "")}


def test_somebody_elses_app_and_codes_are_no_use(grace: User) -> None:
    ada = a_login("ada", role="Bookkeeper")
    hers = set_up(ada, signed_in(ada))
    set_up(grace, signed_in(grace))
    browser = a_browser()
    sign_in(browser)

    answers = [browser.post(CODE, {"code": code}) for code in (code_of(app_of(ada)), hers[0])]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert factors.codes_left(ada) == 10


def test_a_wrong_code_sets_nothing_up(grace: User) -> None:
    browser = signed_in(grace)
    browser.get(SET_UP)

    page = browser.post(SET_UP, {"code": "000000"})

    assert "isn't the code of this moment" in page.content.decode().replace("&#x27;", "'")
    assert not factors.has_app(grace)
    assert factors.codes_left(grace) == 0


def test_a_new_app_takes_the_place_of_the_old_one_and_asks_other_sessions_for_its_code(grace: User) -> None:
    browser, elsewhere = signed_in(grace), signed_in(grace)
    first = set_up(grace, browser)
    old = app_of(grace)

    second = set_up(grace, browser)

    assert app_of(grace).key != old.key
    assert not set(first) & set(second)
    assert browser.get("/admin/").status_code == 200
    assert where(elsewhere.get("/admin/")) == CODE


def test_fresh_recovery_codes_end_the_old_ones(grace: User) -> None:
    browser = signed_in(grace)
    old = set_up(grace, browser)

    page = browser.post(NEW_CODES)

    assert page.status_code == 200
    assert not set(old) & set(shown(page))
    assert factors.codes_left(grace) == 10
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_where_it_is_required_nobody_gets_beyond_setting_it_up(grace: User, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = "required"
    browser = a_browser()
    sign_in(browser)

    before = browser.get("/admin/receipts/receipt/")
    set_up(grace, browser)
    after = browser.get("/admin/receipts/receipt/")

    assert (where(before), after.status_code) == (SET_UP, 200)


def test_an_administrator_resets_it_and_that_is_on_record(grace: User) -> None:
    set_up(grace, signed_in(grace))
    boss = a_login("boss", role="Administrator")

    chosen = {"action": "reset_second_factor", "_selected_action": str(grace.pk)}
    signed_in(boss).post("/admin/auth/user/", chosen)

    browser = a_browser()
    sign_in(browser)
    assert browser.get("/admin/").status_code == 200
    assert factors.codes_left(grace) == 0
    assert AccessRecord.objects.filter(staff="boss", kind="factor", what=f"reset for login {grace.pk}").exists()


def test_keys_of_apps_are_on_nobodys_page(grace: User) -> None:
    root = User.objects.create_superuser("root")

    pages = [signed_in(root).get(f"/admin/{page}/") for page in ("otp_totp/totpdevice", "otp_static/staticdevice")]

    assert [page.status_code for page in pages] == [404, 404]


# --- Sessions


def test_a_session_ends_after_idle_time_and_the_cookie_is_for_this_service_alone(
    grace: User, settings: Settings
) -> None:
    browser = a_browser()
    sign_in(browser)

    cookie = browser.cookies["payments_session"]
    page = browser.get("/admin/")
    assert (cookie["samesite"], cookie["httponly"], cookie["secure"], cookie["max-age"]) == ("Lax", True, True, "")
    assert browser.session.get_expiry_age() == settings.STAFF_IDLE_MINUTES * 60
    assert page.cookies["payments_session"]


def test_another_password_ends_all_other_sessions(grace: User) -> None:
    here, elsewhere = signed_in(grace), signed_in(grace)
    new = {"old_password": PASSWORD, "new_password1": "another-fake-one", "new_password2": "another-fake-one"}

    changed = here.post("/admin/password_change/", new)

    assert changed.status_code == 302
    assert here.get("/admin/").status_code == 200
    assert where(elsewhere.get("/admin/")) == "/admin/login/"


# --- Administrators and logins


def test_an_administrator_adds_a_login_with_a_role_and_cannot_make_anybody_a_superuser(grace: User) -> None:
    boss = a_login("boss", role="Administrator")
    browser = signed_in(boss)
    desk = grace.groups.get()

    typed = {"username": "new", "password1": "another-fake-one", "password2": "another-fake-one", "groups": desk.pk}
    browser.post("/admin/auth/user/add/", typed)
    made = User.objects.get(username="new")
    browser.post(f"/admin/auth/user/{made.pk}/change/", {"username": "new", "is_active": "on", "is_superuser": "on"})

    made.refresh_from_db()
    assert (made.is_staff, made.is_active, made.is_superuser) == (True, True, False)


def test_an_administrator_cannot_take_over_a_superuser(grace: User) -> None:
    root = User.objects.create_superuser("root", password=PASSWORD)
    set_up(root, signed_in(root))
    boss = signed_in(a_login("boss", role="Administrator"))

    password = boss.post(f"/admin/auth/user/{root.pk}/password/", {"password1": "x", "password2": "x"})
    boss.post("/admin/auth/user/", {"action": "reset_second_factor", "_selected_action": str(root.pk)})

    assert password.status_code == 403
    assert factors.has_app(root)
