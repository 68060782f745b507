"""The words of editions and working copies, as each database keeps them, and those of what is there already.

What is filled in is derived, so it is whatever the code of the day makes of the rows (`manage.py search --rebuild`).
"""

from django.db import migrations

TABLES = ("articles_edition_words", "articles_article_words")


def make(apps, schema_editor):
    for table in TABLES:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(
                f"CREATE VIRTUAL TABLE {table} USING fts5(headline, lead, said, body, tokenize = 'ascii')"
            )
        else:
            columns = ", ".join(f"{name} tsvector NOT NULL" for name in ("headline", "lead", "said", "words"))
            schema_editor.execute(f"CREATE TABLE {table} (id bigint PRIMARY KEY, {columns})")
            schema_editor.execute(f"CREATE INDEX {table}_found ON {table} USING gin (words)")


def drop(apps, schema_editor):
    for table in TABLES:
        schema_editor.execute(f"DROP TABLE {table}")


def fill(apps, schema_editor):
    from articles.search.index import fill_from

    fill_from(apps.get_model("articles", "Edition"), apps.get_model("articles", "Article"))


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_pictures_described_or_decorative")]
    operations = [migrations.RunPython(make, drop), migrations.RunPython(fill, migrations.RunPython.noop)]
