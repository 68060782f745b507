"""Accounts in the admin: colleagues are invited and never deleted; nobody can grant a right that they do not hold."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Imported because they register admins, which are unregistered below.
from django_otp.plugins.otp_static import admin as _recovery_codes  # noqa: F401
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp import admin as _apps  # noqa: F401
from django_otp.plugins.otp_totp.models import TOTPDevice

from newsportal.accounts import factors, inviting, mails, permissions, sessions
from newsportal.accounts.forms import AccountForm, InvitationForm
from newsportal.accounts.models import AccountMail
from newsportal.refusal import Refusal
from newsportal.staff import staff

# Nobody may read the keys of others' apps, or their recovery codes.
admin.site.unregister([TOTPDevice, StaticDevice, User, Group])

# If one of these changes, so do the account's rights: its sessions have to begin anew.
_RIGHTS = {"is_active", "is_staff", "is_superuser", "groups", "user_permissions"}


@admin.register(Group)
class RightsOfGroupsAdmin(GroupAdmin):
    """Django's, which declares that it changes rights."""

    changes_rights = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and staff(request).is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and staff(request).is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and staff(request).is_superuser


class AccountAdmin(UserAdmin[User]):
    """The newsroom's people. Not registered here: `articles` adds what becomes of a leaving person's work."""

    changes_rights = True
    form = AccountForm
    add_form = InvitationForm
    add_form_template = "admin/accounts/invite.html"
    change_form_template = "admin/accounts/change_form.html"
    add_fieldsets = ((None, {"fields": ("username", "email", ("first_name", "last_name"), "groups")}),)
    fieldsets = (
        (None, {"fields": ("username", ("first_name", "last_name"), "email")}),
        (gettext_lazy("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
        (gettext_lazy("Times"), {"fields": ("last_login", "date_joined")}),
    )
    list_display = ("username", "email", "first_name", "last_name", "is_active", "last_login")
    filter_horizontal = ("user_permissions",)
    actions = None

    # --- Who may ----------------------------------------------------------------------------------------------------

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody is deleted, because every act says who did it; people who leave are deactivated."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only for accounts that may do no more than one's own."""
        may = super().has_change_permission(request, obj)
        return may and (obj is None or permissions.can_manage(staff(request), obj))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        fixed = ["last_login", "date_joined"]
        return fixed if staff(request).is_superuser else [*fixed, "is_superuser", "user_permissions"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """People who are no admins can only add groups that may do nothing beyond what they may do themselves."""
        if db_field.name == "groups":
            # There are few groups, and Django's two lists are hard to use on a phone or with a screen reader.
            kwargs["widget"] = CheckboxSelectMultiple
            if not staff(request).is_superuser:
                kwargs["queryset"] = _groups_within(staff(request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    # --- What is done -----------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        """Django's addresses, without the page for setting somebody else's password: a link is sent instead."""
        site = self.admin_site
        own = [
            path("<int:pk>/link/", site.admin_view(self.send_link), name="auth_user_link"),
            path("<int:pk>/second-factor/", site.admin_view(self.reset_factor), name="auth_user_reset_factor"),
        ]
        return own + [url for url in super().get_urls() if url.name != "auth_user_password_change"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        super().save_model(request, obj, form, change)
        if change and _RIGHTS.intersection(form.changed_data):
            sessions.end_all(obj, but=request)
        if change and "email" in form.changed_data:
            # Links go to a new address from now on: whoever has the account is told at the old one.
            mails.owe(AccountMail.Kind.ADDRESS_CHANGED, obj, to=form.initial["email"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        if not change:
            inviting.invite(form.instance)
            messages.success(request, _("The invitation goes to %(to)s.") % {"to": form.instance.email})

    def send_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the invitation once more, or a link for choosing a new password."""
        return self._done(request, pk, lambda user: inviting.send_link(user, by=staff(request)))

    def reset_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a colleague who has lost their second factor set up a new one."""
        return self._done(request, pk, lambda user: _reset(user, by=staff(request)))

    send_link.needs_confirmation = True  # type: ignore[attr-defined]
    reset_factor.needs_confirmation = True  # type: ignore[attr-defined]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's page, with the buttons for a lost password and a lost second factor."""
        user = self.get_object(request, object_id)
        shown = {"has_factor": factors.has_any(user), "is_self": user == request.user} if user else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def _done(self, request: HttpRequest, pk: int, act: Any) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        if request.method == "POST":
            try:
                messages.success(request, act(user))
            except Refusal as refusal:
                messages.error(request, refusal.words)
        return redirect("admin:auth_user_change", pk)


def _reset(user: User, *, by: User) -> str:
    factors.reset(user, by=by)
    return _("The second factor was reset, and all sessions ended. It can be set up anew after signing in.")


def _groups_within(user: User) -> QuerySet[Group]:
    """The groups all of whose permissions this person has."""
    held = user.get_all_permissions()
    within = [
        group.pk
        for group in Group.objects.prefetch_related("permissions__content_type")
        if {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all()} <= held
    ]
    return Group.objects.filter(pk__in=within).order_by("name")
