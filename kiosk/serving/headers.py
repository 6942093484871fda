"""The headers of the officers' and the city's pages: the pages load nothing from other sites and send no referrer."""

from __future__ import annotations

from collections.abc import Iterable


def page_headers(framed_by: Iterable[str] = ()) -> dict[str, str]:
    """Return the headers of a page.

    Args:
        framed_by: the origins that may show it in a frame, besides its own: `http://127.0.0.1:40123`.
    """
    policy = [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        " ".join(["frame-ancestors 'self'", *framed_by]),
    ]
    return {
        "content-security-policy": "; ".join(policy),
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
