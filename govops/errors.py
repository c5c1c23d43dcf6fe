"""Every exception that govops raises on purpose, and the exit code that each one means."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The only values that reach ``sys.exit``; where several apply, the highest wins."""

    OK = 0
    VIOLATION = 1
    USAGE = 2
    UNDECIDABLE = 3
    INTERNAL = 4


class GovopsError(Exception):
    """Something could not run. A check that ran and failed is a finding, never an exception.

    ``message`` is one line, lower case, no full stop; ``hint`` says what to do about it.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GovopsError):
    """What the caller supplied (arguments, paths, revisions, configuration) cannot be used."""

    exit_code = ExitCode.USAGE


class RefusedError(GovopsError):
    """What was asked for is not allowed by the rules in force; nothing was done."""

    exit_code = ExitCode.VIOLATION


class UndecidableError(GovopsError):
    """The repository cannot answer: shallow, partial, rewritten, missing or untrusted."""

    exit_code = ExitCode.UNDECIDABLE


class StorageError(GovopsError):
    """The disk is full, or cannot be written to; what was to be written is not there, and nothing else has changed."""


class LimitError(GovopsError):
    """A bound on size, count or time was reached."""

    exit_code = ExitCode.INTERNAL
