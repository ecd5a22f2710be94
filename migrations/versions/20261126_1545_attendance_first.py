"""attendance"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261126_1545"
down_revision = "20261122_0260"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "doors",
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("about", name=op.f("pk_doors")),
    )
    op.create_index(op.f("ix_doors_opens_at"), "doors", ["opens_at"], unique=False)

    op.create_table(
        "gates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("queue_seq", sa.Integer(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "granted = 0 OR capacity IS NULL OR taken <= capacity", name=op.f("ck_gates_never_oversold")
        ),
        sa.CheckConstraint("taken >= 0 AND waiting >= 0", name=op.f("ck_gates_counters_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gates")),
        sa.UniqueConstraint("about", name=op.f("uq_gates_about")),
    )
    op.create_table(
        "presences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("present", "absent", "excused", name="presencestate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_presences_minutes_not_negative")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_presences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presences")),
        sa.UniqueConstraint("person_id", "about", name=op.f("uq_presences_person_id_about")),
    )
    op.create_index("ix_presences_about_state", "presences", ["about", "state"], unique=False)

    op.create_table(
        "seats",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gate_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum("seated", "waiting", "cancelled", name="seatstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["gate_id"], ["gates.id"], name=op.f("fk_seats_gate_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_seats_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seats")),
        sa.UniqueConstraint("person_id", "gate_id", name=op.f("uq_seats_person_id_gate_id")),
    )
    op.create_index("ix_seats_gate_id_state_number", "seats", ["gate_id", "state", "number"], unique=False)

    op.create_table(
        "presence_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("presence_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("because", sa.String(length=300), nullable=False),
        sa.Column("before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("after", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_presence_changes_by_id")),
        sa.ForeignKeyConstraint(["presence_id"], ["presences.id"], name=op.f("fk_presence_changes_presence_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presence_changes")),
    )
    op.create_index(op.f("ix_presence_changes_by_id"), "presence_changes", ["by_id"], unique=False)
    op.create_index(op.f("ix_presence_changes_presence_id"), "presence_changes", ["presence_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_presence_changes_presence_id"), table_name="presence_changes")
    op.drop_index(op.f("ix_presence_changes_by_id"), table_name="presence_changes")

    op.drop_table("presence_changes")
    op.drop_index("ix_seats_gate_id_state_number", table_name="seats")

    op.drop_table("seats")
    op.drop_index("ix_presences_about_state", table_name="presences")

    op.drop_table("presences")
    op.drop_table("gates")
    op.drop_index(op.f("ix_doors_opens_at"), table_name="doors")

    op.drop_table("doors")
