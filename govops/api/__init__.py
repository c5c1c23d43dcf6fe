"""What a governed repository says and takes over HTTP, for any Flask application (extra ``api``).

``pages`` are for people, everything else is for programs.
"""

from __future__ import annotations

from govops.api.doors import Authenticate, Doors, Kept, Once, Outcome
from govops.api.registration import register_governance_api

__all__ = ["Authenticate", "Doors", "Kept", "Once", "Outcome", "register_governance_api"]
