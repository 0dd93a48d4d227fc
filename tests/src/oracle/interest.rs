//! Interests in contracts: who reads which, and whom they shut out.

use entities::contract_interest::{self as interest, InterestManagement};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    contract::{Told, any, last_day},
    masks::Tier,
};
use crate::world::global;

const GROUP: &str = "ContractInterests";

/// What is asked of a contract.
pub(super) const ASKED: &str = "interests { id organisation { id } isOrganisations account kind \
     description concerns { id } startsOn management arrangement withdrawnAt withdrawalReason \
     withheld { field } viewerCan { withdraw { allowed } } }";

/// What `withheld` names besides, by the line of the matrix and how much of it has to be read.
pub(super) const WITHHELD: [(&str, Tier, &[&str]); 1] = [(GROUP, Tier::Summary, &["interests"])];

/// What a summary leaves out.
const WHOLE: [&str; 6] =
    ["account", "arrangement", "concerns", "description", "viewerCan", "withdrawalReason"];

fn excludes(row: &interest::Model) -> bool {
    row.management == InterestManagement::Excluded
}

impl View<'_> {
    /// True when an interest that excludes shuts the viewer out: its own, whomever it acts for, or
    /// that of the organisation for which it acts.
    pub(super) fn is_shut_out(&self, contract: Uuid) -> bool {
        let rows = &self.world.contracting;
        rows.interests.iter().any(|row| {
            let is_whose = match row.account_id {
                Some(account) => self.holder.account == Some(account),
                None => self.holder.organisation == row.organisation_id,
            };
            let is_withdrawn = rows.withdrawals.iter().any(|it| it.interest_id == row.id);
            let has_begun = row.starts_on <= self.today;
            row.contract_id == contract && is_whose && excludes(row) && has_begun && !is_withdrawn
        })
    }

    /// The interests in a contract that are told, each with whether all of it is.
    #[must_use]
    pub fn interests_of(&self, told: &Told<'_>, of: Uuid) -> Vec<(&interest::Model, bool)> {
        let to = last_day(&told.begun, GROUP, &[Tier::Summary]);
        let to = to.filter(|_| any(&told.then, GROUP, Tier::Summary));
        let whole_to = last_day(&told.begun, GROUP, &[Tier::Full]);
        let whole_to = whole_to.filter(|_| any(&told.then, GROUP, Tier::Full));
        let rows = self.world.contracting.interests.iter().filter(|row| row.contract_id == of);
        let rows = rows.filter(|row| told.opens(to, row.is_draft, row.recorded_on));
        rows.map(|row| (row, whole_to.is_some_and(|to| row.recorded_on <= to))).collect()
    }

    /// What is expected of them; null where nothing of any is read.
    pub(super) fn expected_interests(&self, told: &Told<'_>, of: Uuid) -> Value {
        if !any(&told.then, GROUP, Tier::Summary) {
            return Value::Null;
        }
        let to = last_day(&told.begun, GROUP, &[Tier::Summary]);
        let expected = |(row, is_whole): (&interest::Model, bool)| {
            let whole = |value: Value| if is_whole { value } else { Value::Null };
            let mut withdrawals = self.world.contracting.withdrawals.iter();
            let withdrawal = withdrawals.find(|it| it.interest_id == row.id);
            let withdrawal = withdrawal.filter(|it| to.is_some_and(|to| it.recorded_on <= to));
            let withheld: &[&str] = if is_whole { &[] } else { &WHOLE };
            // Whoever acts for the organisation withdraws it, but for whoever declared it.
            let own = row.organisation_id == self.holder.organisation && self.holder.team.is_none();
            let is_colleague = self.holder.account.is_some_and(|it| it != row.declared_by_id);
            json!({
                "id": id(Kind::ContractInterest, row.id),
                "organisation": { "id": global(row.organisation_id) },
                "isOrganisations": row.account_id.is_none(),
                "account": whole(json!(row.account_id.map(|it| id(Kind::Account, it)))),
                "kind": "INDIRECT",
                "description": whole(json!(row.description)),
                "concerns": whole(json!({ "id": global(row.concerns_id) })),
                "startsOn": row.starts_on,
                "management": if excludes(row) { "EXCLUDED" } else { "NOTED" },
                "arrangement": whole(json!(row.arrangement)),
                "withdrawnAt": withdrawal.is_some(),
                "withdrawalReason": whole(json!(withdrawal.map(|it| &it.reason))),
                "withheld": withheld,
                "viewerCan": whole(json!({ "withdraw": { "allowed": own && is_colleague } })),
            })
        };
        json!(self.interests_of(told, of).into_iter().map(expected).collect::<Vec<Value>>())
    }
}

impl Asker<'_> {
    /// The interests that are told of a contract, with the names of what is withheld in order.
    pub(super) fn interests(&mut self, told: &Told<'_>, of: Uuid, said: &Value) {
        let mut found = said["interests"].clone();
        for row in found.as_array_mut().into_iter().flatten() {
            let names = row["withheld"].as_array().cloned().unwrap_or_default();
            let mut names: Vec<Value> = names.iter().map(|it| it["field"].clone()).collect();
            names.sort_by_key(Value::to_string);
            row["withheld"] = json!(names);
            row["withdrawnAt"] = json!(!row["withdrawnAt"].is_null());
        }
        let expected = self.view.expected_interests(told, of);
        self.same(|| format!("interests of {of}"), &found, &expected);
    }
}
