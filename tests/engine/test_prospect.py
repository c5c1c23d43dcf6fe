"""A proposal is judged as if it landed now, and the next one of a queue on top of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from govops.decision import Candidates
from govops.engine.cases import Case, Cases, Charge
from govops.engine.incident_course import Mark
from govops.evidence import testimony
from govops.evidence.book import Recorded
from govops.evidence.records import FileState, SignedProposal, Subject
from govops.finding import Status
from govops.history.deeds import Deed, Deeds
from govops.kinds import Resource
from tests.engine.outages import DONE, STAFF, report
from tests.engine.proposing import NOW, Gate
from tests.evidence.sample import approval, recorded
from tests.support.facts import oid, snapshot
from tests.support.files import (
    conflict,
    deployment,
    duty,
    incident,
    kind,
    model,
    policy,
    ratification,
    rule,
    segregation,
    settings,
    sla,
    usecase,
    user,
    version,
    waiver,
)

FRAUD, _ = model("fraud")
LATER = "2026-03-02T09:00:00Z"


def rules(found: Any) -> list[tuple[str, str | None]]:
    return [(one.rule, one.path) for one in found.findings]


# ---- the verdict


def test_an_approved_proposal_has_nothing_against_it() -> None:
    gate = Gate()
    found = gate.foresees(model("fraud"))
    assert (found.change.status, found.findings, found.is_governed, found.accepts) == (Status.PASS, (), True, ())
    assert (found.change.time, found.change.opener, found.change.level) == (NOW, "alice", "medium")
    assert found.change.parent == oid("base")
    assert [one.name for one in found.change.actions] == ["model.register"]


def test_a_proposal_that_lacks_approvals_is_told_which_and_who_could_give_them() -> None:
    found = Gate().foresees(model("fraud"), approved=())
    assert found.change.status is Status.FAIL
    assert rules(found) == [("not-approved", FRAUD)]
    assert found.findings[0].commit == found.change.id
    (could,) = found.candidates
    assert could == Candidates(
        text="model.register: 1 approval by role approver",
        source="policies/approvals/models.yaml",
        names=("bob", "carol"),
        roles=frozenset({"approver"}),
    )


def test_everybody_who_could_serve_is_met_before_they_are_told() -> None:
    """The registry of a gate holds only those who matter to what was asked so far."""
    gate = Gate()

    def meet(roles: Any) -> None:
        assert set(roles) == {"approver"}
        gate.story.lands(user("frank", roles=["approver"]))

    (could,) = gate.foresees(model("fraud"), approved=(), meet=meet).candidates
    assert could.names == ("bob", "carol", "frank")


def test_what_is_not_governed_needs_nothing() -> None:
    found = Gate().foresees(("src/main.py", b"pass\n"), approved=())
    assert (found.change.status, found.findings, found.is_governed) == (Status.PASS, (), False)


def test_beside_what_is_governed_other_files_do_not_count() -> None:
    found = Gate().foresees(model("fraud"), ("src/main.py", b"pass\n"))
    assert (found.change.coverage, found.findings) == (((FRAUD, "identity"),), ())


def test_what_cannot_be_merged_is_told_though_nothing_of_it_lands() -> None:
    found = Gate().foresees(conflicts=(FRAUD,))
    assert (found.is_governed, rules(found)) == (True, [("merge-conflict", FRAUD)])


def test_an_approval_of_other_content_does_not_count() -> None:
    gate = Gate()
    seen = gate.change(model("fraud"))
    gate = Gate()
    landed = gate.change(model("fraud", title="Another"))
    mixed = replace(landed, attribution=seen.attribution)
    found = gate.foresees(change=mixed)
    assert found.change.coverage == ((FRAUD, "residual"),)
    assert found.change.status is Status.FAIL


def test_what_has_no_evidence_yet_is_foreseen_as_such() -> None:
    found = Gate().foresees(model("fraud"), told=False)
    assert found.change.status is not Status.PASS
    assert "not-approved" in [name for name, _ in rules(found)]


def test_a_proposal_that_was_used_up_does_not_count_again() -> None:
    gate = Gate()
    change = gate.change(model("fraud"))
    assert change.attribution.receipt is not None
    record = change.attribution.receipt[0].id
    found = gate.foresees(change=change, spent={record: oid("earlier"), "local#1": oid("earlier")})
    assert found.change.status is Status.FAIL


def test_what_a_simulation_pretends_counts() -> None:
    def nobody(told: testimony.Testimony) -> testimony.Testimony:
        return replace(told, decisions=())

    gate = Gate()
    assert gate.foresees(model("fraud"), assume=nobody).change.status is Status.FAIL
    assert gate.foresees(model("twin")).change.status is Status.PASS


def seen_by(gate: Gate, *records: Recorded, change: Any = None, time: str = NOW) -> testimony.Testimony:
    """The testimony that the proposal of a model is judged by."""
    seen: list[testimony.Testimony] = []

    def look(told: testimony.Testimony) -> testimony.Testimony:
        seen.append(told)
        return told

    gate.foresees(change=change or gate.change(model("fraud")), records=records, time=time, assume=look)
    (found,) = seen
    return found


def test_a_proposal_would_land_now_or_when_the_latest_approval_was_given() -> None:
    """Clocks of forges and of people may be ahead of this one."""
    assert seen_by(Gate()).landed_at == NOW
    gate = Gate()
    change = gate.change(model("fraud"), how={"at": LATER})
    assert seen_by(gate, change=change).landed_at == LATER
    assert gate.registry.snapshot.find("Model", "fraud") is not None
    found = Gate().foresees(model("fraud"), how={"at": LATER})
    assert (found.change.time, found.change.status) == (LATER, Status.PASS)


def test_trailers_count_for_nothing_before_they_have_landed() -> None:
    """Anybody can type them into a commit of a proposal."""
    trailers = {"keys": ["Reviewed-by"], "only_review_server": True}
    gate = Gate(settings(evidence={"mode": "trailer", "accept": ["trailer"], "trailers": trailers}))
    change = gate.change(model("fraud"), told=False)
    typed = replace(change.commits[0], message="Change\n\nReviewed-by: Bob <bob@acme.example>\n")
    (step,) = change.steps
    change = replace(change, steps=(replace(step, commit=typed),))
    assert list(testimony.from_trailers(typed, ["Reviewed-by"], 0))
    assert seen_by(gate, change=change).decisions == ()


def test_only_governed_files_are_among_what_was_reviewed() -> None:
    gate = Gate()
    change = gate.change(model("fraud"), ("src/main.py", b"pass\n"))
    assert list(seen_by(gate, change=change).reviewed or ()) == [FRAUD]


def test_signed_approvals_count_beside_those_that_the_forge_tells_of() -> None:
    gate = Gate()
    change = gate.change(model("fraud"), approved=())
    receipt = change.attribution.receipt
    assert receipt is not None
    assert receipt[1].proposal is not None
    subjects = receipt[1].proposal.subjects
    signed = recorded(approval("bob", head=change.id, subjects=subjects), "bob")
    assert gate.foresees(change=change, records=[signed]).change.status is Status.PASS


def test_what_rests_on_a_missing_object_cannot_be_judged() -> None:
    gate = Gate(model("fraud"))
    file = gate.registry.snapshot.files[FRAUD]
    gate.registry.snapshot.put(FRAUD, replace(file, resource=None, last_valid=None, is_missing=True))
    found = gate.foresees(model("fraud", title="Another"))
    assert found.change.status is Status.UNVERIFIABLE
    (told,) = (one for one in found.findings if one.rule == "rests-on-missing-object")
    assert f"rests on {FRAUD}, whose content is missing" in told.message


def test_a_proposal_that_changes_a_policy_is_judged_by_the_one_before_it() -> None:
    gate = Gate()
    lax = policy("models", actions=["model.*"], approvals=[{"count": 1, "role": "analyst"}])
    assert gate.foresees(lax, by="carol", approved=("erin",)).change.status is Status.PASS
    assert gate.foresees(model("fraud"), approved=("dave",)).change.status is Status.PASS
    both = Gate().foresees(lax, model("fraud"), by="carol", approved=("erin", "dave"))
    assert rules(both) == [("approver-lacks-role", FRAUD)]


# ---- what else is found


def test_an_illegal_step_is_told() -> None:
    gate = Gate(model("fraud"), version("fraud", "1.0", status="rejected"))
    found = gate.foresees(version("fraud", "1.0", status="approved"))
    assert [name for name, _ in rules(found)] == ["illegal-transition"]


def test_what_is_wrong_in_a_file_is_told() -> None:
    found = Gate().foresees((FRAUD, b"kind: [\n"))
    assert (found.findings[0].path, found.findings[0].commit) == (FRAUD, found.change.id)
    assert found.change.status is Status.FAIL


def test_what_was_wrong_before_is_nobodys_fault_and_what_goes_wrong_is_told() -> None:
    lost = usecase("claims", owner="nobody")
    gate = Gate(lost)
    assert rules(gate.foresees(usecase("claims", owner="nobody", title="Another"))) == []
    other = usecase("letters", owner="nobody")
    assert rules(gate.foresees(other)) == [("dangling-reference", other[0])]
    used = Gate(model("fraud"), usecase("claims", models=[{"model": "fraud", "versions": "*"}]))
    assert ("dangling-reference", lost[0]) in rules(used.foresees(gone=(FRAUD,)))


def test_a_document_of_a_kind_of_the_companys_own_is_read_as_that() -> None:
    sheets = kind("DataSheet", "data/sheets")
    of_sheets = policy("sheets", actions=["datasheet.*"])
    gate = Gate(sheets, of_sheets)
    found = gate.foresees(("data/sheets/a.yaml", b"status: 1\n"))
    assert [path for _, path in rules(found)] == ["data/sheets/a.yaml"]
    assert found.is_governed
    kept = rule("kept", "resource.status != 'lost'", kinds=("DataSheet",), scope="snapshot")
    gate = Gate(sheets, of_sheets, kept)
    assert rules(gate.foresees(("data/sheets/a.yaml", b"status: lost\n"))) == [("kept", "data/sheets/a.yaml")]
    assert rules(gate.foresees(("data/sheets/b.yaml", b"status: here\n"))) == []


OWNED = rule("owned", "resource.spec.owner != 'mallory'")


def test_rules_of_the_companys_own_are_asked() -> None:
    gate = Gate(OWNED)
    assert rules(gate.foresees(model("fraud", owner="mallory"))) == [("owned", FRAUD)]
    assert rules(gate.foresees(model("twin"))) == []
    fresh = Gate()
    assert fresh.foresees(OWNED, by="carol", approved=("erin",)).findings == ()


def test_a_rule_about_what_changes_sees_both_sides() -> None:
    gate = Gate(rule("kept", "!changed('spec.owner')"), model("fraud"))
    assert rules(gate.foresees(model("fraud", owner="bob"))) == [("kept", FRAUD)]


def test_a_rule_on_history_knows_what_was_done() -> None:
    """Whoever comes next in a queue finds what the one before did."""
    done = Deeds()
    gate = Gate(rule("seen", "contributors(key).exists(p, p == 'dave')", effective_from=LATER))
    assert rules(gate.foresees(model("fraud"), by="dave", deeds=done)) == []
    assert [(one.resource, one.action, one.approvers) for one in done.since] == [
        ("Model/fraud", "model.register", ("bob",))
    ]
    assert [one.commit for one in done.since] == [oid("proposal 1")]
    assert rules(gate.foresees(model("fraud", title="Another"), deeds=done, time=LATER)) == []
    (told,) = gate.foresees(model("fraud", title="Third"), deeds=Deeds(), time=LATER).findings
    assert (told.rule, told.status) == ("seen", Status.FAIL)


def test_a_policy_with_a_condition_is_asked() -> None:
    strict = policy(
        "risky",
        actions=["model.*"],
        match={"condition": "new.spec.risk_tier == 'high'"},
        approvals=[{"count": 2, "role": "approver"}],
    )
    assert Gate(strict).foresees(model("fraud")).change.status is Status.PASS
    assert Gate(strict).foresees(model("fraud", risk_tier="high")).change.status is Status.FAIL


def test_a_condition_may_ask_when_it_would_land() -> None:
    early = {"condition": f"time < timestamp('{LATER}')"}
    strict = policy("early", actions=["model.*"], match=early, approvals=[{"count": 2, "role": "approver"}])
    assert Gate(strict).foresees(model("fraud")).change.status is Status.FAIL
    assert Gate(strict).foresees(model("fraud"), time=LATER).change.status is Status.PASS


def test_who_did_what_before_is_known() -> None:
    apart = segregation(lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.update"))])
    done = Deed("Model/fraud", "model.register", oid("earlier"), contributors=("bob",), is_approved=True)
    for deeds, status in ((Deeds(), Status.PASS), (Deeds([done]), Status.FAIL)):
        gate = Gate(apart, model("fraud"))
        assert gate.foresees(model("fraud", title="Another"), deeds=deeds).change.status is status


def opened_by(name: str, gate: Gate) -> Recorded:
    """Somebody's signed proposal of the model."""
    file = gate.story.shelf.keep(model("fraud"))
    subject = Subject(path=FRAUD, old=None, new=FileState(mode=file.mode, oid=file.oid))
    told = approval(name).model_dump(include={"repository", "branch", "person", "at", "merge_base"})
    told |= {"name": "rush", "head": oid("proposal 1"), "subjects": (subject,)}
    return recorded(SignedProposal(type="govops/proposal/v1", **told), name)


