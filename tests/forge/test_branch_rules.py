"""What a forge enforces on a branch, and that silence is not taken for a rule or for its absence."""

from __future__ import annotations

from typing import Any

import pytest

from govops.forge import BranchRules
from tests.forge.story import client
from tests.support.fake_forge import FakeForge

CLASSIC: dict[str, Any] = {
    "required_pull_request_reviews": {"required_approving_review_count": 2, "dismiss_stale_reviews": True},
    "required_status_checks": {"strict": True, "contexts": ["tests"]},
    "enforce_admins": {"enabled": False},
    "allow_force_pushes": {"enabled": False},
    "allow_deletions": {"enabled": True},
}
RULESET: list[dict[str, Any]] = [
    {"type": "non_fast_forward"},
    {"type": "deletion"},
    {
        "type": "pull_request",
        "parameters": {"required_approving_review_count": 1, "dismiss_stale_reviews_on_push": False},
    },
    {"type": "required_status_checks", "parameters": {"required_status_checks": [{"context": "govops/gate"}]}},
]


def test_classic_protection_alone(github: FakeForge) -> None:
    github.protection = CLASSIC
    assert client(github).branch_rules("main") == BranchRules(True, 2, True, True, False, ("tests",), True)


def test_a_ruleset_alone(github: FakeForge) -> None:
    github.rulesets = RULESET
    assert client(github).branch_rules("main") == BranchRules(True, 1, False, True, True, ("govops/gate",), None)


def test_both_together_enforce_what_either_does(github: FakeForge) -> None:
    github.protection, github.rulesets = CLASSIC, RULESET
    told = client(github).branch_rules("release/1")
    assert told == BranchRules(True, 2, True, True, True, ("govops/gate", "tests"), None)
    assert github.asked[0].path.endswith("/branches/release%2F1/protection")


def test_a_branch_without_any_protection(github: FakeForge) -> None:
    assert client(github).branch_rules("main") == BranchRules(False, 0, False, False, False, (), True)


@pytest.mark.threat("H12")
def test_what_a_token_may_not_see_is_not_told(github: FakeForge) -> None:
    github.may_see_protection = False
    assert client(github).branch_rules("main") == BranchRules()
    github.rulesets = RULESET[:1]
    assert client(github).branch_rules("main") == BranchRules(blocks_force_push=True)


def test_gitlab_by_name_and_by_wildcard(gitlab: FakeForge) -> None:
    gitlab.rulesets = [
        {"name": "main", "push_access_levels": [{"access_level": 0}], "allow_force_push": False},
        {"name": "rel*", "push_access_levels": [{"access_level": 40}], "allow_force_push": True},
    ]
    gitlab.protection = {
        "settings": {"reset_approvals_on_push": True},
        "rules": [
            {"approvals_required": 1, "protected_branches": []},
            {"approvals_required": 3, "protected_branches": [{"name": "rel*"}]},
        ],
    }
    assert client(gitlab).branch_rules("main") == BranchRules(True, 1, True, True, True)
    assert client(gitlab).branch_rules("release") == BranchRules(False, 3, True, False, True)
    assert client(gitlab).branch_rules("other") == BranchRules(False, 1, True, False, False)


def test_gitlab_without_paid_approval_rules_does_not_tell_them(gitlab: FakeForge) -> None:
    gitlab.rulesets = [{"name": "main", "push_access_levels": [{"access_level": 0}]}]
    told = client(gitlab).branch_rules("main")
    assert (told.requires_proposal, told.approvals, told.dismisses_stale) == (True, None, None)
    gitlab.may_see_protection = False
    assert client(gitlab).branch_rules("main") == BranchRules()
