// Calls to the emulator's control interface. Beside author-api.js the only module that uses fetch.

class ControlError extends Error {}

async function call(method, path, body) {
  const options = { method, headers: {} };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  const response = await fetch(`/control/${path}`, options).catch(() => {
    throw new ControlError("The emulator does not answer. Is it still running?");
  });
  const text = await response.text();
  if (!response.ok) throw new ControlError(reason(text) ?? `The emulator refused this (${response.status}).`);
  return text;
}

function reason(text) {
  try {
    return JSON.parse(text).error ?? null;
  } catch {
    return null;
  }
}

export const getText = (path) => call("GET", path);
export const getJson = async (path) => JSON.parse(await call("GET", path));
export const post = async (path, body = {}) => JSON.parse((await call("POST", path, body)) || "{}");
export const remove = (path) => call("DELETE", path);
