"""The one HTTP client, with its guards. I/O. Only this folder imports httpx2 and httpcore2."""

from newsletter.http.answer import Answer, Response
from newsletter.http.client import FEED_TYPES, PAGE_TYPES, HTTPClient
from newsletter.http.failures import StatusError
from newsletter.http.operators import exchange, open_application, open_own
from newsletter.http.transport import Resolve, UnknownHostError, resolve_host

__all__ = [
    "FEED_TYPES",
    "PAGE_TYPES",
    "Answer",
    "HTTPClient",
    "Resolve",
    "Response",
    "StatusError",
    "UnknownHostError",
    "exchange",
    "open_application",
    "open_own",
    "resolve_host",
]
