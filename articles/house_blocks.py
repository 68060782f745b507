"""Blocks that the portal writes into pages about the paper, made anew whenever such a page is, so that they are never
out of date. The app that owns the numbers registers the block; a block says which names it shows (`newsportal.pages`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from articles.states import Kind, KindOfWork

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True)
class Block:
    """`name` stands in the marker, `label` tells editors what the block says, `render` makes its HTML."""

    name: str
    label: "str | _StrPromise"
    render: Callable[[], str]


_blocks: dict[str, Block] = {}


def register(block: Block) -> None:
    """Offer a block to editors; an app does so in `ready()`."""
    _blocks[block.name] = block


def all_blocks() -> list[Block]:
    """All blocks, in the order of registration."""
    return list(_blocks.values())


def rendered(name: str) -> str:
    """A block as HTML; empty for a name that is no longer known: readers need not see what an editor must mend."""
    return _blocks[name].render() if name in _blocks else ""


def unknown(names: list[str]) -> list[str]:
    """The names among these that no block has, each once."""
    return [name for name in dict.fromkeys(names) if name not in _blocks]


def _publisher() -> str:
    facts = {
        "publisher": settings.PUBLISHER,
        "address": settings.PUBLISHER_ADDRESS,
        "responsible": settings.RESPONSIBLE_PERSON,
        "email": settings.CONTACT_EMAIL,
    }
    return render_to_string("articles/blocks/_publisher.html", {**facts, **_site()})


def _contact() -> str:
    return render_to_string("articles/blocks/_contact.html", {"email": settings.CONTACT_EMAIL})


def _kinds_of_change() -> str:
    return render_to_string("articles/blocks/_changes.html", {"kinds": Kind})


def _kinds_of_work() -> str:
    return render_to_string("articles/blocks/_work.html", {"kinds": KindOfWork})


def _site() -> dict[str, str]:
    return {"name": settings.SITE_NAME, "url": settings.SITE_URL}


register(Block("publisher", _("Who publishes the paper, from the settings"), _publisher))
register(Block("contact", _("Where to write to whom"), _contact))
register(Block("changes", _("Typos, updates, clarifications, corrections: what each is"), _kinds_of_change))
register(Block("work", _("News, analysis, opinion, advertisement: what each is"), _kinds_of_work))
