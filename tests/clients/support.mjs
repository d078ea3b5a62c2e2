// What the tests share: the server under test, people, and a browser's cookies.
import { createClient } from "@supabase/supabase-js";

export const url = process.env.DOORSTEP_URL;
export const key = process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY;
if (!url || !key) throw new Error("DOORSTEP_URL and NEXT_PUBLIC_SUPABASE_ANON_KEY name the server under test");

export const cookieName = `sb-${new URL(url).hostname.split(".")[0]}-auth-token`;
export const password = "correct horse";

/** A client that keeps its session in memory and does nothing by itself. */
export function client() {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}

/** An address that nobody has used. */
export function newEmail() {
  return `p${Date.now()}${Math.random().toString(36).slice(2, 8)}@example.com`;
}

/** Signs a new person up and hands out his client. */
export async function person() {
  const email = newEmail();
  const supabase = client();
  const { data, error } = await supabase.auth.signUp({ email, password, options: { data: { name: "Ana" } } });
  if (error) throw error;
  return { email, supabase, user: data.user, session: data.session };
}

/** A browser's cookies: what `document.cookie` and `Set-Cookie` write, and what is sent. */
export class Jar {
  cookies = new Map();

  /** Takes one `Set-Cookie` line, or one assignment to `document.cookie`. */
  set(line) {
    const [pair, ...attributes] = line.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const age = attributes.find((attribute) => /^max-age=/i.test(attribute));
    if (age && Number(age.slice(8)) <= 0) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  header() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** The names of the cookies that carry the session; a PKCE verifier is none. */
  sessionCookies(name) {
    return [...this.cookies.keys()].filter(
      (key) => key === name || (key.startsWith(`${name}.`) && /^\d+$/.test(key.slice(name.length + 1))),
    );
  }

  /** For `createServerClient`, as its documentation shows. */
  methods() {
    return {
      getAll: () => [...this.cookies].map(([name, value]) => ({ name, value: decodeURIComponent(value) })),
      setAll: (all) => {
        for (const { name, value, options } of all) {
          this.set(`${name}=${encodeURIComponent(value)}; Max-Age=${options?.maxAge ?? 1}`);
        }
      },
    };
  }

  /** Sends a request to Doorstep as this browser, and keeps what it sets. */
  async fetch(path, init = {}) {
    const headers = { cookie: this.header(), "sec-fetch-site": "same-origin", ...init.headers };
    const response = await fetch(url + path, { redirect: "manual", ...init, headers });
    for (const line of response.headers.getSetCookie()) this.set(line);
    return response;
  }

  /** Whether Doorstep takes this browser for somebody. */
  async isSomebody() {
    const response = await this.fetch("/auth/signin");
    await response.text();
    return response.status === 303;
  }
}
