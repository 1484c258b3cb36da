"""What each failure means, and how patience grows."""

import smtplib
import ssl

import pytest

from registration.mail.retry import FIRST_GAP_S, LONGEST_GAP_S, Meaning, choose_gap_s, judge


@pytest.mark.parametrize(
    ("error", "meaning", "code"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}), Meaning.GIVE_UP, 550),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (451, b"later")}), Meaning.RETRY, 451),
        (smtplib.SMTPDataError(554, b"rejected"), Meaning.GIVE_UP, 554),
        (smtplib.SMTPDataError(421, b"closing"), Meaning.RETRY, 421),
        (smtplib.SMTPSenderRefused(530, b"sign in first", "s@b.example"), Meaning.PAUSE, 530),
        (smtplib.SMTPSenderRefused(452, b"full", "s@b.example"), Meaning.RETRY, 452),
        (smtplib.SMTPAuthenticationError(535, b"wrong"), Meaning.PAUSE, 535),
        (smtplib.SMTPConnectError(554, b"go away"), Meaning.PAUSE, 554),
        (smtplib.SMTPNotSupportedError("STARTTLS not supported"), Meaning.PAUSE, None),
        (smtplib.SMTPResponseException(454, b"TLS not available"), Meaning.PAUSE, 454),
        (smtplib.SMTPSenderRefused(552, b"too large", "s@b.example"), Meaning.GIVE_UP, 552),
        (ssl.SSLCertVerificationError("self-signed"), Meaning.PAUSE, None),
        (ConnectionRefusedError(), Meaning.PAUSE, None),
        (smtplib.SMTPServerDisconnected("lost"), Meaning.RETRY, None),
        (TimeoutError(), Meaning.RETRY, None),
        (OSError("unreachable"), Meaning.RETRY, None),
    ],
)
def test_each_failure_has_its_meaning(error: Exception, meaning: Meaning, code: int | None):
    failure = judge(error)
    assert (failure.meaning, failure.code) == (meaning, code)


def test_gaps_grow_and_are_capped():
    for attempts, longest in ((1, 2 * FIRST_GAP_S), (4, 16 * FIRST_GAP_S), (30, LONGEST_GAP_S)):
        gaps = [choose_gap_s(attempts) for _ in range(500)]
        assert 0 <= min(gaps) < longest / 5
        assert longest * 0.8 < max(gaps) <= longest
