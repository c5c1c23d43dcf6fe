"""One proposal as a forge knows it, the clients that ask for it, and a clock that nobody waits for."""

from __future__ import annotations

from govops.forge import Forge
from govops.forge.github import GitHub
from govops.forge.gitlab import GitLab
from govops.http import Patience
from tests.support.fake_facts import Made, Pull, Push, Seen, User
from tests.support.fake_forge import REPOSITORY, TOKEN, FakeForge

ALICE, BOB, CAROL = User(1001, "alice"), User(1002, "bob"), User(1003, "carol")
MALLORY, ROBOT = User(1004, "mallory"), User(1005, "robot[bot]", "Bot")
BASE, FIRST, SECOND, LANDED = "0" * 40, "1" * 40, "2" * 40, "9" * 40
NAMES = {"alice": ("Alice", "alice@acme.example"), "dave": ("Dave", "dave@acme.example")}
FORGE_NAMES = ("Forge", "noreply@forge.example")


class Waits:
    """Sleeps no time at all, and keeps how long it would have been."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Remember it."""
        self.slept.append(seconds)

    def patience(self, read: float) -> Patience:
        """No jitter, so that waits can be compared."""
        return Patience(sleep=self.sleep, jitter=lambda: 0.0, read=read)


def client(fake: FakeForge, waits: Waits | None = None, *, read: float = 5.0) -> Forge:
    """The client under test, with the fake's address and token; ``read`` is how long it waits for an answer."""
    patience = (waits or Waits()).patience(read)
    if fake.kind == "github":
        return GitHub(REPOSITORY, token=TOKEN, base=fake.url, patience=patience)
    return GitLab(REPOSITORY, token=("PRIVATE-TOKEN", TOKEN), base=fake.url, patience=patience)


def at(hour: int, minute: int = 0) -> str:
    """A time of the day on which it happened."""
    return f"2026-03-02T{hour:02}:{minute:02}:00Z"


def tell(fake: FakeForge) -> Pull:
    """Alice opens it; Bob approves, Carol rejects and withdraws that; Alice pushes again, Bob approves; it lands."""
    pull = Pull(
        number=7,
        title="Register fraud",
        opener=ALICE,
        opened_at=at(9),
        head=SECOND,
        base=BASE,
        branch="fraud",
        commits=[
            Made(FIRST, "Register fraud", NAMES["alice"], NAMES["alice"], user=ALICE),
            Made(SECOND, "More\n\nCo-authored-by: Dave <dave@acme.example>\n", NAMES["alice"], FORGE_NAMES),
        ],
        versions=[(FIRST, at(9)), (SECOND, at(12))],
        reviews=[
            Seen(1, BOB, "approve", at(10), FIRST, dismissed_at=at(12), dismissed_by=CAROL),
            Seen(2, CAROL, "reject", at(11), FIRST),
            Seen(3, BOB, "approve", at(13), SECOND),
        ],
        merged_at=at(14),
        merger=CAROL,
        merge_commit=LANDED,
        method="squash",
    )
    fake.pulls[7] = pull
    fake.contains[LANDED] = [7]
    fake.people = {user.id: user for user in (ALICE, BOB, CAROL, MALLORY, ROBOT)}
    fake.pushes = [
        Push("fraud", BASE, FIRST, ALICE, at(9)),
        Push("fraud", FIRST, SECOND, MALLORY, at(12)),
        Push("main", BASE, LANDED, CAROL, at(14)),
    ]
    return pull
