// Asks how far something is and shows it; without script the page loads itself anew instead.
const SECONDS = 2;

const followed = document.querySelector("[data-follow]");

async function look() {
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.ok) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-follow]");
    if (fresh?.dataset.follow !== followed.dataset.follow) {
      // Another state is another page, with its own title for a screen reader to say.
      location.reload();
      return;
    }
    followed.replaceChildren(...fresh.childNodes);
  }
  setTimeout(look, SECONDS * 1000);
}

if (followed) setTimeout(look, SECONDS * 1000);
