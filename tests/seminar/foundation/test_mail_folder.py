"""The mail backend of the embedded profile: one file per message."""

from email import policy
from email.parser import BytesParser
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives

from seminar.foundation.mail_folder import EmailBackend, make_file_stem

pytestmark = pytest.mark.once


def make_message(message_id: str = "<1@seminar.example>", subject: str = "受付") -> EmailMultiAlternatives:
    headers = {"Message-ID": message_id}
    message = EmailMultiAlternatives(subject, "髙橋様", "a@seminar.example", ["b@ministry.example"], headers=headers)
    message.attach_alternative("<p>髙橋様</p>", "text/html")
    return message


@pytest.fixture
def folder(tmp_path: Path, settings) -> Path:
    settings.MAIL_FOLDER = tmp_path / "made" / "on first use"
    return settings.MAIL_FOLDER


def test_each_message_is_one_whole_file_under_its_message_id(folder: Path):
    assert EmailBackend().send_messages([make_message(), make_message("<2@seminar.example>")]) == 2
    assert sorted(path.stem for path in folder.iterdir()) == sorted(
        make_file_stem(message_id) for message_id in ("<1@seminar.example>", "<2@seminar.example>")
    )
    path = folder / f"{make_file_stem('<1@seminar.example>')}.eml"
    message = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
    assert (message["Subject"], message["To"]) == ("受付", "b@ministry.example")
    assert message.get_body(("plain",)).get_content().strip() == "髙橋様"
    assert message.get_body(("html",)).get_content().strip() == "<p>髙橋様</p>"


def test_a_message_sent_twice_is_one_file_as_sent_last(folder: Path):
    EmailBackend().send_messages([make_message()])
    EmailBackend().send_messages([make_message(subject="again")])
    (path,) = folder.iterdir()
    assert BytesParser(policy=policy.default).parsebytes(path.read_bytes())["Subject"] == "again"


def test_a_message_id_leads_to_no_other_folder():
    stem = make_file_stem("<../../etc/passwd@seminar.example>")
    assert len(stem) == 32
    assert set(stem) <= set("0123456789abcdef")