def test_an_emergency_is_known_before_it_lands_and_before_a_receipt_tells_of_it() -> None:
    urgent = {"within": "24h", "author": {"role": "operator"}, "reason": "It does harm as it is."}
    lax = policy("models", actions=["model.*"], emergency=urgent)
    gate = Gate(lax)
    for found in (
        Gate(lax).foresees(model("fraud"), approved=()),
        gate.foresees(model("fraud"), told=False, records=[opened_by("alice", gate)]),
    ):
        assert found.change.labels == ("emergency",)
        (told,) = (one for one in found.findings if one.rule == "emergency-unapproved")
        assert f"{FRAUD} may land as an emergency, and must then be approved" in told.message


def merged(gate: Gate) -> tuple[Any, Recorded]:
    """A proposal that git merges onto another change of the file, and bob's signed approval of what was proposed."""
    seen = gate.change(model("fraud", title="Proposed"), approved=())
    receipt = seen.attribution.receipt
    assert receipt is not None
    assert receipt[1].proposal is not None
    (subject,) = receipt[1].proposal.subjects
    gate.stands[FRAUD] = model("fraud")[1]
    gate.foresees(model("fraud", license="open"))
    landed = gate.change(model("fraud", title="Proposed", license="open"), approved=())
    (diff,) = landed.landed or ()
    sides = (subject.old, diff.old, subject.new, diff.new)
    base, ours, theirs, both = (side.oid if side else "" for side in sides)
    gate.story.shelf.merged[base, ours, theirs] = both
    change = replace(landed, attribution=replace(landed.attribution, receipt=receipt))
    return change, recorded(approval("bob", head=seen.id, subjects=(subject,)), "bob")


