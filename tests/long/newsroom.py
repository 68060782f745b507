"""An editor in the portal's own Django, in a process of its own: each line on standard input is one edition.

`python -m tests.long.newsroom ARTICLE` with the portal's environment. A line is the headline; the answer is the same
line, once readers have it. `?` asks for the names under all comments, as one line of JSON.
"""

import json
import os
import sys

import django


def main(article_id: int) -> None:
    """Publish the editions that are asked for until the input ends."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "newsportal.settings"
    django.setup()
    for line in sys.stdin:
        words = line.strip()
        print(_names() if words == "?" else _publish(article_id, words), flush=True)


def _publish(article_id: int, headline: str) -> str:
    from django.contrib.auth.models import User

    from articles import editing, publishing
    from articles.models import Article
    from articles.states import Kind

    editor = User.objects.get(username="editor")
    article = Article.objects.get(pk=article_id)
    article.headline = headline
    editing.save(article, by=editor, saw=article.version, fields=["headline"])
    publishing.publish(article, by=editor, saw=article.version, kind=Kind.UPDATE)
    return headline


def _names() -> str:
    from comments.models import Comment

    return json.dumps(list(Comment.objects.values_list("name", flat=True)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
