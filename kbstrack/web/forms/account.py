"""Forms about an account: signing in, passwords, the address."""

from __future__ import annotations

from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from kbstrack.web.forms import Form


class SignInForm(Form):
    """Address and password."""

    email = StringField("Email address", [InputRequired("Enter your email address")])
    password = PasswordField("Password", [InputRequired("Enter your password")])


class ForgottenPasswordForm(Form):
    """Where the link goes."""

    email = StringField("Email address", [InputRequired("Enter your email address")])


class SetPasswordForm(Form):
    """The new password."""

    password = PasswordField("Password", [InputRequired("Enter a password")])


class ChangePasswordForm(Form):
    """The old password as a proof, and the new one."""

    current_password = PasswordField(
        "Your password now", [InputRequired("Enter the password you have now")]
    )
    password = PasswordField("New password", [InputRequired("Enter a new password")])


class ChangeAddressForm(Form):
    """The new address, and the password as a proof."""

    email = StringField("New email address", [InputRequired("Enter your new email address")])
    current_password = PasswordField("Your password", [InputRequired("Enter your password")])


class PlainForm(Form):
    """A button and nothing else."""
