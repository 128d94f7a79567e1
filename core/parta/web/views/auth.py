"""Signing in and out, and registering with an access code (T1, P1, S2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from parta.accounts.services import codes, sessions, sign_in
from parta.kernel import access
from parta.kernel.errors import Invalid, NotFound, TooMany
from parta.kernel.i18n import gettext as _
from parta.kernel.i18n import lazy_gettext
from parta.web import pages, security
from parta.web.forms import Form
from parta.web.requests import roll_back

blueprint = Blueprint("auth", __name__)


class SignInForm(Form):
    """Who wants in."""

    login = StringField(lazy_gettext("Login"))
    password = PasswordField(lazy_gettext("Password"))


class CodeForm(Form):
    """The code on the slip."""

    code = StringField(lazy_gettext("Access code"))


class RegisterForm(Form):
    """The login and password that a person chooses."""

    login = StringField(lazy_gettext("Login"))
    password = PasswordField(lazy_gettext("Password"))
    again = PasswordField(lazy_gettext("Password once more"))


@blueprint.route("/sign-in", methods=["GET", "POST"], endpoint="sign_in")
def sign_in_page() -> Any:
    """Sign in; scripts that sign in again in place ask for JSON."""
    access.public()
    form = SignInForm()
    if request.method == "GET":
        if access.current().is_authenticated:
            return redirect(url_for("home.home"))
        return pages.page("parta/sign_in.html", form=form)
    try:
        token = sign_in.sign_in(
            form.login.data or "",
            form.password.data or "",
            address=request.remote_addr or "",
            agent=request.user_agent.string,
        )
    except (Invalid, TooMany) as refusal:
        return _refused(form, refusal)
    security.keep_session(token)
    if _wants_json():
        return jsonify(csrf_token=security.csrf_token_of(token))
    return redirect(_next_page())


def _refused(form: SignInForm, refusal: Invalid | TooMany) -> Any:
    if _wants_json():
        raise refusal
    roll_back()
    if isinstance(refusal, Invalid):
        form.take(refusal)
    else:
        form.whole.append(str(refusal))
    return pages.page("parta/sign_in.html", form=form), refusal.status


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _next_page() -> str:
    """Where the person wanted to go: a page of this school, never another site."""
    wanted = request.args.get("next", "")
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and not parts.netloc
    return request.script_root + wanted if inside else url_for("home.home")


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """Sign this browser out."""
    actor = access.public()
    if actor.session_id is not None:
        sessions.end(actor.session_id)
    security.forget_session()
    return redirect(url_for("auth.sign_in"))


@blueprint.get("/csrf")
def csrf() -> Any:
    """The token for scripts whose page has grown old, whether anybody is signed in, and who (as a key)."""
    actor = access.public()
    return jsonify(
        csrf_token=security.csrf_token(),
        signed_in=actor.is_authenticated,
        storage_key=pages.storage_key(),
    )


@blueprint.route("/register", methods=["GET", "POST"])
def code() -> Any:
    """Type the code from the slip."""
    access.public()
    form = CodeForm()
    if request.method == "POST":
        try:
            codes.invitation(form.code.data or "")
        except NotFound as refusal:
            form.take(Invalid({"code": str(refusal)}))
        else:
            return redirect(url_for("auth.register", code=form.code.data))
    return pages.page("parta/register_code.html", form=form)


@blueprint.route("/register/<code>", methods=["GET", "POST"])
def register(code: str) -> Any:
    """Choose login and password; a person who has an account renews the password."""
    invited = codes.invitation(code)
    form = RegisterForm()
    if request.method == "POST":
        try:
            token = _register(code, form, known=invited.registered)
        except Invalid as refusal:
            roll_back()
            form.take(refusal)
        else:
            security.keep_session(token)
            pages.say(_("Welcome! Your account is ready."))
            return redirect(url_for("home.home"))
    return pages.page("parta/register.html", form=form, invited=invited)


def _register(code: str, form: RegisterForm, *, known: bool) -> str:
    if form.password.data != form.again.data:
        raise Invalid({"again": _("The two passwords differ.")})
    return codes.register(
        code,
        "" if known else form.login.data or "",
        form.password.data or "",
        address=request.remote_addr or "",
        agent=request.user_agent.string,
    )
