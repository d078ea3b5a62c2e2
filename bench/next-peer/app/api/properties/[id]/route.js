import { PROPERTY, as, one } from "../../../../lib/database.js";

export async function GET(request, { params }) {
  const { id } = await params;
  return as(request, { name: "properties-by-id", text: `select ${PROPERTY} from properties where id = $1`, values: [id] }, one);
}
