"""The form that takes a spreadsheet, and the cells corrected in its preview."""

import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from seminar.foundation.fields import LONGEST_RAW
from seminar.foundation.questions import QuestionForm, QuestionHelper
from seminar.foundation.tables import LARGEST_FILE, Table, read_table

CELL = "cell-{line}-{index}"
_CELL_NAME = re.compile(r"cell-(\d{1,7})-(\d{1,3})")


class SheetForm(QuestionForm):
    """A spreadsheet as a file; valid, it is a Table."""

    sheet = forms.FileField(
        label=_("The spreadsheet as a file"),
        help_text=_("An Excel workbook (.xlsx), or CSV in UTF-8 or Shift_JIS. You may also drop it here."),
        error_messages={
            "required": _("Choose the file of the spreadsheet."),
            "missing": _("Choose the file of the spreadsheet."),
            "empty": _("This file is empty. Choose another one."),
        },
    )

    def __init__(self, *args: Any, most_rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most_rows, self.file_name = most_rows, ""
        self.fields["sheet"].widget.attrs["accept"] = ".xlsx,.xlsm,.csv,.txt"
        self.fields["sheet"].widget.is_required = False
        self.helper = QuestionHelper(self)

    def clean_sheet(self) -> Table:
        file = self.cleaned_data["sheet"]
        self.file_name = file.name
        return read_table(file.read(LARGEST_FILE + 1), most_rows=self.most_rows)


def read_corrections(data: QueryDict) -> dict[tuple[int, int], str]:
    """Return {(line, index of the column): text} of the cells that were typed into."""
    found = {}
    for name in data:
        if match := _CELL_NAME.fullmatch(name):
            found[int(match[1]), int(match[2])] = str(data[name]).strip()[:LONGEST_RAW]
    return found
