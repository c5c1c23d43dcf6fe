"""What went wrong: twelve planted violations, each once, and the changes that put things right afterwards."""

from __future__ import annotations

from govops.app.demo.first_models import triage_model
from govops.app.demo.operations import triage_promise
from govops.app.demo.plot import (
    Change,
    Expectation,
    Push,
    Review,
    model,
    proposal,
    pushed,
    staging,
    told,
    use_case,
    user,
    version,
)
from govops.app.demo.versions import fraud_2_1, reader
from govops.history import Ident


def violations() -> tuple[Change, ...]:
    """In no order; the story is sorted by day."""
    return (*_people_who_approve(), *_people_who_act(), *_content(), *_process(), *_roles())


def _people_who_approve() -> tuple[Change, ...]:
    return (
        proposal(
            "Say that handlers see why",
            use_case("claims-routing"),
            on="2025-07-14",
            by="sofia-lindqvist",
            approved_by=("sofia-lindqvist",),
            expect=Expectation("approver-is-contributor", "registry/use-cases/claims-routing.yaml"),
            why="Sofia approves her own wording",
        ),
        proposal(
            "Claims triage 1.2.0 to staging",
            staging("claims-triage", "1.2.0", 23),
            on="2025-10-16",
            by="priya-raman",
            approved_by=("release-bot",),
            merger="priya-raman",
            expect=Expectation("approver-not-human", "registry/deployments/staging/claims-triage.yaml"),
            why="only the bot approved",
        ),
        told(
            "Fewer premiums are overridden",
            Push((use_case("motor-quotation"),)),
            Review("rafael-moreno", account=1),
            on="2026-02-18",
            by="rafael-moreno",
            landing="squash",
            expect=Expectation("approver-is-contributor", "registry/use-cases/motor-quotation.yaml"),
            why="Rafael approves his own figures from his tablet's account",
        ),
    )


def _people_who_act() -> tuple[Change, ...]:
    return (
        told(
            "Measure the gap in referral rates",
            Push((fraud_2_1(measured=True),), author=Ident("K. Novak", "k.novak@dataworks.example.com")),
            Review("sofia-lindqvist"),
            Review("rafael-moreno"),
            on="2025-08-25",
            by="jonas-becker",
            expect=Expectation("unknown-contributor", "registry/models/fraud-screen/versions/2.1.0.yaml"),
            why="the commit is by a contractor whom the register does not know",
        ),
    )


def _content() -> tuple[Change, ...]:
    return (*_stale(), *_undone(), *_slipped_in())


def _stale() -> tuple[Change, ...]:
    return (
        told(
            "Read pages in batches of eight",
            Push((reader(batched=True, described=False),), message="Write the batch size down"),
            Review("sofia-lindqvist"),
            Push((reader(batched=True, described=True),), message="Describe it, too"),
            on="2025-09-17",
            by="jonas-becker",
            merger="jonas-becker",
            expect=Expectation("stale-approval", "registry/models/document-reader/versions/1.5.0.yaml"),
            why="the description was pushed after the approval",
        ),
    )


def _undone() -> tuple[Change, ...]:
    return (
        told(
            "More renewal calls",
            Push((use_case("renewal-outreach"),)),
            Review("maya-okonkwo"),
            on="2025-12-10",
            by="tom-hale",
            landing="squash",
            merger="tom-hale",
            opened="2025-12-05",
            behind=1,
            whole_tree=True,
            expect=Expectation("residual-content", "registry/slas/claims-triage-response.yaml"),
            why="the stale branch lands as a whole tree, and takes back the promise of two days before",
        ),
        proposal(
            "Promise 99.5 % availability of triage again",
            triage_promise(raised=True),
            on="2025-12-11",
            by="daniel-osei",
            approved_by=("priya-raman",),
            landing="squash",
            why="puts right what the stale branch undid",
        ),
    )


