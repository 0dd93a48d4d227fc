import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApolloClient, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { council, fund, url } from './served.mjs';

const portal = () =>
  new ApolloClient({
    link: new HttpLink({ uri: url, headers: council }),
    cache: new InMemoryCache({
      typePolicies: { Query: { fields: { organisations: relayStylePagination() } } },
    }),
  });

test('a portal with Apollo Client reads a position, and again from its cache', async () => {
  const client = portal();
  const query = gql`
    query Position($reference: String!, $year: FinancialYear!) {
      pooledFund(reference: $reference) {
        id
        position(financialYear: $year) { total { budget actual } }
      }
    }
  `;
  const first = await client.query({ query, variables: fund });
  const again = await client.query({ query, variables: fund, fetchPolicy: 'cache-only' });
  assert.deepEqual(again.data, first.data);
  assert.match(first.data.pooledFund.position.total.budget, /^\d+\.\d\d$/u);
});

test("Apollo Client's Relay pagination puts pages together", async () => {
  const client = portal();
  const query = gql`
    query Page($first: Int!, $after: String) {
      organisations(first: $first, after: $after) {
        edges { cursor node { id name } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }
  `;
  const shown = client.watchQuery({ query, variables: { first: 2 } });
  const listening = shown.subscribe(() => {});
  const { data } = await client.query({ query, variables: { first: 2 } });
  await shown.fetchMore({ variables: { after: data.organisations.pageInfo.endCursor } });
  listening.unsubscribe();
  const both = client.readQuery({ query, variables: { first: 2 } });
  assert.equal(both.organisations.edges.length, 4);
  assert.equal(new Set(both.organisations.edges.map((it) => it.node.id)).size, 4);
});
