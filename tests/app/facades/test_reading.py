"""Lists and documents say what stood at a moment, from one page to the next, whatever lands meanwhile."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import sleep

import pytest

from govops.app.facades import AccessControl, ComplianceReporter, ModelRegistry, SLAManager, UseCaseRegistry
from govops.app.governance import ConflictError, NotFoundError, Query, Site
from govops.errors import UsageError
from govops.index.engines import Database, forget
from govops.workspace import now
from tests.support.files import deployment, incident, model, role, sla, usecase, user, version, violation
from tests.support.git import git
from tests.support.hosting import actor, server
from tests.support.postgres import Postgresql
from tests.support.world import World

Keep = Callable[[Site], Site]
NAMES = [f"m{number}" for number in range(7)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Seven models, one of which has a past in production."""
    world = World(tmp_path / "world", *map(model, NAMES))
    world.push("carol", *(version("m0", n, status="approved") for n in ("1.0", "1.1")))
    for environment, number in (("staging", "1.0"), ("production", "1.0"), ("production", "1.1")):
        world.push("carol", deployment(environment, "m0", number))
    back = deployment("production", "m0", "1.0", rollback={"reason": "Wrong"})
    world.push("carol", back)
    world.push("carol", usecase("claims"), incident("drift", resource="Model/m0"), sla("up", resource="Model/m0"))
    world.push("carol", violation("up", "january"))
    return world


@pytest.fixture
def site(world: World, keep: Keep) -> Site:
    return keep(Site(world.path))


def names(models: ModelRegistry, query: Query) -> tuple[list[str], str | None]:
    page = models.list(query)
    return [str(one["name"]) for one in page.items], page.next


@pytest.mark.threat("I14")
def test_pages_hold_each_item_once_though_others_come_and_go_meanwhile(world: World, site: Site) -> None:
    models = ModelRegistry(site)
    first = models.list(Query(limit=3))
    gone = {"registry/models/m5/model.yaml": None}
    world.push("carol", gone, model("m00"), model("m35"), model("m9"))
    assert models.list(Query(limit=100)).index_commit == world.main
    seen = [one["name"] for one in first.items]
    cursor = first.next
    while cursor:
        page = models.list(Query(limit=3, cursor=cursor))
        assert page.index_commit == first.index_commit
        seen += [one["name"] for one in page.items]
        cursor = page.next
    assert seen == NAMES


@pytest.mark.threat("I14")
def test_a_cursor_belongs_to_one_question_and_one_history(world: World, site: Site) -> None:
    models = ModelRegistry(site)
    _, cursor = names(models, Query(limit=3))
    assert cursor is not None
    for other in (Query(cursor=cursor, filters={"owner": "alice"}), Query(cursor=cursor, as_of=world.main)):
        with pytest.raises(UsageError, match="belongs to another list"):
            models.list(other)
    with pytest.raises(UsageError, match="belongs to another list"):
        UseCaseRegistry(site).list(Query(cursor=cursor))
    git(world.git_dir, "update-ref", "refs/heads/main", f"{world.main}~1")
    with pytest.raises(ConflictError, match="no longer has"):
        models.list(Query(limit=3, cursor=cursor))


@pytest.mark.threat("I14", "I15")
@pytest.mark.parametrize("text", ["x", "%", "ü", "W10", "W10=", base64.urlsafe_b64encode(b"[" * 3000).decode()])
def test_a_cursor_of_somebody_s_own_is_refused(text: str, site: Site) -> None:
    with pytest.raises(UsageError, match="the cursor is none of ours"):
        ModelRegistry(site).list(Query(cursor=text))


@pytest.mark.threat("K03")
def test_everything_tells_the_commit_that_it_is_from(world: World, site: Site) -> None:
    models = ModelRegistry(site)
    assert models.list().index_commit == models.model("m0").index_commit == world.main
    world.push("carol", model("m1", title="Another"))
    found = models.model("m1")
    assert (found.index_commit, found.lag, found.body["title"]) == (world.main, 0, "Another")
    assert found.etag == git(world.git_dir, "rev-parse", "main:registry/models/m1/model.yaml").decode().strip()