def test_what_git_merges_onto_what_stands_was_reviewed() -> None:
    gate = Gate(model("fraud"))
    change, signed = merged(gate)
    found = gate.foresees(change=change, records=[signed])
    assert (found.change.coverage, found.change.status) == (((FRAUD, "replay"),), Status.PASS)


def test_what_is_new_may_spoil_what_stands() -> None:
    """It was not there before; and now it is given up."""
    claims = usecase("claims", status="approved", dependencies=["letters"])
    found = Gate(claims).foresees(usecase("letters", status="archived"))
    assert ("open-dependants", claims[0]) in rules(found)


def test_people_of_elsewhere_are_known_where_rules_come_from_there() -> None:
    gate = Gate(outside=snapshot(*STAFF))
    assert rules(gate.foresees(model("fraud"), model("twin", owner="nobody"))) == [
        ("dangling-reference", model("twin")[0])
    ]


def test_the_next_of_a_queue_knows_since_when_somebody_holds_a_role() -> None:
    gate = Gate()
    frank = user("frank", roles=["approver"], emails=[], accounts=[], keys=[])
    gate.foresees(frank, by="carol", approved=("erin",))
    (held,) = (one for one in gate.registry.held() if one.person == "frank")
    assert (held.role, held.since, held.since_time) == ("approver", oid("proposal 1"), NOW)


