// Progressive enhancement only: every page does all its work without this file.
import { initAll } from 'govuk-frontend';

initAll();

/** Asks before a page with unsent typing is left; nothing that was typed is lost by a stray tap. */
function guardTyping(form) {
  let typed = false;
  const warn = (event) => {
    if (typed) event.preventDefault();
  };
  form.addEventListener('input', () => {
    typed = true;
  });
  form.addEventListener('submit', () => window.removeEventListener('beforeunload', warn));
  window.addEventListener('beforeunload', warn);
}

/** Says at once that a chosen file is too large, instead of after a long upload. */
function guardSize(input) {
  const limit = Number(input.dataset.maxBytes);
  input.addEventListener('change', () => {
    const tooLarge = [...input.files].some((file) => file.size > limit);
    const note = document.getElementById(input.dataset.sizeNote);
    if (note) note.hidden = !tooLarge;
  });
}

/** Longer than the server takes for any answer. */
const ON_THE_WAY_MS = 30_000;

/**
 * Asks the server again while long work is under way, and shows the page when it is done; not to somebody
 * who is on the way to another page, as that would take them back.
 */
function followProgress(region) {
  let leftAt = Number.NEGATIVE_INFINITY;
  window.addEventListener('beforeunload', () => {
    leftAt = performance.now();
  });
  const isOnTheWay = () => performance.now() - leftAt < ON_THE_WAY_MS;
  const again = async () => {
    try {
      const answer = await fetch(window.location.href, { headers: { accept: 'text/html' } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const next = page.querySelector('[data-follow-progress]');
      if (next) region.replaceChildren(...next.childNodes);
      else if (!isOnTheWay()) {
        window.location.reload();
        return;
      }
    } catch {
      // The connection is down for a moment; the next round asks again.
    }
    setTimeout(again, 3000);
  };
  setTimeout(again, 3000);
}

for (const form of document.querySelectorAll('form[data-guard-typing]')) guardTyping(form);
for (const input of document.querySelectorAll('input[type=file][data-max-bytes]')) guardSize(input);
for (const region of document.querySelectorAll('[data-follow-progress]')) followProgress(region);
