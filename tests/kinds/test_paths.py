"""A path tells the kind, a resource tells its path, and the two agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.kinds import KINDS, ResourceKey, key_at, kind_at, kind_named, may_stand, path_of_key, split_key
from govops.kinds.paths import PATTERNS

NAMES = st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,62}\Z", fullmatch=True)
VERSIONS = st.from_regex(r"\A[0-9A-Za-z][0-9A-Za-z.+-]{0,62}\Z", fullmatch=True)


@st.composite
def keys(draw: st.DrawFn) -> ResourceKey:
    """A key of any kind that has variable parts."""
    kind = draw(st.sampled_from([kind for kind in KINDS if "{" in kind.pattern]))
    names = [draw(VERSIONS if part.startswith("version}") else NAMES) for part in kind.pattern.split("{")[1:]]
    return ResourceKey(kind.name, "/".join(names))


@given(keys())
def test_the_path_of_a_key_leads_back_to_kind_and_key(key: ResourceKey) -> None:
    path = path_of_key(key)
    assert path is not None
    assert may_stand(path)
    found = kind_at(path)
    assert found is not None
    assert found.name == key.kind
    assert key_at(path) == key


@given(keys())
def test_a_key_survives_being_written(key: ResourceKey) -> None:
    assert split_key(str(key)) == key


def test_the_kinds_stand_in_the_order_of_the_table_and_each_has_its_model() -> None:
    assert [kind.name for kind in KINDS] == list(PATTERNS)
    for kind in KINDS:
        assert kind.model.__name__ == kind.name
        assert kind.model.model_fields["kind"].annotation.__args__ == (kind.name,)  # type: ignore[union-attr]  # None would fail the test as it should
        assert kind_named(kind.name) is kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("registry/models/fraud/model.yaml", "Model"),
        ("registry/models/fraud/versions/1.0.yaml", "ModelVersion"),
        ("registry/models/versions/versions/model.yaml", "ModelVersion"),
        ("registry/models/*/model.yaml", "Model"),
        ("registry/slas/a.yaml", "ServiceLevelAgreement"),
        ("registry/slas/a/violations/b.yaml", "SlaViolation"),
        ("policies/govops.yaml", "Settings"),
        ("policies/kinds/govops.yaml", "KindDefinition"),
    ],
)
def test_a_path_of_this_shape_is_claimed(path: str, kind: str) -> None:
    found = kind_at(path)
    assert found is not None
    assert found.name == kind


@pytest.mark.parametrize(
    "path",
    [
        "",
        "model.yaml",
        "registry/models/fraud.yaml",
        "registry/models/model.yaml",
        "registry/models//model.yaml",
        "registry/models/fraud/model.yml",
        "registry/models/fraud/model.yaml/x.yaml",
        "registry/models/fraud/model.yaml\n",
        "registry/models/fraud/versions/.yaml",
        "registry/models/fraud/versions/a/b.yaml",
        "Registry/users/anna.yaml",
        "registry/users/sub/anna.yaml",
        "/registry/users/anna.yaml",
        "./registry/users/anna.yaml",
        "policies/settings.yaml",
        "policies/govops.yaml/x.yaml",
        "src/registry/users/anna.yaml",
    ],
)
def test_no_kind_claims_another_path(path: str) -> None:
    assert kind_at(path) is None
    assert key_at(path) is None


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("registry/README.md", True),
        ("policies/approvals/.gitkeep", True),
        ("registry/users/anna.yaml", True),
        ("registry/users/anna.json", False),
        ("registry/notes.md", False),
        ("registry/readme.md", False),
        ("policies/approvals/x/y.yaml", False),
        ("README.md", False),
        ("registry", False),
    ],
)
def test_only_resources_and_their_companions_may_stand_under_a_root(path: str, *, allowed: bool) -> None:
    assert may_stand(path) is allowed


@pytest.mark.threat("F03")
@pytest.mark.parametrize(
    "key",
    [
        ResourceKey("ModelVersion", "fraud"),
        ResourceKey("ModelVersion", "fraud/1.0/2.0"),
        ResourceKey("ModelVersion", "/1.0"),
        ResourceKey("User", "anna/../ben"),
        ResourceKey("User", ""),
        ResourceKey("DataSheet", "anything"),
    ],
)
def test_a_name_with_too_few_or_too_many_parts_has_no_path(key: ResourceKey) -> None:
    assert path_of_key(key) is None


def test_settings_have_one_path_whatever_their_name() -> None:
    assert path_of_key(ResourceKey("Settings", "acme")) == "policies/govops.yaml"
    assert key_at("policies/govops.yaml") is None


@pytest.mark.parametrize("text", ["", "User", "User/", "/anna"])
def test_a_text_without_kind_and_name_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="not of the form Kind/name"):
        split_key(text)
