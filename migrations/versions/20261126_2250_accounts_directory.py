"""accounts: whom a person tells something, so that the directory passes by whoever is silent"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_2250"
down_revision = "20261126_2240"
branch_labels = None
depends_on = None

AUDIENCE = sa.Enum("everybody", "members", "nobody", name="audience", native_enum=False, length=20)
INDEXES = {"ix_people_shown_to_members": "shown_to <> 'nobody'", "ix_people_shown_to_all": "shown_to = 'everybody'"}


def upgrade() -> None:
    op.add_column("people", sa.Column("shown_to", AUDIENCE, nullable=False, server_default="nobody"))
    for name, listed in INDEXES.items():
        op.create_index(name, "people", ["slug"], sqlite_where=sa.text(listed), postgresql_where=sa.text(listed))
    shown = sa.text(
        "UPDATE people SET shown_to = :audience WHERE id IN"
        " (SELECT person_id FROM profile_facts WHERE text <> '' AND audience = :audience)"
    )
    for audience in ("members", "everybody"):
        op.get_bind().execute(shown, {"audience": audience})


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "people")
    op.drop_column("people", "shown_to")
