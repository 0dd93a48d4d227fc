"""Python's gql reads a position, pages, is told what it got wrong, and follows a fund over a socket."""

import asyncio
import os
import unittest

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXTransport
from gql.transport.websockets import WebsocketsTransport

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

    def test_it_follows_a_fund_over_a_socket(self):
        asyncio.run(self.follow())

    async def follow(self):
        transport = WebsocketsTransport(
            url=os.environ["TRIBUTARY_URL"].replace("http", "ws", 1),
            init_payload={"authorization": "Bearer " + os.environ["TRIBUTARY_COUNCIL"]},
            subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
        )
        async with Client(transport=transport) as session:
            asked = gql('{ pooledFund(reference: "LEWISHAM-BCF-POOL") { id name version } }')
            fund = (await session.execute(asked))["pooledFund"]
            follow = gql("subscription($fund: ID!) { fundPositionChanged(fund: $fund) { name } }")
            follow.variable_values = {"fund": fund["id"]}
            told = session.subscribe(follow)
            # It begins with what is now.
            began = await asyncio.wait_for(anext(told), 10)
            self.assertEqual(began["fundPositionChanged"]["name"], fund["name"])
            following = asyncio.ensure_future(anext(told))
            version = fund["version"]
            for name in (fund["name"] + ", told", fund["name"]):
                update = gql(
                    "mutation($input: UpdatePooledFundInput!) {"
                    " updatePooledFund(input: $input) { fund { version } errors { message } } }"
                )
                update.variable_values = {
                    "input": {"id": fund["id"], "expectedVersion": version, "name": name}
                }
                changed = (await session.execute(update))["updatePooledFund"]
                self.assertEqual(changed["errors"], [])
                version = changed["fund"]["version"]
                if following is not None:
                    event = await asyncio.wait_for(following, 10)
                    self.assertEqual(event["fundPositionChanged"]["name"], name)
                    following = None
                    await told.aclose()


if __name__ == "__main__":
    unittest.main()
