// Saving: what was typed goes out together after a short pause, is kept in the browser until it is acknowledged,
// and goes out again when there is a connection or the person has signed in again.
import { Refused, requestJson } from "../parta/http.js";
import * as unsent from "../parta/unsent.js";

const PAUSE = 800;
const LONGEST_PAUSE = 30_000;
const MOST_ENTRIES = 200;

/** Saves a journal's pending entries through `api`; `changed` is told of every change of their states. */
export class Saver {
  constructor(journal, api, changed) {
    Object.assign(this, { journal, api, changed });
    this.name = `journal:${journal.course.id}`;
    this.online = true;
    this.signedOut = false;
    this.sending = false;
    this.wait = PAUSE;
    addEventListener("online", () => this.flush());
    addEventListener("pagehide", () => this.flush({ keepalive: true }));
    document.addEventListener("visibilitychange", () => document.hidden && this.flush({ keepalive: true }));
  }

  /** Take in what an earlier page could not save, and send it. */
  restore() {
    const kept = unsent.kept(this.name);
    if (!kept.length) return;
    this.journal.restore(kept);
    this.flush();
  }

  /** Something was typed. */
  schedule(pause = PAUSE) {
    this.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), pause);
    this.changed();
  }

  keep() {
    unsent.keep(this.name, this.journal.in("unsent", "sending", "conflict").map(({ sent }) => sent));
  }

  async flush({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    const batch = this.journal.in("unsent").slice(0, MOST_ENTRIES);
    if (this.sending || !batch.length) return;
    this.sending = true;
    for (const entry of batch) Object.assign(entry, { state: "sending", attempted: true });
    this.changed();
    const sent = batch.map((entry) => ({ ...entry.sent }));
    try {
      const answer = await requestJson(`${this.api}/cells`, { json: { entries: sent }, keepalive });
      this.online = true;
      this.signedOut = false;
      this.wait = PAUSE;
      answer.outcomes.forEach((outcome, place) => this.journal.settle(sent[place], outcome));
    } catch (error) {
      this.failed(batch, error);
    } finally {
      this.sending = false;
    }
    this.keep();
    this.changed();
    if (this.online && this.journal.in("unsent").length) this.schedule();
  }

  /** Without a connection or a session the entries wait; what the server refuses as a whole is shown as refused. */
  failed(batch, error) {
    const final = error instanceof Refused && !error.mayPass;
    if (!(error instanceof Refused) && !(error instanceof TypeError)) throw error;
    for (const entry of batch) {
      if (entry.state !== "sending") continue;
      entry.state = final ? "refused" : "unsent";
      if (final) entry.outcome = { message: error.message, text: "" };
    }
    this.online = final;
    this.signedOut = error instanceof Refused && (error.status === 401 || error.isOld);
    if (final) return;
    this.wait = Math.min(this.wait * 2, LONGEST_PAUSE);
    this.timer = setTimeout(() => this.flush(), this.wait);
  }
}
