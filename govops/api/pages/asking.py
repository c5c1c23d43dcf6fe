"""What is looked at, by whom, at which moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from govops.app.governance import Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """``as_of`` is a revision or an instant, None for now; ``values`` are those of the address, path before query.

    ``request`` is the id by which the log knows the request.
    """

    actor: Actor
    as_of: str | None
    values: Mapping[str, str]
    request: str = ""
