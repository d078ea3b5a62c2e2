import { PROSPECT, as, one } from "../../../../lib/database.js";

export async function GET(request, { params }) {
  const { id } = await params;
  return as(request, { name: "prospects-by-id", text: `select ${PROSPECT} from prospects where id = $1`, values: [id] }, one);
}
