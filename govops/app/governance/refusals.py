"""Why a request was not done, for callers who have to tell one reason from another."""

from __future__ import annotations

from govops.errors import RefusedError, UndecidableError, UsageError


class NotFoundError(UsageError):
    """There is nothing of that name, at that moment."""


class MissingConditionError(UsageError):
    """A change of something that stands has to say which version of it the caller has seen."""


class ReusedKeyError(UsageError):
    """An Idempotency-Key stands for one request, and this is another one."""


class UnauthenticatedError(RefusedError):
    """Nobody knows who is asking."""


class ForbiddenError(RefusedError):
    """The rules in force do not let this person do it, or what they say would not count."""


class ConflictError(RefusedError):
    """It cannot be done as things stand: another proposal is open, or this one is closed."""


class StaleError(RefusedError):
    """The caller has seen another version than the one that stands."""


class BusyError(UndecidableError):
    """Somebody else is writing, or too much is asked. ``retry_after`` are seconds to wait."""

    def __init__(self, message: str, *, hint: str = "", retry_after: int = 1) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class LimitedError(BusyError):
    """This caller asks too often or too much at once; others may still ask."""
