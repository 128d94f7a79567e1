"""What views answer to forms and buttons: the form again with what is wrong, or the next page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import redirect
from werkzeug.wrappers import Response

from parta.kernel.contributions import Link
from parta.kernel.errors import Conflict, Invalid
from parta.web import pages
from parta.web.forms import Form
from parta.web.pages import Crumb
from parta.web.requests import roll_back


def submitted(form: Form, work: Callable[[], object]) -> bool:
    """Whether the form was sent and `work` done; what a service refuses is undone and shown in the form."""
    if not form.sent():
        return False
    try:
        work()
    except Invalid as refusal:
        roll_back()
        form.take(refusal)
    except Conflict as refusal:
        roll_back()
        form.whole.append(str(refusal))
    else:
        return True
    return False


def form_page(
    form: Form,
    *,
    title: str,
    crumbs: Sequence[Crumb],
    save: str,
    cancel: Link,
    template: str = "parta/form.html",
    **values: Any,
) -> tuple[str, int]:
    """A page with one form, below `crumbs`; 422 when something in the form is wrong."""
    wrong = bool(form.whole or form.errors)
    shown = pages.page(
        template,
        crumbs=[*crumbs, (title, None)],
        form=form,
        title=title,
        save=save,
        cancel=pages.address(cancel),
        **values,
    )
    return shown, Invalid.status if wrong else 200


def act(work: Callable[[], object], done: str, back: Link) -> Response:
    """Do the one thing that a button asks for, and say on the page `back` that it is done, or why not."""
    try:
        work()
    except (Invalid, Conflict) as refusal:
        roll_back()
        pages.say(str(refusal), "danger")
    else:
        pages.say(done)
    return redirect(pages.address(back))


def moved_on(said: str, to: Link) -> Response:
    """After a change: say that it is done, on the next page."""
    pages.say(said)
    return redirect(pages.address(to))
