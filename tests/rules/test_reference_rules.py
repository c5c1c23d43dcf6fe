"""What refers to what: nothing dangles, nothing goes round, and versions stay in range."""

from __future__ import annotations

import pytest

from tests.rules.builders import Registry, person
from tests.support.files import File, clause, deployment, framework, incident, model, role, rule, usecase, user, version

ALICE = user("alice", roles=["operator"])
OWNED = rule("owned", "true")
ROLES = (role("operator"), role("approver"), role("admin"))


@pytest.mark.threat("E19", rule="dangling-reference")
@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        ((usecase("claims", models=[{"model": "fraude", "versions": "*"}]),), "there is no Model `fraude`", "`fraud`"),
        ((deployment("staging", "fraud", "2.0"),), "there is no ModelVersion `fraud/2.0`", "versions/2.0.yaml"),
        ((incident("late", resource="Model/lost"),), "there is no Model `lost`", "registry/models/lost/model.yaml"),
        ((incident("late", resource="Report/q1"),), "there is no Report `q1`", "name one that exists"),
        ((person("dave", roles=["operater"]),), "there is no Role `operater`", "`operator`"),
        (
            (framework("house", clause("1", rules=["not-aproved"])),),
            "there is no Rule `not-aproved`",
            "`not-approved`",
        ),
        ((framework("house", clause("1", rules=["ownd"])),), "there is no Rule `ownd`", "`owned`"),
    ],
)
def test_a_reference_to_nothing_is_dangling(files: tuple[File, ...], message: str, hint: str) -> None:
    """The message has the name as it is written, the hint one that exists or the path to fill."""
    registry = Registry(ALICE, user("dave", roles=["operator"]), *ROLES, OWNED, model("fraud"), *files)
    (finding,) = registry.found("dangling-reference")
    assert finding.path == files[0][0]
    assert message in finding.message
    assert hint in finding.hint
    assert finding.line is not None


@pytest.mark.parametrize(("written", "meant"), [("model-4777", "model-477"), ("model-5999", "model-599"), ("zz", "")])
def test_among_many_names_the_nearest_is_found_without_comparing_all(written: str, meant: str) -> None:
    """Where the name stands among the others, behind the last, or far from all of them."""
    many = [model(f"model-{number:02}") for number in range(600)]
    registry = Registry(ALICE, *ROLES, *many, usecase("claims", models=[{"model": written, "versions": "*"}]))
    (finding,) = registry.found("dangling-reference")
    assert finding.hint == (
        f"did you mean `{meant}`?"
        if meant
        else f"add it at registry/models/{written}/model.yaml, or name one that exists"
    )


def test_built_in_rules_and_those_of_ones_own_exist() -> None:
    served = clause("1", rules=["stale-approval", "owned"])
    assert Registry(OWNED, framework("house", served)).found("dangling-reference") == []


def test_one_missing_thing_is_one_finding_on_a_file() -> None:
    """Two references to it have the same cure; two missing things have two."""
    lost = [{"model": "lost", "versions": "1.0"}, {"model": "lost", "versions": "2.0"}]
    registry = Registry(ALICE, *ROLES, usecase("claims", models=lost, dependencies=["payout"]))
    first, second = registry.found("dangling-reference")
    assert first.fingerprint != second.fingerprint


def test_a_file_that_cannot_be_read_is_not_missing() -> None:
    """What is wrong in it is a finding of its own, and not one on everybody who refers to it."""
    registry = Registry(ALICE, *ROLES, usecase("claims", models=[{"model": "fraud", "versions": "*"}]))
    assert len(registry.found("dangling-reference")) == 1
    models = [{"model": "fraud", "versions": "*"}]
    broken = Registry(ALICE, *ROLES, usecase("claims", models=models), broken=["registry/models/fraud/model.yaml"])
    assert broken.found("dangling-reference") == []


def test_references_that_lead_somewhere_are_fine() -> None:
    """A whole small registry without a finding."""
    files = (model("fraud"), version("fraud", "1.0"), deployment("staging", "fraud", "1.0"), *ROLES)
    uses = usecase("claims", models=[{"model": "fraud", "versions": "*"}])
    registry = Registry(ALICE, user("dave", roles=["operator"]), *files, uses, incident("late"))
    assert registry.found("dangling-reference") == []


def ring(names: list[str]) -> tuple[File, ...]:
    """Use cases of which each needs the next one, and the last the first."""
    return tuple(usecase(name, dependencies=[names[i - len(names) + 1]]) for i, name in enumerate(names))


