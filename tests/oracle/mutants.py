"""``python -m tests.oracle.mutants``: mistakes that an engine may make, and whether the second judge notices.

Each mutant is the engine with one text replaced. It is played in a process of its own: the corpus first, then random
stories, until the two judges disagree or something falls over. A mutant that survives is a fault of the comparison.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.support.lowest import ROOT

STORIES = 3_000  # that a mutant has to survive


@dataclass(frozen=True, slots=True)
class Mutant:
    """``old`` stands once in ``path`` below govops/; with ``new`` in its place the engine makes the mistake."""

    mistake: str
    path: str
    old: str
    new: str

    @property
    def applied(self) -> str:
        """The file with the mistake in it; an AssertionError if the engine's text has moved on."""
        text = (ROOT / "govops" / self.path).read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.mistake!r}: {self.old!r} stands {text.count(self.old)} times"
        return text.replace(self.old, self.new)


COUNTING, PEOPLE, JUDGE, LAW = (f"decision/{name}.py" for name in ("counting", "people", "judge", "law"))
ASKED, COVERAGE, WITNESS = "decision/requirements.py", "evidence/coverage.py", "engine/witness.py"
WAIVING, CASES, DOCKET = (f"engine/{name}.py" for name in ("waiving", "cases", "docket"))
BENEFITS, CLASHING, DUTIES, STAFFING = (
    f"decision/{name}.py" for name in ("beneficiaries", "clashing", "duties", "staffing")
)
MUTANTS = (
    Mutant(
        "contributors approve their own",
        COUNTING,
        "if opinion.person in self.people.among(demand.exclude):",
        "if False:",
    ),
    Mutant(
        "co-authors are no contributors",
        COUNTING,
        "if opinion.person in self.people.among(demand.exclude):",
        'if opinion.person in self.people.among(s for s in demand.exclude if s != "co-author"):',
    ),
    Mutant(
        "the merger approves where that is excluded",
        COUNTING,
        'if "merger" in demand.exclude and opinion.person in self._mergers:',
        "if False:",
    ),
    Mutant("stale approvals count", COUNTING, "elif covered is Coverage.RESIDUAL:", "elif False:"),
    Mutant(
        "a merged production deployment is as good as the reviewed one",
        COUNTING,
        "(demand.identity or needs_identity(action.path, self.facts.actions))",
        "demand.identity",
    ),
    Mutant("what a file refers to may change", COUNTING, "elif seen[path] != self._left_at(path):", "elif False:"),
    Mutant(
        "approvals never age",
        COUNTING,
        "elif seconds_between(decision.at, self.facts.time) > policy.max_age_seconds:",
        "elif False:",
    ),
    Mutant(
        "a policy's kinds of evidence are ignored",
        COUNTING,
        "if policy.evidence and decision.kind not in policy.evidence:",
        "if False:",
    ),
    Mutant("the role is held long enough", COUNTING, "if answers and not any(answers):", "if False:"),
    Mutant(
        "the state before the landing is the reviewed base",
        COUNTING,
        "proposal.merge_bases[0] if proposal else opinion.decision.base or self.facts.parent",
        "self.facts.parent",
    ),
    Mutant(
        "one approver is enough", COUNTING, "met=not seating.lacking,", "met=bool(seating.seats) or not seating.wanted,"
    ),
    Mutant(
        "what cannot help leaves a violation open",
        COUNTING,
        "return not seating.lacking or any(",
        "return True or any(",
    ),
    Mutant("a lender who approved has another vote", COUNTING, "if lender in willing:", "if False:"),
    Mutant("a lender who took part lends", COUNTING, "if lender in barred:", "if False:"),
    Mutant("one seat for each delegate", "decision/seats.py", "award.get(name, person) == person", "True"),
    Mutant("delegations never end", "decision/delegations.py", "if not spec.starts <= time < spec.until:", "if False:"),
    Mutant("unapproved delegations count", "decision/delegations.py", "if lent.unlawful is not None:", "if False:"),
    Mutant("strangers took no part", PEOPLE, "if not people or (claim.address and not by_address):", "if False:"),
    Mutant("the earliest decision stands", PEOPLE, "for decision in reversed(given):", "for decision in given:"),
    Mutant(
        "a decision of other files answers an objection",
        PEOPLE,
        'landed & decision.subjects.keys() if decision.kind == "signature" and decision.subjects else landed',
        "landed",
    ),
    Mutant(
        "what is not accepted answers an objection",
        PEOPLE,
        "if decision.kind in facts.law.settings.evidence.accept:",
        "if True:",
    ),
    Mutant("dismissals are ignored", PEOPLE, "elif decision.withdrawn is not None:", "elif False:"),
    Mutant("people who left count", PEOPLE, "if user is not None and not user.spec.active:", "if False:"),
    Mutant("bots count", PEOPLE, 'user.spec.type != "human" or decision.by_machine', "False"),
    Mutant(
        "approvals after the landing count",
        PEOPLE,
        "    return seconds_between(landed, at) > grace",
        "    return False",
    ),
    Mutant("evidence is good for ever", PEOPLE, "if spent_on is not None and spent_on != facts.id:", "if False:"),
    Mutant("any evidence is accepted", PEOPLE, "if decision.kind not in evidence.accept:", "if False:"),
    Mutant(
        "anybody signs for anybody",
        PEOPLE,
        'if decision.kind == "signature" and decision.label != persons[0]:',
        "if False:",
    ),
    Mutant(
        "objections are ignored",
        JUDGE,
        'if opinion.decision.decision != "reject" or opinion.person in booth.people.attested:',
        "if True:",
    ),
    Mutant(
        "a name in a commit silences an objector",
        JUDGE,
        "or opinion.person in booth.people.attested:",
        "or opinion.person in booth.people.people:",
    ),
    Mutant("residual content passes", JUDGE, "if covered is Coverage.RESIDUAL:", "if False:"),
    Mutant("half of a proposal may land", JUDGE, "elif expected != stood:", "elif False:"),
    Mutant("unknown contributors are nobody", JUDGE, "for claim in people.unknown:", "for claim in ():"),
    Mutant("names in commits are enough", JUDGE, "if not people.attested and not people.unknown and", "if False and"),
    Mutant(
        "whoever pushes is the author",
        JUDGE,
        'for source in ("opener", "pusher"))',
        'for source in ("pusher", "opener"))',
    ),
    Mutant(
        "one file of a change is judged",
        JUDGE,
        "for action in facts.actions for tally in",
        "for action in facts.actions[:1] for tally in",
    ),
    Mutant(
        "one file of a change is compared",
        JUDGE,
        "    for change in facts.landed:",
        "    for change in facts.landed[:1]:",
    ),
    Mutant(
        "rules may have landed anyhow",
        JUDGE,
        "    if not facts.law.unlawful:\n        return\n",
        "    if facts:\n        return\n",
    ),
    Mutant("a weakened policy is forgotten", JUDGE, "once = isinstance(was, ApprovalPolicy) and", "once = False and"),
    Mutant(
        "a claimed address taints nothing", LAW, "sides = (record.lawful, self.user(name))", "sides = (record.lawful,)"
    ),
    Mutant("broken policies are none", LAW, "return file.resource or file.last_valid", "return file.resource"),
    Mutant("a star is no permission", LAW, 'permission in granted or "*" in granted', "permission in granted"),
    Mutant("people need no approval", ASKED, "if path.startswith(USERS_ROOT):", "if False:"),
    Mutant("policies begin before they begin", ASKED, "(start is None or time >= start)", "True"),
    Mutant("policies never end", ASKED, "(end is None or time < end)", "True"),
    Mutant(
        "only the new content selects",
        ASKED,
        "for side in (action.old, action.new) if side is not None]",
        "for side in (action.new or action.old,)]",
    ),
    Mutant("every edit is minor", ASKED, "if not fields or touches(action, fields)", "if not fields"),
    Mutant(
        "the head is compared and not the base",
        COVERAGE,
        "if (landed.old, landed.new) == (old, new):",
        "if landed.new == new:",
    ),
    Mutant(
        "modes do not matter",
        COVERAGE,
        "if (landed.old, landed.new) == (old, new):",
        "if landed.new and new and landed.new.oid == new.oid and landed.old == old:",
    ),
    Mutant(
        "evidence is never spent", WITNESS, "        if not _lands(record, facts.landed, covers):", "        if record:"
    ),
    Mutant(
        "a forge's word for a merge hides its commits",
        WITNESS,
        '_REACHABLE = ("merge", "fast-forward")',
        "_REACHABLE = ()",
    ),
    Mutant(
        "records of other branches count",
        WITNESS,
        "        if (approval.repository, approval.branch) != (settings.repository, settings.protected_branch):",
        "        if False:",
    ),
    Mutant(
        "a record is when it was written",
        "evidence/testimony.py",
        "landed_at = receipt.landed_at or receipt.recorded_at",
        "landed_at = receipt.recorded_at",
    ),
    Mutant(
        "receipts never disagree", "engine/grouping.py", "if not agree(record for record, _ in found):", "if False:"
    ),
    Mutant("unsigned records count", "evidence/book.py", "            return self.unsigned", "            return True"),
    Mutant(
        "time runs backwards",
        "engine/audit.py",
        "time = max(filter(None, (self.time, testimony.landed_at)), default=None)\n        facts",
        "time = testimony.landed_at\n        facts",
    ),
    Mutant(
        "a change is judged by its own rules",
        "engine/audit.py",
        "        actions, missteps = meaning(self.registry, parsed)\n        facts = self._facts(change",
        "        actions, missteps = meaning(self.registry, parsed)\n"
        "        self.registry.move(parsed, commit=change.id, time=self.time, people=())\n"
        "        facts = self._facts(change",
    ),
    Mutant(
        "whatever stands is law",
        "engine/registry.py",
        "if status is Status.PASS or restored or (known is None and _says_the_same(change.path, file, parsed)):",
        "if True:",
    ),
    Mutant(
        "any later content is law again",
        "engine/registry.py",
        "known is not None and parsed.resource == known.lawful",
        "known is not None",
    ),
    Mutant("waivers never end", WAIVING, "if ends <= ground.time:", "if False:"),
    Mutant(
        "waivers last as long as they say",
        WAIVING,
        "if seconds_between(ground.time, ends) > ground.days * _DAY:",
        "if False:",
    ),
    Mutant(
        "whoever let a waiver in may use it",
        WAIVING,
        "sorted(ground.makers & ground.approvers(waiver.metadata.name))",
        "()",
    ),
    Mutant(
        "a waiver of one file covers all of a finding",
        WAIVING,
        "and all(_covers(waiver, path, ground)",
        "and any(_covers(waiver, path, ground)",
    ),
    Mutant("everything can be waived", WAIVING, "(rule is None or rule.waivable)", "True"),
    Mutant("policies can be waived", WAIVING, "and not any(governing)", ""),
    Mutant("without a time waivers count", WAIVING, "        return _NO_TIME\n", '        return ""\n'),
    Mutant("a waived warning is a waived change", WAIVING, "if cause.status is not Status.WARN)", ")"),
    Mutant(
        "waivers that nobody approved count",
        LAW,
        'found = dict(self._effective("Waiver")) | lawful',
        'found = dict(self._effective("Waiver"))',
    ),
    Mutant("owners approve their waivers", BENEFITS, "if isinstance(action.new, Waiver):", "if False:"),
    Mutant("makers accept what they made", BENEFITS, "for person in facts.made_by(change):", "for person in ():"),
    Mutant(
        "an account that is registered later is nobody's",
        CASES,
        "for address in case.addresses for",
        "for address in () for",
    ),
    Mutant("a ratification accepts all findings", CASES, "    if not fingerprints:\n", "    if True:\n"),
    Mutant(
        "a ratification needs no approval",
        DOCKET,
        "if verdict.status is not Status.PASS or registry.law.retrospective:",
        "if False:",
    ),
    Mutant(
        "what a ratification accepts is no law",
        DOCKET,
        "registry.mend(case.change) if now is Status.WAIVED else ()",
        "()",
    ),
    Mutant(
        "a revert of one file restores all",
        CASES,
        "if all(after.get(path, _ELSE) == entry",
        "if any(after.get(path, _ELSE) == entry",
    ),
    Mutant(
        "what is past is no duty", CLASHING, "deed = acts.first(at.number, 1 - at.side, life, person)", "deed = None"
    ),
    Mutant("nobody has two duties in one change", CLASHING, "elif beside is not None and", "elif False and"),
    Mutant(
        "one action is never two duties", CLASHING, "one is action and at.other.did == at.duty.did", "one is action"
    ),
    Mutant("a surplus approval is none", DUTIES, "deed.vouching))", "deed.approvers))"),
    Mutant(
        "duties know no fields",
        DUTIES,
        "(not duty.fields or fields is None or not set(duty.fields).isdisjoint(fields))",
        "True",
    ),
    Mutant(
        "a life is that of one file", DUTIES, 'life.startswith(f"{self.rule.scope}:")', 'life.startswith("resource:")'
    ),
    Mutant("advisory policies are strict", DUTIES, 'if policy.spec.enforcement == "advisory":', "if False:"),
    Mutant(
        "a weakened separation counts",
        LAW,
        "sides = [standing.get(path)] if record is None else [record.lawful]",
        "sides = [standing.get(path)]",
    ),
    Mutant(
        "one holder too few is enough", STAFFING, "len(left) < holders.minimum:", "len(left) < holders.minimum - 1:"
    ),
    Mutant(
        "all holders may go at once",
        STAFFING,
        "if len(lost) * 100 > holders.max_removed_percent * len(before):",
        "if False:",
    ),
    Mutant("roles may meet", STAFFING, "not set(pair.roles) <= held:", "False:"),
    Mutant("the last approver may go", STAFFING, "if what not in seen:", "if False:"),
)


