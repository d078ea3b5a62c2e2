// @supabase/ssr: cookies that it writes are read by Doorstep, and the other way round.
import assert from "node:assert/strict";
import test from "node:test";
import { createBrowserClient, createServerClient } from "@supabase/ssr";
import { Jar, cookieName, key, newEmail, password, person, url } from "./support.mjs";

const server = (jar, options = {}) => createServerClient(url, key, { cookies: jar.methods(), ...options });

/** A client in a page whose `document.cookie` is this jar. */
function browser(jar) {
  const document = {
    get cookie() {
      return jar.header();
    },
    set cookie(line) {
      jar.set(line);
    },
  };
  globalThis.document = document;
  globalThis.window = { document, location: { href: url } };
  const supabase = createBrowserClient(url, key, {
    isSingleton: false,
    auth: { autoRefreshToken: false, detectSessionInUrl: false },
  });
  return supabase;
}

function leavePage() {
  delete globalThis.document;
  delete globalThis.window;
}

/** Writes a session whose access token seems to be over, as a clock would make it. */
async function age(jar, session, extra = {}) {
  const stored = { ...session, access_token: "over." + session.access_token, expires_at: 1, ...extra };
  const value = "base64-" + Buffer.from(JSON.stringify(stored)).toString("base64url");
  jar.cookies.clear();
  for (let at = 0; at * 3180 < value.length; at += 1) {
    jar.set(`${cookieName}.${at}=${value.slice(at * 3180, (at + 1) * 3180)}`);
  }
}

test("createServerClient's cookies are read by Doorstep", async () => {
  const { email } = await person();
  const jar = new Jar();
  assert.equal(await jar.isSomebody(), false);
  const { error } = await server(jar).auth.signInWithPassword({ email, password });
  assert.ifError(error);
  assert.ok(jar.header().includes(cookieName));
  assert.equal(await jar.isSomebody(), true);
});

test("chunked cookies are read by Doorstep", async () => {
  const jar = new Jar();
  const data = { name: "Ana", about: "ü".repeat(1500) };
  const { error } = await server(jar).auth.signUp({ email: newEmail(), password, options: { data } });
  assert.ifError(error);
  assert.ok(jar.cookies.has(`${cookieName}.1`), "long enough to be cut");
  assert.equal(await jar.isSomebody(), true);
});

for (const options of [{ cookieEncoding: "raw" }, { cookieEncoding: "base64url" }]) {
  test(`cookies written with ${JSON.stringify(options)} are read by Doorstep`, async () => {
    const jar = new Jar();
    const { error } = await server(jar, options).auth.signUp({ email: newEmail(), password });
    assert.ifError(error);
    assert.equal(await jar.isSomebody(), true);
  });
}

test("createBrowserClient's document.cookie is read by Doorstep", async () => {
  const jar = new Jar();
  try {
    const { error } = await browser(jar).auth.signUp({ email: newEmail(), password });
    assert.ifError(error);
  } finally {
    leavePage();
  }
  assert.equal(await jar.isSomebody(), true);
});

test("a session that Doorstep refreshed in passing is read by both clients", async () => {
  const { session, user } = await person();
  const jar = new Jar();
  await age(jar, session);
  assert.equal(await jar.isSomebody(), true);
  const { data, error } = await server(jar).auth.getUser();
  assert.ifError(error);
  assert.equal(data.user.id, user.id);
  const kept = (await server(jar).auth.getSession()).data.session;
  assert.notEqual(kept.refresh_token, session.refresh_token);
  try {
    const page = await browser(jar).auth.getSession();
    assert.equal(page.data.session.access_token, kept.access_token);
  } finally {
    leavePage();
  }
});

test("chunks that are left over are removed", async () => {
  const { session } = await person();
  const jar = new Jar();
  await age(jar, session, { padding: "x".repeat(9000) });
  assert.ok(jar.cookies.has(`${cookieName}.3`));
  assert.equal(await jar.isSomebody(), true);
  assert.ok(!jar.cookies.has(`${cookieName}.3`));
  assert.equal(await jar.isSomebody(), true);
});

test("the client and Doorstep may refresh the same session at once", async () => {
  const { session } = await person();
  const jars = [new Jar(), new Jar(), new Jar()];
  for (const jar of jars) await age(jar, session);
  const [first, second, third] = await Promise.all([
    jars[0].isSomebody(),
    jars[1].isSomebody(),
    server(jars[2]).auth.refreshSession(),
  ]);
  assert.deepEqual([first, second], [true, true]);
  assert.ifError(third.error);
  for (const jar of jars) assert.equal(await jar.isSomebody(), true);
});

test("signing out of Doorstep clears the client's cookies and ends its session", async () => {
  const jar = new Jar();
  const { data } = await server(jar).auth.signUp({ email: newEmail(), password });
  const response = await jar.fetch("/api/auth/signout", { method: "POST" });
  assert.equal(response.status, 204);
  assert.deepEqual(jar.sessionCookies(cookieName), []);
  assert.equal((await server(jar).auth.getSession()).data.session, null);
  assert.ok((await server(new Jar()).auth.getUser(data.session.access_token)).error);
});

test("signing out of the client is seen by Doorstep at once", async () => {
  const jar = new Jar();
  await server(jar).auth.signUp({ email: newEmail(), password });
  const copy = new Jar();
  copy.cookies = new Map(jar.cookies);
  assert.equal(await copy.isSomebody(), true);
  assert.ifError((await server(jar).auth.signOut()).error);
  assert.deepEqual(jar.sessionCookies(cookieName), []);
  assert.equal(await copy.isSomebody(), false);
  assert.deepEqual(copy.sessionCookies(cookieName), []);
});
