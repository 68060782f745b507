"""Is it well formed? The readers' forms, by crispy-forms. They clean text as `comments.text` does."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from articles.models import Edition
from comments import policy
from comments.imitation import imitates_staff
from comments.models import Comment
from comments.posting import Draft
from comments.text import count, name_to_store, to_store
from newsportal.mail_address import MailAddressField
from newsportal.numbers import STORY_DIGITS, number_in

# No language has a plural form that no number up to this one uses.
_PLURALS_SHOW_BY = 102


_MINIMUM = format_lazy(_("Minimum {least} characters"), least=policy.MINIMUM_CHARACTERS)


class TextField(forms.CharField):
    """A comment's text: at most so many code points as typed, at least so many characters as a reader counts them."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 6, "minlength": policy.MINIMUM_CHARACTERS}
        super().__init__(strip=False, widget=forms.Textarea(attrs=attrs), **kwargs)

    def clean(self, value: str | None) -> str:
        """The text as it is stored; raises ValidationError with the number that was counted."""
        raw = value or ""
        if not raw.strip():
            raise ValidationError(_("Write a comment."), code="required")
        if len(raw) > policy.MAXIMUM_CODE_POINTS:
            raise ValidationError(
                _("%(n)s of at most %(most)s characters. Shorten your comment."),
                code="too_long",
                params={"n": len(raw), "most": policy.MAXIMUM_CODE_POINTS},
            )
        text = to_store(raw)
        if (counted := count(text)) < policy.MINIMUM_CHARACTERS:
            raise ValidationError(
                _("%(n)s of %(least)s characters. Say a little more."),
                code="too_short",
                params={"n": counted, "least": policy.MINIMUM_CHARACTERS},
            )
        return text


class NameField(forms.CharField):
    """A name on one line, with something visible in it."""

    def clean(self, value: str | None) -> str:
        """The name as it is stored."""
        raw = value or ""
        if len(raw) > policy.NAME_CODE_POINTS * 2:
            raise ValidationError(_("This name is too long: %(most)s characters at most."), params=_NAME_LIMIT)
        name = name_to_store(raw)
        if not count(name):
            raise ValidationError(_("Give a name. It need not be your real one."), code="required")
        if len(name) > policy.NAME_CODE_POINTS:
            raise ValidationError(_("This name is too long: %(most)s characters at most."), params=_NAME_LIMIT)
        if imitates_staff(name):
            raise ValidationError(
                _("This name looks like that of somebody who works here. Choose another one."), code="imitation"
            )
        return name


_NAME_LIMIT = {"most": policy.NAME_CODE_POINTS}


class AnyField(forms.CharField):
    """Whatever a machine sent: never a reason to refuse what a person wrote."""

    def clean(self, value: str | None) -> str:
        """The text, unchanged."""
        return value or ""


class OwnEmailField(MailAddressField):
    """An address, or nothing. Characters in it that cannot be stored or seen are dropped before it is checked."""

    def shown(self, typed: str) -> str:
        """What was typed, as a name is stored."""
        return name_to_store(typed)


class _LengthsMixin(forms.BaseForm):
    """What the counter beside the text needs, and the script that keeps the text."""

    minimum = policy.MINIMUM_CHARACTERS
    maximum = policy.MAXIMUM_CODE_POINTS
    # A script keeps what is typed there in the browser, for so many days.
    kept_days = policy.DRAFT_KEPT.days

    @property
    def counter_words(self) -> dict[str, str]:
        """What the counter tells people who do not see it: "#" stands for the number."""
        return _counter_words(get_language())

    @property
    def counted(self) -> int:
        """How many characters the text has that came back with an error."""
        raw = str(self["body"].value() or "")
        return count(raw[: policy.MAXIMUM_CODE_POINTS])


@lru_cache
def _counter_words(language: str | None) -> dict[str, str]:
    def needed(n: int) -> str:
        return ngettext("%(n)s more character is needed", "%(n)s more characters are needed", n)

    def left(n: int) -> str:
        return ngettext("%(n)s character left", "%(n)s characters left", n)

    def over(n: int) -> str:
        return ngettext("%(n)s character too many", "%(n)s characters too many", n)

    sentences = {"more": _sentences(needed), "left": _sentences(left), "over": _sentences(over)}
    return {**sentences, "enough": str(_("That is enough"))}


def _sentences(say: Callable[[int], str]) -> str:
    """As JSON, a sentence for each plural form of the language, under the first number that uses it."""
    forms: dict[str, int] = {}
    for number in range(1, _PLURALS_SHOW_BY):
        forms.setdefault(say(number) % {"n": "#"}, number)
    return json.dumps({number: sentence for sentence, number in forms.items()}, ensure_ascii=False)


