"""What becomes of a leaving person's work: it goes to a named colleague, or waits for one.

A story always has an owner. If that person has left, it is nobody's: it is in a list of its own
(`ArticleQuerySet.left_behind`) until an editor hands it to a colleague.
"""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from articles import editing, permissions
from articles.models import Article, PreviewLink, UnsavedText
from articles.states import Act
from newsportal.accounts import sessions
from newsportal.accounts.permissions import can_manage
from newsportal.refusal import NotPermitted, Refusal


@dataclass(frozen=True)
class InHand:
    """What somebody has in hand: their unpublished stories, their open links, and text that they typed and did not
    save.
    """

    stories: list[Article]
    links: list[PreviewLink]
    unsaved: list[UnsavedText]


def in_hand(user: User) -> InHand:
    """What has to be settled before this person leaves."""
    return InHand(
        list(Article.objects.filter(owner=user).in_work().order_by("-changed_at")),
        list(PreviewLink.objects.open().filter(made_by=user).select_related("article").order_by("expires_at")),
        list(UnsavedText.objects.filter(editor=user).select_related("article").order_by("saved_at")),
    )


@transaction.atomic
def hand_over(article: Article, *, to: User, by: User) -> None:
    """Make a colleague the owner of a story. Raises NotPermitted, and Refusal if they could do nothing with it."""
    if not permissions.can_hand_over(by, article):
        raise NotPermitted(_("You may not hand this story over."))
    _must_write(to)
    _give(Article.objects.select_for_update().get(pk=article.pk), to=to, by=by)


@transaction.atomic
def leave(user: User, *, to: User | None, by: User) -> InHand:
    """Let somebody leave the newsroom: they are signed out everywhere and cannot sign in again; nothing of theirs is
    deleted. What they have in hand goes to the colleague `to`, with links and unsaved text; without one, the stories
    wait among those left behind, and their links end with their account. Returns what they had.

    Raises NotPermitted, and Refusal if `user` is `by`, or if `to` cannot take the work over.
    """
    if user == by:
        raise Refusal(_("You cannot close your own account: somebody else must."))
    if not can_manage(by, user):
        raise NotPermitted(_("You may not change this account."))
    had = in_hand(user)
    if to is not None:
        if to == user:
            raise Refusal(_("Choose a colleague who stays."))
        _must_write(to)
        for story in had.stories:
            _give(Article.objects.select_for_update().get(pk=story.pk), to=to, by=by)
        _give_links(had.links, to)
        _give_unsaved(had.unsaved, to)
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    sessions.end_all(user)
    return had


# --- How ------------------------------------------------------------------------------------------------------------


def _must_write(to: User) -> None:
    if not (to.is_active and to.is_staff and to.has_perm("articles.change_article")):
        raise Refusal(_("%(who)s cannot take stories.") % {"who": to.get_full_name() or to.get_username()})


def _give(article: Article, *, to: User, by: User) -> None:
    article.owner = to
    article.save(update_fields=["owner"])
    editing.log(article, Act.HANDED_OVER, by=by, note=to.get_full_name() or to.get_username())


def _give_links(links: list[PreviewLink], to: User) -> None:
    """Give the links to a colleague who may see their stories: otherwise they would end all the same."""
    for link in links:
        if permissions.can_see(to, Article.objects.get(pk=link.article_id)):
            PreviewLink.objects.filter(pk=link.pk).update(made_by=to)


def _give_unsaved(texts: list[UnsavedText], to: User) -> None:
    """Give unsaved texts, save where the colleague has one of their own for the story: it is not overwritten."""
    taken = set(UnsavedText.objects.filter(editor=to).values_list("article", flat=True))
    for text in texts:
        if text.article_id not in taken:
            UnsavedText.objects.filter(pk=text.pk).update(editor=to)
