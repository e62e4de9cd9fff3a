"""what has stalled until Telegram answers again says so; the column may be empty, for workers of before"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("stalled", sa.Boolean(), nullable=True))
    where = sa.text("stalled")
    op.create_index("ix_outbox_stalled", "outbox", ["id"], postgresql_where=where, sqlite_where=sa.text("stalled = 1"))


def downgrade() -> None:
    op.drop_index("ix_outbox_stalled", "outbox")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_column("stalled")
