// What stands in a journal and what has been typed into it since: no document, no network.
import { Unreadable, hundredths, readCell } from "./marking.js";

const EMPTY = { text: "", version: 0, comment: "" };

/** The data of a grid, its columns, and the entries that are not saved yet. */
export class Journal {
  constructor(data) {
    Object.assign(this, { data, course: data.course, students: data.students, lessons: data.lessons, scale: data.scale });
    this.letters = data.codes.map((code) => code.code);
    this.kinds = new Map(data.kinds.map((kind) => [kind.id, kind]));
    this.columns = data.lessons.flatMap((lesson) =>
      lesson.works.map((work, place) => ({ lesson, work, first: place === 0 })),
    );
    this.marks = new Map(data.marks.map((row) => [`${row[0]}:${row[1]}`, cell(row)]));
    this.absences = new Map(data.letters.map((row) => [`${row[0]}:${row[1]}`, cell(row)]));
    this.pending = new Map();
  }

  /** What whoever reads may write into a cell: its marks, its attendance letter. */
  rights(column, student) {
    if (!this.isOpen(column, student)) return { marks: false, letter: false };
    const { teaches } = column.lesson;
    return { marks: teaches, letter: column.first && (teaches || student.led) };
  }

  /** Whether whoever reads may write into any cell. */
  get isWritable() {
    return this.lessons.some(({ teaches }) => teaches) || this.students.some(({ led }) => led);
  }

  /** Whether the student is on the course on the day of the lesson. */
  isOpen({ lesson }, student) {
    return student.spans.some(([starts, ends]) => starts <= lesson.day && (!ends || lesson.day <= ends));
  }

  mark({ work }, student) {
    return this.marks.get(`${work.id}:${student.id}`) ?? EMPTY;
  }

  absence({ lesson }, student) {
    return this.absences.get(`${lesson.id}:${student.id}`) ?? EMPTY;
  }

  entry(column, student) {
    return this.pending.get(keyOf(column, student));
  }

  /** The cell as it is to be shown: letter, marks, and how far it is saved. */
  value(column, student) {
    const stored = { letter: column.first ? this.absence(column, student).text : "", marks: this.mark(column, student).text };
    const entry = this.entry(column, student);
    if (!entry) return { ...stored, state: "" };
    if (entry.state === "wrong") return { letter: "", marks: entry.sent.text, state: "wrong" };
    const read = readCell(entry.sent.text, this.scale, this.letters);
    return {
      letter: entry.sent.attendance_version === null ? stored.letter : read.letter,
      marks: entry.sent.mark_version === null ? stored.marks : read.marks.join("/"),
      state: entry.state,
    };
  }

  text(column, student) {
    const { letter, marks } = this.value(column, student);
    return [letter, marks].filter(Boolean).join(" ");
  }

  /** Put `text` into a cell. Answers "" or the reason why it cannot stand there; then it is kept as wrong. */
  set(column, student, text) {
    const rights = this.rights(column, student);
    if (!rights.marks && !rights.letter) return this.isOpen(column, student) ? "read_only" : "closed";
    const reason = this.reason(column, rights, text);
    const former = this.entry(column, student);
    const before = reason === "" && !former?.attempted ? this.storedText(column, student, rights) : null;
    const key = keyOf(column, student);
    if (before !== null && same(before, text, this)) this.pending.delete(key);
    else this.pending.set(key, this.newEntry(column, student, text, rights, former, reason));
    return reason.reason ?? reason;
  }

  /** Forget what was typed into a cell and could not be saved. */
  forget(column, student) {
    this.pending.delete(keyOf(column, student));
  }

  /** "" when `text` may stand in the column, else the reason, with what was meant. */
  reason(column, rights, text) {
    try {
      const { marks, letter } = readCell(text, this.scale, this.letters);
      if (marks.length && !rights.marks) return "only_letter";
      if (letter && !rights.letter) return "no_letter";
      if (marks.length && column.lesson.day > this.data.today) return "to_come";
      return "";
    } catch (error) {
      if (error instanceof Unreadable) return error;
      throw error;
    }
  }

  storedText(column, student, rights) {
    const letter = rights.letter ? this.absence(column, student).text : "";
    const marks = rights.marks ? this.mark(column, student).text : "";
    return [letter, marks].filter(Boolean).join(" ");
  }