def _slipped_in() -> tuple[Change, ...]:
    generous = model(
        "churn-outlook", intended_use="A weekly call list for member services, and a discount for those who hesitate."
    )
    return (
        proposal(
            "Register claims triage 1.3.0",
            version("claims-triage", "1.3.0", status="registered"),
            on="2025-12-15",
            by="jonas-becker",
            approved_by=("maya-okonkwo",),
            merger="tom-hale",
            slipped_in=(generous,),
            expect=Expectation("residual-content", "registry/models/churn-outlook/model.yaml"),
            why="the merge commit itself changes another model's intended use",
        ),
        proposal(
            "Churn outlook sets no discounts",
            model("churn-outlook"),
            on="2025-12-17",
            by="maya-okonkwo",
            approved_by=("rafael-moreno",),
            why="puts right what was slipped in",
        ),
    )


def _process() -> tuple[Change, ...]:
    return (
        proposal(
            "Triage does not estimate amounts",
            triage_model(limited=True),
            on="2025-08-18",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "ines-carvalho"),
            recorded=False,
            expect=Expectation("no-receipt", "registry/models/claims-triage/model.yaml"),
            why="the recorder was down for the afternoon",
        ),
        proposal(
            "Fraud screen 2.2.0 after all",
            version("fraud-screen", "2.2.0", status="approved"),
            on="2026-01-27",
            by="jonas-becker",
            approved_by=("amara-diallo", "ines-carvalho"),
            expect=Expectation("illegal-transition", "registry/models/fraud-screen/versions/2.2.0.yaml"),
            why="two people approve what the lifecycle does not know: from rejected straight to approved",
        ),
        proposal(
            "Fraud screen 2.2.0 stays rejected",
            version("fraud-screen", "2.2.0"),
            on="2026-01-28",
            by="jonas-becker",
            approved_by=("sofia-lindqvist", "rafael-moreno"),
            landing="squash",
            why="puts the rejection back",
        ),
        told(
            "Approve storm surge 0.3.0",
            Push((version("storm-surge", "0.3.0"),)),
            Review("rafael-moreno", "reject"),
            Review("ines-carvalho"),
            on="2026-02-11",
            by="maya-okonkwo",
            merger="maya-okonkwo",
            expect=Expectation("blocked-by-rejection", "registry/models/storm-surge/versions/0.3.0.yaml"),
            why="Rafael's rejection was never answered",
        ),
    )


def _roles() -> tuple[Change, ...]:
    return (
        told(
            "Jonas approves churn outlook 2025.1",
            Push((user("jonas-becker", roles="[analyst, approver]"),), message="Let Jonas approve"),
            Review("henrik-dahl"),
            Push((version("churn-outlook", "2025.1"),), message="Approve churn outlook 2025.1"),
            Review("jonas-becker"),
            on="2026-02-03",
            by="tom-hale",
            merger="tom-hale",
            expect=Expectation("role-granted-in-same-change", "registry/models/churn-outlook/versions/2025.1.yaml"),
            why="the role that the approval needs comes with the change itself",
        ),
        proposal(
            "Jonas builds models and does not approve them",
            user("jonas-becker"),
            on="2026-02-04",
            by="henrik-dahl",
            approved_by=("ines-carvalho",),
            why="takes the role back before anybody relies on it",
        ),
        pushed(
            "Daniel may approve until Monday",
            user("daniel-osei", roles="[operator, approver]"),
            on="2026-02-20T18:40",
            by="henrik-dahl",
            expect=Expectation("not-approved", "registry/users/daniel-osei.yaml"),
            why="a role granted by a direct push on the evening of a storm",
        ),
        proposal(
            "Daniel runs models and does not approve them",
            user("daniel-osei"),
            on="2026-02-23",
            by="claire-fontaine",
            approved_by=("ines-carvalho",),
            landing="squash",
            why="the auditor saw it on Monday",
        ),
        proposal(
            "Member assistant 0.9.0 to staging",
            staging("member-assistant", "0.9.0", 3),
            on="2026-03-03",
            by="priya-raman",
            approved_by=("daniel-osei",),
        ),
    )
