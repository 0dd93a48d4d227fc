//! Lists of contracts, and contracts looked up by reference.

use chrono::NaiveDate;
use entities::{contract, contract_status_change::ContractStatus};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    View,
    asked::{Asker, id},
    masks::Tier,
};
use crate::world::global;

/// A filter as it is sent, and the contracts that it keeps.
type Narrowed<'a> = (String, Box<dyn Fn(&contract::Model) -> bool + Send + Sync + 'a>);

impl View<'_> {
    /// The title as the viewer reads it.
    fn title(&self, of: Uuid) -> Option<String> {
        let told = self.told_of_contract(of);
        let reads = told.reads("ContractTerms", Tier::Summary);
        self.said_by(&told).last().filter(|_| reads).map(|it| it.title.clone())
    }

    /// The first day as the viewer reads it.
    fn first_day(&self, of: Uuid) -> Option<NaiveDate> {
        let told = self.told_of_contract(of);
        let reads = told.reads("ContractTerms", Tier::Summary);
        self.said_by(&told).last().filter(|_| reads).and_then(|it| it.starts_on)
    }

    fn has_status(&self, of: Uuid, status: ContractStatus) -> bool {
        self.stands(&self.told_of_contract(of)).is_some_and(|it| it.0 == status)
    }

    fn has_party(&self, of: Uuid, organisation: Uuid, providing: bool) -> bool {
        let parties = self.parties(&self.told_of_contract(of), providing);
        parties.iter().any(|it| it.0 == global(organisation))
    }
}

impl Asker<'_> {
    /// Narrowed and ordered.
    pub(super) async fn contract_lists(&mut self) {
        let (view, world) = (self.view, self.view.world);
        let agreement = world.agreements[0].id;
        let organisation = world.organisations[0].id;
        let running = |row: &contract::Model| view.has_status(row.id, ContractStatus::Active);
        let wheres: Vec<Narrowed<'_>> = vec![
            ("{}".to_owned(), Box::new(|_| true)),
            (
                "{ title: { startsWith: \"A\" } }".to_owned(),
                Box::new(|row| {
                    let title = view.title(row.id);
                    title.is_some_and(|title| title.to_lowercase().starts_with('a'))
                }),
            ),
            ("{ status: { eq: ACTIVE } }".to_owned(), Box::new(running)),
            ("{ not: { status: { eq: ACTIVE } } }".to_owned(), Box::new(move |row| !running(row))),
            (
                "{ status: { eq: EXPIRED } }".to_owned(),
                Box::new(|row| view.has_status(row.id, ContractStatus::Expired)),
            ),
            (
                format!("{{ agreement: {{ eq: \"{}\" }} }}", id(Kind::Agreement, agreement)),
                Box::new(move |row| {
                    row.agreement_id == Some(agreement) && view.agreements.contains(&agreement)
                }),
            ),
            (
                format!("{{ commissioner: \"{}\" }}", global(organisation)),
                Box::new(move |row| view.has_party(row.id, organisation, false)),
            ),
            (
                format!("{{ provider: \"{}\" }}", global(organisation)),
                Box::new(move |row| view.has_party(row.id, organisation, true)),
            ),
        ];
        let orders = ["TITLE_ASC", "TITLE_DESC", "REFERENCE_DESC", "STARTS_ON_DESC"];
        for (place, (wanted, keeps)) in wheres.iter().enumerate() {
            let rows = world.contracting.contracts.iter();
            let rows = rows.filter(|row| view.sees_contract(row.id) && keeps(row));
            let mut rows: Vec<&contract::Model> = rows.collect();
            let order = orders[place % orders.len()];
            rows.sort_by_key(|row| row.id);
            match order {
                "TITLE_ASC" => rows.sort_by_key(|row| view.title(row.id).unwrap_or_default()),
                "TITLE_DESC" => {
                    rows.sort_by_key(|row| {
                        std::cmp::Reverse(view.title(row.id).unwrap_or_default())
                    });
                }
                "REFERENCE_DESC" => rows.sort_by_key(|row| std::cmp::Reverse(&row.reference)),
                _ => rows.sort_by_key(|row| std::cmp::Reverse(view.first_day(row.id))),
            }
            let expected: Vec<String> = rows.iter().map(|row| id(Kind::Contract, row.id)).collect();
            let document = format!(
                "{{ contracts(where: {wanted}, orderBy: [{order}], ARGS) {{ totalCount nodes {{ id }} \
                 pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            self.listed((&document, "/contracts"), &expected).await;
        }
    }

    /// By id, and by reference: one's own organisation's, else the only one that is seen (rule V8).
    pub(super) async fn contracts_looked_up(&mut self) {
        let (view, world) = (self.view, self.view.world);
        let own = Some(view.holder.organisation).filter(|_| view.holder.team.is_none());
        for reference in ["CARE", "HOME", "care", "ABSENT"] {
            let rows = world.contracting.contracts.iter();
            let seen: Vec<_> = rows
                .filter(|row| row.reference == reference && view.sees_contract(row.id))
                .collect();
            let chosen = seen.iter().find(|row| seen.len() == 1 || Some(row.owner_id) == own);
            let expected =
                chosen.map_or(Value::Null, |row| json!({ "id": id(Kind::Contract, row.id) }));
            let document = format!("{{ contract(reference: \"{reference}\") {{ id }} }}");
            let data = self.get(&document, json!({})).await;
            self.same(|| document.clone(), &data["contract"], &expected);
        }
        let document = "query($id: ID!) { contract(id: $id) { id title } }";
        for row in &world.contracting.contracts {
            let name = id(Kind::Contract, row.id);
            let data = self.get(document, json!({ "id": name })).await;
            let title = view.title(row.id);
            let expected = match view.sees_contract(row.id) {
                true => json!({ "id": name, "title": title }),
                false => Value::Null,
            };
            self.same(|| format!("contract {}", row.id), &data["contract"], &expected);
        }
    }
}
