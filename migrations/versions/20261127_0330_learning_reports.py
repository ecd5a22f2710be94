"""learning: reports of pieces stay after the decision"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0330"
down_revision = "20261127_0310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("portfolio_reports", sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.execute("DELETE FROM portfolio_reports WHERE decided_at IS NOT NULL")
    op.drop_column("portfolio_reports", "decided_at")
