"""What a story says of its conversation to machines: schema.org's Comment, of what its page shows and nothing else."""

from comments.shown import Branch, Mention, ShownComment
from newsportal.links import absolute

Datum = dict[str, object]


def comments_data(branches: list[Branch]) -> list[Datum]:
    """The comments of one page, each with the answers that stand below it; what one lacks is left out."""
    return [_branch(branch) for branch in branches]


def _branch(branch: Branch) -> Datum:
    answers = [_comment(answer) for answer in branch.answers]
    below = {"commentCount": branch.answer_count, "comment": answers} if branch.answer_count else {}
    return {**_comment(branch.comment), **below}


def _comment(comment: ShownComment) -> Datum:
    if comment.tombstone:
        # The word for what is gone and keeps its place: of it readers see no name, no time and not a word.
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
