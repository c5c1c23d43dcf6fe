"""Pages of an imaginary company, one of each kind, with every block and every status."""

from __future__ import annotations

from dataclasses import replace

from govops.api.pages.asking import Asked
from govops.api.pages.blueprint import Route
from govops.api.pages.values import Badge, Code, Id, Link, Moment, Person, Value, phrase
from govops.api.pages.verdicts import change_blocks, outlook_blocks
from govops.api.pages.views import (
    Chart,
    Choice,
    Dot,
    Facts,
    Figure,
    Figures,
    Happening,
    Page,
    Prose,
    Standing,
    Table,
    Timeline,
    number,
)
from tests.api.pages.sample_outlook import outlook
from tests.render.sample_changes import changes, oid

HOME = Link("overview", "Overview")
STANDING = Standing(commit=oid("tip"))


def model(name: str) -> Link:
    """A link to a model."""
    return Link("model", name, {"model": name})


def version(of: str, name: str) -> Link:
    """A link to a version."""
    return Link("version", name, {"model": of, "version": name})


def change(name: str) -> Id:
    """A link to a change."""
    return Id(oid(name), "change")


RUNNING = (
    ("claims-triage", "1.3.0", "critical", "2025-11-03T09:12:00Z", "claims-routing", Badge("at risk", "waits")),
    ("document-reader", "1.5.0", "medium", "2025-10-21T15:40:00Z", "letters-intake", Badge("compliant", "good")),
    ("fraud-screen", "2.1.0", "high", "2025-09-30T08:05:00Z", "fraud-referral", Badge("violated", "bad")),
    ("motor-pricing", "4.0.0", "high", "2025-11-19T11:30:00Z", "motor-quotation", Badge("unknown", "unknown")),
)
WAITING: tuple[tuple[Value, ...], ...] = (
    (
        Link("proposal", "Fraud screen 2.2.0 to production", {"id": "6f1e22b09c3d4a57"}),
        Person("priya-raman"),
        Moment("2025-11-25T14:02:00Z"),
        "1 more approval by a holder of role approver",
        phrase(Person("amara-diallo"), " or ", Person("henrik-dahl")),
    ),
    (
        Link("proposal", "Grant operator to Tom Hale", {"id": "aa01c9d4e5f60718"}),
        Person("jonas-becker"),
        Moment("2025-11-24T09:30:00Z"),
        "1 more approval by a holder of permission role:manage",
        phrase(Person("claire-fontaine")),
    ),
)
FAILING: tuple[tuple[Value, ...], ...] = (
    (
        Code("insufficient-approvals"),
        Badge("violation", "bad"),
        "the change of registry/deployments/production/churn-outlook.yaml has 0 of 2 approvals",
        change("c6"),
    ),
    (
        Code("missing-receipt"),
        Badge("not established", "unknown"),
        "no receipt says who reviewed this change",
        change("c9"),
    ),
)


def overview() -> Page:
    """What runs, what waits, what fails."""
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (model(name), version(name, of), tier, Moment(since), Link("use_case", use, {"name": use}), service)
        for name, of, tier, since, use, service in RUNNING
    )
    return Page(
        "Overview",
        (
            Figures(
                "In numbers",
                (
                    Figure(4, "models in production", "#production", Badge("1 violates its SLA", "bad")),
                    Figure(2, "proposals wait", "#waiting", Badge("oldest 2 days", "waits")),
                    Figure(2, "findings", "#failing", Badge("1 violation", "bad")),
                    Figure(1, "open incident", "#incidents", Badge("in time", "good")),
                ),
            ),
            Table(
                "What runs in production",
                ("Model", "Version", "Risk tier", "Since", "Used for", "Service levels"),
                rows,
                "Nothing runs in production.",
                anchor="production",
            ),
            Table(
                "What waits for whom",
                ("Proposal", "Opened by", "Opened", "Still needs", "Who could give it"),
                WAITING,
                "Nothing waits.",
                anchor="waiting",
            ),
            Table("What fails", ("Rule", "Status", "Why", "Change"), FAILING, "Nothing fails.", anchor="failing"),
            Table(
                "Open incidents",
                ("Incident", "Severity", "Reported", "Concerns"),
                (),
                phrase("No incident is open. Report one with ", Code("govops incident report"), "."),
                anchor="incidents",
            ),
        ),
        section="overview",
        is_dated=True,
    )


