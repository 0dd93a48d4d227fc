//! What publishers printed: seen by whoever stood, on the day as at which it speaks, to what it is
//! about.

use entities::published_statement as statement;
use serde_json::json;
use tributary::graphql::node::Kind;

use super::{
    View,
    asked::{Asker, id},
    masks::Tier,
    standings::Standing,
    worlds::YEARS,
};

impl View<'_> {
    fn reads_statement(&self, row: &statement::Model) -> bool {
        let opens = |it: &Standing| {
            it.opens("PublishedStatements", Tier::Summary) && it.covers(row.as_at, row.as_at)
        };
        match row.fund_id {
            Some(fund) => self.to_fund(fund).any(opens),
            None => self.to_agreement(row.agreement_id).any(opens),
        }
    }
}

impl Asker<'_> {
    /// Every statement by its identity, and the list of every agreement that is seen.
    pub(super) async fn statements(&mut self) {
        let view = self.view;
        for row in &view.world.statements {
            let named = json!({ "id": id(Kind::PublishedStatement, row.id) });
            let document = "query($id: ID!) { node(id: $id) { id } }";
            let data = self.get(document, named).await;
            let expected = json!(view.reads_statement(row));
            self.same(
                || format!("the statement {} is found", row.id),
                &json!(!data["node"].is_null()),
                &expected,
            );
        }
        for agreement in view.agreements.iter().copied() {
            for start in YEARS {
                let of_year = |row: &&statement::Model| {
                    row.agreement_id == agreement
                        && row.financial_year.start_year() == start
                        && view.reads_statement(row)
                };
                let rows = view.world.statements.iter().filter(of_year);
                let mut expected: Vec<String> =
                    rows.map(|row| id(Kind::PublishedStatement, row.id)).collect();
                expected.sort_unstable();
                let document = format!(
                    "query($id: ID!) {{ node(id: $id) {{ ... on PartnershipAgreement {{ \
                     publishedStatements(financialYear: \"{start}/{:02}\", first: 100) {{ \
                     totalCount nodes {{ id }} }} }} }} }}",
                    (start + 1) % 100
                );
                let data =
                    self.get(&document, json!({ "id": id(Kind::Agreement, agreement) })).await;
                let said = &data["node"]["publishedStatements"];
                let nodes = said["nodes"].as_array().into_iter().flatten();
                let mut found: Vec<&str> = nodes.filter_map(|row| row["id"].as_str()).collect();
                found.sort_unstable();
                let what = || format!("statements of {agreement} in {start}");
                self.same(what, &said["totalCount"], &json!(expected.len()));
                self.same(what, &json!(found), &json!(expected));
            }
        }
    }
}
