"""Translations without GNU gettext: finds marked texts, keeps locale/, says what Japanese lacks.

Doors: `make messages` (extract), `make setup` (compile), `make check` (check). Mails are whole letters per language
(templates/registration/mail/) and carry no marks.
"""

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract as extract_from
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "ja"
CODE_FOLDERS = ("seminar", "agenda", "registration")
TEMPLATE_FOLDERS = ("templates", *(f"{folder}/templates" for folder in CODE_FOLDERS))
LETTERS = "templates/registration/mail/"
NOT_CODE = re.compile(r"(^|/)(migrations|templates|static)/")

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# Japanese texts of Seminar.
#
# `make messages` adds what is new in code and templates and removes what is gone. Translate what is empty; take the
# word "fuzzy" away where a text has been looked at again. `make check` fails while something is missing.
msgid ""
msgstr ""
"Language: ja\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

# "%(name)s", "%s" and "{name}", as the two kinds of formatting in Python and Django's templates read them.
PERCENT_NAMED = re.compile(r"(?<!%)(?:%%)*(%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z])")
PERCENT_PLAIN = re.compile(r"(?<!%)(?:%%)*(%[#0\-+]*\d*(?:\.\d+)?[sdrif])")
BRACES = re.compile(r"(?<!\{)(?:\{\{)*(\{\w*(?:[.\[][^{}]*)?(?:![rsa])?(?::[^{}]*)?\})(?!\})")

Key = tuple[str | None, str]


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description="Keep the Japanese texts.")
    parser.add_argument("command", choices=["extract", "compile", "check"])
    command = parser.parse_args(arguments).command
    if command == "extract":
        print(extract(ROOT))
    elif command == "compile":
        compile_all(ROOT)
    else:
        faults = list(find_faults(ROOT))
        for fault in faults:
            print(fault)
        if faults:
            print(f"{len(faults)} to mend in {catalogue_path(ROOT).relative_to(ROOT)}. New texts: make messages")
            return 1
    return 0


def catalogue_path(root: Path) -> Path:
    return root / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def extract(root: Path) -> str:
    """Bring the catalogue up to date; return one line that says what changed."""
    path = catalogue_path(root)
    old = read_catalogue(path)
    new = find_marked(root)
    kept = {key_of(message): message for message in old if message.id}
    for message in new:
        if message.id and (known := kept.pop(key_of(message), None)):
            message.string = known.string if bool(message.pluralizable) == bool(known.pluralizable) else message.string
            message.user_comments = known.user_comments
            message.flags |= known.flags & {"fuzzy"}
    added = sum(1 for message in new if message.id and old.get(message.id, message.context) is None)
    text = write_catalogue(new)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    empty = sum(1 for message in new if message.id and not is_translated(message))
    return f"messages: {len(new)} texts, {added} new, {len(kept)} removed, {empty} without Japanese"


def compile_all(root: Path) -> None:
    """Write a .mo file beside each .po file. Raises nothing for texts that are missing: English stands in."""
    for path in sorted((root / "locale").glob("*/LC_MESSAGES/django.po")):
        binary = BytesIO()
        write_mo(binary, read_catalogue(path, language=path.parent.parent.name))
        part = path.with_suffix(".mo.part")
        part.write_bytes(binary.getvalue())
        part.replace(path.with_suffix(".mo"))


def find_faults(root: Path) -> Iterator[str]:
    """Yield one line for each text that is missing, empty, fuzzy, left over, or changes its placeholders."""
    catalogue = read_catalogue(catalogue_path(root))
    marked = find_marked(root)
    listed = {key_of(message): message for message in catalogue if message.id}
    for message in marked:
        if not message.id:
            continue
        place = message.locations[0][0]
        found = listed.pop(key_of(message), None)
        if found is None or bool(found.pluralizable) != bool(message.pluralizable):
            yield f"missing: {name_of(message)} ({place})"
        elif not is_translated(found):
            yield f"empty: {name_of(message)} ({place})"
        elif found.fuzzy:
            yield f"fuzzy: {name_of(message)} ({place})"
        elif (before := placeholders(last_form(found.id))) != (after := placeholders(last_form(found.string or ""))):
            yield f"placeholders differ: {name_of(message)} has {before or 'none'}, its Japanese {after or 'none'}"
    for message in listed.values():
        yield f"no longer in the code: {name_of(message)}"
    yield from find_hidden(root)


def find_hidden(root: Path) -> Iterator[str]:
    """Yield a line for each mark that stands inside an f-string, where extraction does not look."""
    for path in files_with_marks(root):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                calls = (part for part in ast.walk(node) if isinstance(part, ast.Call))
                if any(isinstance(call.func, ast.Name) and call.func.id in KEYWORDS for call in calls):
                    yield f"marked inside an f-string: {path.relative_to(root)}, line {node.lineno}"


def find_marked(root: Path) -> Catalog:
    """Return every marked text of code and templates, in the order of files and lines."""
    catalogue = Catalog(locale=LANGUAGE, fuzzy=False)
    for path in files_with_marks(root):
        name = path.relative_to(root).as_posix()
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Django's own reader turns tags into function calls; the rest is dummies, whose indentation means nothing.
            source = "\n".join(line.lstrip() for line in templatize(source, origin=name).split("\n"))
        for line, text, comments, context in extract_from(
            "python", BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=["Translators:"], options={}
        ):
            catalogue.add(text, locations=[(name, line)], auto_comments=comments, context=context)
    return catalogue


def files_with_marks(root: Path) -> Iterator[Path]:
    paths = {path for folder in CODE_FOLDERS for path in (root / folder).rglob("*.py")}
    paths = {path for path in paths if not NOT_CODE.search(path.relative_to(root).as_posix())}
    for folder in TEMPLATE_FOLDERS:
        found = (path for suffix in ("*.html", "*.txt") for path in (root / folder).rglob(suffix))
        paths |= {path for path in found if not path.relative_to(root).as_posix().startswith(LETTERS)}
    return iter(sorted(paths))


def read_catalogue(path: Path, language: str = LANGUAGE) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django", abort_invalid=True)


def write_catalogue(catalogue: Catalog) -> str:
    """Return the text of a .po file: by file, without line numbers, dates and names, so that little changes."""
    binary = BytesIO()
    write_po(
        binary, catalogue, width=110, omit_header=True, sort_by_file=True, ignore_obsolete=True, include_lineno=False
    )
    return HEADER + binary.getvalue().decode().strip() + "\n"


def key_of(message: Message) -> Key:
    return (message.context, message.id[0] if isinstance(message.id, (list, tuple)) else message.id)


def name_of(message: Message) -> str:
    context, text = key_of(message)
    return repr(text) + (f" as {context!r}" if context else "")


def is_translated(message: Message) -> bool:
    forms = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(forms) and all(forms)


def last_form(text: str | list[str] | tuple[str, ...]) -> str:
    """Return the text itself, or of a plural the form that names the number: Japanese has that one only."""
    return text if isinstance(text, str) else text[-1]


def placeholders(text: str) -> list[str]:
    """Return what is filled in later, sorted: its order may change with the language, its number may not."""
    named = PERCENT_NAMED.findall(text)
    return sorted([*named, *([] if named else PERCENT_PLAIN.findall(text)), *BRACES.findall(text)])


if __name__ == "__main__":
    sys.exit(main())
