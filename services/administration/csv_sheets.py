"""Files for spreadsheets: CSV that is read right, and in which nothing that people typed is a formula.

Spreadsheets take a file for UTF-8 when it begins with a byte order mark, and a cell for a formula when it
begins with = + - or @. Sources: RFC 4180; OWASP, "CSV Injection".
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from services.errors import ExportTooBig

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Nothing of this is seen before a sign, and some programs trim it.
UNSEEN = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]*"
# The signs and their other forms, which input methods and some programs take for the same.
SIGNS = "[-=+@\u2212\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b]"
# Where the list's separator is the semicolon, as in half of Europe, a cell begins behind each.
BEGINS_A_FORMULA = re.compile(rf"(^|[;\t\r\n])(?={UNSEEN}{SIGNS})")
BEGINS_BADLY = ("\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class CsvSheet:
    """A CSV file with its name; `rows` does not count the header."""

    name: str
    content: bytes = field(repr=False)
    rows: int


class CsvSheetWriter:
    """Writes a CSV file of at most `max_bytes` bytes, row by row."""

    def __init__(self, header: Sequence[str], max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._content = io.BytesIO()
        self._content.write(BYTE_ORDER_MARK)
        self.rows = -1
        self.add([header])

    def add(self, rows: Iterable[Sequence[str]]) -> None:
        """Add rows. Raises ExportTooBig."""
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, lineterminator="\r\n")
        for row in rows:
            writer.writerow(map(harmless, row))
            self.rows += 1
        self._content.write(lines.getvalue().encode())
        if self._content.tell() > self._max_bytes:
            raise ExportTooBig(self._max_bytes)

    def named(self, name: str) -> CsvSheet:
        """Return the file."""
        return CsvSheet(name, self._content.getvalue(), self.rows)


def harmless(cell: str) -> str:
    """Return the cell with an apostrophe before whatever a spreadsheet would take for a formula."""
    safe = BEGINS_A_FORMULA.sub(r"\1'", cell)
    return f"'{safe}" if safe.startswith(BEGINS_BADLY) else safe
