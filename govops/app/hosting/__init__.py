"""The server as the forge of a repository that has none: proposals are opened, decided upon and landed here."""

from __future__ import annotations

from govops.app.hosting.deciding import decide
from govops.app.hosting.opening import open_proposal
from govops.app.hosting.reading import open_ones, submitted, waiting
from govops.app.hosting.settling import Settled, settle

__all__ = ["Settled", "decide", "open_ones", "open_proposal", "settle", "submitted", "waiting"]
