"""Indexes that nothing asks by, or that another index begins with."""

from django.db import migrations, models
from django.db.models import CASCADE, PROTECT


def without_index(model, name, index, field, *, column):
    """Drop the index by its name: AlterField would copy the whole table on SQLite, and drop what hangs on it."""
    return migrations.SeparateDatabaseAndState(
        state_operations=[migrations.AlterField(model_name=model, name=name, field=field)],
        database_operations=[
            migrations.RunSQL(f"DROP INDEX {index}", f"CREATE INDEX {index} ON articles_{model} ({column})"),
        ],
    )


# PostgreSQL has a second index of a text for LIKE.
LIKE = {
    "articles_edition_slug_2b3ffe7a_like": "articles_edition",
    "articles_formerslug_slug_c9833b30_like": "articles_formerslug",
}


def drop_like(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for index in LIKE:
            schema_editor.execute(f"DROP INDEX {index}")


def make_like(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for index, table in LIKE.items():
            schema_editor.execute(f"CREATE INDEX {index} ON {table} (slug varchar_pattern_ops)")


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_next_moment")]
    operations = [
        without_index(
            "edition",
            "article",
            "articles_edition_article_id_7f9247b9",
            models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="editions", to="articles.article"),
            column="article_id",
        ),
        without_index(
            "edition",
            "section",
            "articles_edition_section_id_02a7db8c",
            models.ForeignKey(db_index=False, on_delete=PROTECT, related_name="editions", to="articles.section"),
            column="section_id",
        ),
        without_index(
            "edition",
            "slug",
            "articles_edition_slug_2b3ffe7a",
            models.SlugField(db_index=False, max_length=120),
            column="slug",
        ),
        without_index(
            "editionperson",
            "edition",
            "articles_editionperson_edition_id_200bc0ba",
            models.ForeignKey(
                db_index=False, on_delete=CASCADE, related_name="edition_people", to="articles.edition"
            ),
            column="edition_id",
        ),
        without_index(
            "editiontag",
            "edition",
            "articles_editiontag_edition_id_80da13c4",
            models.ForeignKey(db_index=False, on_delete=CASCADE, to="articles.edition"),
            column="edition_id",
        ),
        without_index(
            "formerslug",
            "slug",
            "articles_formerslug_slug_c9833b30",
            models.SlugField(db_index=False, max_length=120),
            column="slug",
        ),
        migrations.RunPython(drop_like, make_like),
    ]
