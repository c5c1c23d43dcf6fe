"""The rule ``junk-record``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """The evidence branch holds records and nothing else.

    ## Why it matters
    A file there that is no record (not canonical, not of the schema, not under its own digest) satisfies nothing, so
    it does no harm to a verdict. It is a warning because somebody put it there: by a mistake, or to see what would be
    believed.

    ## Example
    `receipts/ab/receipt.json` written by hand, or a record whose JSON was pretty-printed.

    ## How to fix it
    See who pushed it. Leave it where it is: removing files from the branch is what tampering looks like. Let the
    recorder write the proper record if one is missing.
    """
    for path in facts.junk:
        message = f"{quoted(path)} on the evidence branch is not a record"
        finding = Finding(
            "junk-record", message, hint="only `govops record` and `govops approve` write there", path=path
        )
        yield warning(finding)
