"""An issue is named by its edition and its date; what an edition has weighed stands in a table of its own.

I/O (database).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MARKS = """
INSERT INTO considered (article_id, edition, date, issue_id)
SELECT articles.id, 'daily', coalesce(articles.considered, issues.date), articles.issue_id
FROM articles LEFT JOIN issues ON issues.id = articles.issue_id
WHERE articles.considered IS NOT NULL OR articles.issue_id IS NOT NULL
"""


def upgrade() -> None:
    """Give all that there is to the edition "daily", and archived content the number of its format."""
    with op.batch_alter_table("issues") as issues:
        issues.add_column(_edition())
        issues.drop_constraint("uq_issues_date", type_="unique")
        issues.drop_constraint("uq_issues_number", type_="unique")
        issues.create_unique_constraint(op.f("uq_issues_edition_date"), ["edition", "date"])
        issues.create_unique_constraint(op.f("uq_issues_edition_number"), ["edition", "number"])
    op.add_column("runs", _edition())
    op.add_column("issue_contents", sa.Column("format", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "considered",
        sa.Column("article_id", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("issue_id", _BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_considered_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"], name=op.f("fk_considered_issue_id")),
        sa.PrimaryKeyConstraint("article_id", "edition", name=op.f("pk_considered")),
    )
    op.execute(_MARKS)
    with op.batch_alter_table("articles") as articles:
        articles.drop_constraint("fk_articles_issue_id", type_="foreignkey")
        articles.drop_column("considered")
        articles.drop_column("issue_id")
    for table in ("search_index", "search_words", "search_indexed"):  # the next search makes them anew
        op.execute(f"DROP TABLE IF EXISTS {table}")


def _edition() -> sa.Column[str]:
    return sa.Column("edition", sa.String(length=64), server_default="daily", nullable=False)
