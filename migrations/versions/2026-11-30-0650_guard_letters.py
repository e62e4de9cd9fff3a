"""letters that are not to be forwarded, as their writer wishes; both columns may be empty, for workers of before"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("person", sa.Column("letters_guarded", sa.Boolean(), nullable=True))
    op.add_column("letter", sa.Column("guarded", sa.Boolean(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("letter") as batch_op:
        batch_op.drop_column("guarded")
    with op.batch_alter_table("person") as batch_op:
        batch_op.drop_column("letters_guarded")
