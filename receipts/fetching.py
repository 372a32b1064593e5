"""The only door through which a document gets a resource. Neighbour of `receipts.rendering`.

The template, the style sheet and the fonts are read by the renderer itself. What is left is the clinic's logo, which
the renderer puts here before it renders. Every other address is refused, whatever its scheme: no network, no file,
no data.
"""

from __future__ import annotations

from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "receipt-logo"


class Refused(ValueError):
    """A document asked for a resource that isn't its logo."""


class LogoFetcher(URLFetcher):  # type: ignore[misc]
    """Serves one logo by the hash of its content; a refusal stops the rendering instead of leaving a hole."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self.logos: dict[str, bytes] = {}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """The bytes of the logo. Raises Refused for any other address."""
        content = self.logos.get(url)
        if content is None:
            raise Refused(f"receipts load nothing from {url.partition(':')[0]!r} addresses")
        return URLFetcherResponse(url, content)


def url_of(logo: str) -> str:
    """The address that stands for a logo inside a document."""
    return f"{SCHEME}:{logo}"
