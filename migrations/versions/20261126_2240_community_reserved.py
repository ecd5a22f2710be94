"""community: topics about a question of a quiz, for those who have been asked it"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_2240"
down_revision = "20261126_2245"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("topics", sa.Column("is_reserved", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("topics", "is_reserved")
