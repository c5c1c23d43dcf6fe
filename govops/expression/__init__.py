"""Expressions of the users' own, in CEL: checked when they are read, evaluated within bounds, never guessed.

The library is the extra `cel`. Only :mod:`govops.expression.library` and what it is asked to load import it.
"""

from govops.expression.data import NOTHING, AnyResource, Data, Datum, value_at
from govops.expression.facts import Facts, tokens
from govops.expression.library import HINT, MISSING, is_installed
from govops.expression.programs import Programs, Question, Undecided, words_of

__all__ = [
    "AnyResource",
    "Data",
    "Datum",
    "Facts",
    "HINT",
    "MISSING",
    "NOTHING",
    "Programs",
    "Question",
    "Undecided",
    "is_installed",
    "tokens",
    "value_at",
    "words_of",
]
