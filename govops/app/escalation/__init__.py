"""Escalation: which steps are due for what is open, who is told, and telling them once."""

from govops.app.escalation.asking import escalations
from govops.app.escalation.posting import Posting, post

__all__ = ["Posting", "escalations", "post"]
