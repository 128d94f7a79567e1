// Drawing the grid: head, rows, cells.
import { say } from "./state.js";

const LONG_NAME = 24;
const language = document.documentElement.lang;
const monthName = new Intl.DateTimeFormat(language, { month: "long" });
const weekdayName = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });

/** A day of a lesson, as a Date at noon so that no time zone moves it. */
export function dateOf(day) {
  return new Date(`${day}T12:00:00`);
}

export function dayInWords(day) {
  return weekdayName.format(dateOf(day));
}

/** 4.13 for 413 hundredths, with a comma in Russian. */
export function decimal(hundredths) {
  if (hundredths === null) return "";
  const text = (hundredths / 100).toFixed(2);
  return language === "ru" ? text.replace(".", ",") : text;
}

/** Fill `table` with the journal; every body cell knows its row and column. */
export function drawTable(table, journal) {
  table.append(head(journal), body(journal));
}

function head(journal) {
  const thead = document.createElement("thead");
  const months = row();
  const days = row();
  const kinds = row();
  months.append(corner("journal-name", say("student"), 3));
  for (const [name, count] of monthsOf(journal)) {
    const month = headCell("", { colSpan: count, className: "journal-month" });
    month.append(piece("", name));
    months.append(month);
  }
  months.append(corner("journal-average", say("average"), 3));
  const several = severalADay(journal.lessons);
  for (const lesson of journal.lessons) days.append(dayCell(lesson, several, journal));
  journal.columns.forEach((column, place) => kinds.append(kindCell(column, place, journal)));
  thead.append(months, days, kinds);
  return thead;
}

function monthsOf(journal) {
  const found = [];
  for (const { lesson } of journal.columns) {
    const name = monthName.format(dateOf(lesson.day));
    if (found.at(-1)?.[0] === name) found.at(-1)[1] += 1;
    else found.push([name, 1]);
  }
  return found;
}

function severalADay(lessons) {
  const seen = new Set();
  return new Set(lessons.filter(({ day }) => seen.has(day) || !seen.add(day)).map(({ day }) => day));
}

function dayCell(lesson, several, journal) {
  const cell = headCell(String(dateOf(lesson.day).getDate()), { colSpan: lesson.works.length, className: "journal-date" });
  cell.title = say("lesson_at", { day: dayInWords(lesson.day), n: lesson.number });
  cell.classList.toggle("journal-now", lesson.day === journal.data.today);
  if (several.has(lesson.day)) {
    const number = document.createElement("sub");
    number.textContent = lesson.number;
    cell.append(number);
  }
  return cell;
}

function kindCell({ lesson, work }, place, journal) {
  const kind = journal.kinds.get(work.kind_id);
  const cell = headCell("", { className: "journal-sign" });
  const sign = document.createElement("span");
  sign.className = `journal-kind journal-kind-${Math.min(5, Math.ceil(Number(work.weight)))}`;
  sign.textContent = kind?.short ?? "";
  cell.title = `${kind?.name ?? ""}${work.title ? `: ${work.title}` : ""} · ${work.weight}`;
  cell.dataset.column = place;
  cell.classList.toggle("journal-now", lesson.day === journal.data.today);
  cell.append(sign);
  return cell;
}

function body(journal) {
  const tbody = document.createElement("tbody");
  journal.students.forEach((student, place) => tbody.append(studentRow(journal, student, place)));
  return tbody;
}

function studentRow(journal, student, place) {
  const line = row();
  const name = document.createElement("th");
  name.scope = "row";
  name.className = "journal-name";
  const number = document.createElement("span");
  number.className = "journal-place";
  number.textContent = place + 1;
  const words = document.createElement("span");
  words.className = "journal-words";
  words.textContent = words.title = `${student.surname} ${student.first_name}`;
  words.classList.toggle("journal-long", words.textContent.length > LONG_NAME);
  name.append(number, words);
  line.append(name);
  journal.columns.forEach((column, at) => {
    const cell = document.createElement("td");
    Object.assign(cell.dataset, { row: place, column: at });
    cell.tabIndex = -1;
    drawCell(cell, journal, column, student);
    line.append(cell);
  });
  const average = document.createElement("td");
  average.className = "journal-average";
  line.append(average);
  drawAverage(average, journal, student);
  return line;
}

/** Show a cell as it is now. */
export function drawCell(cell, journal, column, student) {
  const { letter, marks, state } = journal.value(column, student);
  const rights = journal.rights(column, student);
  const mark = journal.mark(column, student);
  const comment = mark.comment || (column.first ? journal.absence(column, student).comment : "");
  cell.replaceChildren(...pieces(letter, marks, column.work.weight));
  cell.className = [
    column.lesson.day === journal.data.today && "journal-now",
    column.first && "journal-first",
    !journal.isOpen(column, student) && "journal-closed",
    comment && "journal-commented",
    letter && "journal-absent",
    state && `journal-${state}`,
  ].filter(Boolean).join(" ");
  if (state === "conflict") cell.append(piece("journal-theirs", `≠ ${journal.entry(column, student).outcome.text || "∅"}`));
  cell.setAttribute("aria-readonly", String(!rights.marks && !rights.letter));
  cell.setAttribute("aria-invalid", String(["wrong", "refused", "conflict"].includes(state)));
  cell.title = comment;
}

function pieces(letter, marks, weight) {
  const found = [];
  if (letter) found.push(piece("journal-letter", letter));
  if (marks) {
    const shown = piece("journal-mark", marks);
    if (Number(weight) !== 1) shown.append(Object.assign(document.createElement("sup"), { textContent: weight }));
    found.push(shown);
  }
  return found;
}

function piece(className, textContent) {
  return Object.assign(document.createElement("span"), { className, textContent });
}

export function drawAverage(cell, journal, student) {
  const { weighted, plain } = journal.averages(student);
  cell.textContent = decimal(weighted);
  if (weighted === null) return;
  const given = journal.given(student).filter(([mark]) => /^\d+$/.test(mark));
  const weights = given.reduce((sum, [, weight]) => sum + Number(weight), 0);
  const total = given.reduce((sum, [mark, weight]) => sum + Number(mark) * Number(weight), 0);
  cell.title = say("average_of", { sum: total, weights, plain: decimal(plain) });
}

function row() {
  return document.createElement("tr");
}

function headCell(textContent, more) {
  return Object.assign(document.createElement("th"), { scope: more.colSpan ? "colgroup" : "col", textContent, ...more });
}

function corner(className, textContent, rowSpan) {
  return Object.assign(document.createElement("th"), { scope: "col", className, textContent, rowSpan });
}