def test_a_document_has_the_whole_file_and_a_list_has_none_of_it(site: Site) -> None:
    models = ModelRegistry(site)
    found = models.version("m0", "1.0")
    assert found.body["spec"]["artifact"]["size_bytes"] == 1024
    assert (found.body["status"], found.body["declared"], found.body["labels"]) == (
        "deployed_production",
        "approved",
        {},
    )
    for one in models.versions("m0").items:
        assert {"model", "version", "status", "commit", "blob", "path"} <= one.keys()
        assert not {"document", "spec", "valid_from", "commit_id", "blob_id"} & one.keys()


def test_what_stood_is_told_as_of_any_moment(world: World, site: Site) -> None:
    models, adoption = ModelRegistry(site), world.adoption
    assert models.versions("m0", Query(as_of=adoption)).items == ()
    with pytest.raises(NotFoundError, match=r"there is no model version `m0/1.0`"):
        models.version("m0", "1.0", as_of=adoption)
    with pytest.raises(NotFoundError, match="there is no model `m9`"):
        models.versions("m9")
    assert models.version("m0", "1.1").body["status"] == "rolled_back"
    with pytest.raises(UsageError, match="no moment"):
        models.list(Query(as_of="yesterday"))


def test_the_history_of_a_version_is_its_own_and_that_of_where_it_ran(site: Site) -> None:
    models = ModelRegistry(site)

    def history(number: str, query: Query | None = None) -> list[tuple[str, str]]:
        return [(one["action"], one["summary"]) for one in models.history("m0", number, query).items]

    assert history("1.1") == [
        ("model.approve", "new to approved"),
        ("model.deploy_production", "version 1.0 to 1.1"),
        ("model.rollback", "version 1.1 to 1.0"),
    ]
    assert [action for action, _ in history("1.0")] == [
        "model.approve",
        "model.deploy_staging",
        "model.deploy_production",
        "model.deploy_production",
        "model.rollback",
    ]
    first = models.history("m0", "1.0", Query(limit=2))
    rest = models.history("m0", "1.0", Query(limit=9, cursor=first.next))
    assert ([*first.items, *rest.items], rest.next) == ([*models.history("m0", "1.0").items], None)
    with pytest.raises(NotFoundError, match="there is no version"):
        models.history("m0", "7.7")


def test_people_and_what_they_may_do_are_told_as_of_any_moment(world: World, site: Site) -> None:
    access, before = AccessControl(site), world.main
    world.push("carol", user("alice", roles=["auditor"]), role("auditor", permissions=["audit:read"]))
    assert [one["role"] for one in access.roles_of("alice").items] == ["auditor"]
    assert [one["role"] for one in access.roles_of("alice", Query(as_of=before)).items] == ["analyst", "operator"]
    assert access.user("alice").body["spec"]["roles"] == ["auditor"]
    assert {one["name"] for one in access.users().items} >= {"alice", "bob", "robo"}
    allowed = {one["name"]: one["permissions"] for one in access.roles().items}
    assert allowed["auditor"] == ["audit:read"]
    assert [one["roles"] for one in access.users(Query(filters={"role": "auditor"})).items] == [["auditor"]]
    now, then = (access.permitted("alice", "model:register", as_of=moment) for moment in (None, before))
    assert (now.body["allowed"], now.body["roles"]) == (False, [])
    assert (then.body["allowed"], then.body["roles"], then.index_commit) == (True, ["analyst"], before)
    with pytest.raises(UsageError, match="no permission"):
        access.permitted("alice", "model:steal")
    with pytest.raises(NotFoundError, match="no User `zoe`"):
        access.permitted("zoe", "model:register")
    with pytest.raises(NotFoundError, match="no user `zoe`"):
        access.roles_of("zoe")


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"role": "analyst"}, ["alice", "dave"]),
        ({"active": "false"}, []),
        ({"role": "approver", "type": "human"}, ["bob", "carol"]),
        ({"role": "king"}, []),
    ],
)
def test_people_are_found_by_what_they_hold(filters: dict[str, str], wanted: list[str], site: Site) -> None:
    access = AccessControl(site)
    assert [one["name"] for one in access.users(Query(filters=filters)).items] == wanted
    first = access.users(Query(filters={"active": "true"}, limit=3))
    rest = access.users(Query(filters={"active": "true"}, limit=9, cursor=first.next))
    assert [one["name"] for one in (*first.items, *rest.items)] == [one["name"] for one in access.users().items]


