"""What proves a person beside the password, and which roles a provider wants it for."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kbstrack.db import Base
from kbstrack.ids import new_id


class Totp(Base):
    """An authenticator app whose codes were seen to be right once."""

    __tablename__ = "totp"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    # Encrypted with a key of this instance: a copy of the database makes no codes.
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    # The half minute of the last code that was taken: no code counts twice.
    last_step: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey: in a phone or computer, in a password manager, or on a stick."""

    __tablename__ = "passkey"
    __table_args__ = (UniqueConstraint("person_id", "name"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """The hash of a code for the day when the phone is lost; it works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "code_hash"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SecondFactorRule(Base):
    """A role for which a provider wants a second step at sign-in; gone when it does no longer."""

    __tablename__ = "second_factor_rule"

    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("provider.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)
    # None: from the command line.
    set_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    set_at: Mapped[datetime]


class FactorReset(Base):
    """That somebody else took away a person's second factors: who, when, why."""

    __tablename__ = "factor_reset"
    __append_only__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"), index=True)
    reason: Mapped[str]
    # None: from the command line.
    reset_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    reset_at: Mapped[datetime]
