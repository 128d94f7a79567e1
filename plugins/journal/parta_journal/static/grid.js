// The journal grid: moving, typing, undoing, filling; the rest is model, saver, drawing and panel.
import { announce, textsOf } from "../parta/texts.js";
import { toast } from "../parta/dialogs.js";
import { drawAverage, drawCell, drawTable } from "./draw.js";
import { append, normal, signOf } from "./marking.js";
import { Journal } from "./model.js";
import { Panel } from "./panel.js";
import { Saver } from "./saver.js";
import { askWhich, say, showState, why } from "./state.js";

const PAGE = 10;

class Grid {
  constructor(desk, journal) {
    this.desk = desk;
    this.journal = journal;
    this.table = desk.querySelector("table");
    this.at = { row: 0, column: 0 };
    this.anchor = null;
    this.editing = null;
    this.undoable = [];
    this.saver = new Saver(journal, desk.dataset.api, () => this.refresh());
    drawTable(this.table, journal);
    this.panel = new Panel(desk.querySelector("aside"), this);
    this.listen();
    this.start();
  }

  start() {
    const column = this.firstColumn();
    this.at = { row: 0, column };
    this.cell().tabIndex = 0;
    this.scrollTo(column);
    this.panel.show();
    this.saver.restore();
    this.refresh();
  }

  /** Today's first lesson, else the last one that has been, else the first of the term. */
  firstColumn() {
    const { columns, data } = this.journal;
    const today = columns.findIndex(({ lesson }) => lesson.day === data.today);
    const been = columns.findLastIndex(({ lesson, first }) => first && lesson.day < data.today);
    return today >= 0 ? today : Math.max(been, 0);
  }

  /** Let the column stand near the right edge, so that what came before it can be seen. */
  scrollTo(column) {
    const scroll = this.desk.querySelector(".journal-scroll");
    const cell = this.cell(0, column);
    scroll.scrollLeft = cell.offsetLeft + cell.offsetWidth * 4 - scroll.clientWidth;
  }

  listen() {
    this.table.addEventListener("keydown", (event) => this.key(event));
    this.table.addEventListener("focusin", ({ target }) => this.focused(target));
    this.table.addEventListener("focusout", () => this.editing && this.commit());
    this.table.addEventListener("dblclick", () => this.edit(this.text()));
    this.table.addEventListener("copy", (event) => this.copy(event));
    this.table.addEventListener("paste", (event) => this.paste(event));
  }

  cell(row = this.at.row, column = this.at.column) {
    return this.table.tBodies[0].rows[row].cells[column + 1];
  }

  here(at = this.at) {
    return [this.journal.columns[at.column], this.journal.students[at.row]];
  }

  text(at = this.at) {
    return this.journal.text(...this.here(at));
  }

  focused(target) {
    const cell = target.closest("td[data-row]");
    if (!cell) return;
    const at = { row: Number(cell.dataset.row), column: Number(cell.dataset.column) };
    this.cell().tabIndex = -1;
    cell.tabIndex = 0;
    if (at.column !== this.at.column) this.anchor = null;
    this.at = at;
    this.showSelection();
    this.panel.show();
  }

  move(rows, columns, { select = false } = {}) {
    const { students, columns: all } = this.journal;
    const row = Math.max(0, Math.min(students.length - 1, this.at.row + rows));
    const column = Math.max(0, Math.min(all.length - 1, this.at.column + columns));
    this.anchor = select ? (this.anchor ?? this.at.row) : null;
    this.cell(row, column).focus();
    this.showSelection();
  }

  /** The rows selected in this column, at least the one under the cursor. */
  selected() {
    const [first, last] = [this.anchor ?? this.at.row, this.at.row].sort((a, b) => a - b);
    return Array.from({ length: last - first + 1 }, (_, place) => first + place);
  }

  showSelection() {
    for (const cell of this.table.querySelectorAll(".journal-selected")) cell.classList.remove("journal-selected");
    if (this.anchor === null) return;
    for (const row of this.selected()) this.cell(row).classList.add("journal-selected");
  }

