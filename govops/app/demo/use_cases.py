"""From May 2025: what the models are for, from draft to deployment."""

from __future__ import annotations

from govops.app.demo.plot import Change, File, Push, Review, proposal, told, use_case

_FIRST = ("motor-quotation", "claims-routing", "fraud-referral")
_CHANGED_LATER: dict[str, dict[str, str]] = {
    "motor-quotation": {"override_percent: 3": "override_percent: 4"},
    "claims-routing": {" Handlers see why.": ""},
    "fraud-referral": {" An investigator decides about each.": ""},
    "renewal-outreach": {"calls_per_week: 250": "calls_per_week: 200"},
}


def early(name: str, status: str) -> File:
    """A use case as first drafted, before its wording or figures were changed."""
    return File(f"registry/use-cases/{name}.yaml", {"status": status}, _CHANGED_LATER.get(name, {}))


def use_cases() -> tuple[Change, ...]:
    """Six use cases go live in summer, one is archived, one stays a draft; the assistant's takes until November."""
    return (*_first_three(), *_transient(), *_second_two(), *_assistant(), *_drafts())


def _first_three() -> tuple[Change, ...]:
    return (
        proposal(
            "Draft the first three use cases",
            *(early(name, "draft") for name in _FIRST),
            on="2025-05-20",
            by="maya-okonkwo",
            approved_by=("jonas-becker",),
        ),
        proposal(
            "Submit the first three use cases",
            *(early(name, "submitted") for name in _FIRST),
            on="2025-05-22",
            by="maya-okonkwo",
            approved_by=("tom-hale",),
            landing="squash",
        ),
        proposal(
            "Approve motor quotation and claims routing",
            early("motor-quotation", "approved"),
            early("claims-routing", "approved"),
            on="2025-05-26",
            by="maya-okonkwo",
            approved_by=("sofia-lindqvist", "rafael-moreno"),
        ),
        told(
            "Approve fraud referral",
            Push((early("fraud-referral", "approved"),)),
            Review("sofia-lindqvist", "reject", dismissed_by="sofia-lindqvist"),
            Push((use_case("fraud-referral", status="approved"),), message="Say that an investigator decides"),
            Review("sofia-lindqvist"),
            Review("ines-carvalho"),
            on="2025-05-28",
            by="maya-okonkwo",
            landing="squash",
            why="a rejection is answered, dismissed and followed by an approval",
        ),
        proposal(
            "The first three use cases go live",
            early("motor-quotation", "deployed"),
            early("claims-routing", "deployed"),
            use_case("fraud-referral"),
            on="2025-06-02",
            by="priya-raman",
            approved_by=("rafael-moreno", "sofia-lindqvist"),
        ),
    )


def _transient() -> tuple[Change, ...]:
    outreach = early("renewal-outreach", "draft")
    too_high = File(outreach.path, {**outreach.fields, "impact": "medium"}, outreach.swaps)
    return (
        told(
            "Draft letters intake and renewal outreach",
            Push((too_high,), message="Draft renewal outreach"),
            Push((use_case("letters-intake", status="draft"),), by="jonas-becker", message="Draft letters intake"),
            Push((outreach,), message="Renewal outreach is of low impact"),
            Review("maya-okonkwo"),
            on="2025-06-04",
            by="tom-hale",
            landing="rebase",
            merger="henrik-dahl",
            behind=1,
            opened="2025-05-30",
            why="three commits of two authors, rebased; a state between them was corrected at once",
        ),
    )


def _second_two() -> tuple[Change, ...]:
    return (
        proposal(
            "Submit letters intake and renewal outreach",
            use_case("letters-intake", status="submitted"),
            early("renewal-outreach", "submitted"),
            on="2025-06-05",
            by="tom-hale",
            approved_by=("jonas-becker",),
        ),
        proposal(
            "Approve letters intake and renewal outreach",
            use_case("letters-intake", status="approved"),
            early("renewal-outreach", "approved"),
            on="2025-06-10",
            by="tom-hale",
            approved_by=("rafael-moreno",),
            landing="squash",
        ),
        proposal(
            "Letters intake and renewal outreach go live",
            use_case("letters-intake"),
            early("renewal-outreach", "deployed"),
            on="2025-06-12",
            by="daniel-osei",
            approved_by=("sofia-lindqvist",),
        ),
    )


def _assistant() -> tuple[Change, ...]:
    first_range = {"models": '\n    - model: member-assistant\n      versions: ">=0.8,<1"'}
    return (
        proposal(
            "Draft member questions",
            use_case("member-questions", status="draft", **first_range),
            on="2025-10-08",
            by="amara-diallo",
            approved_by=("jonas-becker",),
        ),
        proposal(
            "Submit member questions",
            use_case("member-questions", status="submitted", **first_range),
            on="2025-10-10",
            by="amara-diallo",
            approved_by=("maya-okonkwo",),
            landing="squash",
        ),
        proposal(
            "Return member questions until 0.8.0 has been red-teamed",
            use_case("member-questions", status="draft", **first_range),
            on="2025-10-13",
            by="ines-carvalho",
            approved_by=("jonas-becker",),
        ),
        proposal(
            "Submit member questions again, for 0.9.0 only",
            use_case("member-questions", status="submitted"),
            on="2025-11-24",
            by="amara-diallo",
            approved_by=("maya-okonkwo",),
        ),
        proposal(
            "Approve member questions for the trial with staff",
            use_case("member-questions"),
            on="2025-11-26",
            by="amara-diallo",
            approved_by=("sofia-lindqvist", "henrik-dahl"),
            landing="squash",
        ),
    )


def _drafts() -> tuple[Change, ...]:
    return (
        proposal(
            "Draft the paper claims archive",
            use_case(
                "paper-claims-archive",
                status="draft",
                description="Reads the archive of paper claims before 2010.",
            ),
            on="2025-05-21",
            by="jonas-becker",
            approved_by=("tom-hale",),
            landing="squash",
        ),
        proposal(
            "Drop the paper claims archive",
            use_case("paper-claims-archive"),
            on="2025-06-16",
            by="jonas-becker",
            approved_by=("sofia-lindqvist",),
        ),
        proposal(
            "Draft storm reserves",
            use_case("storm-reserves"),
            on="2026-02-13",
            by="maya-okonkwo",
            approved_by=("amara-diallo",),
        ),
    )