HAPPENED = (
    Happening(
        Moment("2025-08-11T10:00:00Z"),
        Badge("registered"),
        "2.1.0",
        (Person("priya-raman"),),
        change("c4"),
    ),
    Happening(
        Moment("2025-09-02T16:20:00Z"),
        Badge("approved", "good"),
        "by 2 of 2",
        (Person("amara-diallo"), Person("henrik-dahl")),
        change("c5"),
    ),
    Happening(
        Moment("2025-09-30T08:05:00Z"),
        Badge("deployed", "good"),
        "to production, instead of 2.0.0",
        (Person("rafael-moreno"),),
        change("c6"),
    ),
    Happening(None, Badge("rolled back", "bad"), "to 2.0.0: false alarms doubled", (), change("c7")),
)


def version_page() -> Page:
    """A version with everything that there is."""
    return Page(
        "2.1.0",
        (
            Facts(
                "About it",
                (
                    ("Model", model("fraud-screen")),
                    ("Description", "Second screen, with the spring data and the new merchant features"),
                    ("Source", phrase(Code("https://git.example/fraud"), " at ", Id(oid("source")))),
                    ("Artifact", phrase(Code("s3://models/fraud/2.1.0.onnx"), ", 48,210,944 bytes")),
                    ("Digest", Code("sha256:" + "ab12" * 16)),
                    ("Training data", Code("sha256:" + "cd34" * 16)),
                ),
            ),
            Table(
                "Metrics",
                ("Metric", number("Value")),
                (("accuracy", "0.942"), ("recall", "0.91"), ("latency_ms", "38"), ("throughput_qps", "1,250")),
                "Nothing was measured.",
            ),
            Timeline(
                "What happened",
                HAPPENED,
                "Nothing has happened to it.",
            ),
        ),
        section="models",
        crumbs=(HOME, Link("models", "Models"), model("fraud-screen")),
        kind="Version of fraud-screen",
        badge=Badge("deployed_production", "good"),
        is_dated=True,
    )


def proposal() -> Page:
    """One that waits."""
    about = Facts(
        "About it",
        (
            ("Opened by", Person("priya-raman")),
            ("Opened", Moment("2025-11-25T14:02:00Z")),
            ("Branch", Code("govops/proposals/6f1e22b09c3d4a57")),
            ("Head", Id(oid("head"))),
            ("Reason", "Fewer false alarms on small merchants"),
        ),
    )
    return Page(
        "Fraud screen 2.2.0 to production",
        (*outlook_blocks(outlook()), about),
        section="proposals",
        crumbs=(HOME, Link("proposals", "Proposals")),
        kind="Proposal 6f1e22b09c3d4a57",
        badge=Badge("open", "waits"),
    )


def landed() -> Page:
    """A change that has landed."""
    found = changes()[1]
    about = Facts("About it", (("Landed", Moment(found.time or "")), ("Proposal", found.proposal)))
    return Page(
        found.subject,
        (*change_blocks(found), about),
        section="changes",
        crumbs=(HOME, Link("changes", "Changes")),
        kind="Change " + found.id[:10],
        badge=Badge("allowed", "good"),
    )


def agreement() -> Page:
    """An SLA that was broken."""
    values = [412, 398, 405, 431, 467, 481, None, 440, 420, 418, 399, 402, 452, 449, 430, 415, 407, 411, 425, 433]
    days = tuple(
        Dot(f"2025-11-{at + 1:02}", value, "no data" if value is None else f"{value} ms", (value or 0) <= 450)
        for at, value in enumerate(values)
    )
    chart = Chart(
        "Response time, 95th percentile",
        "At most 450 ms: 3 of 20 days missed it, 1 day without data; lowest 398 ms, highest 481 ms.",
        450,
        "450 ms",
        days,
    )
    return Page(
        "claims-triage-response",
        (
            Facts("About it", (("Concerns", model("claims-triage")), ("Window", "calendar month in Europe/Lisbon"))),
            Table(
                "What was promised",
                ("Promise", "Standing", number("Target"), number("Measured"), number("Budget used")),
                (
                    ("response_time_p95_ms", Badge("at risk", "waits"), "450 ms", "441 ms", "88 %"),
                    ("availability_percent", Badge("violated", "bad"), "99.50 %", "99.31 %", "138 %"),
                ),
                "Nothing is promised.",
            ),
            chart,
        ),
        section="slas",
        crumbs=(HOME, Link("slas", "SLAs")),
        kind="Service level agreement",
        badge=Badge("violated", "bad"),
        is_dated=True,
    )


