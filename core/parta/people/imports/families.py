"""Finds who the guardians of a file are: one person for brothers and sisters, known ones recognised (A16)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from parta.kernel.i18n import gettext as _
from parta.people.imports.entries import Entry, Mention
from parta.people.imports.known import Party, name_key, names, same_patronymic
from parta.people.imports.plan import Bond
from parta.people.imports.planning import Draft, share, source


@dataclass(slots=True, eq=False)
class Seat:
    """A guardian's cells on a student's row, and who was found to be meant."""

    entry: Entry
    student: Party
    mention: Mention
    party: Party | None = None
    is_settled: bool = False

    @property
    def prefix(self) -> str:
        """How the columns of these cells begin."""
        return f"guardian{self.mention.slot}."

    @property
    def has_contact(self) -> bool:
        """Whether a phone or an e-mail address is given."""
        return bool(self.mention.values.phone or self.mention.values.email)


Finder = Callable[[Draft, Seat], list[Party]]


def place_guardians(draft: Draft, entries: Iterable[Entry]) -> None:
    """Find or add the guardians of every student.

    Whoever answers for the student already comes first, then whoever has the same phone or e-mail address,
    then whoever answers for a brother or sister; all are recognised before a new one is added.
    """
    seats = [
        Seat(entry, draft.people[entry], mention)
        for entry in entries
        if entry in draft.people
        for mention in entry.guardians
    ]
    reachable = [seat for seat in seats if seat.has_contact]
    _settle(draft, seats, _own)
    _settle(draft, reachable, _by_contact)
    _settle(draft, reachable, _by_contact, _by_family, _nobody)
    _settle(draft, seats, _by_family, _nobody)
    _check_families(draft, seats)


def _settle(draft: Draft, seats: list[Seat], *finders: Finder) -> None:
    """Try the finders in turn on each seat not settled yet."""
    for seat in seats:
        for finder in finders:
            if not seat.is_settled:
                _choose(draft, seat, finder(draft, seat))


def _own(draft: Draft, seat: Seat) -> list[Party]:
    return [party for party in draft.known.guardians[seat.student] if _same_name(party, seat)]


def _by_contact(draft: Draft, seat: Seat) -> list[Party]:
    named = draft.known.named(seat.mention.values)
    return [party for party in named if not party.is_student and share(party, seat.mention.values)]


def _by_family(draft: Draft, seat: Seat) -> list[Party]:
    return [party for party in draft.known.family(seat.student) if _same_name(party, seat)]


def _nobody(draft: Draft, seat: Seat) -> list[Party]:
    return [draft.add(seat.entry, seat.mention.values)]


def _same_name(party: Party, seat: Seat) -> bool:
    values = seat.mention.values
    return name_key(party.after) == name_key(values) and same_patronymic(party.after, values)


def _choose(draft: Draft, seat: Seat, candidates: list[Party]) -> None:
    if not candidates:
        return
    seat.is_settled = True
    if len(candidates) > 1:
        seat.entry.blame(
            seat.prefix + "surname", _("This may be any of: %(people)s.", people=names(candidates))
        )
        return
    seat.party = candidates[0]
    draft.fill(seat.entry, seat.prefix, seat.party, seat.mention.values)
    _bind(draft, seat, seat.party)


def _bind(draft: Draft, seat: Seat, party: Party) -> None:
    """Let the person found answer for the student."""
    entry, student, relation = seat.entry, seat.student, seat.mention.relation
    if (party, student) in draft.work.bonds:
        entry.blame(seat.prefix + "surname", _("The same guardian stands twice in this row."))
        return
    before = draft.known.relations.get((party, student))
    draft.known.join(party, student)
    draft.work.bonds[party, student] = Bond(party, student, relation, before)
    if before is None:
        is_first = party.person_id is None and party.source == source(entry)
        draft.change(entry, "guardian.new" if is_first else "guardian.link", party, "", relation)
    elif before != relation:
        draft.change(entry, "guardian.relation", party, before, relation)


def _check_families(draft: Draft, seats: list[Seat]) -> None:
    """Blame rows that give the parent of siblings different phones, so that one would become two."""
    first: dict[tuple[Party, str], Seat] = {}
    for seat in seats:
        for guardian in draft.known.guardians[seat.student]:
            key = guardian, name_key(seat.mention.values)
            _check_pair(first.setdefault(key, seat), seat)


def _check_pair(one: Seat, other: Seat) -> None:
    first, second = one.party, other.party
    if first is None or second is None or first is second or None not in {first.person_id, second.person_id}:
        return
    if _same_name(first, other):
        other.entry.blame(
            other.prefix + "phone",
            _("%(where)s gives a parent of the same family and name another phone or e-mail address; if it is"
              " one person, write the same in both.", where=source(one.entry)),
        )  # fmt: skip
