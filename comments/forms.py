"""Is it well formed? The readers' forms, by crispy-forms. What is cleaned here is cleaned as `comments.text` says."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles.models import Edition
from comments import policy
from comments.imitation import imitates_staff
from comments.models import Comment
from comments.posting import Draft
from comments.text import count, name_to_store, to_store

# No story has a million editions.
_LONGEST_NUMBER = 6


_MINIMUM = format_lazy(_("Minimum {least} characters"), least=policy.MINIMUM_CHARACTERS)


class TextField(forms.CharField):
    """A comment's text: at most so many code points as typed, at least so many characters as a reader counts them."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"rows": 6, "minlength": policy.MINIMUM_CHARACTERS}
        super().__init__(strip=False, widget=forms.Textarea(attrs=attrs), **kwargs)

    def clean(self, value: str | None) -> str:
        """The text as it is kept; raises ValidationError with the number that was counted."""
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
    """A name in one line, in which something can be seen."""

    def clean(self, value: str | None) -> str:
        """The name as it is kept."""
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
        """The text, as it came."""
        return value or ""


class _PlainAddressValidator(EmailValidator):
    """An address without encoded words (RFC 2047): the mail library would decode them, and write to somebody else."""

    def __call__(self, value: str | None) -> None:
        super().__call__("" if "=?" in (value or "") else value)


class _OwnEmailField(forms.EmailField):
    """An address, or nothing. What cannot be stored or seen in it is dropped before it is looked at."""

    default_validators = [_PlainAddressValidator()]

    def to_python(self, value: Any) -> str:
        """The address as mail is sent to it: its domain in ASCII (RFC 5890), so that its length is what is kept."""
        address = str(super().to_python(name_to_store(str(value or ""))))
        local, at, domain = address.rpartition("@")
        try:
            return f"{local}{at}{domain.encode('idna').decode()}" if at else address
        except UnicodeError:
            return address


class _LengthsMixin(forms.BaseForm):
    """What the counter beside the text needs."""

    minimum = policy.MINIMUM_CHARACTERS
    maximum = policy.MAXIMUM_CODE_POINTS

    @property
    def counted(self) -> int:
        """How many characters the text has that came back with an error."""
        raw = str(self["body"].value() or "")
        return count(raw[: policy.MAXIMUM_CODE_POINTS])


class CommentForm(_LengthsMixin, forms.Form):
    """A comment on a story, or an answer to a comment. Fields that it does not have are ignored."""

    name = NameField(label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = _OwnEmailField(
        label=_("E-mail (optional)"),
        required=False,
        max_length=254,
        help_text=_("Never shown. We mail one link to confirm it, and then what was decided."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    body = TextField(label=_("Comment"), help_text=_MINIMUM)
    # People do not see this one; scripts fill it, and so do some browsers.
    website = AnyField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    parent = AnyField(required=False, widget=forms.HiddenInput)
    edition = AnyField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, story: Edition | None = None, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.story = story
        self.fields["website"].trap = True  # type: ignore[attr-defined]
        self.helper = _helper("comment-form", action, Submit("send", _("Send comment")))

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
        """The number of the edition that was read; anything else is no number."""
        number = self.cleaned_data["edition"]
        return int(number) if number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER else None

    def draft(self) -> Draft:
        """What was written, ready to be posted; only of a valid form."""
        data = self.cleaned_data
        return Draft(
            name=data["name"],
            body=data["body"],
            email=data["email"],
            parent=data["parent"],
            edition_number=data["edition"],
            trap_filled=bool(data["website"]),
        )


class EditForm(_LengthsMixin, forms.Form):
    """A new text for one's own comment. `saw` is the state that its author saw."""

    body = TextField(label=_("Comment"), help_text=_MINIMUM)
    saw = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("comment-form", "", Submit("edit", _("Send the changed comment")))


class WithdrawForm(forms.Form):
    """One button: take the comment back."""

    saw = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper(
            "withdraw-form", "", Submit("withdraw", _("Withdraw this comment"), css_class="secondary")
        )


class ErasureForm(forms.Form):
    """One button, for what cannot be undone. It is pressed on a page that says what will happen."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("erasure-form", "", Submit("erase", _("Yes, erase it for good")))


class AskForm(forms.Form):
    """The address about which somebody asks."""

    email = _OwnEmailField(label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("ask-form", "", Submit("ask", _("Send me the link")))


class ConfirmForm(forms.Form):
    """One button: yes, this is my address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = _helper("confirm-form", "", Submit("confirm", _("Yes, this comment is mine")))


def _helper(form_id: str, action: str, button: Submit) -> FormHelper:
    helper = FormHelper()
    helper.form_id = form_id
    helper.form_action = action
    helper.form_method = "post"
    # A token would need a cookie, and a stored page has neither: see `newsportal.origin`.
    helper.disable_csrf = True
    # The server says what is wrong, in the same words with and without a script; the browser's bubble says less.
    helper.attrs = {"novalidate": ""}
    helper.add_input(button)
    return helper
