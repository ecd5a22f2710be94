"""marketplace: public function, how a post came up, posts for members alone"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_2245"
down_revision = "20261126_2024"
branch_labels = None
depends_on = None

ADDED: tuple[tuple[str, sa.types.TypeEngine[object], str | sa.False_], ...] = (
    ("public_function", sa.String(length=10), ""),
    ("source", sa.String(length=20), ""),
    ("members_only", sa.Boolean(), sa.false()),
)


def upgrade() -> None:
    for name, kind, value in ADDED:
        op.add_column("listings", sa.Column(name, kind, nullable=False, server_default=value))
    op.execute("UPDATE listings SET source = 'course' WHERE origin LIKE 'portfolio:%'")
    with op.batch_alter_table("listings", schema=None) as batch_op:
        for name, _kind, _value in ADDED:
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    for name, _kind, _value in reversed(ADDED):
        op.drop_column("listings", name)
