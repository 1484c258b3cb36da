"""What each failure means, and how patience grows."""

import errno
import smtplib
import socket
import ssl

import pytest

from registration.mail.retry import FIRST_GAP_S, LONGEST_GAP_S, Meaning, choose_gap_s, judge, judge_opening


@pytest.mark.parametrize(
    ("error", "meaning", "code"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}), Meaning.GIVE_UP, 550),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (451, b"later")}), Meaning.RETRY, 451),
        (smtplib.SMTPDataError(554, b"rejected"), Meaning.GIVE_UP, 554),
        (smtplib.SMTPDataError(421, b"closing"), Meaning.RETRY, 421),
        (smtplib.SMTPSenderRefused(530, b"sign in first", "s@b.example"), Meaning.PAUSE, 530),
        (smtplib.SMTPSenderRefused(452, b"full", "s@b.example"), Meaning.RETRY, 452),
        (smtplib.SMTPSenderRefused(550, b"not you", "s@b.example"), Meaning.PAUSE, 550),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (535, b"sign in first")}), Meaning.PAUSE, 535),
        (smtplib.SMTPHeloError(554, b"go away"), Meaning.PAUSE, 554),
        (smtplib.SMTPNotSupportedError("SMTPUTF8 not supported"), Meaning.GIVE_UP, None),
        (smtplib.SMTPSenderRefused(552, b"too large", "s@b.example"), Meaning.GIVE_UP, 552),
        (smtplib.SMTPServerDisconnected("lost"), Meaning.RETRY, None),
        (TimeoutError(), Meaning.RETRY, None),
        (OSError("no space left"), Meaning.RETRY, None),
        (UnicodeEncodeError("ascii", "é", 0, 1, "no"), Meaning.BROKEN, None),
    ],
)
def test_each_failure_to_send_has_its_meaning(error: Exception, meaning: Meaning, code: int | None):
    failure = judge(error)
    assert (failure.meaning, failure.code) == (meaning, code)
    assert failure.ends_run is (meaning is Meaning.PAUSE)


@pytest.mark.parametrize(
    ("error", "meaning", "code"),
    [
        (smtplib.SMTPAuthenticationError(535, b"wrong"), Meaning.PAUSE, 535),
        (smtplib.SMTPAuthenticationError(454, b"cannot say"), Meaning.PAUSE, 454),
        (smtplib.SMTPException("No suitable authentication method found."), Meaning.PAUSE, None),
        (smtplib.SMTPConnectError(554, b"go away"), Meaning.PAUSE, 554),
        (smtplib.SMTPConnectError(421, b"busy"), Meaning.RETRY, 421),
        (smtplib.SMTPConnectError(-1, b"SSH-2.0"), Meaning.PAUSE, None),
        (smtplib.SMTPNotSupportedError("STARTTLS not supported"), Meaning.PAUSE, None),
        (smtplib.SMTPResponseException(454, b"TLS not available"), Meaning.PAUSE, 454),
        (ssl.SSLCertVerificationError("self-signed"), Meaning.PAUSE, None),
        (ConnectionRefusedError(), Meaning.PAUSE, None),
        (socket.gaierror(-2, "Name or service not known"), Meaning.PAUSE, None),
        (OSError(errno.EHOSTUNREACH, "No route to host"), Meaning.PAUSE, None),
        (UnicodeEncodeError("ascii", "é", 0, 1, "a password"), Meaning.PAUSE, None),
        (smtplib.SMTPServerDisconnected("lost"), Meaning.RETRY, None),
        (ConnectionResetError(), Meaning.RETRY, None),
        (TimeoutError(), Meaning.RETRY, None),
    ],
)
def test_a_failure_to_connect_or_sign_in_is_never_about_the_mail(error: Exception, meaning: Meaning, code: int | None):
    failure = judge_opening(error)
    assert (failure.meaning, failure.code, failure.ends_run) == (meaning, code, True)


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (smtplib.SMTPServerDisconnected("lost"), Meaning.RECONNECT),
        (smtplib.SMTPSenderRefused(421, b"too many", "s@b.example"), Meaning.RECONNECT),
        (ConnectionResetError(), Meaning.RECONNECT),
        (smtplib.SMTPSenderRefused(451, b"later", "s@b.example"), Meaning.RETRY),
        (smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"unknown")}), Meaning.GIVE_UP),
        (TimeoutError(), Meaning.RETRY),
    ],
)
def test_the_end_of_a_connection_that_served_others_says_nothing_of_the_next_mail(error: Exception, meaning: Meaning):
    assert judge(error, is_reused=True).meaning is meaning


def test_a_timeout_that_smtplib_reports_as_a_disconnection_is_a_timeout():
    try:
        try:
            raise TimeoutError("timed out")
        except TimeoutError:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed: timed out")  # noqa: B904 (as smtplib)
    except smtplib.SMTPServerDisconnected as error:
        failure = judge(error, is_reused=True)
    assert (failure.meaning, failure.error) == (Meaning.RETRY, "TimeoutError")


def test_gaps_grow_and_are_capped():
    for attempts, longest in ((1, 2 * FIRST_GAP_S), (4, 16 * FIRST_GAP_S), (30, LONGEST_GAP_S)):
        gaps = [choose_gap_s(attempts) for _ in range(500)]
        assert 0 <= min(gaps) < longest / 5
        assert longest * 0.8 < max(gaps) <= longest
