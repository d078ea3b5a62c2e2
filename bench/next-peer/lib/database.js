// One transaction a request with the caller's claims, each statement awaited, as PostgREST and the document's own stack do.
import { createHmac, timingSafeEqual } from "node:crypto";
import pg from "pg";

const pool = new pg.Pool({ max: 16 });
const secret = process.env.JWT_SECRET;

/** The claims of the request's token, or null where it is not good. */
function claims(request) {
  const [head, body, signature] = (request.headers.get("authorization") ?? "").replace(/^Bearer /, "").split(".");
  if (!signature) return null;
  const expected = createHmac("sha256", secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const said = JSON.parse(Buffer.from(body, "base64url"));
  return said.exp > Date.now() / 1000 && ["anon", "authenticated"].includes(said.role) ? said : null;
}

/** Runs one statement as whoever sent the request; `answer` makes a response of the rows. */
export async function as(request, statement, answer) {
  const who = claims(request);
  if (!who) return Response.json({ error: "unauthorized" }, { status: 401 });
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query({
      name: "identity",
      text: "select set_config('role', $1, true), set_config('request.jwt.claims', $2, true)",
      values: [who.role, JSON.stringify(who)],
    });
    const { rows } = await client.query(statement);
    await client.query("COMMIT");
    client.release();
    return answer(rows);
  } catch (error) {
    client.release(error);
    return Response.json({ error: error.message }, { status: 500 });
  }
}

/** One row or 404. */
export const one = (rows) => (rows.length ? Response.json(rows[0]) : Response.json({ error: "not_found" }, { status: 404 }));

/** A page of rows. */
export const page = (rows) => Response.json({ data: rows });

export const PROPERTY = "id, name, city, price_range, bedrooms, type, status, image_url, description, features, created_at, updated_at";
export const PROSPECT =
  "id, name, email, phone, whatsapp, budget, city, timeline, status, assigned_to, last_contact, preferred_channel, created_at, updated_at";
