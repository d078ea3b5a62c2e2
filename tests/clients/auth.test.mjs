// @supabase/supabase-js, call by call.
import assert from "node:assert/strict";
import test from "node:test";
import { AuthApiError, AuthWeakPasswordError } from "@supabase/supabase-js";
import { client, newEmail, password, person } from "./support.mjs";

const api = (supabase) => supabase.auth.getUser();

test("signUp answers a confirmed user and a session", async () => {
  const { email, user, session, supabase } = await person();
  assert.equal(user.email, email);
  assert.ok(user.email_confirmed_at && user.confirmed_at);
  assert.equal(user.role, "authenticated");
  assert.equal(user.user_metadata.name, "Ana");
  assert.equal(user.identities[0].provider, "email");
  assert.ok(session.expires_at > Date.now() / 1000);
  const { data, error } = await api(supabase);
  assert.ifError(error);
  assert.equal(data.user.id, user.id);
});

test("signUp refuses what Supabase refuses, with its codes", async () => {
  const { email } = await person();
  const again = await client().auth.signUp({ email, password });
  assert.ok(again.error instanceof AuthApiError);
  assert.equal(again.error.code, "user_already_exists");
  assert.equal(again.error.status, 422);
  const weak = await client().auth.signUp({ email: newEmail(), password: "short" });
  assert.ok(weak.error instanceof AuthWeakPasswordError);
  assert.deepEqual(weak.error.reasons, ["length"]);
  const anonymous = await client().auth.signInAnonymously();
  assert.equal(anonymous.error.code, "anonymous_provider_disabled");
});

test("signInWithPassword opens a session, and tells an unknown person nothing", async () => {
  const { email, user } = await person();
  const supabase = client();
  const { data, error } = await supabase.auth.signInWithPassword({ email, password });
  assert.ifError(error);
  assert.equal(data.user.id, user.id);
  assert.ok(data.user.last_sign_in_at);
  const wrong = await client().auth.signInWithPassword({ email, password: "wrong horse" });
  const unknown = await client().auth.signInWithPassword({ email: newEmail(), password });
  for (const { error } of [wrong, unknown]) {
    assert.equal(error.status, 400);
    assert.equal(error.code, "invalid_credentials");
    assert.equal(error.message, "Invalid login credentials");
  }
});

test("refreshSession rotates, and a lost answer costs nothing", async () => {
  const { supabase, session } = await person();
  const { data, error } = await supabase.auth.refreshSession();
  assert.ifError(error);
  assert.notEqual(data.session.refresh_token, session.refresh_token);
  const again = await client().auth.refreshSession({ refresh_token: session.refresh_token });
  assert.ifError(again.error);
  assert.equal(again.data.session.refresh_token, data.session.refresh_token);
  const bad = await client().auth.refreshSession({ refresh_token: "unknown" });
  assert.equal(bad.error.code, "refresh_token_not_found");
});

test("setSession with an expired access token refreshes", async () => {
  const { session } = await person();
  const [header, , signature] = session.access_token.split(".");
  const payload = Buffer.from(JSON.stringify({ exp: 1, sub: session.user.id })).toString("base64url");
  const supabase = client();
  const { data, error } = await supabase.auth.setSession({
    access_token: `${header}.${payload}.${signature}`,
    refresh_token: session.refresh_token,
  });
  assert.ifError(error);
  assert.equal(data.user.id, session.user.id);
});

test("getClaims falls back to the server for HS256 tokens", async () => {
  const { supabase, user } = await person();
  const { data, error } = await supabase.auth.getClaims();
  assert.ifError(error);
  assert.equal(data.claims.sub, user.id);
  assert.equal(data.claims.aal, "aal1");
});

test("updateUser changes data, address and password", async () => {
  const { supabase, email } = await person();
  const other = client();
  assert.ifError((await other.auth.signInWithPassword({ email, password })).error);
  const changed = await supabase.auth.updateUser({ data: { nickname: "A" } });
  assert.ifError(changed.error);
  assert.equal(changed.data.user.user_metadata.nickname, "A");
  const moved = newEmail();
  assert.equal((await supabase.auth.updateUser({ email: moved })).data.user.email, moved);
  const same = await supabase.auth.updateUser({ password });
  assert.equal(same.error.code, "same_password");
  assert.ifError((await supabase.auth.updateUser({ password: "another horse" })).error);
  assert.ok((await api(other)).error, "the other session has ended");
  assert.ifError((await api(supabase)).error);
  const anew = await client().auth.signInWithPassword({ email: moved, password: "another horse" });
  assert.ifError(anew.error);
});

test("signOut local, others, global", async () => {
  const { email, supabase: first } = await person();
  const [second, third] = [client(), client()];
  for (const supabase of [second, third]) {
    assert.ifError((await supabase.auth.signInWithPassword({ email, password })).error);
  }
  const tokens = {};
  for (const [name, supabase] of Object.entries({ first, second, third })) {
    tokens[name] = (await supabase.auth.getSession()).data.session.access_token;
  }
  const alive = async (name) => !(await client().auth.getUser(tokens[name])).error;
  assert.ifError((await first.auth.signOut({ scope: "local" })).error);
  assert.deepEqual([await alive("first"), await alive("second"), await alive("third")], [false, true, true]);
  assert.ifError((await second.auth.signOut({ scope: "others" })).error);
  assert.deepEqual([await alive("second"), await alive("third")], [true, false]);
  assert.ifError((await second.auth.signOut({ scope: "global" })).error);
  assert.equal(await alive("second"), false);
  const gone = await client().auth.getUser(tokens.second);
  assert.equal(gone.error.name, "AuthSessionMissingError");
});

test("what waits for mail answers as if it had been sent", async () => {
  const { supabase, email } = await person();
  for (const address of [email, newEmail()]) {
    assert.ifError((await client().auth.resetPasswordForEmail(address)).error);
    assert.ifError((await client().auth.resend({ type: "signup", email: address })).error);
  }
  assert.ifError((await supabase.auth.reauthenticate()).error);
  const code = await client().auth.verifyOtp({ email, token: "123456", type: "email" });
  assert.equal(code.error.code, "otp_expired");
});
