"""What the journal shows on the core's pages: home, a class, a person."""

from __future__ import annotations

from datetime import timedelta

from parta.toolkit import Card, CardLine, Link, Tab, clock, current_actor
from parta.toolkit import gettext as _

from parta_journal.services import DIARY, VIEW, VIEW_ALL, WRITE_MARKS, diary, today
from parta_journal.services.today import News, TaughtLesson

MOST_LINES = 8


def home() -> list[Card]:
    """The cards of whoever acts."""
    actor = current_actor()
    cards = []
    if actor.may(WRITE_MARKS) and actor.person_id is not None:
        cards += _teacher_cards()
    if actor.may(DIARY) and actor.person_id is not None:
        cards += _diary_cards()
    return cards


def class_tabs(class_id: int) -> list[Tab]:
    """The journals of a class, for who may open any."""
    if not current_actor().may(VIEW, VIEW_ALL):
        return []
    return [Tab("journal", _("Journals"), Link("journal.journals", {"class": class_id}), 40)]


def person_tabs(person_id: int) -> list[Tab]:
    """The diary, when the person has one that whoever acts may read."""
    if not diary.may_read(person_id):
        return []
    return [Tab("journal_diary", _("Diary"), Link("journal_diary.week", {"student": person_id}), 40)]


def _teacher_cards() -> list[Card]:
    day = clock.today()
    found = today.my_lessons(day - today.ENTRY_DAYS, day)
    cards = []
    lines = [_lesson_line(lesson) for lesson in found if lesson.day == day]
    if lines:
        cards.append(
            Card("journal_today", _("Today's lessons"), tuple(lines), more=Link("journal_day.day"), order=10)
        )
    late = [lesson for lesson in found if lesson.day < day and not lesson.topic]
    if late:
        shown = tuple(_late_line(lesson) for lesson in late[:MOST_LINES])
        cards.append(
            Card("journal_late", _("Not written up yet"), shown, more=Link("journal_day.day"), order=5)
        )
    return cards


def _lesson_line(lesson: TaughtLesson) -> CardLine:
    detail = lesson.topic or _("No topic yet")
    counts = _("marks: %(marks)s, absent: %(absent)s", marks=lesson.marks, absent=lesson.absent)
    return CardLine(
        f"{lesson.number}. {lesson.learners} · {lesson.subject}",
        f"{detail} · {counts}",
        "good" if lesson.topic and lesson.homework_told else "",
        Link("journal.lesson", {"lesson_id": lesson.id}),
    )


def _late_line(lesson: TaughtLesson) -> CardLine:
    until = lesson.day + today.ENTRY_DAYS
    return CardLine(
        f"{lesson.learners} · {lesson.subject}",
        _(
            "%(day)s, lesson %(n)s; to be written up by %(until)s",
            day=lesson.day.strftime("%d.%m"),
            n=lesson.number,
            until=until.strftime("%d.%m"),
        ),
        "late" if until - clock.today() <= timedelta(days=1) else "",
        Link("journal.lesson", {"lesson_id": lesson.id}),
    )


def _diary_cards() -> list[Card]:
    """One card for each student, with what was entered today."""
    students = today.own_students()
    found = today.news(students)
    cards = []
    for place, student in enumerate(students):
        mine = [one for one in found if one.student_id == student.id]
        title = _("New today") if len(students) == 1 else _("New today: %(name)s", name=student.first_name)
        cards.append(
            Card(
                f"journal_news_{student.id}",
                title,
                tuple(_news_line(one) for one in mine[:MOST_LINES]),
                _("Nothing new yet; the diary has the whole week."),
                Link("journal_diary.week", {"student": student.id}),
                20 + place,
            )
        )
    return cards


def _news_line(new: News) -> CardLine:
    link = Link("journal_diary.week", {"student": new.student_id, "day": new.day.isoformat()})
    if new.marks:
        return CardLine(f"{new.subject}: {'/'.join(new.marks)}", _("mark"), "", link)
    if new.letter:
        return CardLine(f"{new.subject}: {new.letter}", _("attendance"), "", link)
    return CardLine(new.subject, _("homework: %(text)s", text=new.homework), "", link)
