"""What reads like something that is registered already is a warning, in time that grows with the registry."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from govops.finding import Status
from tests.rules.builders import Registry, findings
from tests.support.files import File, model, usecase

ROUTING = {
    "title": "Claims routing",
    "description": "Sends a new motor claim to the right desk within a minute, day and night. Handlers see why.",
}
AGAIN = {
    "title": "Routing of motor claims",
    "description": "Sends new motor claims to the right desk in under a minute. Handlers can see why.",
}
CLOSE = {"title": "Fraud alerts", "description": "Flags card payments that look fraudulent for an analyst."}
CLOSER = {"title": "Fraud flags", "description": "Flags bank transfers that look fraudulent for an analyst."}
SAME = {"models": [{"model": "fraud", "versions": "*"}]}


def pair(one: dict[str, Any], other: dict[str, Any]) -> tuple[File, File]:
    return usecase("first", **one), usecase("second", **other)


@pytest.mark.parametrize(
    "files",
    [
        pair(ROUTING, AGAIN),
        pair(ROUTING, {"title": "CLAIMS: Routing", "description": "Something else altogether, for all we know"}),
        pair(CLOSE | SAME, CLOSER | SAME),
        (model("first", title="Fraud", purpose=CLOSE["description"]), model("second", purpose=CLOSE["description"])),
    ],
    ids=["other words of the same", "the same title", "the same model", "two models"],
)
def test_what_reads_alike_is_a_warning_on_both(files: tuple[File, ...]) -> None:
    first, second = Registry(*files).found("near-duplicate")
    assert (first.path, second.path) == (files[0][0], files[1][0])
    assert first.status is Status.WARN
    assert first.line is not None
    assert "/first reads like " in first.message
    assert second.subject == first.message.split()[0]


@pytest.mark.parametrize(
    "files",
    [
        pair(CLOSE, CLOSER),
        pair(ROUTING, AGAIN | {"status": "archived"}),
        pair(ROUTING | {"status": "deprecated"}, AGAIN),
        pair(ROUTING | {"related": ["second"]}, AGAIN),
        pair(ROUTING, AGAIN | {"related": ["first"]}),
        pair({"title": "Cars", "description": "Prices cars"}, {"title": "Vans", "description": "Prices vans"}),
        pair({"title": "…", "description": "Prices cars"}, {"title": "!", "description": "Reads letters"}),
        (usecase("first", **ROUTING), model("second", title=AGAIN["title"], purpose=AGAIN["description"])),
    ],
    ids=[
        "another model",
        "the other is retired",
        "this one is retired",
        "related",
        "related from the other side",
        "hardly a word",
        "titles without a word",
        "of two kinds",
    ],
)
def test_what_differs_or_is_meant_is_fine(files: tuple[File, ...]) -> None:
    assert Registry(*files).found("near-duplicate") == []


def test_of_many_that_are_alike_the_nearest_three_are_told() -> None:
    """Findings that nobody reads help nobody."""
    others = [usecase(f"copy-{n}", **AGAIN | {"title": f"Motor claims routing {n}"}) for n in range(9)]
    registry = Registry(usecase("claims", **AGAIN), *others)
    assert len(findings("near-duplicate", registry.facts("registry/use-cases/claims.yaml"))) == 3


def test_the_index_follows_every_change() -> None:
    """What is found in the end does not depend on when somebody first asked."""
    registry = Registry(usecase("claims", **ROUTING))
    assert registry.found("near-duplicate") == []
    late = Registry(usecase("desk", **AGAIN)).facts("registry/use-cases/desk.yaml").resource
    registry.put("registry/use-cases/desk.yaml", late)
    assert len(registry.found("near-duplicate")) == 2
    registry.snapshot.put("registry/use-cases/claims.yaml", None)
    assert registry.found("near-duplicate") == []


SYLLABLES = [one + two for one in "bdfgklmnprst" for two in "aeiou"]


@pytest.mark.slow
@pytest.mark.parametrize("alike", [False, True], ids=["of all sorts", "all the same"])
def test_ten_times_the_use_cases_cost_ten_times_the_time(*, alike: bool) -> None:
    """Neither does everybody meet everybody, nor do thousands of copies of one."""
    template = Registry(usecase("claims", **ROUTING)).facts("registry/use-cases/claims.yaml").resource
    chance = random.Random(7)
    vocabulary = ["".join(chance.choices(SYLLABLES, k=4)) for _ in range(2_000)]

    def cost(size: int) -> float:
        registry = Registry()
        for number in range(size):
            text = ROUTING["description"] if alike else " ".join(chance.choices(vocabulary, k=15))
            spec = template.spec.model_copy(update={"title": f"Use {number}", "description": text})
            metadata = template.metadata.model_copy(update={"name": f"u{number}"})
            resource = template.model_copy(update={"metadata": metadata, "spec": spec})
            registry.put(f"registry/use-cases/u{number}.yaml", resource)
        start = time.process_time()
        registry.found("near-duplicate")
        return time.process_time() - start

    small, large = cost(500), cost(5_000)
    assert large < 30 * small
