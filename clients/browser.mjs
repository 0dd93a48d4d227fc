#!/usr/bin/env node
// Proves in a real browser that pages of origins that the operator names read answers, after asking
// before the request, and that pages of other origins read none.
//
// It needs Debian's package chromium, or another browser that TRIBUTARY_BROWSER names.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = process.env.TRIBUTARY_PROGRAM ?? new URL('../target/debug/tributary', import.meta.url).pathname;
const browser = process.env.TRIBUTARY_BROWSER ?? 'chromium';
const place = mkdtempSync(join(tmpdir(), 'tributary-browser-'));
const database = ['--database', `sqlite:${join(place, 'demonstration.db')}`];
const started = [];

/** What a page of some origin does with the API, in the browser. */
async function page(api, token) {
  const outcome = async (address, options) => {
    try {
      const answer = await fetch(address, options);
      return { status: answer.status, id: answer.headers.has('x-request-id'), body: await answer.json() };
    } catch (why) {
      return { refused: why.name };
    }
  };
  const json = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const body = JSON.stringify({ query: '{ viewer { roles } }' });
  const said = {
    asked: await outcome(api, { method: 'POST', headers: json, body }),
    simple: await outcome(`${api}?query=${encodeURIComponent('{ __typename }')}`, {}),
    withCredentials: await outcome(api, { method: 'POST', headers: json, body, credentials: 'include' }),
    otherHeader: await outcome(api, { method: 'POST', headers: { ...json, 'x-other': '1' }, body }),
    otherMethod: await outcome(api, { method: 'DELETE', headers: json }),
  };
  await fetch('/said', { method: 'POST', body: JSON.stringify(said) });
}

/** Serves the page at an origin of its own, and says what became of it in a browser. */
async function origin() {
  let told;
  let call = '';
  const said = new Promise((resolve) => { told = resolve; });
  const server = createServer((request, response) => {
    if (request.url !== '/said') {
      response.setHeader('content-type', 'text/html');
      response.end(`<!doctype html><script>(${page})(${call})</script>`);
      return;
    }
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => { response.end(); told(JSON.parse(body)); });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const name = `http://127.0.0.1:${server.address().port}`;
  const visit = async (api, token) => {
    call = `${JSON.stringify(api)}, ${JSON.stringify(token)}`;
    const profile = mkdtempSync(join(place, 'profile-'));
    const rights = process.getuid() === 0 ? ['--no-sandbox'] : [];
    const running = spawn(browser, ['--headless', '--disable-gpu', '--no-first-run', ...rights, `--user-data-dir=${profile}`, name], { stdio: 'ignore' });
    started.push(running);
    const patience = setTimeout(() => { throw new Error('the browser did not answer within a minute'); }, 60_000);
    const failed = once(running, 'error').then(([why]) => { throw why; });
    const answer = await Promise.race([said, failed]);
    clearTimeout(patience);
    running.kill();
    server.close();
    return answer;
  };
  return { name, visit };
}

try {
  const [named, foreign] = [await origin(), await origin()];
  const server = spawn(program, ['serve', '--listen', '127.0.0.1:0', '--log', 'tributary=debug', '--allowed-origins', named.name, ...database], { stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(server);
  let log = '';
  server.stderr.on('data', (part) => { log += part; });
  const [line] = await once(createInterface(server.stdout), 'line');
  const api = `${line.replace('Tributary answers at ', '')}/graphql`;
  const token = execFileSync(program, ['token', ...database, '--as', 'E09000023', '--role', 'FINANCE'], { encoding: 'utf8' }).trim();

  const reads = await named.visit(api, token);
  assert.deepEqual(reads.asked, { status: 200, id: true, body: { data: { viewer: { roles: ['FINANCE'] } } } });
  assert.deepEqual(reads.simple, { status: 200, id: true, body: { data: { __typename: 'Query' } } });
  const refused = { refused: 'TypeError' };
  for (const name of ['withCredentials', 'otherHeader', 'otherMethod']) assert.deepEqual(reads[name], refused, name);
  assert.match(log, /method=OPTIONS/u, 'the browser asked before the request');
  assert.deepEqual(new Set(Object.values(await foreign.visit(api, token)).map((it) => it.refused)), new Set(['TypeError']));
  console.log('a page of the named origin reads answers, and one of another origin none');
} finally {
  for (const one of started) one.kill();
  rmSync(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
