"""Who may do what in the newsroom."""

from django.contrib.auth.models import AnonymousUser, User

from articles.models import Article, PreviewLink, SectionEditor


def can_see(user: User | AnonymousUser, article: Article) -> bool:
    """Editors see every story, or those of the sections that they are limited to; writers see their own."""
    return _edits(user, article) or article.owner_id == user.pk


def can_edit(user: User | AnonymousUser, article: Article) -> bool:
    """Editors edit every story, or those of their sections; writers edit their own while it is a draft."""
    return _edits(user, article) or (
        user.has_perm("articles.change_article") and article.owner_id == user.pk and article.is_draft
    )


def can_submit(user: User | AnonymousUser, article: Article) -> bool:
    """Whoever may edit a draft may also hand it in."""
    return can_edit(user, article)


def can_publish(user: User | AnonymousUser, article: Article) -> bool:
    """Accept, send back, publish, cancel and withdraw."""
    return user.has_perm("articles.publish_article") and can_file_under(user, article.section_id)


def can_file_under(user: User | AnonymousUser, section_id: int) -> bool:
    """Put a story into this section: any section, unless the person is limited to some."""
    sections = sections_of(user)
    return not sections or section_id in sections


def can_hand_over(user: User | AnonymousUser, article: Article) -> bool:
    """Give a story to another owner: for those who edit others' stories, this one among them."""
    return _edits(user, article)


def can_preview(user: User | AnonymousUser, article: Article) -> bool:
    """Whoever may see a story may see it as readers would."""
    return can_see(user, article)


def can_invite(user: User | AnonymousUser, article: Article) -> bool:
    """Whoever may edit a story may show it to somebody without an account."""
    return can_edit(user, article)


def can_revoke(user: User | AnonymousUser, link: PreviewLink) -> bool:
    """Those who may make such links, and this link's maker: a writer still may after handing the story in."""
    return can_invite(user, link.article) or (link.made_by_id == user.pk and can_see(user, link.article))


def can_be_previewed(link: PreviewLink) -> bool:
    """A link shows no more than its maker may see now: it ends with their account and with their rights."""
    return link.made_by.is_active and can_preview(link.made_by, link.article)


def can_answer_errors(user: User | AnonymousUser, article: Article) -> bool:
    """Tell a reader what came of a reported error: for those who edit others' stories, this one among them."""
    return _edits(user, article)


def can_backdate(user: User | AnonymousUser) -> bool:
    """Date a first edition back: for an archive, or the demo."""
    return user.has_perm("articles.backdate_edition")


def sections_of(user: User | AnonymousUser) -> frozenset[int]:
    """The sections that somebody is limited to; empty means no limit, as always for an admin."""
    return SectionEditor.objects.sections_of(user) if isinstance(user, User) else frozenset()


def can_blank(user: User | AnonymousUser) -> bool:
    """Remove words from an ended edition, as a court or a victim may ask."""
    return user.has_perm("articles.blank_edition")


def can_edit_front_page(user: User | AnonymousUser) -> bool:
    """Arrange the front page and announce breaking news."""
    return user.has_perm("articles.edit_front_page")


def can_edit_house_pages(user: User | AnonymousUser) -> bool:
    """Write the pages about the paper."""
    return user.has_perm("articles.edit_house_pages")


def edits_all(user: User | AnonymousUser) -> bool:
    """Whether this person may edit others' stories: all of them, unless `sections_of` says which."""
    return user.has_perm("articles.edit_all_articles")


def _edits(user: User | AnonymousUser, article: Article) -> bool:
    return edits_all(user) and can_file_under(user, article.section_id)
