"""Any report at all, for property tests: every field of every dataclass, drawn by its type."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from govops.finding import Finding, Report
from govops.service import ServiceReport

_NUMBERS = st.fractions(max_denominator=10**9) | st.decimals(allow_nan=False, allow_infinity=False, places=4).map(
    Fraction
)
_ODD = st.characters(categories=["Cc", "Cf", "Po", "Sm"]) | st.sampled_from("\udc80\udcff|`\\")
TEXT = st.text(max_size=20) | st.text(_ODD, max_size=12)


def reports() -> st.SearchStrategy[Report]:
    """Reports with lists of up to two items; the schema id is always the right one."""
    return _of(Report)


def findings() -> st.SearchStrategy[Finding]:
    """Findings of every status and severity."""
    return _of(Finding)


def service_reports() -> st.SearchStrategy[ServiceReport]:
    """What was measured of services, of any shape."""
    return _of(ServiceReport)


@cache
def _of(wanted: Any) -> st.SearchStrategy[Any]:
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        hints = get_type_hints(wanted)
        names = [field.name for field in dataclasses.fields(wanted) if field.name != "schema"]
        return st.builds(wanted, **{name: _of(hints[name]) for name in names})
    if get_origin(wanted) in (types.UnionType, Union):
        return st.none() | _of(get_args(wanted)[0])
    if get_origin(wanted) is tuple:
        return _tuple(get_args(wanted))
    if get_origin(wanted) is Sequence:
        return _tuple((*get_args(wanted), ...))
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return st.sampled_from(wanted)
    return {str: TEXT, int: st.integers(), bool: st.booleans(), Fraction: _NUMBERS}[wanted]


def _tuple(wanted: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if wanted[-1] is ...:
        return st.lists(_of(wanted[0]), max_size=2).map(tuple)
    return st.tuples(*(_of(kind) for kind in wanted))