def test_a_waiver_excuses_what_is_found() -> None:
    excused = waiver("friends", rules=["owned"])
    found = Gate(OWNED, excused).foresees(model("fraud", owner="mallory"))
    assert found.change.status is Status.WAIVED
    assert [(one.rule, one.status) for one in found.findings] == [("owned", Status.WAIVED)]


# ---- incidents


DEPLOYED = (model("fraud"), version("fraud", "1.0", status="approved"))
PROMOTION = deployment("production", "fraud", "1.0")


def held(gate: Gate, **how: Any) -> list[str]:
    return [name for name, _ in rules(gate.foresees(PROMOTION, **how)) if name == "open-incident"]


def test_an_incident_that_is_open_holds_a_promotion() -> None:
    critical = incident("outage", severity="critical")
    gate = Gate(*DEPLOYED, critical)
    assert held(gate) == ["open-incident"]
    assert gate.registry.incidents.courses["outage"].reported == Mark(oid("base"), None)
    assert held(Gate(*DEPLOYED, incident("outage", severity="critical", resolution=DONE))) == []
    assert held(Gate(*DEPLOYED)) == []


def test_every_report_that_stands_was_there_before_what_has_not_landed() -> None:
    assert held(Gate(*DEPLOYED), records=[report(at="2026-02-28T00:00:00Z", place=99)]) == ["open-incident"]
    assert held(Gate(*DEPLOYED), records=[report("mallory", place=99)]) == []
    promising = Gate(*DEPLOYED, sla("fast", incident_response_minutes=9))
    assert held(promising, records=[report()]) == ["open-incident"]
    assert promising.registry.incidents.targets == {"outage": (("fast", 9, None),)}


