"""Each step of a registry means exactly one thing to the gate, and touches nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops import yamlio
from govops.app.drafting import Tip, agreements, deployments, files, incidents, open_tip, people, use_cases, versions
from govops.app.governance import (
    ConflictError,
    Draft,
    MissingConditionError,
    NotFoundError,
    Site,
    StaleError,
)
from govops.app.governance import requests as ask
from govops.errors import UsageError
from govops.finding import Status
from govops.kinds import Resource
from govops.kinds.incident import Incident
from govops.kinds.model_version import ModelVersion, ModelVersionSpec
from govops.kinds.sla_violation import SlaViolation
from govops.kinds.use_case import UseCase, UseCaseSpec
from govops.kinds.user import User
from tests.support.drafts import AT, actor, acts, judged
from tests.support.files import (
    deployment,
    digest,
    incident,
    kind,
    model,
    sla,
    usecase,
    user,
    version,
    violation,
)
from tests.support.world import World

SPEC = {
    "title": "Spam",
    "purpose": "Finds spam",
    "owner": "alice",
    "risk_tier": "low",
    "intended_use": "Mail",
}
NEW = {
    "version": "2.0",
    "description": "Again",
    "source": {"repository": "https://git.acme.example/spam", "commit": "4e3dbd1124d6"},
    "training_data": {"digest": digest("data"), "description": "Mail"},
    "artifact": {"uri": "s3://models/spam", "digest": digest("spam"), "size_bytes": 1},
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A company in the middle of its work: 1.0 ran, 1.1 runs, 1.2 waits, 1.3 was refused, 0.9 was given up."""
    world = World(tmp_path_factory.mktemp("world"))
    given_up: dict[str, Any] = {"status": "deprecated", "retirement": {"reason": "Old"}}
    approved = {"status": "approved"}
    numbers = {"0.9": given_up, "1.0": approved, "1.1": approved, "1.2": {}, "1.3": {"status": "rejected"}}
    world.commit_raw(
        *(version("fraud", number, **spec) for number, spec in numbers.items()),
        *(usecase(name, status=name) for name in ("draft", "submitted", "approved", "deployed")),
        deployment("production", "fraud", "0.9"),
        model("fraud"),
        sla("quick"),
        violation("quick", "january"),
        incident("drift"),
        kind("Dataset", "datasets"),
        author="carol",
    )
    for number in ("1.0", "1.1"):
        world.commit_raw(deployment("production", "fraud", number), author="carol")
    return world


@pytest.fixture(scope="module")
def tip(world: World) -> Iterator[Tip]:
    with open_tip(Site(world.path)) as tip:
        yield tip


def seen(tip: Tip, kind: type[Resource], name: str) -> Any:
    """The file as somebody sees it who has just read it."""
    return tip.seen(kind, name, tip.get(kind, name).blob)


def one(tip: Tip, number: str) -> Any:
    """A version of the model ``fraud``."""
    return seen(tip, ModelVersion, f"fraud/{number}")


def registered(tip: Tip, **request: Any) -> Draft:
    return versions.register(tip, ask.RegisterModel.model_validate({"name": "spam", **request}))


def deployed(tip: Tip, number: str, environment: str, **request: Any) -> Draft:
    body = {"environment": environment, "deployment_id": "d-2", **request}
    return deployments.deploy(tip, one(tip, number), ask.Deploy.model_validate(body))


def rolled_back(tip: Tip, number: str = "1.1", **request: Any) -> Draft:
    body = {"reason": "It harms people", **request}
    return deployments.roll_back(tip, one(tip, number), ask.RollBack.model_validate(body))


