"""each of the two has a copy of a letter, which can be kept or deleted alone; all columns may be empty, for workers of before"""

from collections.abc import Sequence
from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic import op

from bot.db.types import UTC


revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("reader_lasting", sa.Boolean(), nullable=True))
    op.add_column("letter", sa.Column("own_until", UTC(), nullable=True))
    op.add_column("letter", sa.Column("writer_lasting", sa.Boolean(), nullable=True))
    op.add_column("letter", sa.Column("dropped_at", UTC(), nullable=True))
    op.create_index("ix_letter_expires_at", "letter", ["expires_at"])
    op.create_index("ix_letter_own_until", "letter", ["own_until"])
    op.add_column("person", sa.Column("letters_told_at", UTC(), nullable=True))
    letter = sa.table("letter", sa.column("own_until"), sa.column("sealed_at"))
    half_a_year = sa.literal(datetime.now(UTC_ZONE) + timedelta(days=180), UTC())
    op.execute(letter.update().where(letter.c.sealed_at.is_not(None)).values(own_until=half_a_year))


def downgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("letters_told_at")
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_index("ix_letter_own_until")
        batch_op.drop_index("ix_letter_expires_at")
        for name in ("dropped_at", "writer_lasting", "own_until", "reader_lasting"):
            batch_op.drop_column(name)
