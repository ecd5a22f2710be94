"""learning: drafts, which versions say the same, files added on the web, links to other sites"""

import sqlalchemy as sa
from alembic import op

revision = "20261126_1722"
down_revision = "20261126_1720"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unit_drafts",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("hand", sa.String(length=20), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("sources", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_unit_drafts_author_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_drafts_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "language", name=op.f("pk_unit_drafts")),
    )
    op.create_index(op.f("ix_unit_drafts_author_id"), "unit_drafts", ["author_id"])
    op.create_table(
        "text_pairs",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("other", sa.String(length=2), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("other_n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_text_pairs_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "language", "other", name=op.f("pk_text_pairs")),
    )
    # what is there came with the tree, where the languages are kept together
    op.execute(
        "INSERT INTO text_pairs (unit_id, language, other, n, other_n) "
        "SELECT one.unit_id, one.language, two.language, one.n, two.n FROM unit_versions one "
        "JOIN unit_versions two ON two.unit_id = one.unit_id AND two.language > one.language "
        "WHERE one.is_current AND two.is_current"
    )
    op.create_table(
        "module_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("credit", sa.String(length=300), nullable=False),
        sa.Column("licence", sa.String(length=60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_module_files_file_id")),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_module_files_module_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_files")),
        sa.UniqueConstraint("module_id", "name", name=op.f("uq_module_files_module_id_name")),
    )
    op.create_index(op.f("ix_module_files_file_id"), "module_files", ["file_id"])
    op.create_table(
        "outside_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=2000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outside_links")),
        sa.UniqueConstraint("address", name=op.f("uq_outside_links_address")),
    )
    op.create_index(op.f("ix_outside_links_asked_at"), "outside_links", ["asked_at"])
    op.create_index(op.f("ix_outside_links_checked_at"), "outside_links", ["checked_at"])


def downgrade() -> None:
    for table in ("outside_links", "module_files", "text_pairs", "unit_drafts"):
        op.drop_table(table)