def test_use_cases_are_found_by_the_model_that_they_use(world: World, site: Site) -> None:
    world.push("carol", usecase("mail", models=[{"model": "m1", "versions": "*"}]))
    found = UseCaseRegistry(site).list(Query(filters={"model": "m1", "status": "draft"}))
    assert [(one["name"], one["models"][0]["model"]) for one in found.items] == [("mail", "m1")]


def test_a_filter_that_there_is_not_is_refused(site: Site) -> None:
    access = AccessControl(site)
    with pytest.raises(UsageError, match="neither true nor false"):
        access.users(Query(filters={"active": "maybe"}))
    with pytest.raises(UsageError, match="narrows nothing"):
        access.users(Query(filters={"password": "x"}))
    with pytest.raises(UsageError, match="no filters"):
        ModelRegistry(site).history("m0", "1.0", Query(filters={"action": "x"}))
    for limit in (0, 501):
        with pytest.raises(UsageError, match="a page has 1 to 500 items"):
            access.users(Query(filters={"active": "true"}, limit=limit))
    with pytest.raises(UsageError, match="not of the form Kind/name"):
        access.approvals(Query(filters={"resource": "fraud"}))


def test_incidents_are_cases_now_and_files_at_other_moments(world: World, site: Site) -> None:
    reporter = ComplianceReporter(site)
    found = reporter.incident("drift")
    assert (found.body["status"], found.body["category"], found.body["spec"]["affected_count"]) == (
        "open",
        "performance",
        1,
    )
    assert [one["name"] for one in reporter.incidents(Query(filters={"status": "open"})).items] == ["drift"]
    assert [one["name"] for one in reporter.incidents(Query(as_of=world.main)).items] == ["drift"]
    assert reporter.incidents(Query(as_of=world.adoption)).items == ()


def test_agreements_and_violations_are_listed(site: Site) -> None:
    slas = SLAManager(site)
    assert [(one["name"], one["resource"]) for one in slas.list().items] == [("up", "Model/m0")]
    assert [one["objectives"][0]["target"] for one in slas.list().items] == [99.5]
    (found,) = slas.violations(Query(filters={"sla": "up"})).items
    assert (found["id"], found["status"], found["target"]) == ("january", "not acknowledged", 99.5)
    assert [one["status"] for one in UseCaseRegistry(site).list().items] == ["draft"]
    objective = Query(filters={"objective": "availability_percent"})
    assert len(slas.violations(objective).items) == 1
    assert UseCaseRegistry(site).use_case("claims").body["impact"] == "medium"


def test_proposals_are_told_as_they_stood(tmp_path: Path, keep: Keep) -> None:
    here = server(tmp_path)
    access, proposed = AccessControl(keep(here.site)), here.open("alice", "aa01", model("fraud"))
    while now() == proposed.opened_at:  # the clock of proposals has whole seconds
        sleep(0.05)
    assert here.approve("bob", "aa01").state == "merged"

    def told(as_of: str | None, **filters: str) -> list[tuple[str, str, int]]:
        page = access.approvals(Query(as_of=as_of, filters=filters))
        return [(one["state"], one["commit"], len(one["decisions"])) for one in page.items]

    landed = ("merged", here.ref("main"), 1)
    assert told(None) == told("2099-01-01T00:00:00Z") == told(here.ref("main")) == [landed]
    assert told(proposed.opened_at) == [("open", proposed.head, 0)]
    assert told(proposed.opened_at, state="merged") == told("2026-01-01T00:00:00Z") == []
    assert len(told(proposed.opened_at, state="open", resource="Model/fraud", opener="alice")) == 1
    assert told(proposed.opened_at, resource="Model/other") == []
    with pytest.raises(UsageError, match="nobody attests"):
        told(here.log("main", "%H")[-1])
    then = access.approval("aa01", as_of=proposed.opened_at)
    assert (then.state, then.head, then.commit, then.outlook) == ("open", proposed.head, None, None)
    assert access.approval("aa01", as_of=here.ref("main")).commit == here.ref("main")
    for name, moment in (("aa01", "2026-01-01T00:00:00Z"), ("none", here.ref("main"))):
        with pytest.raises(NotFoundError, match="there is no proposal"):
            access.approval(name, as_of=moment)


