"""What the official Stripe CLI calls: a session for `stripe listen`, and the requests that `stripe trigger` makes.

Seen with CLI 1.52; the CLI comes here when it is told `--api-base`. websocket.py is where it then listens.
"""

from scripts.stripe_standin.account import Account
from scripts.stripe_standin.api import ID, get_event
from scripts.stripe_standin.replies import Call, missing
from tests.stripe_events import NEWEST, VISA, Payload, an_event, an_id, sample

CARDS = {"visa": VISA, "mastercard": ("mastercard", "4444"), "amex": ("amex", "8431")}


def listen(account: Account, call: Call) -> Payload:
    """POST /v1/stripecli/sessions: the secret that forwarded events are signed with, and where they come from."""
    return {
        "secret": account.secret,
        "websocket_id": an_id("cliws"),
        "websocket_url": account.socket_url,
        "websocket_authorized_feature": "webhooks",
        "reconnect_delay": 300,
        "default_version": NEWEST,
        "latest_version": NEWEST,
    }


def create_product(account: Account, call: Call) -> Payload:
    """POST /v1/products, by `name`."""
    product = sample("product") | {"id": an_id("prod"), "name": call.params["name"]}
    account.publish([an_event("product.created", account.keep(product))])
    return product


def create_price(account: Account, call: Call) -> Payload:
    """POST /v1/prices of a product, for one time."""
    given = call.params
    price = sample("price") | {"id": an_id("price"), "type": "one_time", "recurring": None}
    price |= {"product": given["product"], "currency": given["currency"], "unit_amount": int(given["unit_amount"])}
    account.publish([an_event("price.created", account.keep(price))])
    return price


def create_payment_method(account: Account, call: Call) -> Payload:
    """POST /v1/payment_methods, a card by its test token such as "tok_visa"."""
    method = sample("payment_method") | {"id": an_id("pm"), "type": "card"}
    method["billing_details"] = call.params.get("billing_details", {})
    method["card"] = {"token": call.params.get("card", {}).get("token", "tok_visa")}
    return account.keep(method)


def get_payment_page(account: Account, call: Call) -> Payload:
    """GET /v1/payment_pages/{session}: the page behind a Checkout Session's URL, under the session's own id."""
    session = account.find("checkout.session", call.parts[0])
    return {"id": session["id"], "object": "payment_page", "session": session["id"]}


def confirm_payment_page(account: Account, call: Call) -> Payload:
    """POST /v1/payment_pages/{session}/confirm: what the button "Pay" does."""
    page = get_payment_page(account, call)
    method = account.find("payment_method", call.params["payment_method"])
    payer, card = method["billing_details"], _card(method["card"]["token"])
    account.pay_session(page["session"], email=payer.get("email"), name=payer.get("name"), card=card)
    return page


def create_payment_intent(account: Account, call: Call) -> Payload:
    """POST /v1/payment_intents with `confirm`, by a test card such as "pm_card_visa"."""
    for param in ("amount", "currency"):
        if param not in call.params:
            raise missing(param)
    card = _card(call.params.get("payment_method", "pm_card_visa"))
    return account.pay_directly(int(call.params["amount"]), call.params["currency"], card=card, given=call.params)


def resend(account: Account, call: Call) -> Payload:
    """POST /v1/events/{id}/retry, which is `stripe events resend`."""
    event = get_event(account, call)
    account.announce(event)
    return event


def _card(token: str) -> tuple[str, str]:
    return CARDS.get(token.rpartition("_")[2], VISA)


ROUTES = (
    ("POST", r"/v1/stripecli/sessions", listen),
    ("POST", r"/v1/products", create_product),
    ("POST", r"/v1/prices", create_price),
    ("POST", r"/v1/payment_methods", create_payment_method),
    ("GET", rf"/v1/payment_pages/{ID}", get_payment_page),
    ("POST", rf"/v1/payment_pages/{ID}/confirm", confirm_payment_page),
    ("POST", r"/v1/payment_intents", create_payment_intent),
    ("POST", rf"/v1/events/{ID}/retry", resend),
)
