"""What the random stories choose from: people, policies, settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Told = dict[str, Any]
Draw = Callable[[st.SearchStrategy[Any]], Any]

PEOPLE = st.sampled_from(["alice", "bob", "carol", "dave", "erin", "mallory", "robo"])
APPROVERS = st.sampled_from(["bob", "carol", "erin", "dave", "mallory", "alice", "robo", "frank"])
MAKERS = st.sampled_from(["alice", "dave", "bob", "mallory"])
MERGERS = st.sampled_from(["carol", "bob", "alice", "erin"])
ROLES = ["approver", "admin", "analyst", "operator", "auditor"]
PERMISSIONS = ["model:approve", "policy:change", "user:manage", "model:register", "*"]
MODEL = "registry/models/fraud/model.yaml"
LINES = {
    "title": ["The fraud model", "Fraud, screened", "Fraud"],
    "risk_tier": ["low", "medium", "high", "critical"],
    "license": ["proprietary", "MIT"],
}
METHODS = ["squash", "merge", "rebase", "fast-forward"]

_MADE: dict[str, st.SearchStrategy[Any]] = {}  # to make one anew costs more than to draw from it


def pick(*choices: Any) -> st.SearchStrategy[Any]:
    return _MADE.setdefault(repr(choices), st.sampled_from(choices))


def rarely(draw: Draw, odds: int = 6) -> bool:
    """Once in so many times."""
    return bool(draw(pick(*[False] * (odds - 1), True)))


def seldom(draw: Draw, strategy: st.SearchStrategy[Any], odds: int = 6) -> Any:
    """None, but once in so many times."""
    return draw(strategy) if rarely(draw, odds) else None


HOLDER = st.one_of(
    st.fixed_dictionaries({"role": st.sampled_from(ROLES[:4])}),
    st.fixed_dictionaries({"permission": st.sampled_from(PERMISSIONS[:4])}),
)
ITEM = st.builds(lambda holder, count: {**holder, "count": count}, HOLDER, pick(1, 1, 2))
ALTERNATIVE = st.one_of(ITEM, ITEM, st.lists(ITEM, min_size=2, max_size=2))
CHOICE = st.builds(lambda *items: {"any_of": list(items)}, ALTERNATIVE, ALTERNATIVE)
NEEDS = st.lists(st.one_of(ITEM, ITEM, ITEM, CHOICE), min_size=1, max_size=2)
EXCLUDES = pick(
    ["opener", "author", "co-author"],
    ["opener", "author", "committer", "co-author"],
    ["opener", "author", "committer", "co-author", "pusher", "merger"],
)
POLICY: dict[str, st.SearchStrategy[Any]] = {
    "approvals": NEEDS,
    "exclude": EXCLUDES,
    "max_age": pick("2h", "1d", "3d"),
    "evidence": pick(["receipt"], ["signature"]),
    "coverage": st.just("identity"),
    "held_since_base": st.just(True),
    "effective_from": pick("2026-01-01T00:00:00Z", "2026-01-05T20:00:00Z", "2026-02-01T00:00:00Z"),
    "until": pick("2026-01-06T00:00:00Z", "2026-01-20T00:00:00Z"),
    "author": st.one_of(HOLDER, HOLDER, pick({"users": ["robo"]}, {"role": "approver", "users": ["dave", "alice"]})),
    "emergency": st.builds(
        lambda within, author: {"within": within, "author": author, "reason": "It burns"},
        pick("2h", "1d", "60d"),
        HOLDER,
    ),
}
MATCHES = st.fixed_dictionaries(
    {
        "actions": pick(
            ["model.*"],
            ["model.register"],
            ["model.update", "usecase.*"],
            ["model.update_minor"],
            ["*"],
            ["docs.change"],
        )
    },
    optional={
        "risk_tiers": pick(["high", "critical"], ["low"]),
        "paths": pick(["registry/models/**"], ["registry/*/fraud/*"], ["**/README.md"]),
        "kinds": pick(["Model"], ["ModelVersion", "Deployment"]),
        "environments": pick(["production"], ["staging"]),
        "fields": pick(["owner"], ["risk_tier"], ["title", "license"], ["status"]),
        "labels": pick({"team": "risk"}, {"team": "risk", "region": "eu"}),
    },
)


@st.composite
def policies(draw: Draw) -> Told:
    """The spec of an approval policy."""
    chosen = draw(st.lists(st.sampled_from(sorted(POLICY)), max_size=3, unique=True))
    spec = {name: draw(POLICY[name]) for name in chosen}
    matching = seldom(draw, MATCHES, 4)
    return spec | ({"match": matching} if matching else {})


SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "evidence": pick(
            {"mode": "signature", "accept": ["signature"]},
            {"mode": "signature", "accept": ["signature", "receipt"]},
            {"mode": "receipt", "accept": ["receipt"]},
            {"mode": "receipt", "accept": ["receipt", "signature"], "contributors": "claimed"},
            {"mode": "receipt", "accept": ["receipt", "signature"], "accept_unsigned": True},
        ),
        "tools": st.just(["robo@acme.example"]),
    },
)
