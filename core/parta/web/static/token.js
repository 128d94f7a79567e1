// The CSRF token of this page, in one place: signing in again brings a new one.
const meta = document.querySelector('meta[name="csrf-token"]');

export function csrfToken() {
  return meta?.content ?? "";
}

/** Put a new token into the page and into its forms. */
export function keepToken(token) {
  if (meta) meta.content = token;
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
}
