"""An issue is named by its edition and its date; what an edition has weighed stands in a table of its own.

I/O (database).
"""

from __future__ import annotations

from alembic import op

from newsletter.store.migrations.additions import add
from newsletter.store.schema import metadata

revision = "0003"
down_revision = "0002"

_MARKS = """
INSERT INTO considered (article_id, edition, date, issue_id)
SELECT articles.id, 'daily', coalesce(articles.considered, issues.date), articles.issue_id
FROM articles LEFT JOIN issues ON issues.id = articles.issue_id
WHERE articles.considered IS NOT NULL OR articles.issue_id IS NOT NULL
"""


def upgrade() -> None:
    """Give all that there is to the edition "daily", and archived content the number of its format."""
    with op.batch_alter_table("issues") as issues:
        issues.add_column(metadata.tables["issues"].c.edition)
        issues.drop_constraint("uq_issues_date", type_="unique")
        issues.drop_constraint("uq_issues_number", type_="unique")
        issues.create_unique_constraint(op.f("uq_issues_edition_date"), ["edition", "date"])
        issues.create_unique_constraint(op.f("uq_issues_edition_number"), ["edition", "number"])
    add(revision, but={"issues"})
    op.execute(_MARKS)
    with op.batch_alter_table("articles") as articles:
        articles.drop_constraint("fk_articles_issue_id", type_="foreignkey")
        articles.drop_column("considered")
        articles.drop_column("issue_id")
    for table in ("search_index", "search_words", "search_indexed"):  # the next search makes them anew
        op.execute(f"DROP TABLE IF EXISTS {table}")
