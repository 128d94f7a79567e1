// The one line beside the title that says whether everything is saved, and the choice between two values.
import { textsOf } from "../parta/texts.js";

const texts = textsOf("journal-texts");

/** The text called `name` with its places filled. */
export function say(name, values = {}) {
  return (texts[name] ?? "").replace(/%\((\w+)\)s/g, (place, key) => values[key] ?? place);
}

/** Show how far everything is saved. */
export function showState(place, journal, saver, choose) {
  const waiting = journal.in("unsent", "sending").length;
  const conflicts = journal.in("conflict");
  const wrong = journal.in("wrong", "refused").length;
  const said = [];
  if (!journal.isWritable) {
    place.dataset.kind = "read";
    place.textContent = say("reading");
    return;
  }
  if (waiting && !saver.online) said.push(`${say("unsent", { n: waiting })} (${say(saver.signedOut ? "signed_out" : "offline")})`);
  else if (waiting) said.push(saver.sending ? say("sending") : say("unsent", { n: waiting }));
  if (wrong) said.push(say("wrong", { n: wrong }));
  if (!waiting && !wrong && !conflicts.length) said.push(say("saved"));
  const kind = conflicts.length || wrong ? "bad" : waiting ? "waiting" : "good";
  place.dataset.kind = kind;
  place.replaceChildren(said.join(" · "));
  if (conflicts.length) place.append(conflictButton(conflicts, choose));
}

function conflictButton(conflicts, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm";
  button.textContent = say("conflicts", { n: conflicts.length });
  button.addEventListener("click", () => choose(conflicts[0]));
  return button;
}

/** Ask which of two values shall stand; answers true for one's own, false for the other, null for neither yet. */
export function askWhich(entry) {
  const dialog = document.getElementById("journal-conflict");
  const { outcome, sent } = entry;
  dialog.querySelector("p").textContent = [outcome.message, putBy(outcome)].filter(Boolean).join(" ");
  dialog.querySelector("[data-choice=theirs]").textContent = say("theirs", { text: outcome.text || say("empty") });
  dialog.querySelector("[data-choice=yours]").textContent = say("yours", { text: sent.text || say("empty") });
  return new Promise((resolve) => {
    let answer = null;
    const click = ({ target }) => {
      const { choice } = target.dataset;
      if (!choice) return;
      answer = choice === "yours";
      dialog.close();
    };
    dialog.addEventListener("click", click);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("click", click);
      resolve(answer);
    }, { once: true });
    dialog.showModal();
  });
}

function putBy({ by, at }) {
  if (!at) return "";
  const when = new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  return say("put_by", { by: by || say("somebody"), at: when });
}

/** Why an entry is not saved, in words. */
export function why(journal, { reason, outcome }) {
  if (outcome?.message) return outcome.message;
  if (!reason) return "";
  const values = { text: reason.token, marks: [...journal.scale, "ЗЧ", "НЗ", "ОСВ", "Н/А"].join(" "), letters: journal.letters.join(" ") };
  return say(reason.reason ?? reason, values);
}
