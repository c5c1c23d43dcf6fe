"""What other readers of YAML make of a text: the judges of what ours accepts."""

from __future__ import annotations

import datetime
import io
import math
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError as RuamelError

READERS = ("ruamel.yaml", "SafeLoader", "CSafeLoader")


class DisagreementError(AssertionError):
    """Two readers of YAML took one text for different things."""


def agreed(text: str, value: Any) -> list[str]:
    """The readers that refuse ``text``; DisagreementError if one accepts it and takes it for another ``value``.

    ruamel.yaml's pure parser reads YAML 1.2 and shares no code with libyaml; PyYAML's safe loaders read YAML 1.1,
    the one in Python and the other with libyaml.
    """
    refused = []
    for name in READERS:
        try:
            theirs = _ruamel(text) if name == "ruamel.yaml" else _pyyaml(text, getattr(yaml, name))
        except (RuamelError, yaml.YAMLError, ValueError):  # a date like 2026-02-30 is a ValueError
            refused.append(name)
            continue
        if not same(value, theirs):
            raise DisagreementError(f"{name} reads {theirs!r}, and we read {value!r}")
    return refused


def same(ours: Any, theirs: Any) -> bool:
    """Equal with types; a date or time of theirs is text of ours."""
    if isinstance(theirs, datetime.date):
        return isinstance(ours, str) and ours[:4] == f"{theirs.year:04}"
    if isinstance(ours, dict):
        same_keys = isinstance(theirs, dict) and ours.keys() == theirs.keys()
        return same_keys and all(same(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, list):
        return isinstance(theirs, list) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=0, abs_tol=0)
    return type(ours) is type(theirs) and bool(ours == theirs)


def _ruamel(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(io.StringIO(text))


def _pyyaml(text: str, loader: Any) -> Any:
    instance = loader(text)
    try:
        return instance.get_single_data()
    finally:
        instance.dispose()
