"""Files go by names that neither the order they are given in nor the folder above them decides."""

from __future__ import annotations

from itertools import permutations

from pathway_cost.plics.reading.sources import sources_of


def placed(folder, *names):
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<a/>")
    return paths


def test_files_of_one_name_are_told_apart_from_the_studys_folder_on(tmp_path):
    for study in ("aaa", "zzz"):
        paths = placed(tmp_path / study, "x.xml", "sub/x.xml", "sub/deep/y.xml")
        for given in permutations(paths):
            sources, problems = sources_of(given, tmp_path / study)
            assert not problems
            assert [source.file for source in sources] == ["sub/x.xml", "x.xml", "y.xml"]


def test_files_elsewhere_go_by_the_end_of_their_paths(tmp_path):
    paths = placed(tmp_path, "2023/x.xml", "2024/x.xml", "study/x.xml")
    sources, _ = sources_of(paths, tmp_path / "study")
    assert [source.file for source in sources] == ["2023/x.xml", "2024/x.xml", "x.xml"]


def test_a_file_given_twice_goes_by_one_name_whichever_is_first(tmp_path):
    (path,) = placed(tmp_path, "x.xml")
    (tmp_path / "z.xml").symlink_to(path)
    for given in permutations([path, tmp_path / "z.xml"]):
        assert [source.file for source in sources_of(given)[0]] == ["x.xml"]
