"""Spring 2025: a spreadsheet becomes a register with rules and people."""

from __future__ import annotations

from govops.app.demo.plot import Change, File, gone, policy, proposal, pushed, role, user

README = """# Brackwater Mutual: AI governance

Which models do we run, for what, who allowed it, and what went wrong? The answers are in `registry/`, the
rules in `policies/`. Every change is a proposal that somebody else reviews.
"""

_README_BEFORE = """# Brackwater Mutual: AI governance

Which models do we run? See `models.csv`. Please keep it up to date.
"""

_SPREADSHEET = """model,version,live since,who to ask
motor risk premium,3.1,2023?,Maya
claims triage,1.0,not yet,Jonas
fraud,2.0,2024-02,ask Jonas
post room OCR,1.4,,Tom
churn,2024.2,2024-05,Maya or Tom
"""

_FIRST_APPROVALS = (
    "control-files",
    "incident-handling",
    "model-registration",
    "models-critical",
    "models-high",
    "models-low-and-medium",
    "people",
    "policies",
    "production-high",
    "production-low-and-medium",
    "roles",
    "service-levels",
    "staging",
    "use-case-drafting",
    "use-cases-critical",
    "use-cases-high",
    "use-cases-low-and-medium",
)

WHERE_TO_LOOK = "- To see what runs in production, read `deployments/production/`. Each file names one version.\n"
"""The line of ``registry/README.md`` that was added in January 2026."""

FIRST_RECORDER = "recorder-2025"
SECOND_RECORDER = "recorder-2026"


def settings(recorder: str, key: str) -> File:
    """The settings with one recorder and its OpenSSH public key."""
    return File(
        "policies/govops.yaml",
        {"recorders": f"\n    - name: {recorder}\n      key: {key} {recorder}", "reviews": None},
    )


def founding(first_key: str) -> tuple[Change, ...]:
    """From the first commit to the day the spreadsheet is deleted. ``first_key`` is the first recorder's."""
    return (
        pushed(
            "Keep the list of our models in one place",
            File("README.md", text=_README_BEFORE),
            File("models.csv", text=_SPREADSHEET),
            on="2025-03-03",
            by="henrik-dahl",
            recorded=False,
            why="before adoption nothing is claimed",
        ),
        pushed(
            "Adopt govops",
            settings(FIRST_RECORDER, first_key),
            File("policies/README.md"),
            *(policy(f"approvals/{name}") for name in _FIRST_APPROVALS),
            File("policies/approvals/rollback.yaml", {"emergency": None}),
            *(role(name) for name in ("operator", "analyst", "approver", "admin")),
            *(user(name) for name in ("ines-carvalho", "henrik-dahl", "sofia-lindqvist", "rafael-moreno")),
            on="2025-03-10",
            by="henrik-dahl",
            recorded=False,
            why="the adoption: the first rules and the people who answer for them",
        ),
        *_people(),
        *_rules(),
        pushed(
            "Retire the spreadsheet",
            gone("models.csv"),
            File("README.md", text=README),
            on="2025-03-24",
            by="henrik-dahl",
            why="a direct push that touches nothing governed",
        ),
    )


def _people() -> tuple[Change, ...]:
    return (
        proposal(
            "Add the auditor role",
            role("auditor"),
            on="2025-03-11",
            by="henrik-dahl",
            approved_by=("ines-carvalho",),
        ),
        proposal(
            "Claire Fontaine audits the register",
            user("claire-fontaine"),
            on="2025-03-12",
            by="henrik-dahl",
            approved_by=("ines-carvalho",),
            landing="squash",
        ),
        proposal(
            "The analysts of pricing and claims",
            user("maya-okonkwo"),
            user("jonas-becker"),
            File(
                "registry/users/tom-hale.yaml",
                {"roles": "[analyst]", "active": None},
                {'    left: "2026-02-27"\n': ""},
            ),
            on="2025-03-13",
            by="rafael-moreno",
            approved_by=("henrik-dahl",),
        ),
        proposal(
            "The operators",
            user("priya-raman"),
            user("daniel-osei"),
            on="2025-03-14",
            by="henrik-dahl",
            approved_by=("ines-carvalho",),
        ),
        proposal(
            "A bot for the nightly evaluation",
            user("release-bot"),
            on="2025-03-17",
            by="priya-raman",
            approved_by=("henrik-dahl",),
            landing="squash",
        ),
    )


def _rules() -> tuple[Change, ...]:
    return (
        proposal(
            "Nobody checks their own work",
            policy("segregation/independence"),
            on="2025-03-18",
            by="ines-carvalho",
            approved_by=("henrik-dahl", "sofia-lindqvist"),
            landing="squash",
        ),
        proposal(
            "Anybody may report an incident",
            policy("approvals/incident-report"),
            on="2025-03-19",
            by="daniel-osei",
            approved_by=("ines-carvalho", "rafael-moreno"),
        ),
        proposal(
            "Say who reads the README files",
            policy("approvals/documentation"),
            on="2025-03-20",
            by="henrik-dahl",
            approved_by=("sofia-lindqvist", "ines-carvalho"),
            landing="squash",
        ),
        proposal(
            "Explain the register to newcomers",
            File(
                "registry/README.md",
                swaps={WHERE_TO_LOOK: ""},
            ),
            on="2025-03-21",
            by="jonas-becker",
            approved_by=("maya-okonkwo",),
            landing="squash",
        ),
        proposal(
            "Map the NIST framework to our rules",
            policy("frameworks/nist-ai-rmf"),
            on="2025-03-25",
            by="ines-carvalho",
            approved_by=("rafael-moreno", "henrik-dahl"),
        ),
    )
