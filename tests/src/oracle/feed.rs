//! The feed of changes, which tells the same acts as the trail of audit to whom they are no secret, and
//! where views begin.

use std::collections::BTreeSet;

use entities::audit_act;
use serde_json::{Value, json};
use tributary::graphql::node::Kind;

use super::{
    View,
    asked::{Asker, id},
    masks::Tier,
    standings::Standing,
};

/// What is of contracts, and happens to no agreement or fund, whatever a generated act says.
const OF_CONTRACTS: [&str; 9] = [
    "ContractDraft",
    "ContractTerms",
    "ContractValue",
    "ContractStatus",
    "OutcomeMeasures",
    "Measurements",
    "OutcomePay",
    "DelegatedBudgets",
    "ContractInterests",
];

impl View<'_> {
    /// Whether an act of an agreement or a fund is told as a change; none where there is no such act.
    ///
    /// # Panics
    /// When the act is about nothing.
    #[must_use]
    pub fn feed_tells(&self, act: &audit_act::Model) -> Option<bool> {
        let root = act.root_id.expect("a root");
        let group = act.field_group.as_deref().expect("a group");
        let day = act.effective_on.expect("a day");
        let opened = |it: &Standing| it.opens(group, Tier::Full) && it.covers(day, day);
        let is_told = if self.world.agreements.iter().any(|row| row.id == root) {
            self.agreements.contains(&root) && self.to_agreement(root).any(opened)
        } else {
            self.funds.contains(&root) && self.to_fund(root).any(opened)
        };
        (!OF_CONTRACTS.contains(&group)).then_some(is_told)
    }
}

impl Asker<'_> {
    /// What changed where the viewer reads all of what changed, in the order in which it was done; and
    /// that its view of every agreement and fund which it sees began, once each.
    pub(super) async fn feed(&mut self) {
        let view = self.view;
        let mut expected: Vec<(String, String)> = Vec::new();
        for act in view.world.acts.iter().filter(|act| view.feed_tells(act) == Some(true)) {
            let (root, group) = (act.root_id.expect("a root"), act.field_group.clone());
            let is_agreement = view.world.agreements.iter().any(|row| row.id == root);
            let kind = if is_agreement { Kind::Agreement } else { Kind::Fund };
            expected.push((id(kind, root), group.unwrap_or_default()));
        }
        let agreements = view.agreements.iter().map(|of| id(Kind::Agreement, *of));
        let begun: BTreeSet<String> =
            agreements.chain(view.funds.iter().map(|of| id(Kind::Fund, *of))).collect();

        let (mut changed, mut entered, mut cursor) = (Vec::new(), Vec::new(), String::new());
        loop {
            let document = format!(
                "{{ changes(first: 100{cursor}) {{ nodes {{ kind objectId objectType fieldGroup \
                 node {{ id }} }} pageInfo {{ hasNextPage endCursor }} }} }}"
            );
            let data = self.get(&document, json!({})).await;
            let page = &data["changes"];
            for row in page["nodes"].as_array().into_iter().flatten() {
                let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
                let what = || format!("the thing of a change {row}");
                self.same(what, &row["node"]["id"], &row["objectId"]);
                match text("kind").as_str() {
                    "CHANGED" if OF_CONTRACTS.contains(&&*text("fieldGroup")) => {}
                    "CHANGED" => changed.push((text("objectId"), text("fieldGroup"))),
                    "ENTERED"
                        if ["PartnershipAgreement", "PooledFund"]
                            .contains(&&*text("objectType")) =>
                    {
                        entered.push(text("objectId"));
                    }
                    "ENTERED" => {}
                    _ => self.same(|| "nothing leaves".to_owned(), row, &Value::Null),
                }
            }
            let info = &page["pageInfo"];
            match info["endCursor"].as_str() {
                Some(place) if info["hasNextPage"] == json!(true) && changed.len() < 5000 => {
                    cursor = format!(", after: \"{place}\"");
                }
                _ => break,
            }
        }
        entered.sort();
        self.same(|| "changes".to_owned(), &json!(changed), &json!(expected));
        self.same(|| "views that begin".to_owned(), &json!(entered), &json!(begun));
    }
}
