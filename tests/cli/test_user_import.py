"""`govops user import`: people are proposed, never decided; hostile names are shown and go nowhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.newcomer import Newcomer

REFUSED = 2


@pytest.fixture
def ann(tmp_path: Path) -> Newcomer:
    """Somebody whose repository has a history that others made too."""
    return Newcomer(tmp_path / "home")


@pytest.fixture
def place(ann: Newcomer, tmp_path: Path) -> Path:
    """A governed repository with Ann in it, adopted."""
    folder = tmp_path / "gov"
    ran = ann.govops(tmp_path, "init", str(folder), "--key", str(ann.key))
    assert ran.code == 0, ran.err
    ann.commits(folder, "Adopt govops")
    return folder


def commit(ann: Newcomer, place: Path, who: str, message: str = "More", *, committer: str | None = None) -> None:
    """A commit with these people in its header, whoever types it."""
    parent = ann.git(place, "rev-parse", "HEAD")
    tree = ann.git(place, "rev-parse", "HEAD^{tree}")
    text = (
        f"tree {tree}\nparent {parent}\nauthor {who} 1700000000 +0000\ncommitter {committer or who} 1700000000 +0000\n"
    )
    (place.parent / "commit").write_bytes(f"{text}\n{message}\n".encode("utf-8", "surrogateescape"))
    oid = ann.git(place, "hash-object", "-t", "commit", "-w", "--literally", str(place.parent / "commit"))
    ann.git(place, "update-ref", "refs/heads/main", oid)


def users(place: Path) -> list[str]:
    return sorted(os.listdir(place / "registry/users"))


def test_authors_committers_and_co_authors_are_proposed_once(ann: Newcomer, place: Path) -> None:
    commit(ann, place, "Bob Brown <bob@x.org>")
    commit(ann, place, "Bob Brown <bob@x.org>", committer="Carol Clark <carol@x.org>")
    commit(ann, place, "bob  brown <BOB@x.org>", "More\n\nCo-authored-by: Dan Dee <dan@x.org>")
    commit(ann, place, "Bob Brown <bob@home.org>", committer="GitHub <noreply@github.com>")
    ran = ann.govops(place, "user", "import", "--history")
    assert ran.code == 0
    assert [line for line in ran.out.splitlines() if line.startswith("# registry/")] == [
        "# registry/users/bob-brown.yaml",
        "# registry/users/carol-clark.yaml",
        "# registry/users/dan-dee.yaml",
    ]
    assert "  display_name: Bob Brown\n" in ran.out
    assert "    - bob@x.org\n    - bob@home.org\n" in ran.out
    assert "roles" not in ran.out
    assert "review: bob@x.org, bob@home.org share the name Bob Brown: one person?" in ran.err
    assert "left out: noreply@github.com is the forge itself" in ran.err
    assert ran.err.endswith("3 new, 1 in the registry already; --write writes the files\n")
    assert users(place) == ["ann-example.yaml"]


def test_what_is_written_is_valid_and_is_not_proposed_again(ann: Newcomer, place: Path) -> None:
    commit(ann, place, "Bob Brown <bob@x.org>")
    commit(ann, place, "Bob Brown <bob@home.org>")
    commit(ann, place, "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>")
    commit(ann, place, "root <root@a.org>")
    commit(ann, place, "root <root@b.org>")
    commit(ann, place, "Юрий <yuri@x.org>")
    ran = ann.govops(place, "user", "import", "--history", "--write")
    written = ["bob-brown", "dependabot-bot", "root-a-org", "root-b-org", "yuri"]
    assert sorted(ran.out.splitlines()) == [f"wrote registry/users/{name}.yaml" for name in written]
    assert users(place) == sorted(f"{name}.yaml" for name in [*written, "ann-example"])
    checked = ann.govops(place, "validate")
    assert (checked.code, checked.out) == (0, "no problems\n")
    assert "  type: bot\n" in (place / "registry/users/dependabot-bot.yaml").read_text(encoding="utf-8")
    again = ann.govops(place, "user", "import", "--history", "--write")
    assert (again.code, again.out) == (0, "")
    assert again.err.endswith("0 new, 6 in the registry already\n")


def test_who_is_registered_keeps_their_file_and_new_addresses_are_told(ann: Newcomer, place: Path) -> None:
    before = (place / "registry/users/ann-example.yaml").read_bytes()
    commit(ann, place, "Ann Example <ann@home.org>")
    ran = ann.govops(place, "user", "import", "--history", "--write")
    assert ran.out == ""
    assert "ann@home.org of Ann Example may belong under emails in registry/users/ann-example.yaml" in ran.err
    assert (place / "registry/users/ann-example.yaml").read_bytes() == before


def test_forge_committers_and_tools_of_settings_are_nobody(ann: Newcomer, place: Path) -> None:
    settings = place / "policies/govops.yaml"
    settings.write_text(settings.read_text() + "  tools: [format@x.org]\n  forge:\n    committers: [web@forge.org]\n")
    ann.commits(place, "Name the tools")
    commit(ann, place, "Formatter <Format@x.org>", committer="Forge <web@forge.org>")
    ran = ann.govops(place, "user", "import", "--history")
    assert (ran.code, ran.out) == (0, "")


HOSTILE = {
    "escape": ("Ev\x1b[31mil <e@x.org>", "Ev\\u{1b}[31mil"),
    "bidi": ("A\u202enna <a@x.org>", "A\\u{202e}nna"),
    "no text": ("\udcff\udcfe <a@x.org>", "\\u{dcff}"),
    "an address with white space": ("Eve <e vil@x.org>", "'e vil@x.org' is not an e-mail address"),
    "no address": ("Eve <>", "there is no e-mail address"),
    "a runner's command": ("##[error]Eve\x07 <e@x.org>", "#\\u{23}[error]Eve"),
}


@pytest.mark.parametrize(("who", "shown"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_is_escaped_and_skipped(ann: Newcomer, place: Path, who: str, shown: str) -> None:
    commit(ann, place, who)
    commit(ann, place, "Bob Brown <bob@x.org>")
    ran = ann.govops(place, "user", "import", "--history", "--write")
    assert ran.out == "wrote registry/users/bob-brown.yaml\n"
    assert shown in ran.err
    assert all(line.isprintable() for line in ran.err.splitlines())
    assert users(place) == ["ann-example.yaml", "bob-brown.yaml"]


# ---- from a table


def table(place: Path, text: str) -> str:
    file = place.parent / "people.csv"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_table_gives_people_with_accounts_and_roles(ann: Newcomer, place: Path) -> None:
    text = "\ufeffName,E-mail,GitHub login,Account ID,Roles\n"
    text += 'Carol Clark,carol@x.org,carol,777,"analyst, operator"\n'
    text += "Ann Example,ann@example.org\n\nCarol Clark,carol@home.org\nNightly robot,n@x.org\n"
    ran = ann.govops(place, "user", "import", "--csv", table(place, text), "--write")
    assert ran.code == 0, ran.err
    assert ran.out == "wrote registry/users/carol-clark.yaml\nwrote registry/users/nightly-robot.yaml\n"
    carol = (place / "registry/users/carol-clark.yaml").read_text(encoding="utf-8")
    assert "  emails:\n    - carol@x.org\n    - carol@home.org\n" in carol
    assert '  accounts:\n    - forge: github\n      id: "777"\n      login: carol\n' in carol
    assert "  roles:\n    - analyst\n    - operator\n" in carol
    assert "roles" not in (place / "registry/users/nightly-robot.yaml").read_text(encoding="utf-8")
    assert ann.govops(place, "validate").code == 0


def test_a_table_without_column_names_is_read_in_order(ann: Newcomer, place: Path) -> None:
    ran = ann.govops(place, "user", "import", "--csv", table(place, "Dan Dee,dan@x.org\n"))
    assert ran.out.startswith("# registry/users/dan-dee.yaml\n# yaml-language-server: $schema=../../schemas/User")


FAULTY = {
    "a login alone": ("Dan,d@x.org,dan\n", ":1: the login `dan` comes without its account id"),
    "no address": ("Dan,d@x.org\nEve,eve\n", ":2: 'eve' is not an e-mail address"),
    "no name": (",d@x.org\n", ":1: the name is blank"),
    "a role that is none": ("Dan,d@x.org,,,aprover\n", ":1: there is no role `aprover`; did you mean `approver`?"),
    "too many fields": ("Dan,d@x.org,dan,1,admin,more\n", ":1: more fields than columns"),
    "an address of two": ("Dan,d@x.org\nEve,D@x.org\n", ":2: `d@x.org` belongs to `Dan` of line 1"),
    "an account of two": ("Dan,d@x.org,d,1\nEve,e@x.org,e,1\n", ":2: `1` belongs to `Dan` of line 1"),
    "a hostile name": ("A\u202enn,a@x.org\n", ":1: 'A\\u{202e}nn' is not a name"),
    "an unknown column": ("name,email,salary\nDan,d@x.org,1\n", ":1: the column `salary` is not known"),
    "a column twice": ("name,email,email\nDan,d@x.org,1\n", ":1: a column stands there twice"),
    "no CSV": ('Dan,"d@x.org\n', ":1: not CSV"),
}


@pytest.mark.parametrize(("text", "message"), FAULTY.values(), ids=FAULTY)
def test_a_faulty_line_is_named_and_nobody_is_written(ann: Newcomer, place: Path, text: str, message: str) -> None:
    ran = ann.govops(place, "user", "import", "--csv", table(place, text), "--write")
    assert (ran.code, ran.out) == (REFUSED, "")
    assert f"people.csv{message}" in ran.err
    assert users(place) == ["ann-example.yaml"]


def test_all_faults_are_told_at_once(ann: Newcomer, place: Path) -> None:
    ran = ann.govops(place, "user", "import", "--csv", table(place, "Dan,dan\n,e@x.org\nFay,f@x.org,,,none\n"))
    assert [line.split(":")[1] for line in ran.err.splitlines() if "people.csv:" in line] == ["1", "2", "3"]


def test_a_table_that_is_no_text_is_refused(ann: Newcomer, place: Path) -> None:
    file = place.parent / "people.csv"
    file.write_bytes(b"Dan,d@x.org\n\xff\xfe,e@x.org\n")
    ran = ann.govops(place, "user", "import", "--csv", str(file))
    assert ran.code == REFUSED
    assert "people.csv:2: not UTF-8" in ran.err


@pytest.mark.parametrize("options", [(), ("--history", "--csv", "x"), ("--csv", "nowhere.csv"), ("--csv", ".")])
def test_a_question_that_makes_no_sense_is_refused(ann: Newcomer, place: Path, options: tuple[str, ...]) -> None:
    assert ann.govops(place, "user", "import", *options).code == REFUSED


def test_nothing_is_written_through_a_link(ann: Newcomer, place: Path, tmp_path: Path) -> None:
    """A repository may be a stranger's; its links lead nowhere."""
    commit(ann, place, "Bob Brown <bob@x.org>")
    (place / "registry/users/ann-example.yaml").unlink()
    (place / "registry/users").rmdir()
    (tmp_path / "outside").mkdir()
    (place / "registry/users").symlink_to(tmp_path / "outside")
    ran = ann.govops(place, "user", "import", "--history", "--write")
    assert ran.code == REFUSED
    assert "is a symbolic link" in ran.err
    assert os.listdir(tmp_path / "outside") == []
