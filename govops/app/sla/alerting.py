"""A file of alert rules for Prometheus, from the agreements that stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govops import yamlio
from govops.app.sla.standing import standing
from govops.sla.alerts import alerts

_HEAD = "# Made by `govops sla alerts`. Edit the agreements, not this file.\ngroups:\n"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What Prometheus reads, "" where there is no rule; ``lacking`` says which agreement or objective has no rule, and
    why.
    """

    text: str
    lacking: tuple[str, ...] = ()


def alert_rules(repository: Path, names: Collection[str] = (), *, ref: str | None = None) -> RuleFile:
    """Rules for the agreements of these names, or for all; UsageError where one of them is not there."""
    found = {stood.agreement.metadata.name: alerts(stood) for stood in standing(repository, names, ref=ref)}
    groups = [one.group for one in found.values() if one.group is not None]
    lacking = tuple(f"{name}: {reason}" for name, one in found.items() for reason in one.lacking)
    return RuleFile(written(groups) if groups else "", lacking)


def written(groups: Iterable[Mapping[str, Any]]) -> str:
    """The file of these groups. Each is written by itself: no number of agreements meets the limit of one document."""
    return _HEAD + "".join(yamlio.dump({"groups": [group]}).removeprefix("groups:\n") for group in groups)
