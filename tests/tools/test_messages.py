"""The catalogue holds exactly the texts that Django looks up, keeps what people wrote, and its faults are named."""

import gettext
from pathlib import Path

import pytest
from django.template import Context, Engine
from django.utils import translation

from tools import messages

CODE = """
from django.utils.translation import gettext as _, gettext_lazy, ngettext, ngettext_lazy, pgettext, pgettext_lazy

PLAIN = _("Plain text")
LAZY = gettext_lazy("Two strings " "in one")
ONE_OR_MORE = ngettext("%(count)d place", "%(count)d places", 2)
LAZY_NUMBER = ngettext_lazy("{n} delegate", "{n} delegates", "n")
MONTH = pgettext("month name", "May")
VERB = pgettext_lazy("verb", "May")
# Translators: shown on the badge
BADGE = _("Badge")
NOT_MARKED = "Not marked"
"""
TEMPLATE = """\
{% load i18n %}
    {% if user %}<p title="{% translate "A tip" %}">It's one {{ name|default:_("nobody") }}</p>{% endif %}
<h1>{% blocktranslate trimmed with name=delegate.name %}
    Welcome, {{ name }}:
      100% ready "now"
{% endblocktranslate %}</h1>
{% blocktranslate count counter=places trimmed %}
  {{ counter }} place left
{% plural %}
  {{ counter }} places left
{% endblocktranslate %}
{% blocktranslate context "greeting" %}Hello{% endblocktranslate %}
  {# Translators: at the end #}
{% translate "Good bye" context "greeting" as bye %}{{ bye }}
{% blocktranslate %}
  Two lines
as they are{% endblocktranslate %}
"""
JAPANESE = {
    (None, "Plain text"): "普通の文",
    (None, "Two strings in one"): "二つで一つ",
    (None, "%(count)d place"): "%(count)d席",
    (None, "{n} delegate"): "{n}名",
    ("month name", "May"): "五月",
    ("verb", "May"): "可",
    (None, "Badge"): "名札",
    (None, "A tip"): "助言",
    (None, "nobody"): "なし",
    (None, 'Welcome, %(name)s: 100%% ready "now"'): "ようこそ%(name)s様。100%%完了",
    (None, "%(counter)s place left"): "残り%(counter)s席",
    ("greeting", "Hello"): "こんにちは",
    ("greeting", "Good bye"): "さようなら",
    (None, "\n  Two lines\nas they are"): "\n  二\n行",
}


@pytest.fixture
def project(tmp_path):
    """Return a folder with one module, one template and one letter, whose texts are not marked."""
    write(tmp_path / "seminar" / "views.py", CODE)
    write(tmp_path / "seminar" / "migrations" / "0001_initial.py", 'verbose_name = _("old name")')
    write(tmp_path / "templates" / "seminar" / "page.html", TEMPLATE)
    write(tmp_path / "templates" / "registration" / "mail" / "approved.en.txt", '{% translate "A letter" %}')
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def translate(project: Path, texts: dict) -> None:
    """Write the catalogue as a translator would leave it."""
    catalogue = messages.read_catalogue(messages.catalogue_path(project))
    for message in catalogue:
        if message.id and (text := texts.get(messages.key_of(message))):
            message.string = (text,) if message.pluralizable else text
    messages.catalogue_path(project).write_text(messages.write_catalogue(catalogue), encoding="utf-8")


@pytest.fixture
def japanese(project, settings):
    """Translate everything and let Django look texts up in the compiled catalogue."""
    messages.extract(project)
    translate(project, JAPANESE)
    messages.compile_all(project)
    settings.LOCALE_PATHS = [project / "locale"]  # Django forgets the catalogues it has read
    with translation.override("ja"):
        yield


def test_extract_finds_every_marked_text_and_no_other(project):
    assert messages.extract(project) == "messages: 14 texts, 14 new, 0 removed, 14 without Japanese"
    catalogue = messages.read_catalogue(messages.catalogue_path(project))
    assert {messages.key_of(message) for message in catalogue if message.id} == set(JAPANESE)


def test_django_finds_the_texts_of_code(japanese):
    names = {}
    exec(CODE, names)
    assert names["PLAIN"] == "普通の文"
    assert str(names["LAZY"]) == "二つで一つ"
    assert names["ONE_OR_MORE"] == "%(count)d席"
    assert names["LAZY_NUMBER"] % {"n": 3} == "{n}名"
    assert names["MONTH"] == "五月"
    assert str(names["VERB"]) == "可"


