"""The groups of staff and what each may do."""

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.management import call_command

from seminar.access import ROLE_PERMISSIONS, Visitor, staff_actor, sync_groups
from seminar.foundation.audit import Actor
from tests.factories import make_user

pytestmark = pytest.mark.django_db

# Written out by hand from docs/organizers.md, not read from the code under test.
MAY_APPROVE = {"approver"}
MAY_SEE_PEOPLE = {"desk", "secretariat", "approver"}
MAY_CHANGE_ACCOUNTS = {"administrator"}
MAY_CHANGE_EDITIONS = {"secretariat", "administrator"}
MAY_CHANGE_DELEGATIONS = {"secretariat"}


def names_of(group: Group) -> set[str]:
    return {
        f"{label}.{codename}"
        for label, codename in group.permissions.values_list("content_type__app_label", "codename")
    }


def groups_with(permission: str) -> set[str]:
    return {group.name for group in Group.objects.all() if permission in names_of(group)}


def test_after_the_migrations_each_group_has_exactly_the_permissions_of_its_role():
    assert {group.name: names_of(group) for group in Group.objects.all()} == {
        role: set(permissions) for role, permissions in ROLE_PERMISSIONS.items()
    }


def test_each_named_permission_exists():
    existing = {
        f"{label}.{codename}"
        for label, codename in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert {name for names in ROLE_PERMISSIONS.values() for name in names} - existing == set()


def test_the_roles_are_those_of_the_organizers_guide():
    assert groups_with("registration.approve_registration") == MAY_APPROVE
    assert groups_with("registration.view_registration") == MAY_SEE_PEOPLE
    assert groups_with("seminar.change_user") == groups_with("seminar.add_user") == MAY_CHANGE_ACCOUNTS
    assert groups_with("seminar.change_seminar") == MAY_CHANGE_EDITIONS
    assert groups_with("seminar.add_seminar") == {"administrator"}
    assert groups_with("seminar.change_delegation") == MAY_CHANGE_DELEGATIONS


def test_only_the_programme_is_deleted_from_and_nobody_changes_a_registration_or_a_mail_by_hand():
    granted = {name for names in ROLE_PERMISSIONS.values() for name in names}
    assert {name for name in granted if ".delete_" in name and not name.startswith("agenda.")} == {
        "registration.delete_appearance"
    }
    assert {name for name in ROLE_PERMISSIONS["approver"] if ".delete_" in name} == set()
    assert granted & {"registration.change_registration", "registration.change_outgoingmail"} == set()


def test_a_group_that_was_changed_by_hand_is_set_right_by_the_next_migration():
    desk = Group.objects.get(name="desk")
    desk.permissions.set(Permission.objects.filter(codename="delete_user"))
    Group.objects.filter(name="approver").delete()
    call_command("migrate", verbosity=0)
    assert names_of(desk) == set(ROLE_PERMISSIONS["desk"])
    assert groups_with("registration.approve_registration") == MAY_APPROVE


def test_setting_the_groups_right_keeps_their_members():
    user = make_user("desk")
    sync_groups()
    assert [group.name for group in user.groups.all()] == ["desk"]


def test_an_actor_is_named_by_its_row():
    user = make_user("desk")
    assert staff_actor(user) == Actor("staff", str(user.pk))
    assert Visitor(registration_id=7).delegate_actor == Actor("delegate", "7")
    assert Visitor(focal_point_id=8).focal_point_actor == Actor("focal_point", "8")


def test_only_a_registrations_link_makes_a_participant():
    assert Visitor(registration_id=7).is_participant
    assert not Visitor(focal_point_id=8).is_participant
    assert not Visitor().is_participant
    assert not AnonymousUser().is_authenticated
