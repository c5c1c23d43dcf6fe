"""Whose word it takes that a history had to be rewritten, of tombstones made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from govops.decision import Law, Unlawful
from govops.engine.expunged import Place, Rewrites, is_fixed, renamed, sworn_by
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.expunging import Expunction, expunctions
from govops.evidence.records import FileState, ReplacedCommit, ReplacedContent, Subject, Tombstone
from govops.finding import Status
from tests.decision.sample import house
from tests.evidence.sample import BRANCH, PATH, REPOSITORY, proposal, receipt, recorded
from tests.support.cast import public_line
from tests.support.facts import law, oid, read
from tests.support.files import company, user

CHAIN = Place({oid(name): place for place, name in enumerate(("adopted", "new", "tip"))}, oid("adopted"))
LAW = house()
FIXED = "policies/govops.yaml"
NO_DOUBTS: frozenset[Any] = frozenset()


def stone(person: str, *, by: str | None = None, old: str = "old", new: str = "new", **fields: Any) -> Recorded:
    """Somebody's word, with a signature of theirs or of another, that one commit replaces the other."""
    told: dict[str, Any] = {
        "repository": REPOSITORY,
        "branch": BRANCH,
        "person": person,
        "reason": "A court ordered it",
        "at": "2026-02-01T09:00:00Z",
        "commits": (ReplacedCommit(old=oid(old), new=oid(new)),),
    }
    return recorded(Tombstone(type="govops/tombstone/v1", **(told | fields)), by or person)


def settled(
    *records: Recorded, law: Law = LAW, doubts: Any = NO_DOUBTS, place: Place = CHAIN
) -> tuple[bool, tuple[str, ...]]:
    """Whether a walk without any rewrite was right, and whose word is held now."""
    rewrites = Rewrites()
    right = rewrites.settle(EvidenceBook(records), law, doubts, place)
    held = [stone.payload for one in rewrites.held for stone in one.records]
    return right, tuple(sorted(one.person for one in held if isinstance(one, Tombstone)))


class TestTheWordOfTwo:
    """Who may change policies, is known by the key that signed, and told the same as another one."""

    def test_is_enough(self) -> None:
        assert settled(stone("carol"), stone("erin")) == (False, ("carol", "erin"))

    def test_that_nobody_gave_needs_no_other_walk(self) -> None:
        assert settled() == (True, ())

    @pytest.mark.parametrize(
        "records",
        [
            [stone("carol")],
            [stone("carol"), stone("carol", at="2026-02-02T09:00:00Z")],
            [stone("carol"), stone("bob")],
            [stone("carol"), stone("erin", by="carol")],
            [stone("carol"), stone("erin", by="mallory")],
            [stone("carol"), stone("erin", new="tip")],
            [stone(name, repository="local:acme/other") for name in ("carol", "erin")],
            [stone(name, branch="other") for name in ("carol", "erin")],
            [stone(name, old="tip", new="other") for name in ("carol", "erin")],
        ],
        ids=[
            "one",
            "one twice",
            "one who may not",
            "another's signature",
            "a stranger's signature",
            "of other things",
            "of another repository",
            "of another branch",
            "of what still stands",
        ],
    )
    def test_is_given_by_nothing_less(self, records: list[Recorded]) -> None:
        assert settled(*records) == (True, ())

    def test_is_not_given_with_a_key_that_is_compromised(self) -> None:
        """Since whichever change: when a tombstone was signed, nothing proves."""
        doubts = frozenset({(public_line("erin"), oid("tip"))})
        assert settled(stone("carol"), stone("erin"), doubts=doubts) == (True, ())
        others = frozenset({(public_line("bob"), oid("tip"))})
        assert settled(stone("carol"), stone("erin"), doubts=others)[1] == ("carol", "erin")

    def test_is_no_word_on_the_adoption_unless_somebody_vouches_for_it(self) -> None:
        begun = [stone(name, new="adopted") for name in ("carol", "erin")]
        assert settled(*begun) == (True, ())
        assert settled(*begun, place=CHAIN._replace(founding=None)) == (False, ("carol", "erin"))

    def test_may_be_of_several_rewrites_each(self) -> None:
        both = [
            stone(name, old=old, new=new)
            for old, new in (("old", "new"), ("older", "tip"))
            for name in ("carol", "erin")
        ]
        right, held = settled(*both, stone("carol", old="oldest"))
        assert (right, held) == (False, ("carol", "carol", "erin", "erin"))


