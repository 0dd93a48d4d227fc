// graphql-transport-ws as npm's graphql-ws speaks it: twelve checks of the protocol.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { council, fund, url } from './served.mjs';

const address = url.replace(/^http/u, 'ws');
const spoken = 'graphql-transport-ws';
const follow = 'subscription { contractChanged { id } }';

function client(more = {}) {
  return createClient({ url: address, webSocketImpl: WebSocket, connectionParams: council, retryAttempts: 0, ...more });
}

/** A socket of no client, and with which code it is closed. */
function socket(protocols = [spoken], options = {}) {
  const opened = new WebSocket(address, protocols, options);
  opened.on('error', () => {});
  const closed = new Promise((resolve) => opened.on('close', (code, reason) => resolve([code, String(reason)])));
  const ready = new Promise((resolve) => opened.on('open', resolve));
  const said = [];
  opened.on('message', (data) => said.push(JSON.parse(data)));
  const say = (message) => opened.send(typeof message === 'string' ? message : JSON.stringify(message));
  return { opened, closed, ready, said, say };
}

async function acknowledged() {
  const one = socket();
  await one.ready;
  const heard = new Promise((resolve) => one.opened.once('message', resolve));
  one.say({ type: 'connection_init', payload: council });
  assert.equal(JSON.parse(await heard).type, 'connection_ack');
  return one;
}

async function isClosedWith(expected, { closed }) {
  const [code, sentence] = await closed;
  assert.equal(code, expected, sentence);
  assert.ok(sentence.length > 0 && Buffer.byteLength(sentence) <= 123, sentence);
}

test('4400: what is no message', async () => {
  const one = socket();
  await one.ready;
  one.say('{}');
  await isClosedWith(4400, one);
});

test('4401: an operation before the acknowledgement', async () => {
  const one = socket();
  await one.ready;
  one.say({ type: 'subscribe', id: '1', payload: { query: '{ __typename }' } });
  await isClosedWith(4401, one);
});

test('4406: no subprotocol', async () => isClosedWith(4406, socket([])));

test('the legacy protocol is not spoken', async () => isClosedWith(4406, socket(['graphql-ws'])));

test('4408: who asks is not said in time', async () => isClosedWith(4408, socket()));

test('4409: the same id twice', async () => {
  const one = await acknowledged();
  for (const _ of [1, 2]) one.say({ type: 'subscribe', id: '1', payload: { query: follow } });
  await isClosedWith(4409, one);
});

test('4429: who asks is said twice', async () => {
  const one = await acknowledged();
  one.say({ type: 'connection_init' });
  await isClosedWith(4429, one);
});

test('2,000 subscriptions over one socket', async () => {
  const one = await acknowledged();
  for (let id = 0; id < 2000; id += 1) one.say({ type: 'subscribe', id: `${id}`, payload: { query: follow } });
  await isClosedWith(4429, one);
});

test('a message of 2 MB', async () => {
  const one = await acknowledged();
  one.say({ type: 'subscribe', id: '1', payload: { query: ' '.repeat(2 * 1024 * 1024) } });
  await isClosedWith(1009, one);
});

test('a page of a foreign origin', async () => {
  const refused = await new Promise((resolve) => {
    const foreign = new WebSocket(address, [spoken], { origin: 'https://other.example' });
    foreign.on('unexpected-response', (_, answer) => resolve(answer.statusCode));
    foreign.on('error', () => {});
    foreign.on('open', () => resolve('open'));
  });
  assert.equal(refused, 403);
});

test('an invalid operation is an error with a code', async () => {
  const operations = client().iterate({ query: '{ nothing }' });
  await assert.rejects(operations.next(), (errors) => errors[0].extensions.code === 'GRAPHQL_VALIDATION_FAILED');
});

test('a query, a mutation and a subscription', async () => {
  const served = client();
  const asked = await once(served, `{ pooledFund(reference: "${fund.reference}") { id name version } }`);
  const { id, name, version } = asked.data.pooledFund;
  const told = served.iterate({ query: 'subscription($fund: ID!) { fundPositionChanged(fund: $fund) { name } }', variables: { fund: id } });
  // It begins with what is now.
  assert.equal((await told.next()).value.data.fundPositionChanged.name, name);
  const next = told.next();
  const update = `mutation($input: UpdatePooledFundInput!) { updatePooledFund(input: $input) { fund { version } errors { message } } }`;
  const changed = await changes(served, update, { id, expectedVersion: version, name: `${name}, told` });
  assert.equal((await next).value.data.fundPositionChanged.name, `${name}, told`);
  await changes(served, update, { id, expectedVersion: changed.fund.version, name });
  await told.return();
  await served.dispose();
});

async function once(served, query, variables) {
  const { value } = await served.iterate({ query, variables }).next();
  assert.equal(value.errors, undefined, JSON.stringify(value.errors));
  return value;
}

async function changes(served, update, input) {
  const { data } = await once(served, update, { input });
  assert.deepEqual(data.updatePooledFund.errors, []);
  return data.updatePooledFund;
}
