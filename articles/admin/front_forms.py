"""The forms for arranging the front page. They work without a script: lists, numbers, times."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Max, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles import arranging
from articles.admin.searching import SearchedSelect
from articles.front_page import Arrangement, Choice
from articles.limits import BREAKING_LENGTH, FRONT_SLOTS
from articles.models import Article, FrontSlot, Section
from articles.models.front import is_or_will_be_live
from articles.states import KindOfWork

# Without a script a story is chosen from a list, which nobody reads further than this.
_LISTED = 50

PLACES = [_("Lead"), *[format_lazy(_("Second row, {number}"), number=number) for number in range(1, FRONT_SLOTS)]]


class StorySelect(SearchedSelect):
    """One story: found by typing, or without a script one of the newest."""

    def __init__(self, empty: Any, listed: Sequence[Article]) -> None:
        super().__init__(FrontSlot._meta.get_field("article"), admin.site)
        self.empty, self.listed = empty, listed

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        return {**super().build_attrs(base_attrs, extra_attrs), "data-placeholder": str(self.empty)}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        groups = super().optgroups(name, value, attr)
        options = groups[0][1]
        options[0]["label"] = self.empty
        shown = {str(option["value"]) for option in options}
        for story in self.listed:
            if str(story.pk) not in shown:
                options.append(self.create_option(name, story.pk, str(story), selected=False, index=len(options)))
        return groups


def listed_stories() -> list[Article]:
    """The newest stories that are or will be live, without advertisements."""
    stories = Article.objects.filter(is_or_will_be_live()).exclude(kind_of_work=KindOfWork.ADVERTISEMENT)
    return list(stories.annotate(newest=Max("editions__first_visible_from")).order_by("-newest", "-pk")[:_LISTED])


class StoryField(forms.ModelChoiceField[Article]):
    """A story, or none."""

    def __init__(self, *, label: Any, empty: Any, listed: Sequence[Article], by: User) -> None:
        widget = StorySelect(empty, listed)
        # The verb says, in words, which stories may be chosen; until then any choice stays in the field. But the key of
        # a draft that this person may not see is not accepted: the field and the verb would reveal its headline.
        known = is_or_will_be_live() | Q(pk__in=Article.objects.visible_to(by).values("pk"))
        super().__init__(Article.objects.filter(known), label=label, required=False, widget=widget)


class MomentField(forms.SplitDateTimeField):
    """A date and a time in the browser's own inputs, in the zone shown beside them."""

    def __init__(self, label: Any) -> None:
        day: dict[str, Any] = {"type": "date", "aria-label": format_lazy(_("{label}: date"), label=label)}
        clock: dict[str, Any] = {"type": "time", "aria-label": format_lazy(_("{label}: time"), label=label)}
        widget = forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d", time_format="%H:%M", date_attrs=day, time_attrs=clock
        )
        super().__init__(label=label, required=False, widget=widget)


class PlaceForm(forms.Form):
    """A place: which story, until when, and its position among the others."""

    position = forms.IntegerField(label=_("Place"), min_value=1, max_value=99)
    until = MomentField(_("Until"))

    def __init__(self, *args: Any, listed: Sequence[Article], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["story"] = StoryField(label=_("Story"), empty=_("The newest"), listed=listed, by=by)


class SectionForm(forms.Form):
    """A section's position among the others."""

    position = forms.IntegerField(label=_("Place"), min_value=1, max_value=999)

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class WhenForm(forms.Form):
    """From when the arrangement counts, the time of the preview, and which arrangement the editor saw."""

    saw = forms.IntegerField(widget=forms.HiddenInput)
    at = MomentField(_("Counts from"))
    as_of = MomentField(_("Preview as of"))


class ArrangementForm:
    """The whole arrangement as one form, opened by `by`; it is filled with the `data` that was sent, or else with
    `arrangement`.
    """

    def __init__(self, arrangement: Arrangement, data: Mapping[str, Any] | None = None, *, by: User) -> None:
        listed = listed_stories()
        self.places = [
            PlaceForm(
                data,
                prefix=f"place-{number}",
                initial={"position": number + 1, "story": choice.article_id, "until": choice.ends_at},
                listed=listed,
                by=by,
            )
            for number, choice in enumerate(arrangement.choices)
        ]
        ranks = {pk: rank for rank, pk in enumerate(arrangement.sections)}
        sections = sorted(Section.objects.all(), key=lambda section: ranks.get(section.pk, len(ranks)))
        self.sections = [
            SectionForm(data, prefix=f"section-{section.pk}", initial={"position": rank}, section=section)
            for rank, section in enumerate(sections, start=1)
        ]
        self.when = WhenForm(data, initial={"saw": arranging.seen()})
        if data is not None:
            self._put_in_order()

    def is_valid(self) -> bool:
        """Whether everything that was sent is valid."""
        readable = [form.is_valid() for form in (*self.places, *self.sections, self.when)]
        return all(readable)

    @property
    def arrangement(self) -> Arrangement:
        """The arrangement that was sent, in order."""
        data = [form.cleaned_data for form in self.places]
        choices = tuple(Choice(one["story"].pk if one["story"] else None, one["until"]) for one in data)
        return Arrangement(choices, tuple(form.section.pk for form in self.sections))

    @property
    def saw(self) -> int:
        """The number of the arrangement that the editor saw."""
        return int(self.when.cleaned_data["saw"])

    @property
    def at(self) -> datetime | None:
        """From when it counts; None is from now on."""
        at: datetime | None = self.when.cleaned_data["at"]
        return at

    @property
    def as_of(self) -> datetime | None:
        """The time of the preview."""
        as_of: datetime | None = self.when.cleaned_data["as_of"]
        return as_of or self.at

    def _put_in_order(self) -> None:
        """Sort by the numbers; forms whose number cannot be read come last, in their present order."""
        self.places.sort(key=_position)
        self.sections.sort(key=_position)


def _position(form: forms.Form) -> float:
    form.is_valid()
    position: float = form.cleaned_data.get("position", float("inf"))
    return position


class BreakingForm(forms.Form):
    """A line of breaking news."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=BREAKING_LENGTH,
        help_text=_("Without a text the line says the headline of its story."),
    )
    at = MomentField(_("From"))
    until = MomentField(_("Until"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": "breaking", **kwargs})
        self.fields["story"] = StoryField(label=_("Story"), empty=_("No story"), listed=listed_stories(), by=by)
