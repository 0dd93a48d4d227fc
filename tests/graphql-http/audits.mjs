// Runs the public audits of GraphQL over HTTP against the server whose address is the argument.
// `audits.txt` lists every audit; all of them pass, and one that is new or gone is told too.
import { readFileSync } from 'node:fs';
import { serverAudits } from 'graphql-http';

const [address] = process.argv.slice(2);
if (!address) {
  console.error('usage: node audits.mjs ADDRESS, as http://127.0.0.1:8080/graphql');
  process.exit(2);
}
const expected = readFileSync(new URL('audits.txt', import.meta.url), 'utf8').trimEnd().split('\n');
const found = [];
let failed = 0;
for (const audit of serverAudits({ url: address, fetchFn: fetch })) {
  found.push(`${audit.id} ${audit.name}`);
  const result = await audit.fn();
  if (result.status !== 'ok') {
    failed += 1;
    console.error(`${result.status}: ${audit.id} ${audit.name}: ${result.reason}`);
  }
}
const told = (what, lines) => lines.forEach((line) => console.error(`${what}: ${line}`));
const missing = expected.filter((line) => !found.includes(line));
const added = found.filter((line) => !expected.includes(line));
told('not asked any more', missing);
told('not in audits.txt', added);
console.log(`${found.length - failed} of ${found.length} audits pass`);
process.exit(failed + missing.length + added.length === 0 ? 0 : 1);
