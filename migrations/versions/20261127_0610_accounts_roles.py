"""accounts: which roles were given and taken is found quickly in the trail of changes"""

import sqlalchemy as sa
from alembic import op

revision = "20261127_0610"
down_revision = "20261127_0603"
branch_labels = None
depends_on = None

OF_ROLES = sa.text("event IN ('accounts.RoleGiven', 'accounts.RoleTaken')")


def upgrade() -> None:
    op.create_index(
        "ix_audit_records_of_roles",
        "audit_records",
        ["id"],
        unique=False,
        sqlite_where=OF_ROLES,
        postgresql_where=OF_ROLES,
    )


def downgrade() -> None:
    op.drop_index("ix_audit_records_of_roles", table_name="audit_records")
