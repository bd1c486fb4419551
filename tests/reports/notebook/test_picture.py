"""A drawing as a file: whole or not at all, valid by itself, and labelled."""

import pytest
from lxml import etree

from pathway_cost.errors import OutputFaults
from pathway_cost.reports.files import folder

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def picture(result):
    return result.plot.bridge("day_case")


def texts(path):
    return [each.text for each in etree.parse(path).iter(f"{SVG}text")]


def test_a_saved_drawing_stands_alone(picture, tmp_path):
    path = picture.save(tmp_path / "new" / "bridge.svg")
    root = etree.parse(path).getroot()
    assert root.tag == f"{SVG}svg"
    assert all(each.tag.startswith(SVG) for each in root.iter(etree.Element))
    assert "var(" not in root.find(f"{SVG}style").text
    said = texts(path)
    assert said[0] == "Why the figures change, by factor: Day case, against Baseline"
    assert "−£9.51m" in said
    assert said[-1] == "Knee options for two towns, 2024/25. Synthetic data. Undiscounted pounds of 2024-25."
    assert path.read_text(encoding="utf-8") == f"{picture._repr_svg_()}\n"


def test_several_stand_under_one_another(result, tmp_path):
    root = etree.parse(result.plot.sankey().save(tmp_path / "all.svg")).getroot()
    tops = [float(each.get("y")) for each in root.findall(f"{SVG}svg")]
    ends = [float(each.get("y")) + float(each.get("height")) for each in root.findall(f"{SVG}svg")]
    assert len(tops) == 4
    assert all(end < top for end, top in zip(ends, tops[1:], strict=False))
    assert ends[-1] < float(root.get("height"))
    assert len(set(root.xpath("//@id"))) == len(root.xpath("//@id"))


def test_hostile_words_are_text_in_a_file(hostile, tmp_path):
    said = " ".join(texts(hostile.plot.sankey("day_case").save(tmp_path / "sankey.svg")))
    assert "<script>alert(1)</script> & knees." in said


def test_an_older_file_stays_unless_it_may_go(picture, tmp_path):
    path = tmp_path / "bridge.svg"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(OutputFaults, match="exists already; name a new file, or say replace=True"):
        picture.save(path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert picture.save(path, replace=True).read_text(encoding="utf-8").startswith("<svg ")


def test_another_ending_or_a_link_is_refused(picture, tmp_path):
    with pytest.raises(OutputFaults, match=r"does not end in \.svg; end the name in \.svg"):
        picture.save(tmp_path / "bridge.png")
    (tmp_path / "link.svg").symlink_to(tmp_path / "elsewhere.svg")
    with pytest.raises(OutputFaults, match="exists already"):
        picture.save(tmp_path / "link.svg", replace=True)
    assert [each.name for each in tmp_path.iterdir()] == ["link.svg"]


def test_whole_or_not_at_all(picture, tmp_path, monkeypatch):
    def fails(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(folder.Path, "replace", fails)
    with pytest.raises(OSError, match="full"):
        picture.save(tmp_path / "bridge.svg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["old.svg/new.svg", "a\0b.svg", f"{'x' * 300}.svg"])
def test_a_place_where_no_file_can_be_is_told(picture, tmp_path, name):
    (tmp_path / "old.svg").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputFaults, match=r"cannot be written: .*; name another place"):
        picture.save(tmp_path / name)
    assert [each.name for each in tmp_path.iterdir()] == ["old.svg"]
