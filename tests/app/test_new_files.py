"""Several files at once: all of them or none, and what is there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.app.new_files import new_files
from govops.errors import GovopsError, UsageError

FILES = {"a/one": "1\n", "a/b/two": "2\n", "three": "3\n"}


def below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_what_is_not_there_is_written_and_the_rest_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/one").write_text("mine", encoding="utf-8")
    (tmp_path / "three").write_text("3\n", encoding="utf-8")
    with new_files(tmp_path, FILES) as written:
        assert (written.created, written.kept, written.same) == (("a/b/two",), ("a/one",), ("three",))
    assert (tmp_path / "a/one").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "a/b/two").read_text(encoding="utf-8") == "2\n"


def test_a_file_that_cannot_be_written_takes_the_others_along(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/mine").touch()
    impossible = FILES | {f"c/{'x' * 300}": ""}
    with pytest.raises(GovopsError, match="could not write"), new_files(tmp_path, impossible):
        pass
    assert below(tmp_path) == ["a", "a/mine"]


@pytest.mark.parametrize("stop", [UsageError("no"), KeyboardInterrupt()])
def test_what_fails_afterwards_takes_them_along_too(tmp_path: Path, stop: BaseException) -> None:
    def fail() -> None:
        with new_files(tmp_path / "new", FILES):
            assert below(tmp_path / "new") == ["a", "a/b", "a/b/two", "a/one", "three"]
            raise stop

    with pytest.raises(type(stop)):
        fail()
    assert below(tmp_path) == []


def test_a_folder_that_somebody_else_used_meanwhile_stays(tmp_path: Path) -> None:
    def fail() -> None:
        with new_files(tmp_path, FILES):
            (tmp_path / "a/theirs").touch()
            raise UsageError("no")

    with pytest.raises(UsageError):
        fail()
    assert below(tmp_path) == ["a", "a/theirs"]


@pytest.mark.parametrize("name", ["a", "a/b"])
def test_nothing_is_written_through_a_link(tmp_path: Path, name: str) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    outside.mkdir()
    (root / name).parent.mkdir(parents=True)
    (root / name).symlink_to(outside)
    with pytest.raises(UsageError, match="is a symbolic link"), new_files(root, FILES):
        pass
    assert below(outside) == []


def test_a_link_in_the_place_of_a_file_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "three").symlink_to("nowhere")
    with new_files(tmp_path, FILES) as written:
        assert written.kept == ("three",)
    assert (tmp_path / "three").is_symlink()