def killed(mutant: Mutant, stories: int = STORIES) -> str:
    """What gave it away: the last line of what the comparison said; empty if it survived."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        work = Path(name)
        shutil.copytree(ROOT / "govops", work / "govops", ignore=shutil.ignore_patterns("__pycache__"))
        (work / "govops" / mutant.path).write_text(mutant.applied, encoding="utf-8")
        for folder in ("tests", "registry", "policies", "pyproject.toml"):
            (work / folder).symlink_to(ROOT / folder)
        run = [sys.executable, "-m", "tests.oracle.hunt", "--stories", str(stories)]
        environment = {**os.environ, "PYTHONPATH": str(work), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(run, cwd=work, env=environment, capture_output=True, encoding="utf-8", check=False)
    told = (done.stdout or done.stderr).strip().splitlines() or [f"it ended with {done.returncode}"]
    return told[-1] if done.returncode else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.oracle.mutants")
    parser.add_argument("words", nargs="*", help="only mutants whose mistake has one of these words in it")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    options = parser.parse_args()
    chosen = [one for one in MUTANTS if not options.words or any(word in one.mistake for word in options.words)]
    survivors = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for mutant, by in zip(chosen, pool.map(killed, chosen), strict=True):
            survivors += not by
            sys.stdout.write(f"{mutant.mistake}: {by or 'SURVIVED'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} mutants, {survivors} survived\n")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
