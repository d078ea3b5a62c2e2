import { PROSPECT, as, page } from "../../../lib/database.js";

export async function GET(request) {
  const asked = request.nextUrl.searchParams;
  const statement = {
    name: "prospects",
    text: `select ${PROSPECT} from prospects where status = $1 and city_key = doorstep.fold($2)
      order by created_at desc, id limit $3`,
    values: [asked.get("status"), asked.get("city"), Number(asked.get("limit"))],
  };
  return as(request, statement, page);
}

export async function POST(request) {
  const { name, city, email } = await request.json();
  if (typeof name !== "string" || typeof email !== "string") {
    return Response.json({ error: "validation_failed" }, { status: 400 });
  }
  const statement = {
    name: "prospect",
    text: `insert into prospects (name, city, email) values ($1, $2, $3) returning ${PROSPECT}`,
    values: [name, city, email],
  };
  return as(request, statement, ([row]) => Response.json(row, { status: 201 }));
}
