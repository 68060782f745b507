"""The newsroom's people, and what becomes of a leaving person's stories."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import handing_over, permissions
from articles.admin.comparing import seen_by
from newsportal.accounts.admin import AccountAdmin
from newsportal.accounts.permissions import can_manage
from newsportal.refusal import Refusal
from newsportal.staff import staff


class _Colleague(forms.ModelChoiceField[User]):
    """A choice of people, shown by their full names if they have one."""

    def label_from_instance(self, obj: User) -> str:
        return obj.get_full_name() or obj.get_username()


class HandOverForm(forms.Form):
    """Who takes over; `required` unless the work may wait for somebody."""

    to = _Colleague(label=gettext_lazy("Colleague"), queryset=User.objects.none())

    def __init__(self, data: Any = None, *, without: User, required: bool = True) -> None:
        super().__init__(data)
        field: Any = self.fields["to"]
        field.required = required
        if not required:
            field.empty_label = _("nobody yet: the stories wait among those left behind")
        staying = User.objects.filter(is_active=True, is_staff=True).exclude(pk=without.pk)
        field.queryset = staying.order_by("first_name", "last_name", "username")


@admin.register(User)
class ColleagueAdmin(AccountAdmin):
    """Accounts, with the page for letting somebody leave."""

    change_form_template = "admin/articles/colleague/change_form.html"

    def get_urls(self) -> list[Any]:
        """The accounts' addresses, preceded by ours."""
        view = self.admin_site.admin_view(self.leave_view)
        return [path("<int:pk>/leaving/", view, name="auth_user_leaving"), *super().get_urls()]

    def leave_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What they have in hand, who takes it over, and the button."""
        user = get_object_or_404(User, pk=pk)
        if not can_manage(staff(request), user) or user == request.user:
            raise PermissionDenied
        form = HandOverForm(request.POST if request.method == "POST" else None, without=user, required=False)
        if form.is_valid():
            try:
                handing_over.leave(user, to=form.cleaned_data["to"], by=staff(request))
            except Refusal as refusal:
                form.add_error(None, refusal.words)
            else:
                self.log_change(request, user, _("Left the newsroom."))
                messages.success(request, _("The account is closed, and its sessions have ended."))
                return redirect("admin:auth_user_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": user,
            "title": _("%(who)s leaves the newsroom") % {"who": user.get_full_name() or user.get_username()},
            "form": form,
            "had": handing_over.in_hand(user),
        }
        return TemplateResponse(request, "admin/articles/colleague/leaving.html", context)

    leave_view.needs_confirmation = True  # type: ignore[attr-defined]


class HandedOverMixin:
    """An admin of stories, which can be given to another owner."""

    def get_urls(self) -> list[Any]:
        """Django's addresses, preceded by ours."""
        assert isinstance(self, ModelAdmin)
        view = self.admin_site.admin_view(self.owner_view)
        return [
            path("<int:article_id>/owner/", view, name="articles_article_owner"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def owner_view(self, request: HttpRequest, article_id: int) -> HttpResponse:
        """The form, and the handing over."""
        assert isinstance(self, ModelAdmin)
        article = seen_by(self, request, article_id)
        if not permissions.can_hand_over(request.user, article):
            raise PermissionDenied
        form = HandOverForm(request.POST if request.method == "POST" else None, without=article.owner)
        if form.is_valid():
            try:
                handing_over.hand_over(article, to=form.cleaned_data["to"], by=staff(request))
            except Refusal as refusal:
                form.add_error(None, refusal.words)
            else:
                messages.success(request, _("The story was handed over."))
                return redirect("admin:articles_article_change", article_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": article,
            "title": _("Hand the story over"),
            "form": form,
        }
        return TemplateResponse(request, "admin/articles/article/owner.html", context)