@pytest.mark.threat("E19", rule="reference-cycle")
@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["claims"], "claims -> claims"),
        (["payout", "claims"], "claims -> payout -> claims"),
        (["c", "b", "a"], "a -> c -> b -> a"),
        ([f"u{i}" for i in range(8)], "u0 -> u1 -> u2 -> u3 -> u4 -> … 3 more … -> u0"),
    ],
)
def test_a_cycle_is_one_finding_at_its_first_name(names: list[str], shown: str) -> None:
    """The message goes round once."""
    (finding,) = Registry(*ring(names)).found("reference-cycle")
    assert finding.path == f"registry/use-cases/{min(names)}.yaml"
    assert finding.message.endswith(shown)


def test_two_cycles_are_two_findings() -> None:
    """Also where a third use case needs both."""
    both = usecase("a", dependencies=["b1", "c1"])
    found = Registry(both, *ring(["b1", "b2"]), *ring(["c1", "c2"])).found("reference-cycle")
    assert [finding.path for finding in found] == ["registry/use-cases/b1.yaml", "registry/use-cases/c1.yaml"]


@pytest.mark.parametrize(
    "files",
    [
        (usecase("a", dependencies=["b", "c"]), usecase("b", dependencies=["d"]), usecase("c", dependencies=["d"])),
        (usecase("a", dependencies=["lost"]),),
        (role("auditor", conflicts=["operator"]), role("operator", conflicts=["auditor"])),
        (model("fraud"), usecase("claims", models=[{"model": "fraud", "versions": "*"}])),
    ],
    ids=["a diamond", "a dangling one", "roles in conflict", "other kinds"],
)
def test_what_leads_nowhere_back_is_no_cycle(files: tuple[File, ...]) -> None:
    """Two roads to one place are no circle, and conflicts of roles are mutual by nature."""
    assert Registry(*files).found("reference-cycle") == []


@pytest.mark.threat("E19", rule="reference-cycle")
@pytest.mark.parametrize("order", ["sorted", "reversed", "zigzag"])
def test_a_huge_cycle_takes_linear_time(order: str) -> None:
    """Each question is answered by the nearer end: 10,000 use cases in a ring ask few hundred thousand steps."""
    size = 10_000
    names = [f"u{i:05}" for i in range(size)]
    if order == "reversed":
        names.reverse()
    elif order == "zigzag":
        names = [*names[::2], *reversed(names[1::2])]
    registry = Registry(usecase("claims", dependencies=["claims"]))
    template = registry.facts("registry/use-cases/claims.yaml").resource
    registry.snapshot.put("registry/use-cases/claims.yaml", None)
    for i, name in enumerate(names):
        spec = template.spec.model_copy(update={"dependencies": (names[i - size + 1],)})
        metadata = template.metadata.model_copy(update={"name": name})
        resource = template.model_copy(update={"metadata": metadata, "spec": spec})
        registry.put(f"registry/use-cases/{name}.yaml", resource)
    (finding,) = registry.found("reference-cycle")
    assert finding.path == "registry/use-cases/u00000.yaml"
    assert f"{size - 5} more" in finding.message


def running(versions: str, *, status: str = "deployed", at: str = "production") -> Registry:
    """Version 2.0 runs; a use case approved ``versions``."""
    uses = usecase("claims", status=status, models=[{"model": "fraud", "versions": versions}])
    return Registry(model("fraud"), version("fraud", "2.0"), deployment(at, "fraud", "2.0"), uses)


@pytest.mark.parametrize("versions", [">=1.0,<2", "1.4.2", "!=2.0"])
def test_production_runs_what_the_use_case_approved(versions: str) -> None:
    """The finding stands at the deployment's version, and names the use case."""
    found = running(versions).found("version-outside-range")
    assert [f.path for f in found] == ["registry/deployments/production/fraud.yaml"]
    assert all(f"`2.0` runs in production, and use case claims approved `{versions}`" in f.message for f in found)
    assert all(f.line for f in found)


@pytest.mark.parametrize(
    "registry",
    [
        running(">=1.0,<3"),
        running("*"),
        running("2.0"),
        running("1.0", status="approved"),
        running("1.0", at="staging"),
        Registry(usecase("claims", status="deployed", models=[{"model": "fraud", "versions": "1.0"}])),
        Registry(
            deployment("production", "fraud", "2.0"),
            usecase("a", status="deployed", models=[{"model": "fraud", "versions": v} for v in ("1.0", "2.0")]),
        ),
    ],
    ids=["in range", "any", "exactly", "not deployed", "in staging", "nothing runs", "one of two ranges"],
)
def test_a_version_in_range_is_fine(registry: Registry) -> None:
    """Only deployed use cases and production are compared."""
    assert registry.found("version-outside-range") == []
