"""Python's gql reads a position, pages, and is told what it got wrong."""

import os
import unittest

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport

POSITION = """
query Position($reference: String!, $year: FinancialYear!) {
  pooledFund(reference: $reference) {
    id
    position(financialYear: $year) { total { budget actual } }
  }
}
"""


def integration():
    transport = HTTPXTransport(
        url=os.environ["TRIBUTARY_URL"],
        headers={"authorization": "Bearer " + os.environ["TRIBUTARY_COUNCIL"]},
    )
    return Client(transport=transport, fetch_schema_from_transport=True)


class Integration(unittest.TestCase):
    def test_it_reads_a_position_validated_against_the_served_schema(self):
        with integration() as session:
            asked = gql(POSITION)
            asked.variable_values = {"reference": "LEWISHAM-BCF-POOL", "year": "2025/26"}
            answer = session.execute(asked)
        self.assertRegex(answer["pooledFund"]["position"]["total"]["budget"], r"^\d+\.\d\d$")

    def test_a_refusal_says_what_was_wrong(self):
        with integration() as session:
            asked = gql(POSITION)
            asked.variable_values = {"reference": "LEWISHAM-BCF-POOL", "year": "last year"}
            with self.assertRaises(TransportQueryError) as refused:
                session.execute(asked)
        self.assertTrue(refused.exception.errors[0]["extensions"]["code"])


if __name__ == "__main__":
    unittest.main()