  key(event) {
    if (!event.target.matches("td[data-row]") || event.isComposing || event.altKey) return;
    const done = event.ctrlKey || event.metaKey ? this.command(event) : this.plainKey(event);
    if (done) event.preventDefault();
  }

  command({ code, key }) {
    if (code === "KeyZ") return this.undo();
    if (code === "KeyD") return this.fillDown();
    if (key === "Home") return this.go(() => this.move(-Infinity, -Infinity));
    if (key === "End") return this.go(() => this.move(Infinity, Infinity));
    return false;
  }

  plainKey(event) {
    const { key, shiftKey } = event;
    if (key === "Tab") return this.tab(shiftKey);
    const moves = {
      Enter: [shiftKey ? -1 : 1, 0],
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageDown: [PAGE, 0],
      PageUp: [-PAGE, 0],
      Home: [0, -Infinity],
      End: [0, Infinity],
    };
    if (moves[key]) return this.go(() => this.move(...moves[key], { select: shiftKey && key.startsWith("Arrow") && !moves[key][1] }));
    if (key === "Escape") return this.escape();
    if (key === "Delete") return this.clear();
    if (key === "Backspace") return this.editing === null ? this.clear() : this.edit(this.editing.slice(0, -1));
    if (key === "F2") return this.edit(this.text());
    if (key === "?") return this.help();
    const sign = signOf(event, this.journal.scale, this.journal.letters);
    return sign ? this.type(sign) : false;
  }

  go(step) {
    this.commit();
    step();
    return true;
  }

  /** Tab leaves the grid at the ends of a row. */
  tab(back) {
    this.commit();
    const next = this.at.column + (back ? -1 : 1);
    if (next < 0 || next >= this.journal.columns.length) return false;
    this.move(0, back ? -1 : 1);
    return true;
  }

  help() {
    document.getElementById("journal-help").showModal();
    return true;
  }

  type(sign) {
    const rights = this.journal.rights(...this.here());
    if (!rights.marks && !rights.letter) {
      this.tell(say(this.journal.isOpen(...this.here()) ? "read_only" : "closed"));
      return true;
    }
    return this.edit(append(this.editing ?? "", sign, this.journal.scale, this.journal.letters));
  }

  edit(text) {
    const rights = this.journal.rights(...this.here());
    if (!rights.marks && !rights.letter) return true;
    this.editing = text;
    const cell = this.cell();
    cell.className = "journal-editing";
    cell.replaceChildren(Object.assign(document.createElement("span"), { textContent: text }));
    return true;
  }

  escape() {
    if (this.editing !== null) {
      this.editing = null;
      this.draw(this.at);
      return true;
    }
    const entry = this.journal.entry(...this.here());
    if (entry && ["wrong", "refused"].includes(entry.state)) {
      this.journal.forget(...this.here());
      this.changed(this.at);
      this.saver.schedule();
    } else if (this.anchor !== null) {
      this.anchor = null;
      this.showSelection();
    } else {
      this.panel.focus();
    }
    return true;
  }

  commit() {
    if (this.editing === null) return;
    const text = this.editing;
    this.editing = null;
    this.draw(this.at);
    this.put([this.placed(this.at, text)]);
  }

  /** Where a text goes: a letter alone, typed in another column of a lesson, goes to its first one. */
  placed(at, text) {
    const [{ lesson, first }] = this.here(at);
    if (first || !this.journal.letters.includes(normal(text))) return [at, text];
    const place = this.journal.columns.findIndex((column) => column.lesson === lesson && column.first);
    const target = { row: at.row, column: place };
    const { marks } = this.journal.value(...this.here(target));
    const keeps = this.journal.rights(...this.here(target)).marks ? marks : "";
    return [target, [normal(text), keeps].filter(Boolean).join(" ")];
  }

