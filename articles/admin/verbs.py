"""The buttons under a story: what each does, and who sees which."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import permissions, publishing
from articles.admin.forms import VerbForm
from articles.models import Article


def _submit(article: Article, form: VerbForm, by: User) -> str:
    publishing.submit(article, by=by, saw=article.version, note=form.cleaned_data["note"])
    return _("Submitted for review.")


def _send_back(article: Article, form: VerbForm, by: User) -> str:
    publishing.send_back(article, by=by, saw=article.version, note=form.cleaned_data["note"])
    return _("Sent back to its writer.")


def _accept(article: Article, form: VerbForm, by: User) -> str:
    publishing.accept(article, by=by, saw=article.version, note=form.cleaned_data["note"])
    return _("Accepted: it is ready to be published.")


def _publish(article: Article, form: VerbForm, by: User) -> str:
    data = form.cleaned_data
    edition = publishing.publish(
        article,
        by=by,
        saw=article.version,
        kind=form.chosen_kind,
        note=data["note"],
        at=data["at"],
        scheduled=form.chosen_scheduled,
    )
    return _("Scheduled.") if edition.is_future else _("Published.")


def _cancel(article: Article, form: VerbForm, by: User) -> str:
    publishing.cancel(article, by=by, saw=article.version, note=form.cleaned_data["note"])
    return _("Cancelled: nothing of this story lies in the future any more.")


def _withdraw(article: Article, form: VerbForm, by: User) -> str:
    data = form.cleaned_data
    publishing.withdraw(
        article, by=by, saw=article.version, note=data["note"], at=data["at"], scheduled=form.chosen_scheduled
    )
    return _("Withdrawal scheduled.") if data["at"] else _("Withdrawn: readers no longer see it.")


VERBS: dict[str, Callable[[Article, VerbForm, User], str]] = {
    "submit": _submit,
    "send_back": _send_back,
    "accept": _accept,
    "publish": _publish,
    "cancel": _cancel,
    "withdraw": _withdraw,
}
_LABELS = {
    "submit": gettext_lazy("Submit for review"),
    "send_back": gettext_lazy("Send back"),
    "accept": gettext_lazy("Accept"),
    "publish": gettext_lazy("Publish"),
    "cancel": gettext_lazy("Cancel what is scheduled"),
    "withdraw": gettext_lazy("Withdraw"),
}


def verbs_for(user: User, article: Any) -> list[dict[str, Any]]:
    """The buttons that make sense for this person and this story: `{"name", "label", "is_next"}` each.

    The next step (`is_next`) is the one that the story awaits from this person.
    """
    publishes = permissions.can_publish(user, article)
    shown = {
        "submit": article.status == "draft" and permissions.can_submit(user, article),
        "send_back": article.status != "draft" and publishes,
        "accept": article.status != "ready" and publishes,
        "publish": publishes,
        "cancel": publishes and (article.is_scheduled or article.is_ending),
        "withdraw": publishes and (article.is_live or article.is_scheduled),
    }
    expected = ("publish" if article.status == "ready" else "accept") if publishes else "submit"
    return [
        {"name": f"_{name}", "label": _LABELS[name], "is_next": name == expected}
        for name, does in shown.items()
        if does
    ]
