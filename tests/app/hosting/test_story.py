"""A proposal's way through the server: opened, approved, landed, recorded, and found in order by the audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.app.governance import ConflictError, ForbiddenError
from govops.app.hosting import open_ones, submitted
from govops.errors import ExitCode
from tests.support.files import model
from tests.support.hosting import server


@pytest.mark.threat("I03", "I04")
@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_a_proposal_is_opened_approved_landed_and_recorded_and_the_audit_agrees(tmp_path: Path, form: str) -> None:
    here = server(tmp_path, object_format=form)
    before = here.ref("main")
    proposed = here.open("alice", "aa01", model("fraud"), reason="We need it")
    assert (proposed.state, proposed.is_new, proposed.commit) == ("open", True, None)
    assert proposed.outlook is not None
    assert [missing.could for missing in proposed.outlook.missing] == [("bob", "carol")]
    assert here.ref("main") == before
    assert here.ref("govops/proposals/aa01") == proposed.head
    assert here.log("govops/proposals/aa01", "%an <%ae> %cn <%ce>")[0] == (
        "Alice Adams <alice@acme.example> govops <govops@localhost>"
    )
    with pytest.raises(ForbiddenError, match="approver-is-contributor"):
        here.approve("alice", "aa01")
    with pytest.raises(ForbiddenError, match="approver-lacks-role"):
        here.approve("dave", "aa01")
    assert [kept.id for kept in open_ones(here.site)] == ["aa01"]
    assert open_ones(here.site)[0].decisions == ()
    landed = here.approve("bob", "aa01", note="Looks good")
    assert (landed.state, landed.commit, landed.is_recorded) == ("merged", here.ref("main"), True)
    assert here.log("main", "%P")[0] == f"{before} {proposed.head}"
    assert here.ref("govops/proposals/aa01") == ""
    assert submitted(here.site, "aa01").state == "merged"
    with pytest.raises(ConflictError, match="merged already"):
        here.approve("carol", "aa01")
    assert here.verdict() is ExitCode.OK
