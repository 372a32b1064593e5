"""How a payment method is called on paper: "Visa ending 4242 (Apple Pay)". Pure; neighbour of `receipts.document`.

Names of companies and schemes are the same in every language; the words around them are translated.
"""

from __future__ import annotations

from receipts.legible import isolated
from receipts.snapshot import Method
from receipts.words import Words

BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "discover": "Discover",
    "eftpos_au": "eftpos",
    "interac": "Interac",
    "jcb": "JCB",
    "mastercard": "Mastercard",
    "unionpay": "UnionPay",
    "visa": "Visa",
}
SCHEMES = {
    "acss_debit": "PAD",
    "alipay": "Alipay",
    "amazon_pay": "Amazon Pay",
    "bacs_debit": "Bacs Direct Debit",
    "bancontact": "Bancontact",
    "blik": "BLIK",
    "cashapp": "Cash App Pay",
    "eps": "EPS",
    "fpx": "FPX",
    "giropay": "giropay",
    "grabpay": "GrabPay",
    "ideal": "iDEAL",
    "klarna": "Klarna",
    "link": "Link",
    "mobilepay": "MobilePay",
    "multibanco": "Multibanco",
    "oxxo": "OXXO",
    "p24": "Przelewy24",
    "paynow": "PayNow",
    "paypal": "PayPal",
    "pix": "Pix",
    "promptpay": "PromptPay",
    "revolut_pay": "Revolut Pay",
    "sepa_debit": "SEPA",
    "swish": "Swish",
    "twint": "TWINT",
    "us_bank_account": "ACH",
    "wechat_pay": "WeChat Pay",
    "zip": "Zip",
}
WALLETS = {
    "amex_express_checkout": "Amex Express Checkout",
    "apple_pay": "Apple Pay",
    "google_pay": "Google Pay",
    "link": "Link",
    "masterpass": "Masterpass",
    "samsung_pay": "Samsung Pay",
    "visa_checkout": "Visa Checkout",
}


def label(*, words: Words) -> str:
    """What stands before a payment method."""
    return words.say("Payment method")


def describe(method: Method, *, words: Words) -> str:
    """One line that the payer recognises; empty when nothing is known about the method."""
    text = isolated(_name(method, words=words))
    if text and method.last4:
        text = words.say("{method} ending {digits}").format(method=text, digits=isolated(method.last4))
    if text and method.wallet:
        wallet = WALLETS.get(method.wallet, _readable(method.wallet))
        text = words.say("{method} ({wallet})").format(method=text, wallet=isolated(wallet))
    return text


def _name(method: Method, *, words: Words) -> str:
    """The card's brand, else the scheme, else a general word, else the provider's own name made readable."""
    if method.brand and method.brand != "unknown":
        return BRANDS.get(method.brand, _readable(method.brand))
    general = {
        "card": words.say("Card"),
        "card_present": words.say("Card"),
        "cash": words.say("Cash"),
        "customer_balance": words.say("Bank transfer"),
    }
    return general.get(method.type) or SCHEMES.get(method.type) or _readable(method.type)


def _readable(name: str) -> str:
    """The provider's name as words: "new_method" is "New method"."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]
