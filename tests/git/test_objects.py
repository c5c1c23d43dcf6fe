"""Objects as git hands them out: what is believed is what hashes to its id, whatever git says about it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govops.errors import UndecidableError
from govops.git.hashing import format_named
from govops.git.objects import FAULTS, Found, ObjectReader
from tests.git.scripted import scripted

SHA1 = format_named("sha1")
CONTENT = b"what was asked for\n"
OID = SHA1.digest("blob", CONTENT).hex()
ANSWER = b"%b blob %d\n%b\n" % (OID.encode(), len(CONTENT), CONTENT)
TRUTH = Found(OID, "blob", len(CONTENT), CONTENT)

FRAGMENTS = st.sampled_from(
    [
        *(ANSWER, ANSWER.replace(b"blob", b"tree"), ANSWER.replace(b"what", b"that"), ANSWER[:-1], ANSWER[:60]),
        *(b"%b missing\n" % OID.encode(), b"%b blob -5\n" % OID.encode(), b"%b blob x\n" % OID.encode()),
        *(b"%b blob %b\n" % (OID.encode(), b"9" * 5000), b"%b blob 99999999999\n" % OID.encode(), b"\n", b"x", b"\xff"),
    ]
)


@pytest.mark.threat("B11", "B23", "B25")
@given(st.lists(st.lists(FRAGMENTS | st.binary(max_size=5), max_size=4), max_size=4), st.integers(1, 3))
@example([[ANSWER]], 1)
@example([[ANSWER.replace(b"what", b"that")], [ANSWER]], 2)
def test_whatever_git_says_gives_the_object_or_a_fault(lives: list[list[bytes]], times: int) -> None:
    reader = ObjectReader(scripted(*lives), SHA1)
    found = list(reader.contents([OID] * times, limit=1000))
    assert len(found) == times
    assert all(one == TRUTH or (one.kind in FAULTS and not one.data) for one in found)


@pytest.mark.threat("B25")
def test_a_git_that_dies_of_everything_is_given_up() -> None:
    """Also where it says nothing about it."""
    reader = ObjectReader(scripted(), SHA1)
    with pytest.raises(UndecidableError, match="cannot read this repository"):
        list(reader.contents([OID] * 2000))


def test_an_honest_git_is_believed() -> None:
    reader = ObjectReader(scripted([ANSWER, ANSWER]), SHA1)
    assert list(reader.contents([OID, OID])) == [TRUTH, TRUTH]
