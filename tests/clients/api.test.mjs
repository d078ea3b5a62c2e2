// What docs/api.md shows, run from its top to its bottom.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import test from "node:test";
import { key, url } from "./support.mjs";

const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
const environment = { ...process.env, DOORSTEP_URL: url, ANON_KEY: key };

/** The blocks of one language, as one program. */
function program(language) {
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, of]) => of === language);
  const nouns = [...page.matchAll(/^## /gm)].length;
  assert.ok(blocks.length >= nouns, `${blocks.length} blocks of ${language} for ${nouns} headings`);
  return blocks.map(([, , text]) => text).join("\n");
}

const run = (command, args) => execFileSync(command, args, { env: environment, encoding: "utf8", timeout: 50_000 });

test("every curl command of the page is answered", () => {
  const output = run("bash", ["-euo", "pipefail", "-c", program("sh")]);
  assert.match(output, /"Casa Brisa"/);
});

test("every supabase-js line of the page runs", () => {
  const file = new URL("./api.generated.mjs", import.meta.url);
  writeFileSync(file, program("js"));
  try {
    const output = run(process.execPath, [file.pathname]);
    assert.match(output, /(high|medium|low) \d+ \[/);
  } finally {
    rmSync(file);
  }
});