def test_a_gate_takes_files_as_they_stand_and_an_audit_what_lawfully_became_of_them() -> None:
    """Nobody has looked at the history of a gate's files; an audit has, and found that nobody approved the end."""
    gate = Gate(*DEPLOYED, incident("outage", severity="critical", resolution=DONE))
    gate.registry.incidents.courses.clear()
    assert held(gate, records=[report(at="2026-01-01T00:00:00Z")], is_audited=False) == []
    audited = Gate(*DEPLOYED, incident("outage", severity="critical", resolution=DONE))
    audited.registry.incidents.courses.clear()
    assert held(audited, records=[report(at="2026-01-01T00:00:00Z")], is_audited=True) == ["open-incident"]


def test_the_next_of_a_queue_is_held_by_what_the_one_before_reports() -> None:
    gate = Gate(*DEPLOYED)
    gate.foresees(incident("outage", severity="critical"))
    assert held(gate) == ["open-incident"]
    ended = Gate(*DEPLOYED, incident("outage", severity="critical"))
    ended.foresees(incident("outage", severity="critical", resolution=DONE))
    assert held(ended) == []


def test_whoever_may_not_close_an_incident_is_told() -> None:
    lax = policy("incidents", actions=["incident.*"], approvals=[{"count": 1, "role": "operator"}])
    gate = Gate(lax, model("fraud"), incident("outage"))
    found = gate.foresees(incident("outage", resolution=DONE), by="dave", approved=("alice",))
    assert rules(found) == [("resolver-lacks-permission", "registry/incidents/outage.yaml")]


# ---- what it would accept


def test_a_ratification_tells_what_it_would_accept_and_what_it_names_in_vain() -> None:
    charge = Charge("f" * 64, "not-approved", FRAUD, Status.FAIL)
    case = Case(oid("wrong"), Status.FAIL, ("alice",), (), (charge,), (), reported=True)
    cases = Cases()
    cases.add(case)
    accepting = ratification("mending", oid("wrong"), oid("unknown"))
    found = Gate().foresees(accepting, by="carol", approved=("erin",), cases=cases)
    assert found.accepts == ((oid("wrong"), charge),)
    assert [name for name, _ in rules(found)] == ["ratification-unmatched"]


def test_whoever_made_what_is_to_be_accepted_cannot_approve_that() -> None:
    charge = Charge("f" * 64, "not-approved", FRAUD, Status.FAIL)
    cases = Cases()
    cases.add(Case(oid("wrong"), Status.FAIL, ("erin",), (), (charge,), (), reported=True))
    found = Gate().foresees(ratification("mending", oid("wrong")), by="carol", approved=("erin",), cases=cases)
    assert found.change.status is Status.FAIL
    cases = Cases()
    cases.add(Case(oid("wrong"), Status.FAIL, (), ("account:local:id-erin",), (charge,), (), reported=True))
    found = Gate().foresees(ratification("mending", oid("wrong")), by="carol", approved=("erin",), cases=cases)
    assert found.change.status is Status.FAIL


# ---- a queue


def test_the_next_of_a_queue_builds_on_the_one_before() -> None:
    gate = Gate()
    gate.foresees(model("fraud"))
    found = gate.foresees(version("fraud", "1.0"))
    assert [one.name for one in found.change.actions] == ["model.register"]
    assert found.findings == ()
    found = gate.foresees(version("fraud", "1.0", description="Another"))
    assert [one.name for one in found.change.actions] == ["model.update"]
    assert isinstance(gate.registry.snapshot.find("ModelVersion", "fraud/1.0"), Resource)
