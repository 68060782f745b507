"""What readers are told by mail, as a form: for the page of an address, whose link is only ever mailed to it."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from comments import policy, subscribing
from comments.models import Commenter, Revision
from comments.states import Pace, Topic

# How many texts of an author are searched for conversations to choose.
_TEXTS = policy.CONVERSATIONS_TO_CHOOSE * 10
_AS_OTHERS = ("", _("like the others"))


class SubscriptionsForm(forms.Form):
    """How soon the owner of an address is told about each topic, and each of the newest conversations they are in."""

    def __init__(self, commenter: Commenter, action: str, data: Any = None) -> None:
        super().__init__(data)
        self.commenter = commenter
        chosen = subscribing.wishes(commenter)
        for topic in Topic:
            self.fields[topic.value] = _choice(topic.label, Pace.choices, chosen.topics[topic])
        for thread, headline in _conversations(commenter).items():
            label = _("Your comments on “%(headline)s”") % {"headline": headline}
            pace = chosen.threads.get(thread, "")
            self.fields[f"thread-{thread}"] = _choice(label, [_AS_OTHERS, *Pace.choices], pace, required=False)
        self.helper = FormHelper()
        self.helper.form_id = "subscriptions-form"
        self.helper.form_action = action
        self.helper.form_method = "post"
        # A token would need a cookie: see `newsportal.origin`.
        self.helper.disable_csrf = True
        self.helper.add_input(Submit("choose", _("Save")))
        self.helper.add_input(Submit("everything", _("No mails at all"), css_class="secondary"))

    def is_wanted(self) -> bool:
        """Whether it can be saved: a valid choice, or the button for no mails at all, whatever else it carries."""
        return self.is_valid() or "everything" in self.data

    def save(self) -> None:
        """Write down what was chosen, or that nothing is wanted; only if `is_wanted`."""
        if "everything" in self.data:
            subscribing.stop(self.commenter, subscribing.EVERYTHING, 0)
            return
        given = self.cleaned_data
        topics = {topic: Pace(given[topic.value]) for topic in Topic}
        threads = {
            int(name.removeprefix("thread-")): Pace(pace) if pace else None
            for name, pace in given.items()
            if name.startswith("thread-")
        }
        subscribing.choose(self.commenter, topics, threads)


def _choice(label: Any, choices: Any, pace: str, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, initial=str(pace), required=required)


def _conversations(commenter: Commenter) -> dict[int, str]:
    """The newest conversations that somebody is in, by number, with the headline that they read."""
    texts = Revision.objects.filter(comment__commenter=commenter, edition__isnull=False).order_by("-pk")
    found: dict[int, str] = {}
    for thread, headline in texts.values_list("comment__thread", "edition__headline")[:_TEXTS]:
        if len(found) < policy.CONVERSATIONS_TO_CHOOSE:
            found.setdefault(thread, " ".join(headline.split()))
    return found
