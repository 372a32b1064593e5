"""Who may do what at the admin of payments_service. Pure; `staff.groups` makes Django's groups of it.

Nobody may change or delete what is evidence, whatever stands here: those pages refuse everybody.
"""

from __future__ import annotations

from staff.roles import PEOPLE, Role, may

MONEY = may("payments", view="payment refund dispute") | may("receipts", view="receipt")
WHAT_WAITS = may("receipting", view="undeliveredreceipt handedover", change="undeliveredreceipt")
STUCK = may("receipting", view="stuckmovement stuckpayment")
LETTERS = may("notifications", view="message")
BOOKS = may("bookkeeping", view="dayproof") | may("reconciling", view="run")
EVENTS = may("webhooks", view="stripeevent") | may("reconciling", view="arrival")
SENT_AGAIN = may("replaying", view="replay")
REPLAYING = may("replaying", add="replay")

FRONT_DESK = Role(
    "front-desk", "Front desk", MONEY | may("payments", view="checkout") | WHAT_WAITS | LETTERS | SENT_AGAIN
)
BOOKKEEPER = Role("bookkeeper", "Bookkeeper", MONEY | STUCK | BOOKS)
ADMINISTRATOR = Role(
    "administrator",
    "Administrator",
    FRONT_DESK.rights
    | BOOKKEEPER.rights
    | EVENTS
    | REPLAYING
    | may("bookkeeping", export="names")
    | PEOPLE,
)  # fmt: skip
ROLES = (FRONT_DESK, BOOKKEEPER, ADMINISTRATOR)
