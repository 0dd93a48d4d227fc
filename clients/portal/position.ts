import { graphql } from '../generated';
import type { PositionQuery } from '../generated/graphql';

export const Position = graphql(`
  query Position($reference: String!, $year: FinancialYear!) {
    pooledFund(reference: $reference) {
      id
      position(financialYear: $year) {
        total { budget actual variance }
        byPartner(first: 10) { nodes { partner { name } figures { budget actual } } }
      }
      withheld { field reason }
    }
  }
`);

/** What a portal does with an answer: it compiles only while the schema says that money is text and may be withheld. */
export function budget(answer: PositionQuery): string {
  return answer.pooledFund?.position?.total?.budget ?? 'withheld';
}
