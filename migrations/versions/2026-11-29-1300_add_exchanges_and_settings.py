"""exchanges of letters, the reader's own time, switched off gestures, steps of a path, a second look"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import bot.db.types


revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "exchange",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("couple_id", sa.BigInteger(), nullable=False),
        sa.Column("proposer_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("question", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("begun_at", bot.db.types.UTC(), nullable=False),
        sa.Column("offered_at", bot.db.types.UTC(), nullable=True),
        sa.Column("met_at", bot.db.types.UTC(), nullable=True),
        sa.Column("put_away_at", bot.db.types.UTC(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
    )
    with op.batch_alter_table("exchange") as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_couple_id"), ["couple_id"], unique=False)
    with op.batch_alter_table("letter") as batch_op:
        batch_op.add_column(sa.Column("exchange_id", sa.BigInteger(), nullable=True))
        batch_op.create_index(batch_op.f("ix_letter_exchange_id"), ["exchange_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_remind_at"), ["remind_at"], unique=False)
    with op.batch_alter_table("nudge") as batch_op:
        batch_op.add_column(sa.Column("snoozed_until", bot.db.types.UTC(), nullable=True))
        batch_op.create_index(batch_op.f("ix_nudge_snoozed_until"), ["snoozed_until"], unique=False)
    with op.batch_alter_table("person") as batch_op:
        batch_op.add_column(sa.Column("gestures_off", bot.db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("steps_done", bot.db.types.Sealed(), nullable=True))
        batch_op.add_column(sa.Column("recheck_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("recheck_on")
        batch_op.drop_column("steps_done")
        batch_op.drop_column("gestures_off")
    with op.batch_alter_table("nudge") as batch_op:
        batch_op.drop_index(batch_op.f("ix_nudge_snoozed_until"))
        batch_op.drop_column("snoozed_until")
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_remind_at"))
        batch_op.drop_index(batch_op.f("ix_letter_exchange_id"))
        batch_op.drop_column("exchange_id")
    with op.batch_alter_table("exchange") as batch_op:
        batch_op.drop_index(batch_op.f("ix_exchange_couple_id"))
    op.drop_table("exchange")
