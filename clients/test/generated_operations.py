"""What Schemathesis is told of this API: how its scalars look, and what an answer may be.

A refusal is no fault: it has a code, and a sentence without a word of the program's inside.
"""

import re

import schemathesis
from hypothesis import strategies as st
from schemathesis import graphql

# What a caller is told that it can put right, each with the limit or the argument in its sentence.
REFUSALS = {
    "BAD_CURSOR",
    "BAD_PAGE",
    "GRAPHQL_VALIDATION_FAILED",
    "INVALID_VALUE",
    "NOT_FOUND",
    "TOO_MANY_NODES",
    "TOO_MANY_TOKENS",
}
INSIDE = re.compile(r"panicked|ParseIntError|sqlx|sea_orm|SELECT |/src/|\.rs:\d+")

years = st.integers(2000, 2090).map(lambda year: f"{year}/{(year + 1) % 100:02}")
pence = st.integers(-(10**12), 10**12).map(lambda it: f"{it / 100:.2f}")

graphql.scalar("FinancialYear", years.map(graphql.nodes.String))
graphql.scalar("Money", pence.map(graphql.nodes.String))


@schemathesis.check
def refuses_in_its_own_words(ctx, response, case):
    assert response.status_code < 500, response.text
    for error in response.json().get("errors") or []:
        code = error.get("extensions", {}).get("code")
        assert code in REFUSALS, f"{code}: {error['message']}"
        assert not INSIDE.search(error["message"]), error["message"]
