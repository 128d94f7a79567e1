// Requests of scripts: with the CSRF token, and with signing in again in place when the session has ended.
import { goOnWithNewToken, isSignedIn, signInAgain } from "./session.js";
import { csrfToken } from "./token.js";

/** A refusal of the server: `status`, and `body`, its RFC 9457 problem when it sent one. */
export class Refused extends Error {
  constructor(status, body) {
    super(body?.detail || `status ${status}`);
    this.status = status;
    this.body = body;
  }

  /** Whether the page has grown old: somebody signed in or out in another window. */
  get isOld() {
    return this.status === 403 && Boolean(this.body?.details?.csrf);
  }

  /** Whether the same request may go through later, as when nobody is signed in now. */
  get mayPass() {
    return this.isOld || this.status >= 500 || [401, 408, 429].includes(this.status);
  }
}

/**
 * Send a request and answer its Response; `json` is sent as JSON.
 *
 * Throws Refused for an answer that is an error, TypeError when there is no connection. When the session has
 * ended the person is asked to sign in again and the request is sent once more; so it is, without asking, when
 * the same person has signed in again in another window.
 */
export async function request(url, { json, headers = {}, ...options } = {}) {
  const response = await send(url, json, headers, options);
  if (response.ok) return response;
  const refused = await refusal(response);
  if (!(await isOver(refused))) throw refused;
  const second = await send(url, json, headers, options);
  if (second.ok) return second;
  throw await refusal(second);
}

/** Whether what the refusal was for is over, because the person of this page is signed in again. */
async function isOver(refused) {
  if (refused.status === 401) return signInAgain();
  return refused.isOld && isSignedIn() && goOnWithNewToken();
}

/** As `request`, answering the JSON that the server sent. */
export async function requestJson(url, options = {}) {
  const headers = { Accept: "application/json", ...options.headers };
  const response = await request(url, { ...options, headers });
  return response.status === 204 ? null : response.json();
}

function send(url, json, headers, options) {
  const all = { "X-CSRF-Token": csrfToken(), "X-Requested-With": "fetch", ...headers };
  if (json === undefined) return fetch(url, { ...options, headers: all });
  const typed = { ...all, "Content-Type": "application/json" };
  return fetch(url, { method: "POST", ...options, headers: typed, body: JSON.stringify(json) });
}

async function refusal(response) {
  const isJson = response.headers.get("Content-Type")?.includes("json");
  return new Refused(response.status, isJson ? await response.json() : null);
}
