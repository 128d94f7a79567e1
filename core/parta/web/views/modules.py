"""Modules: what is installed, what the school has on, and what it has set."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, StringField

from parta.kernel import access, context, modules, options, switching
from parta.kernel.contributions import Link, Setting
from parta.kernel.errors import NotFound
from parta.kernel.i18n import gettext as _
from parta.kernel.switching import EDIT, ModuleState
from parta.web import pages
from parta.web.answers import form_page, moved_on, submitted
from parta.web.fields import NEEDED, Choice, Number
from parta.web.forms import Form

blueprint = Blueprint("modules", __name__, url_prefix="/modules")
HOME = Link("modules.listing")


@blueprint.get("")
def listing() -> str:
    """Every module with its switch; below, those that cannot run, with the reason."""
    found = switching.states()
    return pages.page(
        "parta/modules.html",
        crumbs=[(_("Modules"), None)],
        modules=found,
        named=lambda names: ", ".join(str(one.title) for one in found if one.name in names),
        waiting=any(one.state == modules.ENABLING for one in found),
        refused=switching.refused(),
        health=modules.hooks().collect_contained("health", school=context.school()),
        may_edit=access.current().may(EDIT),
    )


@blueprint.post("/<name>/on")
def switch_on(name: str) -> Response:
    """Switch a module on, with what it requires."""
    reached = switching.enable(name)
    found = switching.state(name)
    if reached == modules.FAILED:
        pages.say(_("“%(title)s” cannot be switched on: %(reason)s", **_said(found)), "danger")
    elif reached == modules.ENABLING:
        pages.say(_("“%(title)s” is being switched on; that takes a moment.", **_said(found)), "info")
    else:
        pages.say(_("“%(title)s” is on.", **_said(found)))
    return redirect(pages.address(HOME))


@blueprint.post("/<name>/off")
def switch_off(name: str) -> Response:
    """Switch a module off, with what requires it."""
    found = switching.state(name)
    switching.disable(name)
    pages.say(_("“%(title)s” is off; what it has kept stays.", **_said(found)))
    return redirect(pages.address(HOME))


def _said(found: ModuleState) -> dict[str, str]:
    return {"title": str(found.title), "reason": found.reason}


@blueprint.route("/<name>/settings", methods=["GET", "POST"])
def settings(name: str) -> Any:
    """What the school may set of a module that is on."""
    access.require(EDIT)
    found = switching.state(name)
    chosen = options.options(name)
    if name not in modules.enabled() or not chosen:
        raise NotFound(_("There is nothing to set here."))
    fields = {one.setting.name: _field(one.setting) for one in chosen}
    form = type("SettingsForm", (Form,), fields)(data={one.setting.name: one.value for one in chosen})
    if submitted(form, lambda: options.set_settings(form.data)):
        return moved_on(_("The settings of “%(title)s” are saved.", **_said(found)), HOME)
    return form_page(
        form,
        title=str(found.title),
        crumbs=[(_("Modules"), HOME)],
        save=_("Save"),
        cancel=HOME,
    )


def _field(setting: Setting) -> Field:
    """The field of a form in which the setting is changed."""
    titled: dict[str, Any] = {"label": setting.title, "description": setting.help}
    if setting.kind == "yes_no":
        return BooleanField(**titled)
    if setting.kind == "number":
        return Number(**titled, validators=NEEDED)
    if setting.kind == "choice":
        return Choice(**titled, choices=list(setting.choices.items()))
    return StringField(**titled)
