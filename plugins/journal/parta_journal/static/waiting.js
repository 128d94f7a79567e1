// Entries of this person that wait in the browser, with the way to the journals they belong to.
import { names } from "../parta/unsent.js";

const PREFIX = "journal:";
const box = document.getElementById("journal-waiting");
const waiting = names().filter((name) => name.startsWith(PREFIX));
if (box && waiting.length) {
  const list = box.querySelector("ul");
  for (const name of waiting) {
    const number = name.slice(PREFIX.length);
    const known = document.querySelector(`.journal-course[data-course="${CSS.escape(number)}"]`);
    const link = document.createElement("a");
    link.href = box.dataset.course.replace(/0$/, number);
    link.textContent = known?.innerText.replace(/\s+/g, " ") ?? box.dataset.journal;
    const line = document.createElement("li");
    line.append(link);
    list.append(line);
  }
  box.hidden = false;
}