@pytest.mark.threat("I14")
def test_proposals_are_paged_once_each_though_others_come_meanwhile(tmp_path: Path, keep: Keep) -> None:
    here = server(tmp_path)
    access, about = AccessControl(keep(here.site)), {"resource": "Model/fraud"}
    for name in ("bb01", "bb02", "bb03"):
        here.open("alice", name, model("fraud"))
        here.reject("alice", name)
    first = access.approvals(Query(filters=about, limit=1))
    here.open("alice", "aa00", model("fraud"))
    rest = access.approvals(Query(filters=about, limit=9, cursor=first.next))
    assert [one["id"] for one in (*first.items, *rest.items)] == ["bb01", "bb02", "bb03"]
    assert [one["id"] for one in access.approvals(Query(filters=about)).items] == ["aa00", "bb01", "bb02", "bb03"]


def test_the_report_of_a_server_is_that_of_an_audit(world: World, site: Site) -> None:
    kept, bare = ComplianceReporter(site), ComplianceReporter(Site(world.path))
    for _ in range(2):
        world.push("carol", model("m1", title=f"Another {world.main[:7]}"))
        for as_of in (None, "2026-02-01T00:00:00Z", world.main):
            assert kept.report(actor("alice"), as_of=as_of) == bare.report(actor("alice"), as_of=as_of)


def test_the_log_goes_back_page_by_page_and_to_an_instant(site: Site) -> None:
    access, reporter = AccessControl(site), ComplianceReporter(site)
    assert access.approvals().items == ()
    with pytest.raises(UsageError, match="no part of the history"):
        reporter.audit_log(actor("bob"), Query(as_of="main"))
    assert reporter.audit_log(actor("bob"), Query(as_of="2026-01-01T00:00:00Z")).items == ()
    assert len(reporter.audit_log(actor("bob"), Query(as_of="2099-01-01T00:00:00Z")).items) > 1
    first = reporter.audit_log(actor("bob"), Query(limit=1))
    assert (first.items[0]["permission"], first.items[0]["allowed"]) == ("audit:read", True)
    assert first.next is not None
    second = reporter.audit_log(actor("bob"), Query(limit=1, cursor=first.next))
    assert second.items[0]["number"] < first.items[0]["number"]
    with pytest.raises(UsageError, match="no page of the access log"):
        reporter.audit_log(actor("bob"), Query(cursor="x"))


@pytest.mark.slow
@pytest.mark.threat("K06")
def test_postgresql_gives_the_very_same_answers(site: Site, postgresql: Postgresql) -> None:
    other = replace(site, index=postgresql.new())
    questions: dict[str, Callable[[Site], object]] = {
        "models": lambda site: ModelRegistry(site).list(Query(limit=3)),
        "versions": lambda site: ModelRegistry(site).versions("m0"),
        "a version": lambda site: ModelRegistry(site).version("m0", "1.0"),
        "its history": lambda site: ModelRegistry(site).history("m0", "1.0"),
        "people": lambda site: AccessControl(site).users(Query(filters={"active": "true", "role": "approver"})),
        "roles": lambda site: AccessControl(site).roles_of("alice"),
        "proposals": lambda site: AccessControl(site).approvals(Query(filters={"resource": "Model/m0"})),
        "incidents": lambda site: ComplianceReporter(site).incidents(),
        "an incident": lambda site: ComplianceReporter(site).incident("drift"),
        "violations": lambda site: SLAManager(site).violations(),
        "use cases": lambda site: UseCaseRegistry(site).list(Query(filters={"model": "m1"})),
    }
    try:
        for name, question in questions.items():
            assert question(other) == question(site), name
    finally:
        for read_only in (True, False):
            forget(Database(other.index, "the index", read_only=read_only))
