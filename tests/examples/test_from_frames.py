"""The notebook from frames to a tornado: executed as a reader would, and its pounds by hand.

A patient costs £160 + 0.8 × (£1,100 + follow-up). Follow-up is s at the optometrist's (£45, r of them then in the hospital),
the rest in the hospital (£110): s × p + (1 − s + s × r) × £110.

Now, with s = 0.2 and r = 0.12: £9 + £90.64, so £160 + 0.8 × £1,199.64 = £1,119.712 each; 1,200 patients £1,343,654.40.
Then, of 900 routine patients s = 0.7 at £52: £36.40 + £42.24, so £160 + 0.8 × £1,178.64 = £1,102.912; 300 as they were:
£992,620.80 + £335,913.60 = £1,328,534.40: £15,120 less, £12.60 a patient.
With r = 0.25: now £9 + £93.50, £1,122.00 each; then £36.40 + £52.25, £1,110.92: £1,336,428 − £1,346,400 = £9,972 less.
"""

import sys
from pathlib import Path

import lxml.html
import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "examples" / "from_frames" / "from_frames.ipynb"
FIRST = f"""
import sys
assert sys.executable == {sys.executable!r}
sys.path.insert(0, {str(ROOT)!r})
"""


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """Cell → what it shows: HTML, or text where it has none. A cell that fails stops the test."""
    notebook, folder = nbformat.read(NOTEBOOK, as_version=4), tmp_path_factory.mktemp("notebook")
    notebook.cells.insert(0, nbformat.v4.new_code_cell(FIRST))
    here = folder / "here"
    here.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("IPYTHONDIR", str(folder / "ipython"))
        patched.setenv("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
        NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(here)}}
        ).execute()
    assert list(here.iterdir()) == []
    return {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def said(outputs):
    """The text of the one thing that a cell shows."""
    [output] = outputs
    return lxml.html.fragment_fromstring(output.data["text/html"]).text_content()


def test_the_notebook_is_kept_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.cell_type == "markdown" or (cell.outputs == [] and cell.execution_count is None)


def test_the_answer(cells):
    answer = (
        "Baseline costs £1,119.71 per patient; under Follow-up near home the modelled change is −£12.60 per patient, −£15,120 "
        "(−1.1%) in total."
    )
    for cell in ("compared", "run"):
        assert answer in said(cells[cell])
        assert "Synthetic data." in said(cells[cell])
    assert "£12,000" in said(cells["run"])


def test_what_if_more_are_sent_on(cells):
    assert (
        "Baseline costs £1,122.00 per patient; under Follow-up near home the modelled change is −£8.31 per patient, −£9,972"
        in said(cells["what-if"])
    )


def test_the_bridge(cells):
    """720 routine patients are operated on. At £45 routing is (£73.74 − £99.64) × 720 = −£18,648; £7 more for 0.2 of them is
    £1,008, for the further 0.5 of them £2,520: −£15,120 together. The one-off £12,000 stands apart."""
    text = said(cells["bridge"])
    for figure in ("−£18.6k", "+£1,008", "+£2,520", "−£15.1k", "+£12.0k"):
        assert figure in text


def test_whose_books(cells):
    """The optometrist's: 900 × 0.8 × (0.7 × £52 − 0.2 × £45) = £19,728 more; the hospital's £15,120 + £19,728 = £34,848 less."""
    text = said(cells["books"])
    assert "SYO (Optometrist)" in text
    assert "+£19.7k" in text
    assert "−£34.8k" in text


def test_the_tornado(cells):
    """One in four sent on: −£9,972, as above. Seven in ten listed: −£15,120 × 7 ÷ 8 = −£13,230; nine: × 9 ÷ 8 = −£17,010."""
    text = said(cells["tornado"])
    assert "What if a number were different: Follow-up near home, against Baseline" in text
    assert {"-9972.0", "-13230.0", "-17010.0"} <= set(said(cells["table"]).split())
