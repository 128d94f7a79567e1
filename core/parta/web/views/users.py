"""Accounts: who has one, access codes, roles, closing (A3, A19, D1)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from parta.accounts.services import EDIT, ISSUE, codes, roles, users
from parta.kernel import access
from parta.kernel.contributions import Link
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.people.services import persons
from parta.web import pages
from parta.web.answers import act

blueprint = Blueprint("users", __name__, url_prefix="/users")
HOME = Link("users.listing")
REGISTERED = {"yes": True, "no": False}


@blueprint.get("")
def listing() -> str:
    """People with their accounts and roles."""
    asked = {name: request.args.get(name) for name in ("role", "registered")}
    role = asked["role"] if asked["role"] in roles.TITLES else None
    return pages.page(
        "parta/users.html",
        crumbs=[(_("Accounts"), None)],
        page=users.listing(pages.paging(sort="name"), role, REGISTERED.get(asked["registered"] or "")),
        asked=asked,
        titles=roles.TITLES,
    )


@blueprint.post("/<int:person_id>/code")
def issue(person_id: int) -> Any:
    """Issue an access code; it is shown this once."""
    access.require(ISSUE)
    code = codes.issue(person_id)
    invited = codes.invitation(code)
    return pages.page(
        "parta/access_code.html",
        crumbs=[(_("Accounts"), HOME), (_("Access code"), None)],
        code=code,
        until=codes.open_until(person_id),
        invited=invited,
        person=persons.get(person_id).name,
        back=_person(person_id),
        link=url_for("auth.register", code=code, _external=True),
        register=url_for("auth.code", _external=True),
    )


@blueprint.post("/<int:person_id>/roles")
def change_role(person_id: int) -> Response:
    """Grant or revoke one role."""
    access.signed_in()
    role, back = request.form.get("role", ""), _person(person_id)
    title = roles.TITLES.get(role, role)
    if request.form.get("do") == "revoke":
        return act(
            lambda: roles.revoke(person_id, role), _("The role is taken away: %(role)s.", role=title), back
        )
    return act(lambda: roles.grant(person_id, role), _("The role is granted: %(role)s.", role=title), back)


@blueprint.post("/<int:person_id>/active")
def set_active(person_id: int) -> Response:
    """Close the account, or open it again."""
    access.require(EDIT)
    user_id = users.of_person(person_id).user_id
    if user_id is None:
        raise NotFound(_("There is no such account."))
    opened = request.form.get("active") == "yes"
    done = _("The account is open.") if opened else _("The account is closed, and signed out everywhere.")
    return act(lambda: users.set_active(user_id, opened), done, _person(person_id))


def _person(person_id: int) -> Link:
    return Link("people.person", {"person_id": person_id})
