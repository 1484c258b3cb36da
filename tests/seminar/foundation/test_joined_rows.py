"""Joined rows are those of the ORM, column by column, on each database."""

import uuid
from datetime import datetime
from typing import Any

import pytest

from registration.models import Link
from seminar.foundation.joined_rows import JoinedRows
from tests.factories import make_focal_point, make_registration

pytestmark = pytest.mark.django_db

ROWS = JoinedRows(Link, "registration__seminar", "registration__delegation", "focal_point__delegation")


def read_columns(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_row_and_those_it_points_to_are_as_the_orm_reads_them(django_assert_num_queries: Any):
    registration = make_registration()
    link = Link.objects.ensure(registration=registration)
    with django_assert_num_queries(1):
        found = ROWS.find(id=link.pk.hex, version=link.version)
        assert found is not None
        reached = [found, found.registration, found.registration.seminar, found.registration.delegation]
    expected = [type(row)._default_manager.get(pk=row.pk) for row in reached]
    assert [read_columns(row) for row in reached] == [read_columns(row) for row in expected]
    assert isinstance(found.pk, uuid.UUID)
    assert isinstance(found.expires_at, datetime)
    assert found.expires_at.tzinfo
    assert isinstance(found.registration.seminar.focus_en, list)
    assert found.registration.link is found  # as select_related would leave it


def test_what_it_does_not_point_to_is_none(django_assert_num_queries: Any):
    link = Link.objects.ensure(focal_point=make_focal_point(make_registration().delegation))
    found = ROWS.find(id=link.pk, version=link.version)
    assert found is not None
    with django_assert_num_queries(0):
        assert found.registration is None
        assert found.focal_point.delegation.code


def test_a_changed_row_can_be_saved():
    link = Link.objects.ensure(registration=make_registration())
    found = ROWS.find(id=link.pk)
    assert found is not None
    found.version += 1
    found.save()
    assert Link.objects.get().version == link.version + 1


def test_nothing_is_found_where_a_column_differs():
    link = Link.objects.ensure(registration=make_registration())
    assert ROWS.find(id=link.pk, version=link.version + 1) is None
    assert ROWS.find(id=uuid.uuid4()) is None
