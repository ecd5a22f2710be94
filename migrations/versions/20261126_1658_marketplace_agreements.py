"""marketplace: agreements and outcomes, reports, introductions"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261126_1658"
down_revision = "20261126_1652"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "listing_introductions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_id"], ["listings.id"], name=op.f("fk_listing_introductions_need_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["listings.id"], name=op.f("fk_listing_introductions_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_listing_introductions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_introductions")),
        sa.UniqueConstraint("need_id", "offer_id", name=op.f("uq_listing_introductions_need_id_offer_id")),
    )
    with op.batch_alter_table("listing_introductions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_introductions_need_id"), ["need_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_introductions_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_introductions_person_id"), ["person_id"], unique=False)

    op.create_table(
        "listing_agreements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_owner", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed", "agreed", "running", "done", "not-done", name="agreementstate", native_enum=False, length=20
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=300), nullable=False),
        sa.Column("asked_after", sa.Integer(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("people_reached", sa.Integer(), nullable=True),
        sa.Column("goals", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("told_by_owner", sa.Boolean(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["interest_id"], ["listing_interests.id"], name=op.f("fk_listing_agreements_interest_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_listing_agreements_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_agreements")),
        sa.UniqueConstraint("interest_id", name=op.f("uq_listing_agreements_interest_id")),
    )
    with op.batch_alter_table("listing_agreements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_agreements_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_listing_agreements_state_agreed_at", ["state", "agreed_at"], unique=False)

    op.create_table(
        "listing_reports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interest_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_owner", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["interest_id"], ["listing_interests.id"], name=op.f("fk_listing_reports_interest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_listing_reports_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_reports")),
    )
    with op.batch_alter_table("listing_reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_reports_interest_id"), ["interest_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_listing_reports_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_listing_reports_settled_at", ["settled_at", "id"], unique=False)

    op.create_table(
        "listing_pledges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("by_owner", sa.Boolean(), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["listing_agreements.id"], name=op.f("fk_listing_pledges_agreement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_pledges")),
    )
    with op.batch_alter_table("listing_pledges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_pledges_agreement_id"), ["agreement_id"], unique=False)

    with op.batch_alter_table("listing_interests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("blocked", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("address_of_owner_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("address_of_sender_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_listing_interests_address_of_owner_id"), ["address_of_owner_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_listing_interests_address_of_sender_id"), ["address_of_sender_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_listing_interests_address_of_owner_id"), "people", ["address_of_owner_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_listing_interests_address_of_sender_id"), "people", ["address_of_sender_id"], ["id"]
        )


def downgrade() -> None:

    with op.batch_alter_table("listing_interests", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_listing_interests_address_of_sender_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_listing_interests_address_of_owner_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_listing_interests_address_of_sender_id"))
        batch_op.drop_index(batch_op.f("ix_listing_interests_address_of_owner_id"))
        batch_op.drop_column("address_of_sender_id")
        batch_op.drop_column("address_of_owner_id")
        batch_op.drop_column("blocked")
        batch_op.drop_column("reminded_at")

    with op.batch_alter_table("listing_pledges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_pledges_agreement_id"))

    op.drop_table("listing_pledges")
    with op.batch_alter_table("listing_reports", schema=None) as batch_op:
        batch_op.drop_index("ix_listing_reports_settled_at")
        batch_op.drop_index(batch_op.f("ix_listing_reports_person_id"))
        batch_op.drop_index(batch_op.f("ix_listing_reports_interest_id"))

    op.drop_table("listing_reports")
    with op.batch_alter_table("listing_agreements", schema=None) as batch_op:
        batch_op.drop_index("ix_listing_agreements_state_agreed_at")
        batch_op.drop_index(batch_op.f("ix_listing_agreements_person_id"))

    op.drop_table("listing_agreements")
    with op.batch_alter_table("listing_introductions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_introductions_person_id"))
        batch_op.drop_index(batch_op.f("ix_listing_introductions_offer_id"))
        batch_op.drop_index(batch_op.f("ix_listing_introductions_need_id"))

    op.drop_table("listing_introductions")
