"""What is retired says why, and nothing in use depends on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.builders import Registry
from tests.support.files import File, deployment, model, usecase, version

WHY: dict[str, Any] = {"reason": "It drifts"}
NEXT: dict[str, Any] = {"successor": "ModelVersion/fraud/2.0"}
USES = [{"model": "fraud", "versions": ">=1.0,<3"}]
BACK = {"rollback": {"reason": "2.0 is slower"}}


def old(**spec: Any) -> File:
    return version("fraud", "1.0", **({"status": "deprecated", "retirement": WHY} | spec))


@pytest.mark.parametrize(
    ("retired", "words"),
    [
        (old(retirement=None), "ModelVersion/fraud/1.0 is deprecated, and nothing says why"),
        (usecase("claims", status="deprecated"), "UseCase/claims is deprecated, and nothing says why"),
        (usecase("claims", status="archived"), "UseCase/claims is archived, and nothing says why"),
        (old(retirement={"successor": "ModelVersion/fraud/1.0"}), "`ModelVersion/fraud/1.0` cannot take the place"),
        (old(retirement={"successor": "UseCase/claims"}), "`UseCase/claims` cannot take the place"),
        (old(status="approved", retirement={"successor": "Model/fraud"}), "`Model/fraud` cannot take the place"),
    ],
)
def test_a_retirement_without_a_word_of_use_is_incomplete(retired: File, words: str) -> None:
    """In a tree as in a change, at the line that says it."""
    (finding,) = Registry(retired).found("retirement-incomplete")
    assert (finding.path, finding.line is not None) == (retired[0], True)
    assert words in finding.message


@pytest.mark.parametrize(
    "files",
    [
        (old(),),
        (old(retirement=NEXT),),
        (old(retirement=WHY | NEXT),),
        (usecase("claims", status="archived", retirement={"successor": "UseCase/desk"}),),
        (usecase("claims", status="deployed", retirement=WHY),),
        (old(status="approved", retirement=None), old(status="rejected", retirement=None), model("fraud")),
    ],
    ids=["a reason", "a successor", "both", "a use case", "said in advance", "not retired"],
)
def test_a_reason_or_a_successor_is_enough(files: tuple[File, ...]) -> None:
    """Whether a successor exists is a matter of references."""
    assert Registry(*files).found("retirement-incomplete") == []


@pytest.mark.parametrize(
    ("files", "path", "words"),
    [
        (
            (old(), deployment("production", "fraud", "1.0")),
            "registry/deployments/production/fraud.yaml",
            "fraud 1.0 is deprecated and still runs in production",
        ),
        (
            (old(), usecase("claims", status="approved", models=USES)),
            "registry/use-cases/claims.yaml",
            "claims is approved, and no approved version of fraud is left in `>=1.0,<3`",
        ),
        (
            (
                old(),
                version("fraud", "2.0"),
                version("fraud", "3.0", status="approved"),
                usecase("claims", status="deployed", models=USES),
            ),
            "registry/use-cases/claims.yaml",
            "claims is deployed, and no approved version of fraud is left",
        ),
        (
            (usecase("desk", status="archived"), usecase("claims", status="deployed", dependencies=["desk"])),
            "registry/use-cases/claims.yaml",
            "desk is archived, and claims depends on it",
        ),
    ],
    ids=["in production", "the only version", "the only one in range", "another use case"],
)
def test_what_still_depends_is_found(files: tuple[File, ...], path: str, words: str) -> None:
    """The finding stands where something has to change first."""
    (finding,) = Registry(*files).found("open-dependants")
    assert (finding.path, finding.line is not None) == (path, True)
    assert words in finding.message


@pytest.mark.parametrize(
    "files",
    [
        (old(), deployment("staging", "fraud", "1.0")),
        (old(), deployment("production", "fraud", "2.0")),
        (old(), deployment("production", "fraud", "1.0", **BACK)),
        (old(), usecase("claims", status="draft", models=USES), usecase("desk", status="deprecated", models=USES)),
        (old(), version("fraud", "2.0", status="approved"), usecase("claims", status="deployed", models=USES)),
        (version("fraud", "1.0"), version("fraud", "2.0"), usecase("claims", status="approved", models=USES)),
        (old(), usecase("claims", status="deployed", models=[{"model": "fraud", "versions": "2.0"}])),
        (usecase("desk", status="archived"), usecase("claims", status="draft", dependencies=["desk"])),
        (usecase("desk", status="deployed"), usecase("claims", status="deployed", dependencies=["desk", "lost"])),
    ],
    ids=[
        "in staging",
        "another version runs",
        "back by a rollback",
        "use cases not in force",
        "another version in range",
        "none approved yet",
        "a range without it",
        "a draft depends",
        "nothing retired",
    ],
)
def test_what_is_not_in_use_holds_nothing_back(files: tuple[File, ...]) -> None:
    """Only production and use cases in force count."""
    assert Registry(*files).found("open-dependants") == []