def test_django_finds_the_texts_of_templates(japanese):
    engine = Engine(libraries={"i18n": "django.templatetags.i18n"})
    page = engine.from_string(TEMPLATE).render(
        Context({"user": True, "name": "", "delegate": {"name": "Lan"}, "places": 2})
    )
    for text in ("助言", "なし", "ようこそLan様。100%完了", "残り2席", "こんにちは", "さようなら", "\n  二\n行"):
        assert text in page


def test_extract_keeps_what_people_wrote(project):
    messages.extract(project)
    translate(project, JAPANESE)
    path = messages.catalogue_path(project)
    path.write_text(path.read_text().replace('msgid "Plain', '# Checked by Kato\n#, fuzzy\nmsgid "Plain'))
    messages.extract(project)
    before = path.read_text()

    write(project / "seminar" / "views.py", CODE.replace('_("Badge")', '_("New text")'))
    said = messages.extract(project)

    assert said == "messages: 14 texts, 1 new, 1 removed, 1 without Japanese"
    after = path.read_text()
    assert 'msgid "Badge"' not in after
    assert "# Checked by Kato\n" in after
    assert "#, fuzzy\n" in after
    assert 'msgid "New text"\nmsgstr ""\n' in after
    write(project / "seminar" / "views.py", CODE)
    messages.extract(project)
    translate(project, JAPANESE)
    assert path.read_text() == before


def test_extract_changes_nothing_where_nothing_changed(project):
    messages.extract(project)
    translate(project, JAPANESE)
    path = messages.catalogue_path(project)
    before = path.read_text()
    write(project / "seminar" / "views.py", "\n\n\n" + CODE)
    messages.extract(project)
    assert path.read_text() == before


def test_a_complete_catalogue_has_no_faults(project):
    messages.extract(project)
    translate(project, JAPANESE)
    assert list(messages.find_faults(project)) == []


def test_every_fault_is_named(project):
    messages.extract(project)
    translate(
        project,
        {
            **JAPANESE,
            (None, "Badge"): "",
            (None, "%(count)d place"): "席",
            (None, "{n} delegate"): "{m}名",
        },
    )
    path = messages.catalogue_path(project)
    path.write_text(path.read_text().replace('msgid "Plain', '#, fuzzy\nmsgid "Plain'))
    write(project / "seminar" / "views.py", CODE.replace('gettext("month name", "May")', 'gettext("month", "May")'))

    assert sorted(messages.find_faults(project)) == [
        "empty: 'Badge' (seminar/views.py)",
        "fuzzy: 'Plain text' (seminar/views.py)",
        "missing: 'May' as 'month' (seminar/views.py)",
        "no longer in the code: 'May' as 'month name'",
        "placeholders differ: '%(count)d place' has ['%(count)d'], its Japanese none",
        "placeholders differ: '{n} delegate' has ['{n}'], its Japanese ['{m}']",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%(a)s and %(b)d", ["%(a)s", "%(b)d"]),
        ("%(a)s 100%% sure", ["%(a)s"]),
        ("%s of %d, %.1f%%", ["%.1f", "%d", "%s"]),
        ("100% sure", []),
        ("{name} {count:,} {{kept}}", ["{count:,}", "{name}"]),
        ("{0.name!r}", ["{0.name!r}"]),
        ("none", []),
    ],
)
def test_placeholders_are_read_as_python_reads_them(text, expected):
    assert messages.placeholders(text) == expected


def test_a_text_without_japanese_stays_english(project):
    messages.extract(project)
    messages.compile_all(project)
    with messages.catalogue_path(project).with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Badge") == "Badge"


def test_a_mark_inside_an_f_string_is_a_fault_since_nobody_would_translate_it(project: Path):
    messages.extract(project)
    write(project / "seminar" / "views.py", CODE + "\nTITLE = f\"3. {_('Hidden')}\"\n")
    found = [line for line in messages.find_faults(project) if line.startswith("marked inside")]
    line = len((CODE + "\n").splitlines()) + 1
    assert found == [f"marked inside an f-string: seminar/views.py, line {line}"]
