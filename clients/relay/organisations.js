import { graphql } from 'relay-runtime';

export const page = graphql`
  query organisationsPageQuery($first: Int!, $after: String) {
    ...organisations_list @arguments(first: $first, after: $after)
  }
`;

export const list = graphql`
  fragment organisations_list on Query
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
  @refetchable(queryName: "organisationsNextQuery") {
    organisations(first: $first, after: $after) @connection(key: "organisations_organisations") {
      edges {
        node {
          id
          ...organisations_row
        }
      }
    }
  }
`;

export const row = graphql`
  fragment organisations_row on Organisation @refetchable(queryName: "organisationsRowQuery") {
    name
    kind
  }
`;
