// Asks the device for a passkey and sends the form with its answer; pages work without it.
const NOT_HERE = "This browser can’t use passkeys on this page. Use another way.";
const CANCELLED = "No passkey was used. Try again, or use another way.";
const KNOWN = "This device has a passkey for your account already.";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withIds = (list) => (list || []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));

function publicKey(options, isNew) {
  const asked = { ...options, challenge: toBytes(options.challenge) };
  if (isNew) {
    asked.user = { ...options.user, id: toBytes(options.user.id) };
    asked.excludeCredentials = withIds(options.excludeCredentials);
  } else {
    asked.allowCredentials = withIds(options.allowCredentials);
  }
  return asked;
}

function answerOf(credential, isNew) {
  const given = credential.response;
  const parts = isNew
    ? { attestationObject: given.attestationObject }
    : {
        authenticatorData: given.authenticatorData,
        signature: given.signature,
        ...(given.userHandle ? { userHandle: given.userHandle } : {}),
      };
  const response = { clientDataJSON: toText(given.clientDataJSON) };
  for (const [name, value] of Object.entries(parts)) response[name] = toText(value);
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response };
}

function start(box) {
  const isNew = box.dataset.passkey === "create";
  const [button, message] = [box.querySelector("button"), box.querySelector("p")];
  const form = box.closest("form");
  const say = (text) => {
    message.textContent = text;
    button.disabled = false;
  };
  button.addEventListener("click", async () => {
    button.disabled = true;
    message.textContent = "";
    try {
      const asked = { publicKey: publicKey(JSON.parse(box.dataset.options), isNew) };
      const found = await navigator.credentials[isNew ? "create" : "get"](asked);
      form.elements[box.dataset.field].value = JSON.stringify(answerOf(found, isNew));
      form.requestSubmit();
    } catch (error) {
      if (error.name === "InvalidStateError") say(KNOWN);
      else say(error.name === "NotAllowedError" ? CANCELLED : NOT_HERE);
    }
  });
  box.hidden = false;
}

if (window.PublicKeyCredential) document.querySelectorAll("[data-passkey]").forEach(start);
