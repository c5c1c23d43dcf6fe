"""The one door to HTTP: one host, bounded in time and size, asked again where that helps and harms nothing."""

from govops.http.client import LARGEST_ANSWER, Client, Patience, segment
from govops.http.replies import LATER, AgainError, Party, RefusedError, Reply, number, value_of

__all__ = [
    "LARGEST_ANSWER",
    "LATER",
    "AgainError",
    "Client",
    "Party",
    "Patience",
    "RefusedError",
    "Reply",
    "number",
    "segment",
    "value_of",
]
