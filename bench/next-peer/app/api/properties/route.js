import { PROPERTY, as, page } from "../../../lib/database.js";

export async function GET(request) {
  const asked = request.nextUrl.searchParams;
  const statement = {
    name: "properties",
    text: `select ${PROPERTY} from properties where status = $1 and city_key = doorstep.fold($2)
      order by created_at desc, id limit $3`,
    values: [asked.get("status"), asked.get("city"), Number(asked.get("limit"))],
  };
  return as(request, statement, page);
}
