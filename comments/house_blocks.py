"""What pages about the paper may say about comments: blocks, made from the policy's numbers and from the figures."""

from datetime import timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from articles.house_blocks import Block, register
from comments import names, policy, public_figures
from comments.held import PARTS, days
from comments.public_figures import Month
from comments.rules.current import current
from comments.spans import in_words
from comments.states import Reason
from newsportal.pages import shows


def register_all() -> None:
    """Offer them to editors."""
    register(Block("length", _("How long a comment is, and how many links it may have"), _length))
    register(Block("reasons", _("Why a comment is refused: each reason with its clause"), _reasons))
    register(Block("objecting", _("How to object to a decision, and until when"), _objecting))
    register(Block("waiting", _("How long comments waited for a decision last month"), _waiting))
    register(Block("figures", _("What moderation did last month"), _figures))
    register(Block("retention", _("What is stored of readers, why and for how long"), _retention))


def of_length() -> dict[str, object]:
    """What `comments/blocks/_length.html` needs; says what it shows."""
    shows(names.of_limits())
    return {
        "minimum": policy.MINIMUM_CHARACTERS,
        "maximum": policy.MAXIMUM_CODE_POINTS,
        "links_allowed": current().limits.links_allowed,
    }


def of_reasons() -> dict[str, object]:
    """The reasons of the guidelines, each with its clause."""
    reasons = [{"code": reason.value, "label": reason.label, "clause": policy.CLAUSES[reason]} for reason in Reason]
    return {"reasons": reasons}


def of_objecting() -> dict[str, object]:
    """How long one may object."""
    return {"window": days(policy.OBJECTION_WINDOW)}


def _length() -> str:
    return render_to_string("comments/blocks/_length.html", of_length())


def _reasons() -> str:
    return render_to_string("comments/blocks/_reasons.html", of_reasons())


def _objecting() -> str:
    return render_to_string("comments/blocks/_objecting.html", of_objecting())


def _waiting() -> str:
    month = _newest()
    waits: dict[str, Any] = {"month": month and month["month"]}
    if month and (median := month["figures"].median) is not None and (p90 := month["figures"].p90) is not None:
        waits |= {"median": in_words(timedelta(seconds=median)), "p90": in_words(timedelta(seconds=p90))}
    return render_to_string("comments/blocks/_waiting.html", waits)


def _figures() -> str:
    return render_to_string("comments/blocks/_figures.html", _newest() or {})


def _retention() -> str:
    parts = [{"what": one.what, "why": one.why, "kept": one.kept()} for one in PARTS]
    # Not in the database: `newsportal.erasures`.
    parts.append(
        {
            "what": _("That you had something erased"),
            "why": _(
                "So that it is erased again should we have to restore a backup from before: as a keyed hash, which does"
                " not tell what or whose it was."
            ),
            "kept": _("For good."),
        }
    )
    return render_to_string("comments/blocks/_retention.html", {"parts": parts})


def _newest() -> dict[str, Any] | None:
    """The newest complete month, or the present one if it is the first."""
    shows(names.of_moderation())
    months: list[tuple[Any, Month]] = public_figures.kept()
    if not months:
        return None
    month, figures = months[1] if len(months) > 1 else months[0]
    return {"month": month, "figures": figures}
