"""What a moment is: an instant, a revision, or now."""

from __future__ import annotations

import re

from govops.app.governance import Site
from govops.errors import UsageError
from govops.kinds.quoting import quoted
from govops.workspace import Opened, now

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def is_instant(text: str) -> bool:
    """Whether it is written as an instant is, rather than as a revision."""
    return _INSTANT.fullmatch(text) is not None


def asked(site: Site, as_of: str | None) -> Opened:
    """An audit of a site at an instant, up to a revision, or of all that there is, by its latest attested time."""
    if as_of is None:
        return Opened(site.repository)
    if is_instant(as_of):
        return Opened(site.repository, as_of=as_of, as_of_clock="given by the caller")
    if re.match(r"\d{4}-\d\d-", as_of):
        raise UsageError(f"{quoted(as_of)} is no instant", hint="write it as 2026-03-01T00:00:00Z")
    return Opened(site.repository, to=as_of)


def asked_now(site: Site) -> Opened:
    """An audit of all that there is, by the wall clock."""
    return Opened(site.repository, as_of=now(), as_of_clock="wall clock")
