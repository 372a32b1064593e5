"""The first page of the admin: what a service says there is laid out, and its days are drawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from servicekit import heartbeat
from servicekit.overview import charts, health
from servicekit.overview.board import Board, Chart, Entry, Figure, Group, Series, Task
from tests.bookkeeping.staff import a_member_of_staff

DAYS = tuple(date(2026, 11, 1) + timedelta(days=number) for number in range(4))
SENT = Series("arrived", (4, 0, 1, 2), tone="good")
BOUNCED = Series("came back", (0, 0, 1, 2), tone="wrong")
CHART = Chart("Letters", DAYS, (SENT, BOUNCED), total="10")


def the_board(_: HttpRequest) -> Board:
    """What a service may have to say."""
    to_call = Task("Call them", 3, "/admin/", (Entry("R-1 <b>", "today", "no address", "/admin/"),), "and 2 more")
    return Board(
        title="Wednesday", tasks=(to_call,), groups=(Group("Today", (Figure("Payments", "7"),)),), charts=(CHART,)
    )


def nothing(_: HttpRequest) -> None:
    """What a service says to who may see nothing."""


def index(browser: Client) -> str:
    """The first page."""
    return browser.get("/admin/").content.decode()


def test_parts_of_a_day_stand_on_each_other_and_the_highest_day_fills_the_height() -> None:
    bars = charts.drawn(CHART).bars

    last = [bar for bar in bars if "2026-11-04" in bar.tip]
    assert [(bar.y, bar.height) for bar in last] == [("50.00", "50.00"), ("0.00", "50.00")]
    assert [bar.look for bar in last] == ["good", "wrong"]
    assert last[1].tip == "Wed, 2026-11-04, came back: 2"


def test_nothing_is_drawn_for_a_day_without_anything_and_the_table_says_it() -> None:
    drawing = charts.drawn(CHART)

    assert len(drawing.bars) == 5
    assert drawing.lines[1] == ("Mon, 2026-11-02", ("0", "0"))
    assert drawing.top == "4"


def test_days_without_anything_at_all_have_no_bars() -> None:
    drawing = charts.drawn(Chart("Letters", DAYS, (Series("arrived", (0, 0, 0, 0)),)))

    assert drawing.bars == ()


def test_an_amount_is_said_as_it_is_read() -> None:
    euros = Series("EUR", (100, 250, 0, 0), texts=("€1.00", "€2.50", "€0.00", "€0.00"))

    drawing = charts.drawn(Chart("Amounts", DAYS, (euros,)))

    assert drawing.top == "€2.50"
    assert drawing.bars[0].tip.endswith("EUR: €1.00")
    assert drawing.legend == (("EUR", "look-0"),)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (59.9, "59 s"), (60, "1 min"), (7_300, "2 h"), (190_000, "2 d")]
)
def test_an_age_is_said_in_the_largest_unit_that_fits(seconds: float, said: str) -> None:
    assert health.said(seconds) == said


@pytest.mark.django_db
def test_what_a_service_says_comes_first_and_the_lists_below(settings: Settings) -> None:
    settings.OVERVIEW = "tests.servicekit.test_overview.the_board"

    page = index(a_member_of_staff(everything=True))

    assert (
        page.index("Wednesday") < page.index("Call them</a>: 3") < page.index("All lists") < page.index("app-receipts")
    )
    assert "R-1 &lt;b&gt;" in page
    assert page.count("<rect") == 5 + 2
    assert '<th scope="row">Mon, 2026-11-02</th><td>0</td><td>0</td>' in page


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["", "tests.servicekit.test_overview.nothing"])
def test_where_nothing_is_said_the_lists_stand_alone(settings: Settings, named: str) -> None:
    settings.OVERVIEW = named

    page = index(a_member_of_staff(everything=True))

    assert "<h1>Site administration</h1>" in page
    assert "All lists" not in page


@pytest.mark.django_db
def test_a_beat_that_was_heard_is_well_and_one_that_never_was_is_not() -> None:
    cache.delete(heartbeat.KEY)
    silent = health.pulse()
    heartbeat.heartbeat()

    assert (silent.value, silent.tone) == ("not heard", "wrong")
    assert health.pulse().tone == "good"
