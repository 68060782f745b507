"""Who may do what in the newsroom."""

from django.contrib.auth.models import AnonymousUser, User

from articles.models import Article


def can_see(user: User | AnonymousUser, article: Article) -> bool:
    """Editors see every story, writers their own."""
    return edits_all(user) or article.owner_id == user.pk


def can_edit(user: User | AnonymousUser, article: Article) -> bool:
    """Editors edit every story, writers their own while it is a draft."""
    return edits_all(user) or (
        user.has_perm("articles.change_article") and article.owner_id == user.pk and article.is_draft
    )


def can_submit(user: User | AnonymousUser, article: Article) -> bool:
    """Who may edit a draft may also hand it in."""
    return can_edit(user, article)


def can_publish(user: User | AnonymousUser, article: Article) -> bool:
    """Accept, send back, publish, cancel and withdraw."""
    return user.has_perm("articles.publish_article")


def can_backdate(user: User | AnonymousUser) -> bool:
    """Date a first edition back: an archive, the demo."""
    return user.has_perm("articles.backdate_edition")


def edits_all(user: User | AnonymousUser) -> bool:
    """Whether everybody's stories are this person's to edit."""
    return user.has_perm("articles.edit_all_articles")
