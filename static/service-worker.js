// Lets pages that were opened once open again without a network.
//
// The server puts one line in front of this file: self.COURSE = { version, files, questions }. The version changes with
// every byte that can change a page, and then this worker is installed anew and the old copies go.
//
// Pages come from the network first; a copy is only shown when there is no answer. A copy is always asked for without
// cookies: it is the page that everybody gets, and nobody's answers are in it. Answers wait in answer-queue.js, not here.
const { version, files, questions } = self.COURSE;
const OURS = "blast-radius-";
const FILES = `${OURS}files-${version}`;
const PAGES = `${OURS}pages-${version}`;
const PAGES_MAX = 200;
const NOT_HERE = "/offline/";
const KEPT = /^\/(lessons\/[a-z0-9-]+\/|incidents\/([a-z0-9-]+\/)?|quiz\/[a-z0-9-]+\/|glossary\/|sources\/|privacy\/|search\/index\.json)?$/;

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (origin !== location.origin) return;
  if (mode === "navigate" || (method === "GET" && pathname === "/search/index.json")) event.respondWith(page(event));
  else if (method === "GET" && files.includes(pathname)) event.respondWith(file(pathname));
});

async function install() {
  const shelf = await caches.open(FILES);
  await shelf.addAll([...files, new Request(NOT_HERE, { credentials: "omit" })]);
  // What was kept of the version before is asked for anew; what is open now was opened before this worker was there.
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  await Promise.all([...(await keptBefore()), ...open.map((client) => client.url)].map(keep));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== FILES && name !== PAGES);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await clients.claim();
}

async function page(event) {
  const { method, url } = event.request;
  try {
    const answer = (await event.preloadResponse) ?? (await fetch(event.request));
    if (method === "GET" && answer.ok) event.waitUntil(keep(url));
    return answer;
  } catch {
    return (method === "GET" && (await copy(url))) || file(NOT_HERE);
  }
}

async function file(path) {
  return (await (await caches.open(FILES)).match(path, { ignoreVary: true })) ?? fetch(path);
}

// The page as it was kept, marked with the day, so that it can say so.
async function copy(url) {
  const kept = await (await caches.open(PAGES)).match(nameOf(url), { ignoreVary: true });
  if (!kept) return null;
  const headers = new Headers(kept.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const text = await kept.text();
  return new Response(text.replace("<html", `<html data-kept="${headers.get("Date") ?? ""}"`), { headers });
}

async function keep(url) {
  const name = nameOf(url);
  if (!KEPT.test(new URL(name).pathname)) return;
  try {
    await ask(name);
    const shelf = await caches.open(PAGES);
    for (const path of questions[new URL(name).pathname] ?? []) if (!(await shelf.match(path, { ignoreVary: true }))) await ask(path);
  } catch { /* the network went in between: the copy stays as it was */ }
}

async function ask(name) {
  const shelf = await caches.open(PAGES);
  const tag = (await shelf.match(name, { ignoreVary: true }))?.headers.get("ETag");
  const answer = await fetch(name, { credentials: "omit", headers: tag ? { "If-None-Match": tag } : {} });
  if (answer.ok && !answer.redirected) await shelf.put(name, answer);
  else if (answer.status === 404 || answer.status === 410) await shelf.delete(name);
  const all = await shelf.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - PAGES_MAX)).map((old) => shelf.delete(old)));
}

// One address for one page: of what is asked in a link, only the variant of a question makes another.
function nameOf(url) {
  const { origin, pathname, searchParams } = new URL(url);
  const seed = pathname.startsWith("/quiz/") && searchParams.get("seed");
  return `${origin}${pathname}${seed ? `?seed=${encodeURIComponent(seed)}` : ""}`;
}

async function keptBefore() {
  const before = (await caches.keys()).filter((name) => name.startsWith(`${OURS}pages-`) && name !== PAGES);
  const shelves = await Promise.all(before.map((name) => caches.open(name)));
  return (await Promise.all(shelves.map((shelf) => shelf.keys()))).flat().map((request) => request.url);
}
