"""Files that a spreadsheet reads right, and in which nothing that people typed is a formula."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.administration.csv_sheets import CsvSheetWriter, harmless
from services.errors import ExportTooBig

DANGEROUS = ["=cmd()", "+1", "-1", "@sum(a1)", "\tx", "\rx", "\nx"]
DANGEROUS += [" =1", "\u00a0=1", "\u200b=1", "\ufeff+1", "  -1", "＝1", "＋1", "－1", "＠x", "﹢1", "−1"]
HARMLESS = [
    "",
    "Asha",
    "Jean-Luc",
    "a=b",
    "2027-05-04",
    "10:30",
    "O'Neil",
    "'=",
    "asha+1@example.org",
    "山田",
]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_what_would_be_a_formula_gets_an_apostrophe_and_keeps_its_text(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", HARMLESS)
def test_what_would_be_none_stays_as_it_is(cell: str) -> None:
    assert harmless(cell) == cell


@pytest.mark.parametrize("cell", ["Ben; =cmd()", "Ben;=cmd()", "Ben\t=cmd()", "Ben\r\n=cmd()"])
def test_where_another_separator_cuts_a_cell_its_rest_is_no_formula_either(cell: str) -> None:
    parts = re.split(r"[;\t\r\n]+", harmless(cell))
    assert not any(part.strip().startswith("=") for part in parts)
    assert harmless(cell).replace("'", "") == cell


def test_a_file_begins_with_the_mark_of_utf_8_and_its_lines_end_as_in_the_standard() -> None:
    writer = CsvSheetWriter(["Name", "Note"], 1000)
    writer.add([['Zoë, "Z"', "=1"]])
    writer.add([["Ben", "two\nlines"]])
    sheet = writer.named("x.csv")
    assert sheet.content == 'Name,Note\r\n"Zoë, ""Z""",\'=1\r\nBen,"two\nlines"\r\n'.encode("utf-8-sig")
    assert (sheet.name, sheet.rows) == ("x.csv", 2)
    assert "Zo" not in repr(sheet)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=4))
def test_any_text_comes_back_but_for_apostrophes(cells: list[str]) -> None:
    writer = CsvSheetWriter(["Name"], 10_000)
    writer.add([cells])
    text = writer.named("x.csv").content.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert header == ["Name"]
    assert [cell.replace("'", "") for cell in row] == [cell.replace("'", "") for cell in cells]
    assert not any(cell.lstrip()[:1] in set("=+-@") - {""} for cell in row if cell.strip())


def test_a_file_that_would_be_too_big_is_refused_while_it_is_written() -> None:
    header = ["Name"]
    fits = len("Name\r\n".encode("utf-8-sig")) + len(b"Ben\r\n")
    CsvSheetWriter(header, fits).add([["Ben"]])
    with pytest.raises(ExportTooBig) as refused:
        CsvSheetWriter(header, fits).add([["Bens"]])
    assert refused.value.max_bytes == fits