  /** Put texts into cells; all of them are undone together. */
  put(changes) {
    const before = changes.map(([at]) => [at, this.text(at)]);
    const reasons = changes.map(([at, text]) => {
      const reason = this.journal.set(...this.here(at), text);
      this.changed(at);
      return reason && this.reasonAt(at, reason);
    });
    this.undoable.push(before);
    const said = reasons.find(Boolean);
    if (said) this.tell(said);
    this.saver.schedule();
  }

  /** What a tap on the panel's pad does. */
  putHere(text) {
    this.editing = null;
    this.put([this.placed(this.at, text)]);
    this.panel.show();
  }

  reasonAt(at, reason) {
    const entry = this.journal.entry(...this.here(at));
    return (entry && why(this.journal, entry)) || say(reason);
  }

  tell(text) {
    announce(text);
    this.said?.remove();
    this.said = toast(text, "warning");
  }

  clear() {
    this.editing = null;
    this.put(this.selected().map((row) => [{ row, column: this.at.column }, ""]));
    return true;
  }

  fillDown() {
    this.commit();
    const rows = this.selected();
    const source = rows.length > 1 ? rows.shift() : this.at.row - 1;
    if (source < 0) return true;
    const text = this.text({ row: source, column: this.at.column });
    const open = rows.map((row) => ({ row, column: this.at.column })).filter((at) => this.canWrite(at));
    this.put(open.map((at) => [at, text]));
    return true;
  }

  canWrite(at) {
    const rights = this.journal.rights(...this.here(at));
    return rights.marks || rights.letter;
  }

  undo() {
    if (this.editing !== null) return this.escape();
    const before = this.undoable.pop();
    if (!before) return true;
    for (const [at, text] of before) {
      this.journal.set(...this.here(at), text);
      this.changed(at);
    }
    this.cell(before[0][0].row, before[0][0].column).focus();
    announce(say("undone"));
    this.saver.schedule();
    return true;
  }

  copy(event) {
    const rows = this.selected().map((row) => this.text({ row, column: this.at.column }));
    event.clipboardData.setData("text/plain", rows.join("\n"));
    event.preventDefault();
  }

  paste(event) {
    event.preventDefault();
    const lines = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "").split(/\r?\n/);
    const fits = lines.slice(0, this.journal.students.length - this.at.row);
    const cells = fits.map((text, place) => [{ row: this.at.row + place, column: this.at.column }, text.split("\t")[0].trim()]);
    this.put(cells.filter(([at]) => this.canWrite(at)).map(([at, text]) => this.placed(at, text)));
  }

  draw(at) {
    drawCell(this.cell(at.row, at.column), this.journal, ...this.here(at));
  }

  changed(at) {
    this.draw(at);
    drawAverage(this.table.tBodies[0].rows[at.row].cells[this.journal.columns.length + 1], this.journal, this.journal.students[at.row]);
  }

  /** Draw anew what changed its state, and say how far everything is saved. */
  refresh() {
    for (const row of this.touched ?? []) this.redrawRow(row);
    this.touched = new Set([...this.journal.pending.values()].filter((entry) => entry.student).map((entry) => this.journal.students.indexOf(entry.student)));
    for (const row of this.touched) this.redrawRow(row);
    showState(document.getElementById("journal-state"), this.journal, this.saver, (entry) => this.choose(entry));
    this.showSelection();
    this.panel.refresh();
  }

  redrawRow(row) {
    this.journal.columns.forEach((column, place) => {
      const at = { row, column: place };
      const isEdited = this.editing !== null && row === this.at.row && place === this.at.column;
      if (!isEdited) this.draw(at);
    });
    drawAverage(this.table.tBodies[0].rows[row].cells[this.journal.columns.length + 1], this.journal, this.journal.students[row]);
  }

  async choose(entry) {
    if (entry.column) this.cell(this.journal.students.indexOf(entry.student), this.journal.columns.indexOf(entry.column)).focus();
    const mine = await askWhich(entry);
    if (mine === null) return;
    this.journal.choose(entry, mine);
    this.saver.schedule(0);
  }
}

const desk = document.getElementById("journal");
if (desk) new Grid(desk, new Journal(textsOf("journal-data")));
