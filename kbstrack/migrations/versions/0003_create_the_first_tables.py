"""Create the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = None
branch_labels = None
depends_on = None

# Rows of these tables are only ever added; the database itself refuses the rest.
APPEND_ONLY = (
    "action_point",
    "auditor_link",
    "auditor_revocation",
    "auditor_scope",
    "auditor_view",
    "claim",
    "confirmation",
    "confirmation_request",
    "confirmation_request_reminder",
    "confirmation_request_revocation",
    "considered_decision",
    "countersignature",
    "decision",
    "decision_reopening",
    "enrolment_state",
    "evidence_version",
    "factor_reset",
    "iqa_closing",
    "iqa_outcome",
    "iqa_reply",
    "ledger_entry",
    "ledger_side",
    "renewal",
    "renewal_basis",
    "reopening",
    "sample",
    "sampling_plan",
    "sign_off",
    "sign_off_basis",
    "stored_file",
    "upload",
    "version_file",
    "withdrawal",
    "witness_statement",
)


def upgrade() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index(
        op.f("ix_message_next_attempt_at"), "message", ["next_attempt_at"], unique=False
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
    )
    op.create_table(
        "provider",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ukprn", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("ukprn", name=op.f("uq_provider_ukprn")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        op.f("ix_sign_in_failure_subject"), "sign_in_failure", ["subject"], unique=False
    )
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("family", sa.String(length=10), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("copy_sha256", sa.String(length=64), nullable=True),
        sa.Column("copy_size_bytes", sa.BigInteger(), nullable=True),
        sa.Column("copy_media_type", sa.Text(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "used_key",
        sa.Column("key", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_used_key")),
    )
    op.create_table(
        "auditor_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("passcode_hash", sa.Text(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_auditor_link_made_by")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_auditor_link_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_auditor_link_token_hash")),
    )
    op.create_index(
        op.f("ix_auditor_link_provider_id"), "auditor_link", ["provider_id"], unique=False
    )
    op.create_table(
        "employer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_employer_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
        sa.UniqueConstraint("provider_id", "name", name=op.f("uq_employer_provider_id_name")),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("apprentice_id", sa.Uuid(), nullable=False),
        sa.Column("uln", sa.String(length=10), nullable=False),
        sa.Column("standard_reference", sa.String(length=10), nullable=False),
        sa.Column("standard_version", sa.String(length=10), nullable=False),
        sa.Column("standard_hash", sa.String(length=64), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("planned_end_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("planned_end_on > start_on", name=op.f("ck_enrolment_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["apprentice_id"], ["person.id"], name=op.f("fk_enrolment_apprentice_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_enrolment_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    op.create_index(
        op.f("ix_enrolment_apprentice_id"), "enrolment", ["apprentice_id"], unique=False
    )
    op.create_index(
        "ix_enrolment_provider_id_uln", "enrolment", ["provider_id", "uln"], unique=False
    )
    op.create_index(op.f("ix_enrolment_uln"), "enrolment", ["uln"], unique=False)
    op.create_table(
        "factor_reset",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reset_by", sa.Uuid(), nullable=True),
        sa.Column("reset_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_factor_reset_person_id")
        ),
        sa.ForeignKeyConstraint(["reset_by"], ["person.id"], name=op.f("fk_factor_reset_reset_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
    )
    op.create_index(op.f("ix_factor_reset_person_id"), "factor_reset", ["person_id"], unique=False)
    op.create_table(
        "member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_member_person_id")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_member_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint(
            "provider_id", "person_id", name=op.f("uq_member_provider_id_person_id")
        ),
    )
    op.create_index(op.f("ix_member_person_id"), "member", ["person_id"], unique=False)
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_passkey_person_id_name")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "person_id", "code_hash", name=op.f("uq_recovery_code_person_id_code_hash")
        ),
    )
    op.create_table(
        "sampling_plan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("considered_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "phase IN ('interim', 'final')", name=op.f("ck_sampling_plan_phase_known")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_sampling_plan_ends_after_start")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_sampling_plan_made_by")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_sampling_plan_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampling_plan")),
        sa.UniqueConstraint("provider_id", "name", name=op.f("uq_sampling_plan_provider_id_name")),
    )
    op.create_table(
        "second_factor_rule",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_second_factor_rule_provider_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["person.id"], name=op.f("fk_second_factor_rule_set_by")
        ),
        sa.PrimaryKeyConstraint("provider_id", "role", name=op.f("pk_second_factor_rule")),
    )
    op.create_table(
        "totp",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_totp_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_totp")),
        sa.UniqueConstraint("person_id", "name", name=op.f("uq_totp_person_id_name")),
    )
    op.create_table(
        "assessor_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("assessor_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assessor_id"], ["person.id"], name=op.f("fk_assessor_assignment_assessor_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_assessor_assignment_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessor_assignment")),
    )
    op.create_index(
        op.f("ix_assessor_assignment_assessor_id"),
        "assessor_assignment",
        ["assessor_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_assessor_assignment_enrolment_id"),
        "assessor_assignment",
        ["enrolment_id"],
        unique=False,
    )
    op.create_index(
        "uq_assessor_assignment_current",
        "assessor_assignment",
        ["enrolment_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "auditor_revocation",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["auditor_link.id"], name=op.f("fk_auditor_revocation_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["person.id"], name=op.f("fk_auditor_revocation_revoked_by")
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_auditor_revocation")),
    )
    op.create_table(
        "auditor_scope",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_auditor_scope_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["auditor_link.id"], name=op.f("fk_auditor_scope_link_id")
        ),
        sa.PrimaryKeyConstraint("link_id", "enrolment_id", name=op.f("pk_auditor_scope")),
    )
    op.create_index(
        op.f("ix_auditor_scope_enrolment_id"), "auditor_scope", ["enrolment_id"], unique=False
    )
    op.create_table(
        "auditor_view",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_auditor_view_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["auditor_link.id"], name=op.f("fk_auditor_view_link_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditor_view")),
    )
    op.create_index(
        "ix_auditor_view_enrolment_id_at", "auditor_view", ["enrolment_id", "at"], unique=False
    )
    op.create_index("ix_auditor_view_link_id_at", "auditor_view", ["link_id", "at"], unique=False)
    op.create_table(
        "employer_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=False),
        sa.Column("line_manager_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_employer_assignment_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_employer_assignment_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["line_manager_id"], ["person.id"], name=op.f("fk_employer_assignment_line_manager_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_assignment")),
    )
    op.create_index(
        op.f("ix_employer_assignment_enrolment_id"),
        "employer_assignment",
        ["enrolment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_employer_assignment_line_manager_id"),
        "employer_assignment",
        ["line_manager_id"],
        unique=False,
    )
    op.create_index(
        "uq_employer_assignment_current",
        "employer_assignment",
        ["enrolment_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "enrolment_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("apprentice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change", sa.String(length=20), nullable=False),
        sa.Column("uln", sa.String(length=10), nullable=False),
        sa.Column("standard_reference", sa.String(length=10), nullable=False),
        sa.Column("standard_version", sa.String(length=10), nullable=False),
        sa.Column("standard_hash", sa.String(length=64), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("planned_end_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["apprentice_id"], ["person.id"], name=op.f("fk_enrolment_state_apprentice_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_enrolment_state_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_enrolment_state_provider_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_state")),
        sa.UniqueConstraint(
            "enrolment_id", "number", name=op.f("uq_enrolment_state_enrolment_id_number")
        ),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_evidence_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("enrolment_id", "number", name=op.f("uq_evidence_enrolment_id_number")),
    )
    op.create_index(op.f("ix_evidence_enrolment_id"), "evidence", ["enrolment_id"], unique=False)
    op.create_table(
        "ledger_entry",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("texts_hash", sa.String(length=64), nullable=False),
        sa.Column("side_hash", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("sequence >= 1", name=op.f("ck_ledger_entry_sequence_from_one")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_ledger_entry_enrolment_id")
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "sequence", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_ledger_entry_hash")),
        sa.UniqueConstraint("subject_id", "what", name=op.f("uq_ledger_entry_subject_id_what")),
    )
    op.create_index(
        "ix_ledger_entry_enrolment_id_at", "ledger_entry", ["enrolment_id", "at"], unique=False
    )
    op.create_table(
        "member_role",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("employer_id", sa.Uuid(), nullable=True),
        sa.Column("is_qualified", sa.Boolean(), nullable=False),
        sa.Column("countersigner_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(role = 'employer') = (employer_id IS NOT NULL)",
            name=op.f("ck_member_role_employer_has_employer"),
        ),
        sa.CheckConstraint(
            "is_qualified OR (role = 'assessor' AND countersigner_id IS NOT NULL)",
            name=op.f("ck_member_role_unqualified_has_countersigner"),
        ),
        sa.CheckConstraint(
            "role IN ('apprentice', 'assessor', 'employer', 'iqa', 'administrator')",
            name=op.f("ck_member_role_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["countersigner_id"], ["person.id"], name=op.f("fk_member_role_countersigner_id")
        ),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_member_role_employer_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_member_role_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "role", name=op.f("pk_member_role")),
    )
    op.create_index(
        op.f("ix_member_role_countersigner_id"), "member_role", ["countersigner_id"], unique=False
    )
    op.create_index(
        op.f("ix_member_role_employer_id"), "member_role", ["employer_id"], unique=False
    )
    op.create_table(
        "sign_off",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("statement_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("needs_countersignature", sa.Boolean(), nullable=False),
        sa.Column("proof_method", sa.String(length=20), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('assessor', 'employer')", name=op.f("ck_sign_off_role_known")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_sign_off_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_sign_off_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_off")),
        sa.UniqueConstraint(
            "enrolment_id", "code", "round", name=op.f("uq_sign_off_enrolment_id_code_round")
        ),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_upload_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name=op.f("fk_upload_sha256")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_upload_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_enrolment_id"), "upload", ["enrolment_id"], unique=False)
    op.create_index(op.f("ix_upload_sha256"), "upload", ["sha256"], unique=False)
    op.create_table(
        "draft",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_draft_evidence_id")
        ),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "evidence_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_evidence_version_number_from_one")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_version_evidence_id")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["person.id"], name=op.f("fk_evidence_version_submitted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_version")),
        sa.UniqueConstraint(
            "evidence_id", "number", name=op.f("uq_evidence_version_evidence_id_number")
        ),
    )
    op.create_table(
        "ledger_side",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id", "sequence"],
            ["ledger_entry.enrolment_id", "ledger_entry.sequence"],
            name=op.f("fk_ledger_side_enrolment_id_sequence"),
        ),
        sa.PrimaryKeyConstraint("enrolment_id", "sequence", name=op.f("pk_ledger_side")),
    )
    op.create_table(
        "renewal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sign_off_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("proof_method", sa.String(length=20), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sign_off_id"], ["sign_off.id"], name=op.f("fk_renewal_sign_off_id")
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["person.id"], name=op.f("fk_renewal_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal")),
        sa.UniqueConstraint("sign_off_id", "number", name=op.f("uq_renewal_sign_off_id_number")),
    )
    op.create_table(
        "reopening",
        sa.Column("sign_off_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reopened_by", sa.Uuid(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["reopened_by"], ["person.id"], name=op.f("fk_reopening_reopened_by")
        ),
        sa.ForeignKeyConstraint(
            ["sign_off_id"], ["sign_off.id"], name=op.f("fk_reopening_sign_off_id")
        ),
        sa.PrimaryKeyConstraint("sign_off_id", name=op.f("pk_reopening")),
    )
    op.create_table(
        "claim",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("statement_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["evidence_version.id"], name=op.f("fk_claim_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "code", name=op.f("pk_claim")),
    )
    op.create_table(
        "confirmation_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("version_sha256", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("job_role", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("follows_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('apprentice', 'assessor')", name=op.f("ck_confirmation_request_role_known")
        ),
        sa.CheckConstraint(
            "what IN ('confirmation', 'witness_statement')",
            name=op.f("ck_confirmation_request_what_known"),
        ),
        sa.CheckConstraint(
            "expires_at > asked_at", name=op.f("ck_confirmation_request_expires_later")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["person.id"], name=op.f("fk_confirmation_request_asked_by")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_confirmation_request_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["follows_id"],
            ["confirmation_request.id"],
            name=op.f("fk_confirmation_request_follows_id"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["evidence_version.id"], name=op.f("fk_confirmation_request_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_request")),
        sa.UniqueConstraint("follows_id", name=op.f("uq_confirmation_request_follows_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_confirmation_request_token_hash")),
    )
    op.create_index(
        op.f("ix_confirmation_request_asked_by"), "confirmation_request", ["asked_by"], unique=False
    )
    op.create_index(
        op.f("ix_confirmation_request_email"), "confirmation_request", ["email"], unique=False
    )
    op.create_index(
        op.f("ix_confirmation_request_enrolment_id"),
        "confirmation_request",
        ["enrolment_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_confirmation_request_version_id"),
        "confirmation_request",
        ["version_id"],
        unique=False,
    )
    op.create_table(
        "draft_claim",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["draft.evidence_id"],
            name=op.f("fk_draft_claim_evidence_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("evidence_id", "code", name=op.f("pk_draft_claim")),
    )
    op.create_table(
        "draft_file",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["draft.evidence_id"],
            name=op.f("fk_draft_file_evidence_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_draft_file_upload_id")),
        sa.PrimaryKeyConstraint("evidence_id", "upload_id", name=op.f("pk_draft_file")),
    )
    op.create_index(op.f("ix_draft_file_upload_id"), "draft_file", ["upload_id"], unique=False)
    op.create_table(
        "version_file",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["upload.id"], name=op.f("fk_version_file_upload_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["evidence_version.id"], name=op.f("fk_version_file_version_id")
        ),
        sa.PrimaryKeyConstraint("version_id", "upload_id", name=op.f("pk_version_file")),
    )
    op.create_index(op.f("ix_version_file_upload_id"), "version_file", ["upload_id"], unique=False)
    op.create_table(
        "withdrawal",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"], ["evidence_version.id"], name=op.f("fk_withdrawal_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["person.id"], name=op.f("fk_withdrawal_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_withdrawal")),
    )
    op.create_table(
        "confirmation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("version_sha256", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=10), nullable=True),
        sa.Column("statement_hash", sa.String(length=64), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("job_role", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("proof_method", sa.String(length=20), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(code IS NULL) = (statement_hash IS NULL)",
            name=op.f("ck_confirmation_bound_statement"),
        ),
        sa.CheckConstraint(
            "(version_id IS NULL) <> (code IS NULL)", name=op.f("ck_confirmation_one_subject")
        ),
        sa.CheckConstraint(
            "(version_id IS NULL) = (version_sha256 IS NULL)",
            name=op.f("ck_confirmation_bound_version"),
        ),
        sa.CheckConstraint(
            "signed_by IS NOT NULL OR request_id IS NOT NULL",
            name=op.f("ck_confirmation_by_account_or_link"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_confirmation_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["confirmation_request.id"], name=op.f("fk_confirmation_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["person.id"], name=op.f("fk_confirmation_signed_by")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["evidence_version.id"], name=op.f("fk_confirmation_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint(
            "enrolment_id",
            "code",
            "signed_by",
            name=op.f("uq_confirmation_enrolment_id_code_signed_by"),
        ),
        sa.UniqueConstraint("request_id", name=op.f("uq_confirmation_request_id")),
        sa.UniqueConstraint(
            "version_id", "signed_by", name=op.f("uq_confirmation_version_id_signed_by")
        ),
    )
    op.create_table(
        "confirmation_request_reminder",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "number IN (1, 2)", name=op.f("ck_confirmation_request_reminder_two_at_most")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["confirmation_request.id"],
            name=op.f("fk_confirmation_request_reminder_request_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation_request_reminder")),
        sa.UniqueConstraint(
            "request_id", "number", name=op.f("uq_confirmation_request_reminder_request_id_number")
        ),
        sa.UniqueConstraint("token_hash", name=op.f("uq_confirmation_request_reminder_token_hash")),
    )
    op.create_table(
        "confirmation_request_revocation",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(how = 'declined') = (revoked_by IS NULL)",
            name=op.f("ck_confirmation_request_revocation_declined_by_the_asked"),
        ),
        sa.CheckConstraint(
            "how IN ('revoked', 'replaced', 'declined')",
            name=op.f("ck_confirmation_request_revocation_how_known"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["confirmation_request.id"],
            name=op.f("fk_confirmation_request_revocation_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"],
            ["person.id"],
            name=op.f("fk_confirmation_request_revocation_revoked_by"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_confirmation_request_revocation")),
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("is_valid", sa.Boolean(), nullable=False),
        sa.Column("is_authentic", sa.Boolean(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("is_sufficient", sa.Boolean(), nullable=False),
        sa.Column("version_sha256", sa.String(length=64), nullable=False),
        sa.Column("statement_hash", sa.String(length=64), nullable=False),
        sa.Column("needs_countersignature", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome = 'met' OR feedback <> ''", name=op.f("ck_decision_not_yet_met_has_feedback")
        ),
        sa.CheckConstraint(
            "outcome IN ('met', 'not_yet_met')", name=op.f("ck_decision_outcome_known")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_decision_decided_by")),
        sa.ForeignKeyConstraint(
            ["version_id", "code"],
            ["claim.version_id", "claim.code"],
            name=op.f("fk_decision_version_id_code"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint(
            "version_id", "code", "round", name=op.f("uq_decision_version_id_code_round")
        ),
    )
    op.create_index(op.f("ix_decision_decided_by"), "decision", ["decided_by"], unique=False)
    op.create_table(
        "witness_statement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("version_sha256", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("seen_until", sa.Date(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("job_role", sa.Text(), nullable=False),
        sa.Column("relationship", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("proof_method", sa.String(length=20), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("statement <> ''", name=op.f("ck_witness_statement_has_words")),
        sa.CheckConstraint(
            "signed_by IS NOT NULL OR request_id IS NOT NULL",
            name=op.f("ck_witness_statement_by_account_or_link"),
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_witness_statement_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["confirmation_request.id"],
            name=op.f("fk_witness_statement_request_id"),
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["person.id"], name=op.f("fk_witness_statement_signed_by")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["evidence_version.id"], name=op.f("fk_witness_statement_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_witness_statement")),
        sa.UniqueConstraint("request_id", name=op.f("uq_witness_statement_request_id")),
        sa.UniqueConstraint(
            "version_id", "signed_by", name=op.f("uq_witness_statement_version_id_signed_by")
        ),
    )
    op.create_index(
        op.f("ix_witness_statement_enrolment_id"),
        "witness_statement",
        ["enrolment_id"],
        unique=False,
    )
    op.create_table(
        "action_point",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_action_point_decision_id")
        ),
        sa.PrimaryKeyConstraint("decision_id", "position", name=op.f("pk_action_point")),
    )
    op.create_table(
        "considered_decision",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(length=10), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "band IN ('high', 'medium', 'low')", name=op.f("ck_considered_decision_band_known")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_considered_decision_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["sampling_plan.id"], name=op.f("fk_considered_decision_plan_id")
        ),
        sa.PrimaryKeyConstraint("plan_id", "decision_id", name=op.f("pk_considered_decision")),
    )
    op.create_table(
        "countersignature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("sign_off_id", sa.Uuid(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("proof_method", sa.String(length=20), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(decision_id IS NULL) <> (sign_off_id IS NULL)",
            name=op.f("ck_countersignature_one_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_countersignature_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["sign_off_id"], ["sign_off.id"], name=op.f("fk_countersignature_sign_off_id")
        ),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["person.id"], name=op.f("fk_countersignature_signed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersignature")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_countersignature_decision_id")),
        sa.UniqueConstraint("sign_off_id", name=op.f("uq_countersignature_sign_off_id")),
    )
    op.create_table(
        "decision_reopening",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("reopened_by", sa.Uuid(), nullable=False),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('assessor', 'countersigner')", name=op.f("ck_decision_reopening_role_known")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_decision_reopening_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["reopened_by"], ["person.id"], name=op.f("fk_decision_reopening_reopened_by")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision_reopening")),
    )
    op.create_table(
        "renewal_basis",
        sa.Column("renewal_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_renewal_basis_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["renewal_id"], ["renewal.id"], name=op.f("fk_renewal_basis_renewal_id")
        ),
        sa.PrimaryKeyConstraint("renewal_id", "decision_id", name=op.f("pk_renewal_basis")),
    )
    op.create_table(
        "sample",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("band", sa.String(length=10), nullable=False),
        sa.Column("risks", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(band = 'by_hand') = (reason <> '') AND (band = 'by_hand') = (score IS NULL)",
            name=op.f("ck_sample_by_hand_has_reason"),
        ),
        sa.CheckConstraint(
            "band IN ('high', 'medium', 'low', 'by_hand')", name=op.f("ck_sample_band_known")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_sample_added_by")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_sample_decision_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["sampling_plan.id"], name=op.f("fk_sample_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("plan_id", "decision_id", name=op.f("uq_sample_plan_id_decision_id")),
    )
    op.create_index(op.f("ix_sample_decision_id"), "sample", ["decision_id"], unique=False)
    op.create_table(
        "sign_off_basis",
        sa.Column("sign_off_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_sign_off_basis_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["sign_off_id"], ["sign_off.id"], name=op.f("fk_sign_off_basis_sign_off_id")
        ),
        sa.PrimaryKeyConstraint("sign_off_id", "decision_id", name=op.f("pk_sign_off_basis")),
    )
    op.create_index(
        op.f("ix_sign_off_basis_decision_id"), "sign_off_basis", ["decision_id"], unique=False
    )
    op.create_table(
        "iqa_outcome",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("result", sa.String(length=20), nullable=False),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("proof_method", sa.String(length=20), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_by", sa.Uuid(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(result = 'action_required') = (due_on IS NOT NULL)",
            name=op.f("ck_iqa_outcome_action_due"),
        ),
        sa.CheckConstraint(
            "result = 'agreed' OR feedback <> ''", name=op.f("ck_iqa_outcome_action_has_feedback")
        ),
        sa.CheckConstraint(
            "result IN ('agreed', 'action_required')", name=op.f("ck_iqa_outcome_result_known")
        ),
        sa.ForeignKeyConstraint(
            ["judged_by"], ["person.id"], name=op.f("fk_iqa_outcome_judged_by")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_iqa_outcome_sample_id")
        ),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_iqa_outcome")),
    )
    op.create_table(
        "iqa_closing",
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["person.id"], name=op.f("fk_iqa_closing_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["iqa_outcome.sample_id"], name=op.f("fk_iqa_closing_sample_id")
        ),
        sa.PrimaryKeyConstraint("sample_id", name=op.f("pk_iqa_closing")),
    )
    op.create_table(
        "iqa_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sample_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_by", sa.Uuid(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["replied_by"], ["person.id"], name=op.f("fk_iqa_reply_replied_by")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["iqa_outcome.sample_id"], name=op.f("fk_iqa_reply_sample_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_iqa_reply")),
        sa.UniqueConstraint("sample_id", "number", name=op.f("uq_iqa_reply_sample_id_number")),
    )
    protect()


def downgrade() -> None:
    op.drop_table("iqa_reply")
    op.drop_table("iqa_closing")
    op.drop_table("iqa_outcome")
    op.drop_index(op.f("ix_sign_off_basis_decision_id"), table_name="sign_off_basis")
    op.drop_table("sign_off_basis")
    op.drop_index(op.f("ix_sample_decision_id"), table_name="sample")
    op.drop_table("sample")
    op.drop_table("renewal_basis")
    op.drop_table("decision_reopening")
    op.drop_table("countersignature")
    op.drop_table("considered_decision")
    op.drop_table("action_point")
    op.drop_index(op.f("ix_witness_statement_enrolment_id"), table_name="witness_statement")
    op.drop_table("witness_statement")
    op.drop_index(op.f("ix_decision_decided_by"), table_name="decision")
    op.drop_table("decision")
    op.drop_table("confirmation_request_revocation")
    op.drop_table("confirmation_request_reminder")
    op.drop_table("confirmation")
    op.drop_table("withdrawal")
    op.drop_index(op.f("ix_version_file_upload_id"), table_name="version_file")
    op.drop_table("version_file")
    op.drop_index(op.f("ix_draft_file_upload_id"), table_name="draft_file")
    op.drop_table("draft_file")
    op.drop_table("draft_claim")
    op.drop_index(op.f("ix_confirmation_request_version_id"), table_name="confirmation_request")
    op.drop_index(op.f("ix_confirmation_request_enrolment_id"), table_name="confirmation_request")
    op.drop_index(op.f("ix_confirmation_request_email"), table_name="confirmation_request")
    op.drop_index(op.f("ix_confirmation_request_asked_by"), table_name="confirmation_request")
    op.drop_table("confirmation_request")
    op.drop_table("claim")
    op.drop_table("reopening")
    op.drop_table("renewal")
    op.drop_table("ledger_side")
    op.drop_table("evidence_version")
    op.drop_table("draft")
    op.drop_index(op.f("ix_upload_sha256"), table_name="upload")
    op.drop_index(op.f("ix_upload_enrolment_id"), table_name="upload")
    op.drop_table("upload")
    op.drop_table("sign_off")
    op.drop_index(op.f("ix_member_role_employer_id"), table_name="member_role")
    op.drop_index(op.f("ix_member_role_countersigner_id"), table_name="member_role")
    op.drop_table("member_role")
    op.drop_index("ix_ledger_entry_enrolment_id_at", table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_index(op.f("ix_evidence_enrolment_id"), table_name="evidence")
    op.drop_table("evidence")
    op.drop_table("enrolment_state")
    op.drop_index(
        "uq_employer_assignment_current",
        table_name="employer_assignment",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_employer_assignment_line_manager_id"), table_name="employer_assignment")
    op.drop_index(op.f("ix_employer_assignment_enrolment_id"), table_name="employer_assignment")
    op.drop_table("employer_assignment")
    op.drop_index("ix_auditor_view_link_id_at", table_name="auditor_view")
    op.drop_index("ix_auditor_view_enrolment_id_at", table_name="auditor_view")
    op.drop_table("auditor_view")
    op.drop_index(op.f("ix_auditor_scope_enrolment_id"), table_name="auditor_scope")
    op.drop_table("auditor_scope")
    op.drop_table("auditor_revocation")
    op.drop_index(
        "uq_assessor_assignment_current",
        table_name="assessor_assignment",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_assessor_assignment_enrolment_id"), table_name="assessor_assignment")
    op.drop_index(op.f("ix_assessor_assignment_assessor_id"), table_name="assessor_assignment")
    op.drop_table("assessor_assignment")
    op.drop_table("totp")
    op.drop_table("second_factor_rule")
    op.drop_table("sampling_plan")
    op.drop_table("recovery_code")
    op.drop_table("passkey")
    op.drop_index(op.f("ix_member_person_id"), table_name="member")
    op.drop_table("member")
    op.drop_index(op.f("ix_factor_reset_person_id"), table_name="factor_reset")
    op.drop_table("factor_reset")
    op.drop_index(op.f("ix_enrolment_uln"), table_name="enrolment")
    op.drop_index("ix_enrolment_provider_id_uln", table_name="enrolment")
    op.drop_index(op.f("ix_enrolment_apprentice_id"), table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_table("employer")
    op.drop_index(op.f("ix_auditor_link_provider_id"), table_name="auditor_link")
    op.drop_table("auditor_link")
    op.drop_table("used_key")
    op.drop_table("stored_file")
    op.drop_index(op.f("ix_sign_in_failure_subject"), table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_table("provider")
    op.drop_table("person")
    op.drop_index(op.f("ix_message_next_attempt_at"), table_name="message")
    op.drop_table("message")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION kbstrack_refuse_change()")


def protect() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
                )
            # REPLACE deletes without asking the trigger above, unless its connection wants it.
            taken = " OR ".join(
                f"EXISTS (SELECT 1 FROM {table} WHERE "
                + " AND ".join(f"{column} = NEW.{column}" for column in key)
                + ")"
                for key in keys_of(table)
            )
            op.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken} "
                f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only ever added'); END"
            )
        return
    op.execute(
        """
        CREATE FUNCTION kbstrack_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END
        $$
        """
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION kbstrack_refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION kbstrack_refuse_change()"
        )


def keys_of(table: str) -> list[list[str]]:
    known = sa.inspect(op.get_bind())
    unique = [found["column_names"] for found in known.get_unique_constraints(table)]
    return [known.get_pk_constraint(table)["constrained_columns"], *sorted(unique)]
