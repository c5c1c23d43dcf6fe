"""`govops sla alerts`: what stands on the protected branch becomes a file that Prometheus reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.cli import Ran, govops
from tests.support.files import deployment, model, sla, usecase
from tests.support.world import World

QUERIES = {"total": "sum(increase(all[$window]))", "failed": "sum(increase(bad[$window]))"}
MEASURED = {
    "objectives": [{"metric": "error_rate_percent", "target": 1}],
    "source": {"type": "prometheus", "connection": "metrics", "queries": QUERIES},
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A model in production and a use case, with promises about each, one of them measured in a file."""
    world = World(tmp_path)
    found = (
        *(model("fraud"), deployment("production", "fraud", "1.0.0"), usecase("referral", owner="bob")),
        *(sla("fraud-errors", resource="Deployment/production/fraud", **MEASURED), sla("by-file")),
        sla("referral-errors", resource="UseCase/referral", **MEASURED),
    )
    world.propose("alice", "Promise", *found).approve("bob").merge("squash")
    return world


def alerts(world: World, *names: str) -> Ran:
    return govops("sla", "alerts", *names, "--repository", world.path)


def rules(ran: Ran) -> list[dict[str, Any]]:
    """The rules as Prometheus reads them."""
    groups = yaml.safe_load(ran.out)["groups"]  # noqa: TID251 -- as Prometheus reads it, not as our reader does
    return [rule for group in groups for rule in group["rules"]]


def test_every_rule_leads_back_to_the_agreement(world: World) -> None:
    """Whose it is, what it is about, and the commit that gave the agreement its content, not whichever came last."""
    promised = world.main
    world.propose("alice", "Other", model("churn")).approve("bob").merge("squash")
    ran = alerts(world)
    assert ran.code == 0
    told = {(r["labels"]["sla"], r["labels"]["resource"], r["labels"]["owner"]) for r in rules(ran)}
    assert told == {
        ("fraud-errors", "Deployment/production/fraud", "alice"),
        ("referral-errors", "UseCase/referral", "bob"),
    }
    assert {rule["annotations"]["commit"] for rule in rules(ran)} == {promised}


def test_an_agreement_without_a_rule_is_told(world: World) -> None:
    """The others have theirs all the same; alone it is exit 2."""
    ran = alerts(world)
    assert "no alert: by-file: its source is of type file" in ran.err
    assert alerts(world, "fraud-errors").err == ""
    alone = alerts(world, "by-file")
    assert (alone.code, alone.out) == (2, "")


def test_the_same_agreements_give_the_same_bytes(world: World) -> None:
    assert alerts(world).out == alerts(world, "referral-errors", "by-file", "fraud-errors").out


def test_a_name_that_is_not_there_is_refused(world: World) -> None:
    ran = alerts(world, "fraud-error")
    assert ran.code == 2
    assert "did you mean fraud-errors?" in ran.err


def test_a_file_that_cannot_be_read_is_no_agreement_less(world: World) -> None:
    """Rules that leave it out would pass for the whole."""
    world.commit_raw(("registry/slas/broken.yaml", b"kind: ServiceLevelAgreement\n"), author="alice")
    ran = alerts(world)
    assert (ran.code, ran.out) == (2, "")
    assert "registry/slas/broken.yaml cannot be read" in ran.err


def test_a_registry_without_agreements_is_said(tmp_path: Path) -> None:
    ran = alerts(World(tmp_path))
    assert ran.code == 2
    assert "there is no ServiceLevelAgreement on refs/heads/main" in ran.err
