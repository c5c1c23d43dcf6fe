"""What goes wrong on our side: in the log of the server with everything, for the reader nothing but an id."""

from __future__ import annotations

import traceback

from flask import current_app, g, request

from govops.render.untrusted import log_exact


def log_fault(error: Exception) -> str:
    """Write it down; the id of the request, by which it is found there."""
    name: str = g.get("govops_request", "")
    lines = "\n".join(map(log_exact, "".join(traceback.format_exception(error)).splitlines()))
    current_app.logger.error("request %s: %s %s\n%s", name, request.method, log_exact(request.path), lines)
    return name
