"""Whether a working copy holds words that are meant for later: publishing it now would show them early."""

from django.utils import timezone

from articles.freezing import WORDS, freeze
from articles.models import Article, Edition
from articles.states import Act, Kind

# What else an edition and a working copy can differ in, once the latter is frozen.
_FROZEN = (*WORDS, "key_points", "quotes", "figures", "byline", "slug", "section_id", "picture_id")


def would_show_early(article: Article, future: Edition, live: Edition) -> bool:
    """Whether the working copy, published while `live` is what readers see, would show words of `future`.

    It holds them from when `future` was scheduled until an edition that readers saw is taken back into it: a cancelled
    one may say the same. If it says, word for word, what `live` says in all that `future` changes, it holds none.
    """
    changed = [field for field in _FROZEN if getattr(future, field) != getattr(live, field)]
    copy = freeze(article, kind=Kind.UPDATE, note="", at=timezone.now(), number=0, before=None)
    if all(getattr(copy, field) == getattr(live, field) for field in changed):
        return False
    last = article.log.filter(act__in=[Act.SCHEDULED, Act.RESTORED]).order_by("pk").last()
    seen = article.editions.begun().values_list("number", flat=True)
    return last is None or last.edition_number not in seen
