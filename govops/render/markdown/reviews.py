"""What has to be approved again from time to time: by whom it was last, and when it is due."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Report, ReviewDue, Status
from govops.render.markdown.escape import Code, Strong, Value
from govops.render.markdown.table import Table, known, moment, people
from govops.render.wording import many


def reviews(report: Report) -> Table:
    """Every resource that Settings give a period, late or not."""
    columns = ("Resource", "Owner", "Level", "Every", "Last review", "By", "Due", "Overdue by")
    return Table(columns, lambda: _rows(report))


def _rows(report: Report) -> Iterator[tuple[Value, ...]]:
    for review in report.reviews:
        last = moment(review.commit, review.last) if review.commit else "none known"
        by, due = people(review.by, nothing="nobody"), known(review.due, "not known")
        yield Code(review.resource), review.owner, review.level, review.every, last, by, due, _late(review)


def _late(review: ReviewDue) -> Value:
    if review.status is Status.UNVERIFIABLE:
        return "could not be established"
    if review.status is Status.PASS:
        return "not due yet"
    return Strong(many(review.overdue_days, "day") if review.due else "never approved")