class TestSettling:
    """The walk is repeated until it went by the rewrites that its own end believes."""

    def test_ends_when_what_is_held_is_believed_again(self) -> None:
        rewrites, book = Rewrites(), EvidenceBook([stone("carol"), stone("erin")])
        assert [rewrites.settle(book, LAW, NO_DOUBTS, CHAIN) for _ in range(3)] == [False, True, True]
        assert len(rewrites.held) == 1

    def test_drops_for_good_what_unlawful_people_signed(self) -> None:
        """Erin's file turns out not to have landed lawfully once the records speak of the new history."""
        path, _ = file = user("erin")
        files = ((path, text) for path, text in company().items() if isinstance(text, bytes))
        unlawful = law(*files, unlawful={path: Unlawful(Status.UNVERIFIABLE, oid("new"), read(file))})
        rewrites, book = Rewrites(), EvidenceBook([stone("carol"), stone("erin")])
        assert not rewrites.settle(book, unlawful, NO_DOUBTS, CHAIN), "without it nobody's file is known by its record"
        assert rewrites.held
        assert not rewrites.settle(book, unlawful, NO_DOUBTS, CHAIN)
        assert rewrites.held == ()
        assert rewrites.settle(book, LAW, NO_DOUBTS, CHAIN), "not to be taken up again, or the walks would never end"
        assert rewrites.held == ()

    def test_drops_what_is_signed_with_an_address_of_somebody_unlawful(self) -> None:
        """Carol's key stood in another person's file before."""
        other = user("zoe", keys=[public_line("carol")])
        files = ((path, text) for path, text in company().items() if isinstance(text, bytes))
        unlawful = law(*files, unlawful={other[0]: Unlawful(Status.FAIL, oid("new"), read(other))})
        rewrites, book = Rewrites(), EvidenceBook([stone("carol"), stone("erin")])
        rewrites.settle(book, unlawful, NO_DOUBTS, CHAIN)
        rewrites.settle(book, unlawful, NO_DOUBTS, CHAIN)
        assert rewrites.held == ()

    def test_drops_each_for_good_whatever_is_dropped_later(self) -> None:
        files = [(path, text) for path, text in company().items() if isinstance(text, bytes)]
        lawful = law(*files, user("zoe", roles=["admin"]))
        rewrites, book = (
            Rewrites(),
            EvidenceBook(
                stone(name, old=old, new=new)
                for old, new, names in (("old", "new", ("carol", "erin")), ("older", "tip", ("carol", "zoe")))
                for name in names
            ),
        )
        rewrites.settle(book, lawful, NO_DOUBTS, CHAIN)
        for name, left in (("erin", 1), ("zoe", 0)):
            path, _ = file = user(name, roles=["admin"])
            lawful.unlawful = {path: Unlawful(Status.FAIL, oid("new"), read(file))}
            rewrites.settle(book, lawful, NO_DOUBTS, CHAIN)
            assert len(rewrites.held) == left
        lawful.unlawful = {}
        assert rewrites.settle(book, lawful, NO_DOUBTS, CHAIN)

    def test_keeps_the_others(self) -> None:
        rewrites, two = Rewrites(), [stone("carol"), stone("erin")]
        more = [stone(name, old="older", new="tip") for name in ("carol", "erin")]
        rewrites.settle(EvidenceBook([*two, *more]), LAW, NO_DOUBTS, CHAIN)
        assert len(rewrites.held) == 2
        assert not rewrites.settle(EvidenceBook(two), LAW, NO_DOUBTS, CHAIN)
        assert [one.commits for one in rewrites.held] == [{oid("old"): oid("new")}]


def test_records_are_read_as_of_the_new_history_once_a_rewrite_is_held() -> None:
    rewrites, book = Rewrites(), EvidenceBook([stone("carol"), stone("erin"), recorded(receipt(tip=oid("old")))])
    assert rewrites.told(book) is book
    rewrites.settle(book, LAW, NO_DOUBTS, CHAIN)
    assert [one.tip for _, one in rewrites.told(book).receipts()] == [oid("new")]


def test_content_is_replaced_but_for_what_says_who_may_sign() -> None:
    secret, rule = (Subject(path=path, old=None, new=FileState(mode="100644", oid=oid("a"))) for path in (PATH, FIXED))
    content = tuple(ReplacedContent(path=path, old=oid("a"), new=oid("clean")) for path in (PATH, FIXED))
    told = recorded(receipt(proposal=proposal(subjects=(secret, rule))))
    rewrites, book = Rewrites(), EvidenceBook([*(stone(name, content=content) for name in ("carol", "erin")), told])
    rewrites.settle(book, LAW, NO_DOUBTS, CHAIN)
    ((_, after),) = rewrites.told(book).receipts()
    assert after.proposal is not None
    assert [one.new and one.new.oid for one in after.proposal.subjects] == [oid("clean"), oid("a")]


def told_of(*records: Recorded) -> tuple[Expunction, ...]:
    return expunctions(EvidenceBook(records), REPOSITORY, BRANCH)


def test_a_commit_has_the_name_that_the_last_rewrite_gave_it() -> None:
    first, second = (told_of(stone("carol", old=old, new=new))[0] for old, new in (("a", "b"), ("b", "c")))
    assert [renamed(oid(name), [first, second]) for name in "abcd"] == [oid(name) for name in "cccd"]
    assert renamed(oid("a"), []) == oid("a")


def test_those_who_signed_and_may_are_told_in_order() -> None:
    (one,) = told_of(stone("erin"), stone("carol"), stone("bob"), stone("mallory", by="dave"))
    assert sworn_by(one, LAW, NO_DOUBTS) == ("carol", "erin")


@pytest.mark.parametrize(
    ("path", "fixed"),
    [
        ("policies/govops.yaml", True),
        ("registry/users/carol.yaml", True),
        ("registry/roles/admin.yaml", True),
        (".github/workflows/ci.yml", True),
        ("CODEOWNERS", True),
        ("registry/models/fraud/model.yaml", False),
        ("README.md", False),
    ],
)
def test_what_says_who_may_sign_cannot_be_rewritten(path: str, *, fixed: bool) -> None:
    assert is_fixed(path) is fixed
