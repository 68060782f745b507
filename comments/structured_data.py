"""What a story tells machines about its conversation: schema.org's Comment, with only what its page shows."""

from comments.shown import Branch, Mention, ShownComment
from newsportal.links import absolute

Datum = dict[str, object]


def comments_data(branches: list[Branch]) -> list[Datum]:
    """The comments of one page, each with the answers that stand below it; missing values are left out."""
    return [_branch(branch) for branch in branches]


def _branch(branch: Branch) -> Datum:
    answers = [_comment(answer) for answer in branch.answers]
    below = {"commentCount": branch.answer_count, "comment": answers} if branch.answer_count else {}
    return {**_comment(branch.comment), **below}


def _comment(comment: ShownComment) -> Datum:
    if comment.tombstone:
        # The term for something that is gone and keeps its place: readers see no name, no time and not a word of it.
        return {"@type": "Comment", "creativeWorkStatus": "Deleted"}
    answered = comment.in_answer_to
    return {
        "@type": "Comment",
        "url": absolute(comment.get_absolute_url()),
        "author": {"@type": "Organization" if comment.is_from_newsroom else "Person", "name": comment.name},
        "datePublished": comment.posted_at.isoformat(timespec="seconds"),
        "text": comment.body,
        **({"parentItem": _parent(answered)} if answered and not answered.tombstone else {}),
        **({"upvoteCount": comment.recommendations} if comment.recommendations else {}),
    }


def _parent(answered: Mention) -> Datum:
    return {"@type": "Comment", "url": absolute(answered.get_absolute_url())}
