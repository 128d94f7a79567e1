// The students of one lesson with big taps: present or a letter, and a pad of marks for each work.
import { textsOf } from "../parta/texts.js";
import { toast } from "../parta/dialogs.js";
import { Journal } from "./model.js";
import { Saver } from "./saver.js";
import { askWhich, say, showState, why } from "./state.js";

class Lesson {
  constructor(place, journal) {
    this.place = place;
    this.journal = journal;
    this.column = journal.columns[0];
    this.saver = new Saver(journal, place.dataset.api, () => this.refresh());
    if (journal.columns.length > 1) place.append(this.columnChoice());
    this.list = document.createElement("ol");
    this.list.className = "journal-students";
    place.append(this.list);
    this.draw();
    this.saver.restore();
    this.refresh();
  }

  /** Which of the lesson's works the marks are for. */
  columnChoice() {
    const box = document.createElement("div");
    box.className = "journal-chips";
    box.setAttribute("role", "group");
    this.journal.columns.forEach((column) => {
      const kind = this.journal.kinds.get(column.work.kind_id);
      const button = this.button(kind.name, "", () => {
        this.column = column;
        for (const other of box.children) other.setAttribute("aria-pressed", String(other === button));
        this.draw();
      });
      button.setAttribute("aria-pressed", String(column === this.column));
      box.append(button);
    });
    return box;
  }

  draw() {
    const open = this.journal.students.filter((student) => this.journal.isOpen(this.column, student));
    this.list.replaceChildren(...open.map((student) => this.line(student)));
  }

  line(student) {
    const line = document.createElement("li");
    line.className = "journal-student";
    const name = Object.assign(document.createElement("span"), { className: "journal-words", textContent: `${student.surname} ${student.first_name}` });
    const first = this.journal.columns[0];
    const { letter } = this.journal.value(first, student);
    const { marks, state } = this.journal.value(this.column, student);
    line.append(name, this.marksShown(marks, state));
    if (this.journal.rights(first, student).letter) line.append(this.attendance(student, first, letter));
    if (this.journal.rights(this.column, student).marks) line.append(this.pad(student, marks));
    return line;
  }

  marksShown(marks, state) {
    return Object.assign(document.createElement("strong"), { className: `journal-given journal-${state || "settled"}`, textContent: marks });
  }

  attendance(student, first, letter) {
    const box = document.createElement("span");
    box.className = "journal-taps";
    const titles = new Map(this.journal.data.codes.map(({ code, title }) => [code, title]));
    for (const sign of ["", ...this.journal.letters]) {
      const button = this.button(sign || "✓", sign ? titles.get(sign) : say("present"), () => this.put(first, student, sign, this.journal.value(first, student).marks));
      button.setAttribute("aria-pressed", String(letter === sign));
      box.append(button);
    }
    return box;
  }

  pad(student, marks) {
    const box = document.createElement("span");
    box.className = "journal-taps";
    const letter = this.column.first ? this.journal.value(this.column, student).letter : "";
    for (const mark of this.journal.scale) {
      const button = this.button(mark, "", () => this.put(this.column, student, letter, this.next(marks, mark)));
      button.setAttribute("aria-pressed", String(marks.split("/").includes(mark)));
      box.append(button);
    }
    box.append(this.button("⌫", say("clear"), () => this.put(this.column, student, letter, "")));
    return box;
  }

  /** One tap gives a mark, a second one on another key a double mark, on the same key takes it back. */
  next(marks, mark) {
    const given = marks ? marks.split("/") : [];
    if (given.includes(mark)) return given.filter((one) => one !== mark).join("/");
    return given.length === 1 ? `${marks}/${mark}` : mark;
  }

  put(column, student, letter, marks) {
    const rights = this.journal.rights(column, student);
    const text = [rights.letter ? letter : "", rights.marks ? marks : ""].filter(Boolean).join(" ");
    const reason = this.journal.set(column, student, text);
    if (reason) toast(why(this.journal, this.journal.entry(column, student) ?? {}) || say(reason), "warning");
    this.redraw(student);
    this.saver.schedule();
  }

  redraw(student) {
    const open = this.journal.students.filter((one) => this.journal.isOpen(this.column, one));
    const old = this.list.children[open.indexOf(student)];
    const focused = [...old.querySelectorAll("button")].indexOf(document.activeElement);
    const fresh = this.line(student);
    old.replaceWith(fresh);
    if (focused >= 0) fresh.querySelectorAll("button")[focused]?.focus();
  }

  refresh() {
    for (const student of this.touched ?? []) this.redraw(student);
    this.touched = new Set([...this.journal.pending.values()].map((entry) => entry.student).filter(Boolean));
    for (const student of this.touched) this.redraw(student);
    showState(document.getElementById("journal-state"), this.journal, this.saver, (entry) => this.choose(entry));
  }

  async choose(entry) {
    const mine = await askWhich(entry);
    if (mine === null) return;
    this.journal.choose(entry, mine);
    this.saver.schedule(0);
  }

  button(textContent, label, press) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn journal-tap", textContent });
    if (label) {
      button.setAttribute("aria-label", label);
      button.title = label;
    }
    button.addEventListener("click", press);
    return button;
  }
}

const SWIPE = 80;

/** A swipe leads to the day's next lesson, or to the one before. */
function startSwiping() {
  let from = null;
  document.addEventListener("touchstart", ({ touches }) => {
    from = touches.length === 1 ? touches[0] : null;
  }, { passive: true });
  document.addEventListener("touchend", ({ changedTouches: [to] }) => {
    if (!from) return;
    const [across, down] = [to.clientX - from.clientX, to.clientY - from.clientY];
    if (Math.abs(across) < SWIPE || Math.abs(down) > SWIPE / 2) return;
    document.querySelector(`.journal-beside a[rel=${across < 0 ? "next" : "prev"}]`)?.click();
  }, { passive: true });
}

const place = document.getElementById("journal");
startSwiping();
if (place) new Lesson(place, new Journal(textsOf("journal-data")));
