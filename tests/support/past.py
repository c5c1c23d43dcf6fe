"""A company that deploys, and the questions that people ask about its past."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.change import NOW, Change, Landed
from tests.support.cli import Ran, govops
from tests.support.files import deployment, model, usecase, version
from tests.support.world import World

PRODUCTION = "Deployment/production/fraud"


def company(path: Path, **options: Any) -> World:
    """Two approved versions of a model and a use case in force for both, all found at the adoption."""
    link = {"model": "fraud", "versions": ">=1.0,<2"}
    return World(
        path,
        model("fraud"),
        version("fraud", "1.0", status="approved"),
        version("fraud", "1.1", status="approved"),
        usecase("claims", status="deployed", models=[link]),
        **options,
    )


def deploys(world: World, number: str, environment: str = "production", **how: Any) -> Change:
    """A proposal by dave, approved by bob, that is not landed yet."""
    change = world.propose("dave", f"{environment} {number}", deployment(environment, "fraud", number), **how)
    return change.approve("bob")


def deployed(world: World, number: str, landed_at: str | None = None, environment: str = "production") -> Landed:
    """A lawful deployment; ``landed_at`` is what the recorder attests, by default the story's clock."""
    return deploys(world, number, environment).merge("squash", landed_at=landed_at or NOW)


def ask(world: World | Path, *question: object) -> Ran:
    """Type a command that looks back at a repository."""
    path = world.path if isinstance(world, World) else world
    return govops(*question, "--repository", path)


def answer(world: World | Path, *question: object, code: int = 0) -> dict[str, Any]:
    """The same, as the JSON that it prints."""
    ran = ask(world, *question, "--output", "json")
    assert ran.code == code, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def without_clock(found: Mapping[str, Any]) -> dict[str, Any]:
    """What an answer says apart from how its moment was asked for."""
    clock = {name: value for name, value in found["clock"].items() if name not in ("asked", "by")}
    return {**found, "clock": clock}


def running(found: Mapping[str, Any]) -> str:
    """The version that a Deployment's answer says is running."""
    version: str = found["document"]["spec"]["version"]
    return version
