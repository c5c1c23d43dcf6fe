"""May 2026: new promises, what was measured of them, and one that was not kept."""

from __future__ import annotations

from govops.app.demo.measurements import fraud, letters, triage
from govops.app.demo.operations import triage_promise
from govops.app.demo.plot import Change, File, Push, incident, proposal, pushed, told


def promises() -> tuple[Change, ...]:
    """How promises came, were measured and were broken."""
    return (
        proposal(
            "Promise answers of the fraud screen and the document reader",
            File("registry/slas/fraud-screen-answers.yaml"),
            File("registry/slas/document-reader-pages.yaml"),
            on="2026-05-08",
            by="daniel-osei",
            approved_by=("priya-raman",),
        ),
        proposal(
            "Promise quicker answers of triage",
            triage_promise(raised=True, quicker=True),
            on="2026-05-11",
            by="daniel-osei",
            approved_by=("priya-raman",),
            why="the month is judged in two parts, each by the promise that was in force in it",
        ),
        *_injuries(),
        told(
            "Keep the measurements of May",
            Push(
                (
                    File("measurements/claims-triage.csv", text=triage()),
                    File("measurements/fraud-screen.csv", text=fraud()),
                    File("measurements/letters-intake.csv", text=letters()),
                )
            ),
            on="2026-05-20",
            by="daniel-osei",
            why="no rule speaks of them; whoever has a clone can measure again",
        ),
        proposal(
            "Letters intake failed on Monday",
            File("registry/slas/letters-intake-availability/violations/aa3cac9dbbd6934f.yaml"),
            on="2026-05-21",
            by="priya-raman",
            approved_by=("daniel-osei",),
            landing="squash",
            why="as `govops sla check --propose` wrote it the day before; nobody has taken note of it yet",
        ),
    )


def _injuries() -> tuple[Change, ...]:
    name = "injury-claims-as-glass"
    return (
        pushed(
            "Injury claims were filed as glass claims",
            incident(name, responded=None, resolution=None, notifications=None),
            on="2026-05-12T08:10",
            by="daniel-osei",
            why="critical: until it is closed, nothing of it goes into production",
        ),
        proposal(
            "Sofia looks after the injury claims",
            incident(name, resolution=None, notifications=None),
            on="2026-05-12T08:35",
            by="sofia-lindqvist",
            approved_by=("daniel-osei",),
        ),
        proposal(
            "Injury claims are at their desk again",
            incident(name, notifications=None),
            on="2026-05-12T15:10",
            by="sofia-lindqvist",
            approved_by=("rafael-moreno",),
        ),
        proposal(
            "The authority knows of the injury claims",
            incident(name),
            on="2026-05-18",
            by="ines-carvalho",
            approved_by=("rafael-moreno",),
            why="on the sixth of fifteen days, by the clock of the AI Act",
        ),
    )
