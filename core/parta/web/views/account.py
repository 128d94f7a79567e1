"""One's own account: password, language and theme, the browsers signed in (T6)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField

from parta.accounts.services import sessions, users
from parta.kernel import access
from parta.kernel.contributions import Link
from parta.kernel.errors import Invalid
from parta.kernel.i18n import LANGUAGES, lazy_gettext, ngettext
from parta.kernel.i18n import gettext as _
from parta.web import pages, security
from parta.web.forms import Form
from parta.web.requests import LANGUAGE_COOKIE, roll_back

blueprint = Blueprint("account", __name__, url_prefix="/account")
HOME = Link("account.account")


class PasswordForm(Form):
    """The present password and a new one."""

    old = PasswordField(lazy_gettext("Present password"))
    new = PasswordField(lazy_gettext("New password"))
    again = PasswordField(lazy_gettext("New password once more"))


@blueprint.get("")
def account() -> str:
    """What the account is, and where it is signed in."""
    return pages.page(
        "parta/account.html",
        crumbs=[(_("Account"), None)],
        login=users.own_login(),
        sessions=sessions.mine(),
    )


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> Any:
    """Change the password; every other browser is signed out."""
    access.signed_in()
    form = PasswordForm()
    if request.method == "POST":
        try:
            if form.new.data != form.again.data:
                raise Invalid({"again": _("The two passwords differ.")})
            users.change_password(form.old.data or "", form.new.data or "")
        except Invalid as refusal:
            roll_back()
            form.take(refusal)
        else:
            pages.say(_("The password is changed; you are signed out everywhere else."))
            return redirect(url_for("account.account"))
    crumbs = [(_("Account"), HOME), (_("Password"), None)]
    return pages.page("parta/password.html", crumbs=crumbs, form=form)


@blueprint.post("/preferences")
def preferences() -> Response:
    """Keep the language and theme chosen: with the account, or in this browser before signing in."""
    actor = access.public()
    language, theme = request.form.get("language"), request.form.get("theme")
    response = redirect(_back())
    if actor.is_authenticated:
        users.set_preferences(language, theme)
    elif language in LANGUAGES:
        security.set_cookie(response, security.cookie_name(LANGUAGE_COOKIE), language)
    return response


def _back() -> str:
    """The page that the person was on, when it is one of this school's."""
    came_from = request.form.get("back", "")
    inside = came_from.startswith("/") and not came_from.startswith(("//", "/\\"))
    return came_from if inside else url_for("home.home")


@blueprint.post("/sessions/end")
def end_session() -> Response:
    """Sign one browser out, or all but this one."""
    number = request.form.get("session", type=int)
    if number is None:
        ended = sessions.end_others()
        pages.say(ngettext("%(n)s browser is signed out.", "%(n)s browsers are signed out.", ended))
    else:
        sessions.end(number)
        pages.say(ngettext("%(n)s browser is signed out.", "%(n)s browsers are signed out.", 1))
    return redirect(url_for("account.account"))
