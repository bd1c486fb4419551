"""Folders of a process's own: gone with it, swept where it was killed, never touched where anybody works in them."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pathway_cost.privacy import leftovers
from pathway_cost.privacy.leftovers import MARKER, OwnFolder, folders_of_ours, remove_ours, sweep, sweep_below

KILLED = """
import os, signal, sys
from pathlib import Path
from pathway_cost.privacy.leftovers import OwnFolder
own = OwnFolder(Path(sys.argv[1]), sys.argv[2])
(own.path / "patients_local.parquet").write_bytes(b"x" * 100)
exec(sys.argv[3])
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed(parent, place="out", doing=""):
    """The folder of a process that was killed while it worked."""
    ended = subprocess.run([sys.executable, "-c", KILLED, str(parent), place, doing], check=False)
    assert ended.returncode == -signal.SIGKILL
    (left,) = parent.glob(f".{place}.partial-*")
    return left


def everything(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_it_is_closed_to_others_and_goes_with_its_block(tmp_path):
    with OwnFolder(tmp_path, "out") as own:
        assert stat.S_IMODE(own.path.stat().st_mode) == 0o700
        assert own.path.name.startswith(".out.partial-")
        (own.path / "deep" / "deeper").mkdir(parents=True)
        (own.path / "deep" / "file").write_text("x")
    assert everything(tmp_path) == []


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("place", ["a\0b", "x" * 300, "none/out"])
def test_where_no_folder_can_be_made_none_is_kept_in_mind(tmp_path, place):
    before = folders_of_ours()
    with pytest.raises((OSError, ValueError)):
        OwnFolder(tmp_path, place)
    assert folders_of_ours() == before
    assert everything(tmp_path) == []


def test_it_goes_with_its_object(tmp_path):
    own = OwnFolder(tmp_path, "out")
    assert own.path in folders_of_ours()
    del own
    assert everything(tmp_path) == []


def test_what_a_killed_process_left_is_swept(tmp_path):
    left = killed(tmp_path)
    assert sweep(tmp_path, look_only=True) == sweep(tmp_path, look_only=True) != []
    (found,) = sweep(tmp_path)
    assert (found.folder, found.files, found.size, found.put_back) == (left, 1, 100, None)
    assert everything(tmp_path) == []
    assert sweep(tmp_path) == []


def test_a_folder_in_use_is_never_swept(tmp_path):
    with OwnFolder(tmp_path, "out"):
        here = everything(tmp_path)
        assert sweep(tmp_path) == []
        asked = f"from pathlib import Path; from pathway_cost.privacy.leftovers import sweep; print(sweep(Path({str(tmp_path)!r})))"
        other = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True)
        assert other.stdout == "[]\n"
        assert everything(tmp_path) == here