  newEntry(column, student, text, rights, former, reason) {
    const follows = former?.attempted ? [...former.sent.follows, former.sent.id] : (former?.sent.follows ?? []);
    return {
      column,
      student,
      state: reason ? "wrong" : "unsent",
      reason,
      attempted: false,
      sent: {
        id: crypto.randomUUID?.() ?? uuid(),
        lesson_id: column.lesson.id,
        work_id: column.work.id,
        student_id: student.id,
        text,
        mark_version: rights.marks ? this.mark(column, student).version : null,
        attendance_version: rights.letter ? this.absence(column, student).version : null,
        follows: follows.slice(-20),
      },
    };
  }

  /** Take in entries kept in the browser: those of this grid into their cells, the others as they are. */
  restore(kept) {
    for (const sent of kept) {
      const column = this.columns.find(({ work, lesson }) => work.id === sent.work_id && lesson.id === sent.lesson_id);
      const student = this.students.find(({ id }) => id === sent.student_id);
      const key = column && student ? keyOf(column, student) : `elsewhere:${sent.id}`;
      this.pending.set(key, { column, student, state: "unsent", attempted: true, sent });
    }
  }

  /** What the server answered to an entry; the cell may have been edited again meanwhile. */
  settle(sent, outcome) {
    const key = [...this.pending.keys()].find((one) => this.pending.get(one).sent.id === sent.id);
    const entry = key && this.pending.get(key);
    if (outcome.state === "saved") {
      this.store(sent, outcome);
      if (entry) this.pending.delete(key);
      else this.rebase(sent, outcome);
    } else if (entry) {
      Object.assign(entry, { state: outcome.state, outcome });
    }
  }

  /** Put what was saved into the cells. */
  store(sent, outcome) {
    const read = readCell(sent.text, this.scale, this.letters);
    if (sent.mark_version !== null) {
      const old = this.marks.get(`${sent.work_id}:${sent.student_id}`) ?? EMPTY;
      this.marks.set(`${sent.work_id}:${sent.student_id}`, { ...old, text: read.marks.join("/"), version: outcome.mark_version });
    }
    if (sent.attendance_version !== null) {
      const old = this.absences.get(`${sent.lesson_id}:${sent.student_id}`) ?? EMPTY;
      this.absences.set(`${sent.lesson_id}:${sent.student_id}`, { ...old, text: read.letter, version: outcome.attendance_version });
    }
  }

  /** A newer edit of the same cell goes on from what has just been saved. */
  rebase(sent, outcome) {
    for (const entry of this.pending.values()) {
      const { sent: newer } = entry;
      if (newer.work_id !== sent.work_id || newer.student_id !== sent.student_id) continue;
      if (newer.mark_version !== null) newer.mark_version = outcome.mark_version;
      if (newer.attendance_version !== null) newer.attendance_version = outcome.attendance_version;
      newer.follows = [];
    }
  }

  /** Settle a conflict: `mine` puts the entry on top of what stands there, else what stands there is taken over. */
  choose(entry, mine) {
    const { outcome, sent } = entry;
    if (mine) {
      Object.assign(sent, { id: crypto.randomUUID?.() ?? uuid(), follows: [] });
      if (sent.mark_version !== null) sent.mark_version = outcome.mark_version;
      if (sent.attendance_version !== null) sent.attendance_version = outcome.attendance_version;
      Object.assign(entry, { state: "unsent", attempted: false, outcome: null });
      return;
    }
    this.store({ ...sent, text: outcome.text }, outcome);
    for (const [key, one] of this.pending) if (one === entry) this.pending.delete(key);
  }

  in(...states) {
    return [...this.pending.values()].filter((entry) => states.includes(entry.state));
  }

  /** Marks with their weights as shown in a row. */
  given(student) {
    return this.columns.flatMap((column) => {
      const { marks, state } = this.value(column, student);
      if (!marks || state === "wrong") return [];
      return readCell(marks, this.scale, []).marks.map((mark) => [mark, column.work.weight]);
    });
  }

  /** Averages of a row in hundredths: weighted, and all marks alike. */
  averages(student) {
    const given = this.given(student);
    return { weighted: hundredths(given), plain: hundredths(given.map(([mark]) => [mark, "1"])) };
  }
}

export function keyOf({ lesson, work }, student) {
  return `${lesson.id}:${work.id}:${student.id}`;
}

function cell([, , text, version, comment]) {
  return { text, version, comment };
}

function same(before, text, { scale, letters }) {
  const written = ({ marks, letter }) => [letter, ...marks].join(" ");
  return written(readCell(before, scale, letters)) === written(readCell(text, scale, letters));
}

/** A random number of the usual form, where the page has no secure context to ask for one. */
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
