"""The list of the desk: what its address asks for, and what is drawn around the cards."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from articles.models import Article
from comments import queues
from comments.desk import for_desk
from comments.models import Comment, WordRule
from comments.narrowing import FILTERS, Filter
from comments.policy import CAME_BACK_SHOWN, LOOKED_THROUGH, OBJECTED_SHOWN
from comments.querysets import CommentQuerySet
from newsportal.admin_lists import bounded_count
from newsportal.numbers import number_in
from newsportal.staff import staff

# A public id, a name, some words: anything longer was pasted by mistake.
_SEARCH_CHARACTERS = 200


@dataclass(frozen=True)
class Link:
    """A link from the list."""

    label: Any
    url: str
    is_current: bool = False
    count: int = 0
    # The name, if it is a view.
    name: str = ""


@dataclass(frozen=True)
class Select:
    """A filter as it is drawn."""

    name: str
    label: Any
    choices: list[tuple[str, Any]]
    value: str

    @property
    def chosen(self) -> Any:
        """The label of the chosen value; empty if none is chosen."""
        return next((label for value, label in self.choices if value == self.value), "")


class DeskList(ChangeList):
    """Django's list of rows, but the desk finds the rows by itself.

    Unknown values in an address (a view, a filter, a number) are ignored: they are never an error.
    """

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> CommentQuerySet:
        """The rows of the page, without those on top of it."""
        self.filter_specs: list[Any] = []
        self.has_filters = self.has_active_filters = False
        self.given = request.GET
        self.by = staff(request)
        self.found = queues.find(self.asked)
        rows = self.found.rows
        if self.top:
            rows = rows.exclude(pk__in=[comment.pk for comment in self.top])
        return for_desk(rows)

    def get_results(self, request: HttpRequest) -> None:
        """The page; on top of the first one, what came back to this moderator."""
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            # If there is no such page, perhaps because its last comments were decided: the nearest one.
            pages = self.model_admin.get_paginator(request, self.queryset, self.list_per_page).num_pages
            self.page_num = max(1, min(self.page_num, pages))
            super().get_results(request)
        if self.top:
            self.result_count += len(self.top)
            if self.page_num == 1:
                self.result_list = [*self.top, *self.result_list]

    @cached_property
    def asked(self) -> queues.Asked:
        """What the address asks for."""
        queue = queues.queue_named(self.given.get("queue", ""))
        named = {order.name: order for order in queue.orders}
        chosen = {select.name: select.value for select in self.selects if select.value}
        return queues.Asked(
            queue=queue,
            order=named.get(self.given.get("order", ""), queue.orders[0]),
            words=self.query.strip()[:_SEARCH_CHARACTERS],
            narrowed=tuple((one, chosen[one.name]) for one in FILTERS if one.name in chosen),
            story=number_in(self.given.get("story", "")),
            author=Comment.objects.filter(public_id=self.given.get("author", "")).first(),
            caught_by=number_in(self.given.get("caught", "")),
        )

    @cached_property
    def top(self) -> list[Comment]:
        """What this moderator returned and its author has changed, and the objections that they can answer."""
        if self.asked.queue is not queues.WAITING or self.asked.order is not queues.BLEND or self.asked.is_narrowed:
            return []
        objected = for_desk(queues.objected_for(self.by)[:OBJECTED_SHOWN])
        return [*objected, *for_desk(queues.came_back_to(self.by)[:CAME_BACK_SHOWN])]

    @cached_property
    def selects(self) -> list[Select]:
        """The filters with their choices; an unknown value counts as none."""
        return [_select(one, self.given.get(one.name, "")) for one in FILTERS]

    @cached_property
    def tabs(self) -> list[Link]:
        """The views, each with how many it holds."""
        return [
            Link(
                queue.label,
                self._url(queue="" if queue is queues.WAITING else queue.name, order=""),
                queue is self.asked.queue,
                count,
                queue.name,
            )
            for queue, count in queues.counted()
        ]

    @cached_property
    def orders(self) -> list[Link]:
        """The orders of this view."""
        return [
            Link(order.label, self._url(order=order.name if number else ""), order is self.asked.order)
            for number, order in enumerate(self.asked.queue.orders)
        ]

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """The hidden fields of the filters' form."""
        names = ("queue", "order")
        return [(name, value) for name, value in self._parameters().items() if name in names]

    @cached_property
    def story(self) -> str:
        """The headline of the story to which the list is narrowed, as the newsroom has it."""
        if self.asked.story is None:
            return ""
        return Article.objects.filter(pk=self.asked.story).values_list("headline", flat=True).first() or _("not there")

    @cached_property
    def word_rule(self) -> str:
        """The words of the rule to whose catches the list is narrowed."""
        rule = WordRule.objects.filter(pk=self.asked.caught_by or 0).first()
        return rule.words if rule else _("not there")

    @cached_property
    def holding(self) -> list[Link]:
        """What the list is narrowed by, each with the address without it."""
        return [Link(label, self._url(**{name: ""})) for name, label, _without in self._narrowing()]

    @cached_property
    def droppable(self) -> list[Link]:
        """The same for an empty list, with how many comments there would be without each."""
        links = []
        for name, label, without in self._narrowing():
            count = bounded_count(queues.find(without).rows)
            links.append(Link(label, self._url(**{name: ""}), count=count))
        return links

    @property
    def looked_through(self) -> str:
        """How many comments of a view are searched, as a formatted number."""
        return number_format(LOOKED_THROUGH, use_l10n=True, force_grouping=True)

    @property
    def everywhere(self) -> str:
        """The address of the same in the view of all comments; empty if that is this one."""
        return "" if self.asked.queue.name == "all" else self._url(queue="all", order="")

    def _narrowing(self) -> Iterator[tuple[str, str, queues.Asked]]:
        asked = self.asked
        if asked.words:
            yield "q", _("Words: %(words)s") % {"words": asked.words}, replace(asked, words="")
        if asked.story is not None:
            yield "story", _("Story: %(headline)s") % {"headline": self.story}, replace(asked, story=None)
        if asked.author is not None:
            yield "author", _("By the author of “%(name)s”") % {"name": asked.author}, replace(asked, author=None)
        if asked.caught_by is not None:
            yield "caught", _("Word rule: %(words)s") % {"words": self.word_rule}, replace(asked, caught_by=None)
        for select in self.selects:
            if select.value:
                others = tuple(pair for pair in asked.narrowed if pair[0].name != select.name)
                yield select.name, f"{select.label}: {select.chosen}", replace(asked, narrowed=others)

    def _parameters(self) -> dict[str, str]:
        """The known parameters of the address, without anything else that somebody put into it."""
        asked = self.asked
        return {
            "queue": asked.queue.name if asked.queue is not queues.WAITING else "",
            "order": asked.order.name if asked.order is not asked.queue.orders[0] else "",
            "q": asked.words,
            "story": str(asked.story or ""),
            "author": asked.author.public_id if asked.author else "",
            "caught": str(asked.caught_by or ""),
            **{one.name: value for one, value in asked.narrowed},
        }

    def _url(self, **changed: str) -> str:
        return "?" + urlencode({name: value for name, value in (self._parameters() | changed).items() if value})


# --- How ------------------------------------------------------------------------------------------------------------


def _select(one: Filter, value: str) -> Select:
    choices = one.choices()
    return Select(one.name, one.label, choices, value if value in dict(choices) else "")