def test_folders_below_are_swept_only_where_that_is_asked(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    left = killed(tmp_path / "a" / "b")
    assert sweep(tmp_path) == sweep(tmp_path / "a") == []
    assert [each.folder for each in sweep_below(tmp_path)] == [left]
    assert everything(tmp_path) == ["a", "a/b"]


@pytest.mark.parametrize("name", [".out.partial-0123456789abcdef", ".out.partial-0123", "out", ".out"])
@pytest.mark.parametrize("content", [None, b"", b"somebody else's lock"])
def test_a_folder_of_somebody_else_stays(tmp_path, name, content):
    (tmp_path / name).mkdir()
    (tmp_path / name / "data").write_text("precious")
    if content is not None:
        (tmp_path / name / MARKER).write_bytes(content)
    before = everything(tmp_path)
    assert list(sweep_below(tmp_path)) == []
    assert everything(tmp_path) == before


def test_neither_links_nor_markers_that_are_links_are_followed(tmp_path):
    for name in ("elsewhere", "here"):
        (tmp_path / name).mkdir()
    left = killed(tmp_path / "elsewhere")
    (tmp_path / "here" / left.name).symlink_to(left)
    mine = tmp_path / "here" / ".mine.partial-0123456789abcdef"
    mine.mkdir()
    (mine / MARKER).symlink_to(left / MARKER)
    assert list(sweep_below(tmp_path / "here")) == []
    assert (left / "patients_local.parquet").exists()
    assert mine.exists()


def test_what_a_leftover_links_to_stays(tmp_path):
    (tmp_path / "precious").write_text("x")
    left = killed(tmp_path)
    (left / "link").symlink_to(tmp_path / "precious")
    (left / "folder").symlink_to(tmp_path)
    assert len(sweep(tmp_path)) == 1
    assert everything(tmp_path) == ["precious"]


STEPS_ASIDE = "own.old.parent.parent.joinpath('out').rename(own.old); own.new.mkdir()"


def with_results(folder, text="older"):
    (folder / "out").mkdir()
    (folder / "out" / "run.json").write_text(text)


def test_older_results_are_put_back_where_no_newer_came(tmp_path):
    with_results(tmp_path)
    killed(tmp_path, doing=STEPS_ASIDE)
    assert not (tmp_path / "out").exists()
    (seen,) = sweep(tmp_path, look_only=True)
    assert seen.put_back == tmp_path / "out"
    assert not (tmp_path / "out").exists()
    assert sweep(tmp_path) == [seen]
    assert everything(tmp_path) == ["out", "out/run.json"]


def test_older_results_go_where_newer_stand(tmp_path):
    with_results(tmp_path)
    killed(tmp_path, doing=STEPS_ASIDE)
    with_results(tmp_path, "newer")
    (found,) = sweep(tmp_path)
    assert found.put_back is None
    assert (tmp_path / "out" / "run.json").read_text() == "newer"
    assert everything(tmp_path) == ["out", "out/run.json"]


def test_older_results_that_cannot_be_put_back_are_kept(tmp_path, monkeypatch):
    with_results(tmp_path)
    left = killed(tmp_path, doing=STEPS_ASIDE)

    def refused(*_):
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refused)
        sweep(tmp_path)
    assert (left / "old" / "run.json").read_text() == "older"
    sweep(tmp_path)
    assert (tmp_path / "out" / "run.json").read_text() == "older"


def test_half_deleted_older_results_are_never_put_back(tmp_path, monkeypatch):
    with_results(tmp_path)
    left = killed(tmp_path, doing=STEPS_ASIDE)
    with_results(tmp_path, "newer")

    def broken_off(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(leftovers.shutil, "rmtree", broken_off)
    with pytest.raises(KeyboardInterrupt):
        sweep(tmp_path)
    monkeypatch.undo()
    (tmp_path / "out").rename(tmp_path / "kept")  # the user takes the newer results elsewhere
    assert left.exists()
    assert [each.put_back for each in sweep(tmp_path)] == [None]
    assert everything(tmp_path) == ["kept", "kept/run.json"]


def test_a_removal_that_is_broken_off_is_made_up_for(tmp_path, monkeypatch):
    before, own = folders_of_ours(), OwnFolder(tmp_path, "out")
    (own.path / "deep").mkdir()

    def broken_off(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(leftovers.shutil, "rmtree", broken_off)
    with pytest.raises(KeyboardInterrupt):
        own.remove()
    monkeypatch.undo()
    assert own.path.exists()
    remove_ours(before)
    assert everything(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process here forks")
def test_a_forked_process_leaves_what_is_its_parents(tmp_path):
    before = folders_of_ours()
    with OwnFolder(tmp_path, "out") as own:
        child = os.fork()
        if child == 0:
            remove_ours(before)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert (own.path / MARKER).exists()


def test_a_process_that_ends_by_an_error_leaves_nothing(tmp_path):
    text = KILLED.replace("os.kill", "raise SystemExit  # ")
    subprocess.run([sys.executable, "-c", text, str(tmp_path), "out", ""], check=False)
    assert everything(tmp_path) == []
