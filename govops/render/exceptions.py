"""Waivers and ratifications by themselves: as lines for a terminal, or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govops.errors import UsageError
from govops.finding import InventoryItem, Status
from govops.render import json_text
from govops.render.ansi import style
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import ended, many

SCHEMA = "govops/exceptions/v1"


def stream_exceptions(
    items: Sequence[InventoryItem], format: str, *, as_of: str | None, colour: bool = False
) -> Iterator[str]:
    """The items in the order given; UsageError for a format that there is not."""
    if format == "json":
        return json_text.stream({"schema": SCHEMA, "as_of": as_of, "exceptions": items})
    if format != "text":
        raise UsageError(f"there is no format '{format[:60]}'", hint="one of: text, json")
    return ended(_lines(items, as_of, colour=colour))


def _lines(items: Sequence[InventoryItem], as_of: str | None, *, colour: bool) -> Iterator[str]:
    for item in items:
        facts = dict(item.facts)
        good = item.status.startswith(("in force", "accepted"))
        status = style(log_line(item.status), Status.WAIVED if good else Status.WARN, colour=colour)
        ends = f", until {log_line(facts['expires'])}" if facts.get("expires") else ""
        count = int(facts.get("findings waived") or 0)
        yield f"{log_exact(item.path)}: {status}{ends}; {many(count, 'finding')} waived"
        told = (
            f"{label}: {facts[label]}"
            for label in ("rules", "scope", "changes", "owner", "approved by")
            if facts.get(label)
        )
        yield f"    {log_line('; '.join(told))}"
        yield f"    reason: {log_line(item.title)}"
    yield f"{many(len(items), 'exception')} as of {as_of or 'no instant: nobody attests a time'}"
