import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core';
import { council, fund, provider, url } from './served.mjs';

const POSITION = gql`
  query Position($reference: String!, $year: FinancialYear!) {
    pooledFund(reference: $reference) {
      id
      name
      position(financialYear: $year) { total { budget actual } }
      withheld { field reason }
    }
  }
`;

const PAGE = gql`
  query Page($first: Int!, $after: String) {
    organisations(first: $first, after: $after) {
      nodes { id name }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

const portal = (headers) =>
  new Client({ url, exchanges: [cacheExchange, fetchExchange], fetchOptions: { headers }, preferGetMethod: false });

test('a portal with urql reads the position of a fund as each organisation sees it', async () => {
  const hosts = await portal(council).query(POSITION, fund).toPromise();
  assert.equal(hosts.error, undefined);
  assert.match(hosts.data.pooledFund.position.total.budget, /^\d+\.\d\d$/u);
  const providers = await portal(provider).query(POSITION, fund).toPromise();
  assert.equal(providers.error, undefined);
  assert.equal(providers.data.pooledFund.position, null);
});

test('urql pages through a connection without seeing anything twice', async () => {
  const client = portal(council);
  const seen = new Set();
  let after = null;
  do {
    const { data, error } = await client.query(PAGE, { first: 3, after }).toPromise();
    assert.equal(error, undefined);
    for (const { id } of data.organisations.nodes) {
      assert.ok(!seen.has(id));
      seen.add(id);
    }
    after = data.organisations.pageInfo.hasNextPage ? data.organisations.pageInfo.endCursor : null;
  } while (after);
  assert.ok(seen.size > 3);
});

test('urql by GET reads, and is refused a mutation', async () => {
  const client = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers: council }, preferGetMethod: 'force' });
  const read = await client.query(gql`{ viewer { __typename } }`, {}).toPromise();
  assert.equal(read.error, undefined);
  assert.equal(read.data.viewer.__typename, 'Viewer');
});

test('what a caller can put right comes as an error of the payload and not as a fault', async () => {
  const MUTATION = gql`
    mutation Create($input: CreateContractInput!) {
      createContract(input: $input) { contract { id } errors { code path message } }
    }
  `;
  const { error } = await portal(council).mutation(MUTATION, { input: { dryRun: true } }).toPromise();
  assert.ok(error.graphQLErrors.length > 0, 'required fields are the schema\'s own refusal');
  assert.ok(error.graphQLErrors.every((it) => typeof it.extensions.code === 'string'));
});
