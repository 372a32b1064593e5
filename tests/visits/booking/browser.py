"""A page of the admin as a browser has it: what its fields hold, and posting them with some changed."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class Fields(HTMLParser):
    """What the page's inputs and selects would post."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "select":
            self.select = about.get("name") or ""
        elif tag == "option" and self.select and "selected" in about:
            self.values.setdefault(self.select, []).append(about.get("value") or "")
        elif tag == "input" and about.get("name") and (about.get("type") != "checkbox" or "checked" in about):
            unsaid = "on" if about.get("type") == "checkbox" else ""
            self.values.setdefault(str(about["name"]), []).append(about.get("value") or unsaid)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""


def fields(browser: Client, address: str) -> dict[str, Any]:
    """What the form at this address would post as it stands."""
    page = browser.get(address)
    assert page.status_code == 200, page
    unwanted = {"_save", "_addanother", "_continue", "csrfmiddlewaretoken"}
    return {name: value for name, value in Fields(page.content.decode()).values.items() if name not in unwanted}


def save(browser: Client, address: str, **changes: Any) -> Any:
    """Open a form, change some of its fields and press Save."""
    return browser.post(address, fields(browser, address) | changes)


def errors(response: Any) -> dict[str, str]:
    """The form's errors by field; there are some when the page comes again."""
    assert response.status_code == 200, response
    return {name: " ".join(map(str, said)) for name, said in response.context["adminform"].form.errors.items()}


def act(browser: Client, address: str, action: str, *rows: Any) -> str:
    """Choose an action for these rows of a list; what is said about it."""
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return str(browser.post(address, chosen, follow=True).content.decode())
