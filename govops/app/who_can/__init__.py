"""Who could approve an action on a resource, by the rules as they stand."""

from govops.app.who_can.answering import who_can

__all__ = ["who_can"]
