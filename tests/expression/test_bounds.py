"""No expression takes long or much: whatever it says, and whatever it is asked about."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from typing import Any

import pytest

from govops.expression import Facts, Programs, Undecided
from govops.history.deeds import Deeds
from govops.history.snapshot import File, Snapshot
from govops.kinds.custom import CustomResource
from tests.expression.sample import facts, question, read
from tests.support import files
from tests.support.lowest import ROOT

SECONDS, BYTES = 20, 2 * 1024**3
SMALL: dict[str, Any] = {"l": ["ab" * 10] * 99, "s": "a" * 3000}
MIDDLE: dict[str, Any] = {"l": list(range(1000)), "s": "a" * 20_000}
LARGE: dict[str, Any] = {"l": list(range(19_000)), "s": "a" * 60_000}
DOCUMENTS = {"small": SMALL, "middle": MIDDLE, "large": LARGE}
SAME = "resource == resource"
NASTY = {
    "loops inside of loops": "resource.l.all(a, " * 8 + SAME + ")" * 8,
    "two loops that compare": f"resource.l.all(a, resource.l.all(b, {' && '.join([SAME] * 20)}))",
    "a loop that compares": f"resource.l.all(a, {' && '.join([SAME] * 60)})",
    "loops one after the other": "resource.l" + ".filter(a, true)" * 20 + ".size() > 0",
    "doubled texts": "[resource.s]" + ".map(a, a + a)" * 25 + ".size() > 0",
    "doubled texts that are compared": "[resource.s]" + ".map(a, a + a)" * 20 + "[0].contains('b')",
    "doubled lists": "[resource.l]" + ".map(a, [a, a])" * 20 + " == []",
    "long sums in a loop": f"resource.l.all(a, ({' + '.join(['resource.s'] * 25)}).contains('b') == false)",
    "a pattern that backtracks": "!resource.s.matches('(a+)+$') || resource.l.all(a, !resource.s.matches('(a|a)*b'))",
    "large patterns": f"resource.l.all(a, !resource.s.matches('{'(a|b|c)*' * 100}$'))",
    "patterns of data": "resource.l.all(a, resource.s.matches(resource.s))",
    "deep": "(" * 900 + "true" + ")" * 900,
    "many signs": "!" * 1_990 + "true",
    "long": "true" + " && true" * 240,
    "membership": f"resource.l.all(a, {' && '.join(['a in resource.l'] * 20)})",
    "keys": "resource.all(a, resource.all(b, resource.all(c, resource[a] == resource[b] || true)))",
}


@pytest.mark.threat("E24")
@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
@pytest.mark.parametrize("expression", NASTY.values(), ids=NASTY)
def test_a_hostile_expression_ends_soon_with_an_answer_or_a_reason(expression: str, document: dict[str, Any]) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "tests.expression.nasty", expression[:2000]],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES)),
    )
    assert done.returncode == 0, done.stderr[-500:]
    assert done.stdout
    assert time.monotonic() - began < SECONDS


def test_what_would_take_too_long_is_not_begun() -> None:
    programs = Programs(facts())
    large = read(files.usecase("a", affected_systems=[f"system {number}" for number in range(4_000)]))
    twice = "resource.spec.affected_systems.all(a, resource.spec.affected_systems.all(b, a == b || a != b))"
    found = programs.holds(twice, question(programs, large))
    assert found == Undecided("it would take too long: the resource is too large for macros inside of macros")
    assert programs.holds("resource.spec.affected_systems.all(a, a != '')", question(programs, large)) is True


def test_an_evaluation_is_given_only_so_much_of_the_registry() -> None:
    """Questions inside of a loop are counted, however small each answer is."""
    standing = Snapshot()
    for number in range(300):
        path, data = files.incident(f"i{number}")
        standing.put(path, File(facts().snapshot.files["registry/models/fraud/model.yaml"].entry, read((path, data))))
    programs = Programs(Facts(standing, Deeds(), lambda: (), lambda path: None))
    assert programs.holds("Incident.all().all(a, a.spec.affected_count == 1)", programs.question({})) is True
    found = programs.holds("Incident.all().all(a, Incident.all().size() == 300)", programs.question({}))
    assert found == Undecided("it asks for more of the registry than one evaluation may read")


def test_macros_go_through_so_many_items_and_no_more() -> None:
    programs = Programs(facts())
    large = CustomResource("Large", "a", {"l": [1] * 10_001})
    found = programs.holds("resource.l.all(a, a == 1)", question(programs, large))
    assert found == Undecided("its macros go through more than 10000 items")
