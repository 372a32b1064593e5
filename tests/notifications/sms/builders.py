"""Text messages and Twilio's answers, with one obvious default each; every number and secret is visibly fake."""

from __future__ import annotations

from typing import Any

from notifications.sms import base

PATIENT = "+48500000001"
SECRET_TEXT = "Tomorrow at 10:15, Clinic Example. Reply 1 to confirm."
ACCOUNT = "AC" + "0" * 32
TOKEN = "visibly-fake-auth-token"
SENDER = "+15005550006"
MESSAGING_SERVICE = "MG" + "0" * 32
MESSAGE_SID = "SM" + "1" * 32
API = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


def an_sms(**changes: Any) -> base.Sms:
    """A reminder to one patient."""
    values: dict[str, Any] = {"to": PATIENT, "text": SECRET_TEXT, "reference": "17"}
    return base.Sms(**(values | changes))


def accepted(**changes: Any) -> dict[str, Any]:
    """Twilio's answer to a message that it took."""
    return {"sid": MESSAGE_SID, "status": "queued", "to": PATIENT, "body": SECRET_TEXT, "error_code": None} | changes


def refused(code: int, status: int = 400) -> dict[str, Any]:
    """Twilio's answer to a message that it didn't take; like the real ones, it quotes the number."""
    return {"code": code, "status": status, "message": f"The 'To' number {PATIENT} is out of luck.", "more_info": "…"}
