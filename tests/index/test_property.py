"""However an index came to where it is, it holds what a new one would."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from sqlalchemy import select

from govops.app.governance import Site
from govops.app.indexing import build, index_of, refresh
from govops.index.copies import reading
from govops.index.schema import METADATA
from tests.support.change import Landed
from tests.support.files import delete, deployment, incident, model, ratification, usecase, user, version
from tests.support.world import World

MODELS = st.sampled_from(["fraud", "churn"])
VERSIONS = st.sampled_from(["1.0", "1.1", "2.0"])
METHODS = st.sampled_from(["squash", "merge", "rebase"])


def content(site: Site) -> dict[str, list[Any]]:
    """All that an index holds, table by table, in no particular order."""
    with reading(index_of(site)) as connection:
        found = {t.name: list(connection.execute(select(t)).mappings()) for t in METADATA.sorted_tables}
    return {name: sorted(repr(sorted(row.items())) for row in rows) for name, rows in found.items()}


class Lives(RuleBasedStateMachine):
    """A company goes on, and its index is brought up to it now and then."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="govops-lives-")
        place = Path(self.folder.name)
        self.world = World(place / "world", model("fraud"), version("fraud", "1.0", status="approved"))
        self.kept = Site(self.world.path, index=f"sqlite:///{place / 'kept.db'}")
        self.new = Site(self.world.path, index=f"sqlite:///{place / 'new.db'}")
        self.wrong: list[Landed] = []
        self.late: list[Landed] = []
        refresh(self.kept)

    def _land(self, title: str, *edits: Any, method: Any = "squash", approved: bool = True) -> None:
        change = self.world.propose("dave", title, *edits)
        landed = (change.approve("bob") if approved else change).merge(method)
        if not approved:
            self.wrong.append(landed)

    @rule(name=MODELS, number=VERSIONS, method=METHODS, status=st.sampled_from(["registered", "approved"]))
    def versions(self, name: str, number: str, method: Any, status: str) -> None:
        self._land(f"{name} {number}", model(name), version(name, number, status=status), method=method)

    @rule(name=MODELS)
    def slips_in(self, name: str) -> None:
        self._land("Unseen", model(name, risk_tier="low"), approved=False)

    @rule(name=MODELS, number=VERSIONS)
    def deploys(self, name: str, number: str) -> None:
        self._land(f"Deploy {number}", deployment("production", name, number))

    @rule(name=MODELS, number=VERSIONS)
    def removes(self, name: str, number: str) -> None:
        path = f"registry/models/{name}/versions/{number}.yaml"
        if path in self.world.node(self.world.main).tree:
            self._land("Away", delete(path))

    @rule()
    def breaks(self) -> None:
        self.world.push("mallory", {"registry/models/fraud/model.yaml": b"kind: [Model\n"})

    @rule(record=st.booleans())
    def pushes(self, record: bool) -> None:  # noqa: FBT001  hypothesis names it
        landed = self.world.push("mallory", incident("outage"), usecase("claims"), {"src/code.py": b"1"}, record=record)
        self.late += [] if record else [landed]

    @rule(roles=st.sampled_from([["analyst"], ["approver"], []]))
    def seats(self, roles: list[str]) -> None:
        self._land("Roles", user("erin", roles=roles))

    @rule()
    def records_late(self) -> None:
        for landed in self.late:
            landed.record()
        self.late = []

    @rule()
    def accepts(self) -> None:
        if self.wrong:
            oid = self.wrong.pop().commit
            self.world.propose("carol", "Accept", ratification("accepted", oid)).approve("bob").merge("merge")

    @rule()
    def rewrites(self) -> None:
        """Somebody throws the last commits of the branch away."""
        parents = self.world.node(self.world.main).parents
        if parents and self.world.main != self.world.adoption:
            self.world.advance(parents[0])

    @rule()
    def looks(self) -> None:
        refresh(self.kept)

    def teardown(self) -> None:
        refresh(self.kept)
        build(self.new)
        kept, new = content(self.kept), content(self.new)
        for name, rows in new.items():
            assert kept[name] == rows, name
        self.folder.cleanup()


@pytest.mark.slow
@pytest.mark.threat("K05")
def test_a_continued_index_is_what_a_new_one_would_be(whole_sweeps: bool, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001  a fixture
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")
    many = settings(
        phases=[Phase.generate, *([Phase.shrink] if whole_sweeps else [])],
        max_examples=60 if whole_sweeps else 6,
        stateful_step_count=12 if whole_sweeps else 8,
        suppress_health_check=list(HealthCheck),
        deadline=None,
    )
    run_state_machine_as_test(Lives, settings=many)
