"""indexes so that a look costs no more with a long queue or many people; three that nothing used are gone"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op


revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_outbox_due", "outbox", ["state", "urgency", "next_at", "id"])
    op.drop_index("ix_outbox_open", "outbox")
    op.drop_index("ix_outbox_slot", "outbox")
    op.drop_index("ix_inbox_received_at", "inbox")
    op.create_index("ix_person_seen_at", "person", ["seen_at"])
    _partial("ix_person_stranger", "person", "seen_at", "known_at IS NULL AND gone_at IS NULL")
    op.create_index("ix_nudge_on", "nudge", ["on"])
    op.create_index("ix_gesture_shown_on", "gesture_shown", ["on"])
    op.create_index("ix_chat_message_person", "chat_message", ["person_id", "message_id"])
    op.drop_index("ix_chat_message_person_id", "chat_message")
    _partial("ix_chat_message_theirs", "chat_message", "at", "NOT ours", "ours = 0")
    _partial("ix_chat_message_loose", "chat_message", "at", "ours AND slot IS NULL", "ours = 1 AND slot IS NULL")
    _partial("ix_chat_message_kept", "chat_message", "at", "ours AND slot IS NOT NULL", "ours = 1 AND slot IS NOT NULL")
    op.drop_index("ix_chat_message_at", "chat_message")


def _partial(name: str, table: str, column: str, where: str, lite: str = "") -> None:
    op.create_index(name, table, [column], postgresql_where=sa.text(where), sqlite_where=sa.text(lite or where))


def downgrade() -> None:
    op.create_index("ix_chat_message_at", "chat_message", ["at"])
    for name in ("kept", "loose", "theirs"):
        op.drop_index(f"ix_chat_message_{name}", "chat_message")
    op.create_index("ix_chat_message_person_id", "chat_message", ["person_id"])
    op.drop_index("ix_chat_message_person", "chat_message")
    op.drop_index("ix_gesture_shown_on", "gesture_shown")
    op.drop_index("ix_nudge_on", "nudge")
    op.drop_index("ix_person_stranger", "person")
    op.drop_index("ix_person_seen_at", "person")
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_index("ix_outbox_slot", "outbox", ["slot"])
    op.create_index("ix_outbox_open", "outbox", ["state", "next_at"])
    op.drop_index("ix_outbox_due", "outbox")
