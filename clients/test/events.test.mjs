// GraphQL over server-sent events as npm's graphql-sse speaks it, in distinct connections.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'graphql-sse';
import { council, fund, url } from './served.mjs';

const client = () => createClient({ url, headers: council, retryAttempts: 0 });

test('a query is one result', async () => {
  const results = [];
  for await (const result of client().iterate({ query: `{ pooledFund(reference: "${fund.reference}") { id } }` })) {
    results.push(result);
  }
  assert.equal(results.length, 1);
  assert.ok(results[0].data.pooledFund.id);
});

test('what is wrong with a document is told by an event', async () => {
  const { value } = await client().iterate({ query: '{ nothing }' }).next();
  assert.equal(value.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});

test('a subscription is told what changes', async () => {
  const asked = await client().iterate({ query: `{ pooledFund(reference: "${fund.reference}") { id name version } }` }).next();
  const { id, name, version } = asked.value.data.pooledFund;
  const told = client().iterate({ query: 'subscription($fund: ID!) { fundPositionChanged(fund: $fund) { name } }', variables: { fund: id } });
  // It begins with what is now.
  assert.equal((await told.next()).value.data.fundPositionChanged.name, name);
  const next = told.next();
  const update = 'mutation($input: UpdatePooledFundInput!) { updatePooledFund(input: $input) { fund { version } errors { message } } }';
  const changes = async (input) => {
    const { value } = await client().iterate({ query: update, variables: { input } }).next();
    assert.deepEqual(value.data.updatePooledFund.errors, []);
    return value.data.updatePooledFund.fund.version;
  };
  const changed = await changes({ id, expectedVersion: version, name: `${name}, told` });
  assert.equal((await next).value.data.fundPositionChanged.name, `${name}, told`);
  await told.return();
  await changes({ id, expectedVersion: changed, name });
});

test('a subscription that wants no events is refused with a sentence', async () => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...council },
    body: JSON.stringify({ query: 'subscription { contractChanged { id } }' }),
  });
  assert.equal(answer.status, 406);
  assert.match((await answer.json()).errors[0].message, /text\/event-stream/u);
});
