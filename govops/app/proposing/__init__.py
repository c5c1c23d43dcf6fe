"""The whole workflow with nothing but git: propose, approve, merge, in one repository or through a bare remote."""

from __future__ import annotations

from govops.app.proposing.approving import approve
from govops.app.proposing.desk import Desk, Open, Person, open_desk, person_of, sit_down
from govops.app.proposing.merging import Merged, merge
from govops.app.proposing.opening import Proposed, propose

__all__ = [
    "Desk",
    "Merged",
    "Open",
    "Person",
    "Proposed",
    "approve",
    "merge",
    "open_desk",
    "person_of",
    "propose",
    "sit_down",
]
