// The panel beside the grid: the lesson under the cursor, its works, the cell's comment, a pad for fingers.
import { Refused, requestJson } from "../parta/http.js";
import { toast } from "../parta/dialogs.js";
import { dayInWords } from "./draw.js";
import { say, why } from "./state.js";

export class Panel {
  constructor(place, grid) {
    Object.assign(this, { place, grid, journal: grid.journal, api: grid.desk.dataset.api });
    this.lessonPart = element("section");
    this.cellPart = element("section", { className: "journal-cell" });
    place.append(this.cellPart, this.lessonPart);
    place.addEventListener("keydown", ({ key }) => key === "Escape" && grid.cell().focus());
  }

  /** Show the lesson and the cell under the cursor. */
  show() {
    const [column, student] = this.grid.here();
    if (this.column !== column) this.showLesson(column);
    this.column = column;
    this.showCell(column, student);
  }

  refresh() {
    if (this.column && !this.cellPart.contains(document.activeElement)) this.showCell(...this.grid.here());
  }

  focus() {
    const fields = this.place.querySelectorAll("a, input, textarea, select, button");
    [...fields].find((field) => field.getClientRects().length)?.focus();
  }

  showCell(column, student) {
    const entry = this.journal.entry(column, student);
    const parts = [element("h2", { textContent: `${student.surname} ${student.first_name}` })];
    const reason = entry && ["wrong", "refused", "conflict"].includes(entry.state) ? why(this.journal, entry) : "";
    if (reason) parts.push(element("p", { className: "parta-field-error", textContent: reason }));
    if (entry?.state === "conflict") parts.push(this.choiceButton(entry));
    const rights = this.journal.rights(column, student);
    if (rights.marks || rights.letter) parts.push(this.pad(column, student, rights));
    parts.push(...this.comments(column, student, rights));
    this.cellPart.replaceChildren(...parts);
  }

  choiceButton(entry) {
    const button = element("button", { type: "button", className: "btn", textContent: say("conflicts", { n: 1 }) });
    button.addEventListener("click", () => this.grid.choose(entry));
    return button;
  }

  /** Buttons for marks and letters, shown where there is no keyboard. */
  pad(column, student, rights) {
    const pad = element("div", { className: "journal-pad" });
    const { letter } = this.journal.value(column, student);
    const marks = rights.marks ? this.journal.scale : [];
    const mayLetter = rights.letter || (!column.first && column.lesson.teaches);
    for (const sign of [...marks, ...(mayLetter ? this.journal.letters : [])]) {
      const button = element("button", { type: "button", className: "btn", textContent: sign });
      const keeps = letter && marks.includes(sign) && rights.letter ? `${letter} ` : "";
      button.addEventListener("click", () => this.grid.putHere(keeps + sign));
      pad.append(button);
    }
    const clear = element("button", { type: "button", className: "btn", textContent: "⌫" });
    clear.setAttribute("aria-label", say("clear"));
    clear.addEventListener("click", () => this.grid.putHere(""));
    pad.append(clear);
    return pad;
  }

  comments(column, student, rights) {
    const mark = this.journal.mark(column, student);
    const absence = column.first ? this.journal.absence(column, student) : { text: "" };
    const found = [];
    if (mark.text) found.push([mark, rights.marks, `marks/${column.work.id}/${student.id}`]);
    if (absence.text) found.push([absence, rights.letter, `attendance/${column.lesson.id}/${student.id}`]);
    return found.filter(([cell, may]) => may || cell.comment).map(([cell, may, path]) => {
      return may ? this.comment(cell, path) : element("p", { textContent: `${cell.text}: ${cell.comment}` });
    });
  }

  comment(cell, path) {
    const label = element("label", { className: "form-label", textContent: `${say("comment")}: ${cell.text}` });
    const input = element("input", { className: "form-control", value: cell.comment, maxLength: 300 });
    input.addEventListener("change", () =>
      this.send(`${path}/comment`, { text: input.value, version: cell.version }, (answer) => {
        Object.assign(cell, { comment: input.value.trim(), version: answer.version });
        toast(say("comment_saved"), "success");
        this.grid.changed(this.grid.at);
      }),
    );
    label.append(input);
    return label;
  }