def people() -> Page:
    """Who held what on a day."""
    return Page(
        "People",
        (
            Table(
                "Who stood there",
                ("Person", "Type", "Active", "Roles"),
                (
                    (Person("amara-diallo"), "human", Badge("active", "good"), phrase(Code("approver"))),
                    (Person("release-bot"), "bot", Badge("active", "good"), phrase(Code("operator"))),
                    (Person("tom-hale"), "human", Badge("inactive"), "–"),
                ),
                "Nobody.",
            ),
            Table(
                "Roles",
                ("Role", "Permissions", number("Holders")),
                ((Code("approver"), phrase(Code("model:approve"), ", ", Code("usecase:approve")), 1),),
                "There is no role.",
            ),
        ),
        section="people",
        crumbs=(HOME,),
        is_dated=True,
    )


def audit_log() -> Page:
    """What was asked for."""
    return Page(
        "Audit log",
        (
            Choice(
                "Narrow it",
                (("actor", "Person", "", ()), ("allowed", "Answer", "no", ("", "yes", "no"))),
                "Show",
                {},
            ),
            Table(
                "Who asked for what",
                ("When", "Person", "Asked for", "Permission", "Answer"),
                (
                    (
                        Moment("2025-11-25T14:02:11Z"),
                        Person("bob-miller"),
                        Code("POST /api/governance/models/fraud-screen/2.2.0/deploy"),
                        Code("model:deploy"),
                        Badge("denied", "bad"),
                    ),
                ),
                "Nothing was asked for.",
                more=Link("audit_log", "Earlier ones", {"cursor": "abc"}),
            ),
        ),
        section="audit_log",
        crumbs=(HOME,),
    )


def report() -> Page:
    """Prose, lists and deeper headings."""
    return Page(
        "Report",
        (
            Prose("", (phrase("Violations were found. ", "1 of 8 governed changes was not allowed."),)),
            Prose("Summary", ("In production at the tip:",), ("3 waivers", phrase("edition ", Code("2026.1")))),
            Prose("Insufficient approvals", ("Nobody approved it.",), level=3),
        ),
        section="report",
        crumbs=(HOME,),
    )


def empty() -> Page:
    """A list without anything."""
    words = phrase("There is no use case yet. Make one with ", Code("govops usecase create"), ".")
    return Page("Use cases", (Table("Use cases", ("Name", "Owner"), (), words),), section="use_cases", crumbs=(HOME,))


def routes() -> tuple[Route, ...]:
    """All of them as the application has them."""
    return (
        _route("/", "overview", overview(), "Overview"),
        _route("/models", "models", replace(empty(), title="Models", section="models"), "Models"),
        _route("/models/<model>", "model", replace(version_page(), title="fraud-screen")),
        _route("/models/<model>/versions/<version>", "version", version_page()),
        _route("/use-cases", "use_cases", empty(), "Use cases"),
        _route("/use-cases/<name>", "use_case", empty()),
        _route("/proposals", "proposals", replace(empty(), title="Proposals", section="proposals"), "Proposals"),
        _route("/proposals/<id>", "proposal", proposal()),
        _route("/changes", "changes", replace(empty(), title="Changes", section="changes"), "Changes"),
        _route("/changes/<id>", "change", landed()),
        _route("/incidents", "incidents", replace(empty(), title="Incidents", section="incidents"), "Incidents"),
        _route("/incidents/<name>", "incident", empty()),
        _route("/slas", "slas", replace(empty(), title="SLAs", section="slas"), "SLAs"),
        _route("/slas/<name>", "sla", agreement()),
        _route("/people", "people", people(), "People"),
        _route("/people/<name>", "person", people()),
        _route("/audit-log", "audit_log", audit_log(), "Audit log"),
        _route("/report", "report", report(), "Report"),
    )


def _route(path: str, name: str, page: Page, menu: str = "") -> Route:
    def make(asked: Asked) -> tuple[Page, Standing | None]:
        lag = 3 if name == "models" else 0
        return page, replace(STANDING, as_of=asked.as_of or "", lag=lag)

    return Route(path, name, make, menu)
