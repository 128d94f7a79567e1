"""The school's profile (A10)."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_gmt, get_timezone_location
from flask import Blueprint, request

from parta.kernel import access, clock, context, i18n
from parta.kernel.contributions import Link
from parta.kernel.i18n import gettext as _
from parta.school.services import EDIT, profile
from parta.school.services.profile import ProfileValues
from parta.web import pages
from parta.web.answers import form_page, moved_on, submitted
from parta.web.forms_school import ProfileForm

blueprint = Blueprint("profile", __name__, url_prefix="/profile")
HOME = Link("profile.profile")
ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Europe/Samara",
    "Asia/Yekaterinburg",
    "Asia/Omsk",
    "Asia/Krasnoyarsk",
    "Asia/Irkutsk",
    "Asia/Yakutsk",
    "Asia/Vladivostok",
    "Asia/Magadan",
    "Asia/Kamchatka",
)


@blueprint.get("", endpoint="profile")
def show() -> str:
    """What the school is."""
    shown = profile.shown()
    return pages.page(
        "parta/profile.html",
        crumbs=[(_("School profile"), None)],
        profile=shown,
        zone=_zone_title(context.school().timezone),
        may_edit=access.current().may(EDIT),
    )


@blueprint.route("/edit", methods=["GET", "POST"])
def edit() -> Any:
    """Change the profile; the buttons of the scale rearrange it and save nothing."""
    access.require(EDIT)
    form = _form(profile.get())
    if asked := request.form.get("rearrange"):
        form.marks.rearrange(asked)
    elif submitted(form, lambda: _save(form)):
        return moved_on(_("The profile is saved."), HOME)
    crumbs = [(_("School profile"), HOME)]
    return form_page(
        form,
        title=_("Change the profile"),
        crumbs=crumbs,
        save=_("Save"),
        cancel=HOME,
        template="parta/profile_edit.html",
    )


def _form(now: ProfileValues) -> ProfileForm:
    here = context.school().timezone
    form = ProfileForm(
        full_name=now.full_name,
        short_name=now.short_name,
        address=now.address,
        days_per_week=now.days_per_week,
        marks=list(now.marks),
        timezone=here,
    )
    form.timezone.choices = [(name, _zone_title(name)) for name in dict.fromkeys((*ZONES, here))]
    form.days_per_week.choices = [(5, _("5 days")), (6, _("6 days"))]
    return form


def _save(form: ProfileForm) -> None:
    profile.save(
        ProfileValues(
            form.full_name.data or "",
            form.short_name.data or "",
            form.address.data or "",
            form.days_per_week.data or 0,
            tuple(mark for mark in form.marks.data if mark.strip()),
        )
    )
    profile.place(form.timezone.data or "")


def _zone_title(name: str) -> str:
    """A time zone as people call it: Москва, UTC+03:00."""
    place = get_timezone_location(ZoneInfo(name), locale=i18n.language(), return_city=True)
    offset = get_timezone_gmt(clock.now().astimezone(ZoneInfo(name)), "iso8601", locale=i18n.language())
    return f"{place}, UTC{offset}"