class CommentForm(_LengthsMixin, forms.Form):
    """A comment on a story, or an answer to a comment. Unknown fields are ignored."""

    before_buttons = "comments/_kept_text.html"
    after_buttons = "comments/_sending.html"

    name = NameField(label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = OwnEmailField(
        label=_("E-mail (optional)"),
        required=False,
        max_length=254,
        help_text=_("Never shown. We mail one link to confirm it, and then what was decided."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    body = TextField(label=_("Comment"), help_text=_MINIMUM)
    # People do not see this field; scripts fill it, and so do some browsers.
    website = AnyField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    # Our own form asks for advice before a comment is taken; a post without this field is taken as it is.
    asks_first = AnyField(required=False, widget=forms.HiddenInput, initial="1")
    parent = AnyField(required=False, widget=forms.HiddenInput)
    edition = AnyField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, story: Edition | None = None, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.story = story
        self.fields["website"].trap = True  # type: ignore[attr-defined]
        self.helper = form_helper("comment-form", action, Submit("send", _("Send comment")), **_KEPT)

    @classmethod
    def for_story(cls, edition: Edition, action: str, parent: Comment | None = None) -> "CommentForm":
        """The empty form under a story, or under a comment."""
        initial = {"edition": edition.number, "parent": parent.public_id if parent else ""}
        return cls(initial=initial, story=edition, action=action)

    def clean_parent(self) -> Comment | None:
        """The comment that is answered: one that readers see, under this story."""
        public_id = self.cleaned_data["parent"]
        if not public_id:
            return None
        public = Comment.objects.public().filter(thread_id=getattr(self.story, "article_id", None))
        parent = public.filter(public_id=public_id).first() if public_id.isalnum() and public_id.isascii() else None
        if parent is None:
            # The form comes back without it, so that the text can be sent as a comment on the story.
            self.data = {**self.data.dict(), "parent": ""} if isinstance(self.data, QueryDict) else self.data
            raise ValidationError(
                _("The comment that you answer is no longer there. Send your text again to answer the story itself.")
            )
        return parent

    def clean_edition(self) -> int | None:
        """The number of the edition that was read; None for anything else."""
        return number_in(self.cleaned_data["edition"], STORY_DIGITS)

    def after_advice(self) -> None:
        """Whatever is sent next is taken: advice is given once."""
        self.data = {**self.data.dict(), "asks_first": ""} if isinstance(self.data, QueryDict) else self.data
        self.helper.inputs = [
            Submit("send", _("Send the changed text")),
            Submit("anyway", _("Send anyway"), css_class="secondary"),
        ]

    def draft(self) -> Draft:
        """What was written, ready to be posted; only for a valid form."""
        data = self.cleaned_data
        return Draft(
            name=data["name"],
            body=data["body"],
            email=data["email"],
            parent=data["parent"],
            edition_number=data["edition"],
            trap_filled=bool(data["website"]),
            asks_first=bool(data["asks_first"]),
        )


class EditForm(_LengthsMixin, forms.Form):
    """A new text for one's own comment. `saw` is the state that its author saw."""

    before_buttons = "comments/_kept_text.html"

    body = TextField(label=_("Comment"), help_text=_MINIMUM)
    asks_first = AnyField(required=False, widget=forms.HiddenInput, initial="1")
    saw = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper("comment-form", "", Submit("edit", _("Send the changed comment")), **_KEPT)

    def after_advice(self) -> None:
        """Whatever is sent next is taken: advice is given once."""
        self.data = {**self.data, "body": self.data.get("body", ""), "asks_first": ""}
        # Both buttons say that this form is the one being sent.
        self.helper.inputs = [
            Submit("edit", _("Send the changed text")),
            Submit("edit", _("Send anyway"), css_class="secondary", css_id="submit-id-anyway"),
        ]


class ObjectionForm(forms.Form):
    """Why a rejection is wrong, in its author's words. `saw` is what the page showed of the comment."""

    words = forms.CharField(
        label=_("Why is it wrong?"),
        strip=False,
        help_text=_("A moderator who did not decide on it reads this beside your comment. It is not published."),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say why the decision is wrong.")},
    )
    saw = AnyField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_objection_%s", **kwargs})
        self.helper = form_helper("objection-form", "", Submit("object", _("Object to the decision")))

    def clean_words(self) -> str:
        """The words as they are stored: something visible, and no more than the policy allows."""
        raw = self.cleaned_data["words"]
        if len(raw) > policy.OBJECTION_CODE_POINTS:
            raise ValidationError(
                _("%(n)s of at most %(most)s characters. Shorten what you object."),
                code="too_long",
                params={"n": len(raw), "most": policy.OBJECTION_CODE_POINTS},
            )
        words = to_store(raw)
        if not count(words):
            raise ValidationError(_("Say why the decision is wrong."), code="required")
        return words


class WithdrawForm(forms.Form):
    """One button: take the comment back."""

    saw = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper(
            "withdraw-form", "", Submit("withdraw", _("Withdraw this comment"), css_class="secondary")
        )


class ErasureForm(forms.Form):
    """One button, for what cannot be undone, on a page that says what will happen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper("erasure-form", "", Submit("erase", _("Yes, erase it for good")))


class AskForm(forms.Form):
    """The address about which somebody asks."""

    email = OwnEmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper("ask-form", "", Submit("ask", _("Send me the link")))


class ConfirmForm(forms.Form):
    """One button: yes, this is my address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = form_helper("confirm-form", "", Submit("confirm", _("Yes, this comment is mine")))


# A script keeps what is typed there in the browser, for so many days.
_KEPT = {"data-kept-days": policy.DRAFT_KEPT.days}


def form_helper(form_id: str, action: str, button: Submit, **attributes: int) -> FormHelper:
    """How a readers' form is drawn and sent: to `action`, or to the page's own address if that is empty.

    Naming the address drops its anchor: otherwise somebody who followed an error to its field and sends again would be
    taken to that field, and not to what is wrong now. All our pages end with a slash.
    """
    helper = FormHelper()
    helper.form_id = form_id
    helper.form_action = action or "./"
    helper.form_method = "post"
    # A token would need a cookie, and a stored page has neither: see `newsportal.origin`.
    helper.disable_csrf = True
    # The server says what is wrong, in the same words with and without a script; the browser's bubble says less.
    helper.attrs = {"novalidate": "", **attributes}
    helper.add_input(button)
    return helper