RETIRE = ask.Retire.model_validate({"successor": "ModelVersion/fraud/1.1"})
DONE = ask.ResolveIncident(notes="Trained again")
NOTED = ask.Acknowledge(notes="Known")
FOR_WANT_OF_APPROVAL = {"not-approved", "resolver-lacks-permission"}
Make = Callable[[Tip, World], Draft]
STEPS: dict[str, tuple[Make, list[str]]] = {
    "a model": (lambda tip, w: registered(tip, model=SPEC), ["model.register spam"]),
    "a model and a version": (
        lambda tip, w: registered(tip, model=SPEC, version=NEW, labels={"team": "mail"}),
        ["model.register spam", "model.register spam/2.0"],
    ),
    "a version": (lambda tip, w: registered(tip, name="fraud", version=NEW), ["model.register fraud/2.0"]),
    "an approval": (lambda tip, w: versions.approve(tip, one(tip, "1.2")), ["model.approve fraud/1.2"]),
    "an approval again": (
        lambda tip, w: versions.approve(tip, one(tip, "0.9")),
        ["model.approve fraud/0.9", "model.update fraud/0.9"],  # its retirement goes
    ),
    "a rejection": (lambda tip, w: versions.reject(tip, one(tip, "1.2")), ["model.reject fraud/1.2"]),
    "the end of a version": (
        lambda tip, w: versions.deprecate(tip, one(tip, "1.0"), RETIRE),
        ["model.deprecate fraud/1.0"],
    ),
    "measures": (
        lambda tip, w: versions.measure(
            tip,
            one(tip, "1.2"),
            ask.VersionMetrics.model_validate({"metrics": {"accuracy": 0.95, "custom": {"a": 1}}}),
        ),
        ["model.update fraud/1.2"],
    ),
    "staging": (lambda tip, w: deployed(tip, "1.1", "staging"), ["model.deploy_staging staging/fraud"]),
    "production": (
        lambda tip, w: deployed(tip, "1.0", "production", replaces="1.1"),
        ["model.deploy_production production/fraud"],
    ),
    "a rollback": (lambda tip, w: rolled_back(tip), ["model.rollback production/fraud"]),
    "a rollback to one that was given up": (
        lambda tip, w: rolled_back(tip, to="0.9"),
        ["model.rollback production/fraud"],
    ),
    "a draft": (
        lambda tip, w: use_cases.create(
            tip,
            ask.CreateUseCase.model_validate(
                {
                    "name": "mail",
                    "title": "Mail",
                    "description": "Sorts mail",
                    "owner": "alice",
                    "impact": "low",
                    "models": [{"model": "fraud", "versions": ">=1.0,<2"}],
                    "input_schema": {"type": "object"},
                }
            ),
        ),
        ["usecase.create mail"],
    ),
    "a submission": (
        lambda tip, w: use_cases.step(tip, seen(tip, UseCase, "draft"), "submitted"),
        ["usecase.submit draft"],
    ),
    "a use case approved": (
        lambda tip, w: use_cases.step(tip, seen(tip, UseCase, "submitted"), "approved"),
        ["usecase.approve submitted"],
    ),
    "a use case live": (
        lambda tip, w: use_cases.step(tip, seen(tip, UseCase, "approved"), "deployed"),
        ["usecase.deploy approved"],
    ),
    "the end of a use case": (
        lambda tip, w: use_cases.deprecate(tip, seen(tip, UseCase, "deployed"), ask.Retire(reason="Nobody needs it")),
        ["usecase.deprecate deployed"],
    ),
    "measures of success": (
        lambda tip, w: use_cases.measure(
            tip, seen(tip, UseCase, "draft"), ask.UseCaseMetrics(metrics={"letters": 1900, "share": 0.5})
        ),
        ["usecase.update draft"],
    ),
    "somebody new": (
        lambda tip, w: people.create(
            tip,
            ask.CreateUser.model_validate(
                {
                    "name": "zoe",
                    "display_name": "Zoe",
                    "type": "human",
                    "roles": ["analyst"],
                    "accounts": [{"forge": "local", "id": "z-1"}],
                }
            ),
        ),
        ["user.create zoe", "role.assign zoe"],
    ),
    "a role": (
        lambda tip, w: people.assign(tip, seen(tip, User, "mallory"), ask.AssignRole(role="analyst")),
        ["role.assign mallory"],
    ),
    "a role less": (lambda tip, w: people.revoke(tip, seen(tip, User, "alice"), "operator"), ["role.revoke alice"]),
    "an agreement": (
        lambda tip, w: agreements.create(
            tip,
            ask.CreateAgreement.model_validate(
                {
                    "name": "up",
                    "resource": "Model/fraud",
                    "objectives": [{"metric": "availability_percent", "target": 99.5}],
                    "window": {"kind": "rolling", "days": 30},
                    "at_risk": 80,
                    "source": {"type": "file", "files": ["up.jsonl"]},
                }
            ),
        ),
        ["sla.create up"],
    ),
    "a note": (
        lambda tip, w: agreements.acknowledge(
            tip, seen(tip, SlaViolation, "quick/january"), actor(w, "alice"), NOTED, at=AT
        ),
        ["sla.acknowledge quick/january"],
    ),
    "an incident": (
        lambda tip, w: incidents.report(
            tip,
            actor(w, "dave"),
            ask.ReportIncident.model_validate(
                {"severity": "error", "title": "Personal data leaked", "resource": "Model/fraud"}
            ),
            name="leak",
            at=AT,
        ),
        ["incident.report leak"],
    ),
    "the end of an incident": (
        lambda tip, w: incidents.resolve(tip, seen(tip, Incident, "drift"), actor(w, "bob"), DONE, at=AT),
        ["incident.resolve drift"],
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_means_one_thing_and_is_sound_but_for_its_approval(step: str, world: World, tip: Tip) -> None:
    make, wanted = STEPS[step]
    draft = make(tip, world)
    found = judged(world, draft)
    assert acts(found) == wanted
    assert {one.rule for one in found.findings if one.status is Status.FAIL} <= FOR_WANT_OF_APPROVAL
    assert draft.expected.keys() >= draft.files.keys()
    assert all(tip.blob(path) == blob for path, blob in draft.expected.items())


REFUSED: dict[str, tuple[Make, type[Exception], str]] = {
    "a model twice": (lambda tip, w: registered(tip, name="fraud", model=SPEC), ConflictError, "there is a Model"),
    "a version twice": (
        lambda tip, w: registered(tip, name="fraud", version={**NEW, "version": "1.3"}),
        ConflictError,
        "fraud 1.3 is registered already",
    ),
    "a version of nothing": (lambda tip, w: registered(tip, version=NEW), NotFoundError, "there is no Model `spam`"),
    "nobody's model": (
        lambda tip, w: registered(tip, model={**SPEC, "owner": "nobody"}),
        UsageError,
        "spec.owner: there is no User `nobody`",
    ),
    "a decision twice": (
        lambda tip, w: versions.approve(tip, one(tip, "1.1")),
        ConflictError,
        "cannot become approved",
    ),
    "an approval of what was refused": (
        lambda tip, w: versions.approve(tip, one(tip, "1.3")),
        ConflictError,
        "is rejected and cannot become approved",
    ),
    "the same measures": (
        lambda tip, w: versions.measure(
            tip, one(tip, "1.2"), ask.VersionMetrics.model_validate({"metrics": {"accuracy": 0.9}})
        ),
        ConflictError,
        "says so already",
    ),
    "what is not approved": (lambda tip, w: deployed(tip, "1.2", "staging"), ConflictError, "is registered"),
    "what runs": (lambda tip, w: deployed(tip, "1.1", "production"), ConflictError, "runs in production already"),
    "over another than was thought": (
        lambda tip, w: deployed(tip, "1.0", "production", replaces="0.9"),
        StaleError,
        "`0.9` does not run",
    ),
    "over something where nothing runs": (
        lambda tip, w: deployed(tip, "1.0", "staging", replaces="0.9"),
        StaleError,
        "`0.9` does not run",
    ),
    "back from what does not run": (
        lambda tip, w: rolled_back(tip, "1.0"),
        ConflictError,
        "does not run in production",
    ),
    "back where nothing runs": (
        lambda tip, w: rolled_back(tip, environment="staging"),
        ConflictError,
        "does not run in staging",
    ),
    "back to what never ran": (lambda tip, w: rolled_back(tip, to="1.2"), ConflictError, "`1.2` cannot come back"),
    "a use case too early": (
        lambda tip, w: use_cases.step(tip, seen(tip, UseCase, "draft"), "approved"),
        ConflictError,
        "is draft and cannot become approved",
    ),
    "a role that is held": (
        lambda tip, w: people.assign(tip, seen(tip, User, "alice"), ask.AssignRole(role="analyst")),
        ConflictError,
        "holds the role",
    ),
    "a role that there is not": (
        lambda tip, w: people.assign(tip, seen(tip, User, "alice"), ask.AssignRole(role="king")),
        UsageError,
        "there is no Role `king`",
    ),
    "a role that is not held": (
        lambda tip, w: people.revoke(tip, seen(tip, User, "alice"), "admin"),
        NotFoundError,
        "does not hold",
    ),
    "an incident about nothing": (
        lambda tip, w: incidents.report(
            tip,
            actor(w, "dave"),
            ask.ReportIncident.model_validate({"severity": "error", "title": "x", "resource": "Model/spam"}),
            name="x",
            at=AT,
        ),
        UsageError,
        "there is no Model `spam`",
    ),
    "what was never reported": (lambda tip, w: seen(tip, Incident, "none"), NotFoundError, "there is no Incident"),
    "a name that is none": (lambda tip, w: seen(tip, ModelVersion, "fraud/../x"), NotFoundError, "ModelVersion"),
    "what was not read": (lambda tip, w: tip.seen(User, "alice", None), MissingConditionError, "have seen"),  # type: ignore[dict-item, return-value]  # it never gets so far as to make a draft
    "what has changed": (lambda tip, w: tip.seen(User, "alice", "0" * 40), StaleError, "not as you have seen"),  # type: ignore[dict-item, return-value]  # neither does this
}


@pytest.mark.parametrize("step", REFUSED)
def test_what_could_not_land_is_refused_in_words(step: str, world: World, tip: Tip) -> None:
    make, error, words = REFUSED[step]
    with pytest.raises(error, match=words):
        make(tip, world)


def test_a_rollback_takes_version_and_id_of_what_ran_before(world: World, tip: Tip) -> None:
    (text,) = rolled_back(tip).files.values()
    assert text is not None
    assert b'version: "1.0"' in text
    assert b"production-fraud-1.0" in text
    assert b"reason: It harms people" in text


def test_a_deployment_forgets_the_reason_of_a_rollback_and_each_rollback_has_its_own(tmp_path: Any) -> None:
    world = World(tmp_path)
    world.commit_raw(model("fraud"), *(version("fraud", n, status="approved") for n in ("1.0", "1.1")), author="carol")
    world.commit_raw(deployment("production", "fraud", "1.0"), author="carol")
    world.commit_raw(deployment("production", "fraud", "1.1"), author="carol")
    back = deployment("production", "fraud", "1.0", rollback={"reason": "It harms people"})
    world.commit_raw(back, author="carol")
    with open_tip(Site(world.path)) as tip:
        (text,) = deployed(tip, "1.1", "production").files.values()
        assert text is not None
        assert b"rollback" not in text
        with pytest.raises(UsageError, match="the reason of the rollback before"):
            rolled_back(tip, "1.0")
        with pytest.raises(ConflictError, match="no version had left before"):
            rolled_back(tip, "1.0", reason="Another one")


def test_measures_that_are_not_named_stay(world: World, tip: Tip) -> None:
    request = ask.VersionMetrics.model_validate({"metrics": {"f1": 0.5}})
    (text,) = versions.measure(tip, one(tip, "1.2"), request).files.values()
    assert text is not None
    assert b"accuracy: 0.9\n" in text
    assert b"f1: 0.5\n" in text


def test_comments_of_the_file_survive_every_step(tmp_path: Any) -> None:
    path, text = version("fraud", "1.0")
    world = World(tmp_path)
    world.commit_raw(model("fraud"), (path, b"# ours\n" + text), author="carol")
    with open_tip(Site(world.path)) as tip:
        (after,) = versions.approve(tip, one(tip, "1.0")).files.values()
    assert after == (b"# ours\n" + text).replace(b'"registered"', b'"approved"')


def test_what_cannot_be_read_is_not_edited(tmp_path: Any) -> None:
    world = World(tmp_path)
    world.commit_raw(("registry/models/fraud/model.yaml", b"kind: [\n"), author="carol")
    with open_tip(Site(world.path)) as tip, pytest.raises(ConflictError, match="cannot be read as it stands"):
        registered(tip, name="fraud", version=NEW)


def rewritten(tip: Tip, *changes: dict[str, Any]) -> Draft:
    return files.rewrite(tip, ask.RequestApproval.model_validate({"title": "Do it", "files": list(changes)}))


def text_of(file: tuple[str, bytes]) -> dict[str, Any]:
    return {"path": file[0], "content": file[1].decode()}


def test_any_governed_files_can_be_proposed_at_once(world: World, tip: Tip) -> None:
    path = "registry/users/mallory.yaml"
    draft = rewritten(
        tip,
        text_of(user("zoe")),
        {"path": path, "content": None, "blob": tip.blob(path)},
        {"path": "datasets/cases.yaml", "content": 'status: "new"\n'},
        {"path": ".github/workflows/ci.yml", "content": "on: push\n"},
        {"path": "registry/README.md", "content": "# Ours\n"},
    )
    assert acts(judged(world, draft)) == [
        "control.change .github/workflows/ci.yml",
        "dataset.create cases",
        "docs.change registry/README.md",
        "user.delete mallory",
        "user.create zoe",
    ]
    assert draft.expected == {path: tip.blob(path), **dict.fromkeys(draft.files.keys() - {path})}


MALLORY = "registry/users/mallory.yaml"
UNSOUND: dict[str, tuple[list[dict[str, Any]], type[Exception], str]] = {
    "not governed": ([{"path": "src/app.py", "content": "x"}], UsageError, "is not governed"),
    "not at that path": ([{"path": "registry/x.yaml", "content": "a: 1\n"}], UsageError, "is not governed"),
    "given twice": ([text_of(user("zoe")), text_of(user("zoe"))], UsageError, "given twice"),
    "no such kind": ([{"path": "registry/users/zoe.yaml", "content": "a: 1\n"}], UsageError, "zoe.yaml:1:1"),
    "no Dataset": ([{"path": "datasets/cases.yaml", "content": "status: 1\n"}], UsageError, "cases.yaml:1:"),
    "not seen": ([{"path": MALLORY, "content": None}], MissingConditionError, "which state"),
    "seen otherwise": ([{"path": MALLORY, "content": None, "blob": "1" * 40}], StaleError, "not as you have seen"),
    "seen and not there": ([{**text_of(user("zoe")), "blob": "1" * 40}], StaleError, "not as you have seen"),
    "nothing to delete": ([{"path": "registry/users/zoe.yaml", "content": None}], NotFoundError, "nothing stands"),
}


@pytest.mark.parametrize("case", UNSOUND)
def test_files_that_could_not_stand_there_are_refused(case: str, tip: Tip) -> None:
    changes, error, words = UNSOUND[case]
    with pytest.raises(error, match=words):
        rewritten(tip, *changes)


def test_a_file_as_it_stands_is_no_change(world: World, tip: Tip) -> None:
    with pytest.raises(ConflictError, match="says so already"):
        rewritten(tip, {"path": MALLORY, "content": world.read(MALLORY).decode(), "blob": tip.blob(MALLORY)})


def test_requests_speak_of_every_field_that_somebody_may_set() -> None:
    """A field that a kind gets later is one that requests have to speak of, or decide not to."""
    assert set(ModelVersionSpec.model_fields) - set(ask.NewVersion.model_fields) == {"status", "retirement"}
    assert set(UseCaseSpec.model_fields) - set(ask.CreateUseCase.model_fields) == {"status", "review", "retirement"}


@given(notes=st.text(st.characters(exclude_categories=())))
def test_what_is_said_stands_in_the_file_as_it_was_said_or_is_refused(world: World, tip: Tip, notes: str) -> None:
    request, stood = ask.ResolveIncident.model_construct(notes=notes), seen(tip, Incident, "drift")
    try:
        (text,) = incidents.resolve(tip, stood, actor(world, "bob"), request, at=AT).files.values()
    except UsageError:
        assert not notes.strip() or not notes.isprintable()
        return
    assert text is not None
    resolution = yamlio.read(text).value["spec"]["resolution"]  # type: ignore[index]  # YAML is of any shape
    assert resolution == {"by": "bob", "at": AT, "notes": notes}
