"""Time travel: what stood at a revision or an instant, and which changes and people put it there."""

from govops.app.past.answers import history_of, list_kind, show

__all__ = ["history_of", "list_kind", "show"]