  showLesson({ lesson }) {
    const heading = element("h2", { textContent: say("lesson_at", { day: dayInWords(lesson.day), n: lesson.number }) });
    const link = element("a", { className: "btn", href: this.grid.desk.dataset.lesson.replace(/0$/, lesson.id), textContent: say("lesson_page") });
    const words = lesson.teaches ? this.lessonForm(lesson) : this.lessonText(lesson);
    this.lessonPart.replaceChildren(heading, ...words, this.works(lesson), link);
  }

  lessonText(lesson) {
    const homework = lesson.homework || say(lesson.nothing_set ? "nothing_set" : "no_homework");
    return [
      element("p", { textContent: lesson.topic || say("no_topic") }),
      element("p", { className: "text-secondary", textContent: homework }),
    ];
  }

  lessonForm(lesson) {
    const draft = lesson.draft ?? lesson;
    const topic = element("input", { className: "form-control", value: draft.topic });
    const homework = element("textarea", { className: "form-control", rows: 3, value: draft.homework });
    const nothing = element("input", { className: "form-check-input", type: "checkbox", checked: draft.nothing_set });
    const save = () => {
      if (homework.value.trim() && document.activeElement !== nothing) nothing.checked = false;
      this.saveLesson(lesson, { topic: topic.value, homework: homework.value, nothing_set: nothing.checked });
    };
    for (const input of [topic, homework, nothing]) input.addEventListener("change", save);
    const check = element("label", { className: "form-check" });
    check.append(nothing, element("span", { className: "form-check-label", textContent: say("nothing_set") }));
    return [labelled(say("topic"), topic), labelled(say("homework"), homework), check];
  }

  /** One saving after the other, so that each goes on from the version that the one before has left. */
  saveLesson(lesson, values) {
    lesson.draft = values;
    const before = lesson.saving ?? Promise.resolve();
    lesson.saving = before.then(() => this.sendLesson(lesson, values));
  }

  /** What could not be saved stays as a draft of the lesson and is shown again. */
  sendLesson(lesson, values) {
    const done = ({ topic, homework, version, published_at }) => {
      const nothing_set = !homework && Boolean(published_at);
      Object.assign(lesson, { topic, homework, version, published_at, nothing_set });
      if (lesson.draft === values) lesson.draft = null;
      toast(say("lesson_saved"), "success");
    };
    const refused = ({ body }) => {
      const { theirs } = body?.details ?? body ?? {};
      if (!theirs?.version) return false;
      lesson.version = theirs.version;
      toast(say("lesson_conflict", theirs), "warning");
      return true;
    };
    return this.send(`lessons/${lesson.id}`, { ...values, version: lesson.version }, done, refused);
  }

  works(lesson) {
    const list = element("ul", { className: "journal-works" });
    for (const work of lesson.works) {
      const kind = this.journal.kinds.get(work.kind_id);
      const sign = element("span", { className: `journal-kind journal-kind-${Math.min(5, Math.ceil(Number(work.weight)))}`, textContent: kind?.short ?? "" });
      const line = element("li");
      const words = `${kind?.name ?? ""}${work.title ? `: ${work.title}` : ""} · ${work.weight}`;
      line.append(sign, element("span", { className: "journal-work-name", textContent: words }));
      if (lesson.teaches) {
        const edit = `${this.grid.desk.dataset.lesson.replace(/0$/, lesson.id)}/works/${work.id}`;
        const link = element("a", { className: "btn btn-sm", href: edit, textContent: "✎" });
        link.setAttribute("aria-label", `${say("column")}: ${words}`);
        line.append(link);
      }
      list.append(line);
    }
    if (lesson.teaches) {
      const add = `${this.grid.desk.dataset.lesson.replace(/0$/, lesson.id)}/works/new`;
      const line = element("li");
      line.append(element("a", { className: "btn btn-sm", href: add, textContent: `+ ${say("add_column")}` }));
      list.append(line);
    }
    return list;
  }

  /** Put `json` to the API; `refused` may take care of a refusal. */
  async send(path, json, done, refused = () => false) {
    try {
      done(await requestJson(`${this.api}/${path}`, { method: "PUT", json }));
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
      if (error instanceof Refused && error.status === 409 && refused(error)) return;
      toast(say("failed", { text: error instanceof TypeError ? say("offline") : error.message }), "danger");
    }
  }
}

function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

function labelled(textContent, input) {
  const label = element("label", { className: "form-label", textContent });
  label.append(input);
  return label;
}
