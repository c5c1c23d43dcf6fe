"""Run as a program, with limits set by whoever runs it: asks one expression about one large document."""

from __future__ import annotations

import json
import sys

from govops.expression import Facts, Programs, Undecided
from govops.expression.check import check
from govops.history.snapshot import Snapshot
from govops.kinds.custom import CustomResource


def main(expression: str, document: str) -> str:
    """``refused`` when it is read, or else what came of asking it all the same."""
    programs = Programs(Facts(Snapshot(), None, lambda: (), lambda path: None))
    large = CustomResource("Large", "a", json.loads(document))
    datum = programs.facts.data.of(large)
    refused = "refused, " if check(expression, "resource", [None]) else ""
    answer = programs.holds(expression, programs.question({"resource": datum.value}, new=datum))
    return f"{refused}{answer.reason if isinstance(answer, Undecided) else answer}"


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[1], sys.stdin.read()))
