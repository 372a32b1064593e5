"""The page behind a Checkout Session's URL, for a person who tries the service by hand; control.py is for programs."""

from html import escape
from typing import TYPE_CHECKING

from scripts.stripe_standin.replies import Answer, Call
from tests.stripe_events import EMAIL, NAME, Payload

if TYPE_CHECKING:
    from scripts.stripe_standin.server import StandIn

FORM = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Pay {total}</title>
<style>body {{ font: 1rem/1.5 system-ui; max-width: 26rem; margin: 3rem auto; padding: 0 1rem }}
label, input {{ display: block; width: 100%; margin-bottom: .5rem; box-sizing: border-box }}</style>
<h1>Pay {total}</h1>
<p>This page stands in for Stripe's. No money moves.</p>
<ul>{lines}</ul>
<form method="post">
<label>Email <input name="email" type="email" required value="{email}"></label>
<label>Name on card <input name="name" value="{name}"></label>
<button>Pay by card 4242 4242 4242 4242</button>
</form></html>
"""


def show(standin: "StandIn", call: Call) -> Answer:
    """GET /c/pay/{session}: the form."""
    session = standin.account.find("checkout.session", call.parts[0])
    lines = "".join(f"<li>{_line(each)}</li>" for each in standin.account.line_items[session["id"]])
    total = f"{session['amount_total']} {session['currency'].upper()} (in the currency's smallest unit)"
    return Answer.page(FORM.format(total=total, lines=lines, email=EMAIL, name=NAME))


def _line(item: Payload) -> str:
    return f"{item['quantity']} × {escape(item['description'])}"


def pay(standin: "StandIn", call: Call) -> Answer:
    """POST /c/pay/{session}: pays, sends the events, and goes where the service wants the payer to be."""
    session = standin.account.find("checkout.session", call.parts[0])
    events = standin.pay(session["id"], email=call.params["email"], name=call.params.get("name"))
    standin.deliver(events)
    return Answer.away(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))


ROUTES = (
    ("GET", r"/c/pay/([\w-]+)", show),
    ("POST", r"/c/pay/([\w-]+)", pay),
)
