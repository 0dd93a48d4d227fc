//! Lists: which rows, in which order, how many, and the same by pages of odd sizes.

use std::cmp::Ordering;

use entities::{
    partnership_agreement::{self as agreement, AgreementEvidence, AgreementStatus},
    pooled_fund::{self as fund, FundKind},
};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    asked::{Asker, id},
    masks::searched,
    worlds::YEARS,
};

/// What a row is ordered by, given the name by which the viewer knows it.
type Key<R> = fn(&R, &str) -> String;

/// What a list is ordered by: the order's name, and the keys with true for those that descend.
type Ordered<'a, R> = (&'a str, Vec<(Key<R>, bool)>);

/// A filter: as it is sent, and which rows it keeps.
type Narrowed<'a, R> = (&'a str, Box<dyn Fn(&R) -> bool + Send + Sync + 'a>);

fn by<R>(keys: &[(Key<R>, bool)], rows: &mut [(&R, String, Uuid)]) {
    rows.sort_by(|left, right| {
        for (key, descends) in keys {
            let ordering = key(left.0, &left.1).cmp(&key(right.0, &right.1));
            let ordering = if *descends { ordering.reverse() } else { ordering };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        left.2.cmp(&right.2)
    });
}

impl Asker<'_> {
    /// A list at `path` of a document in which `ARGS` stands for the arguments of the page: walked
    /// forwards or backwards in pages of `size`.
    pub(super) async fn walk(
        &mut self,
        (document, path): (&str, &str),
        expected: &[String],
        (size, backwards): (usize, bool),
    ) {
        let mut rows: Vec<String> = Vec::new();
        let mut cursor = String::new();
        for _ in 0..=expected.len() {
            let arguments = match (backwards, cursor.as_str()) {
                (false, "") => format!("first: {size}"),
                (false, after) => format!("first: {size}, after: \"{after}\""),
                (true, "") => format!("last: {size}"),
                (true, before) => format!("last: {size}, before: \"{before}\""),
            };
            let data = self.get(&document.replace("ARGS", &arguments), json!({})).await;
            let page = data.pointer(path).cloned().unwrap_or_default();
            let total = json!(expected.len());
            self.same(|| format!("{document}: how many"), &page["totalCount"], &total);
            let found = page["nodes"].as_array().cloned().unwrap_or_default();
            let name = |row: &Value| row.as_object().and_then(|row| row.values().next().cloned());
            let found: Vec<String> = found
                .iter()
                .filter_map(name)
                .map(|name| name.as_str().unwrap_or_default().to_owned())
                .collect();
            let so_far = rows.len() + found.len();
            let (goes_on, next) = if backwards {
                ("hasPreviousPage", "startCursor")
            } else {
                ("hasNextPage", "endCursor")
            };
            let info = &page["pageInfo"];
            let more = json!(so_far < expected.len());
            self.same(|| format!("{document} {arguments}: {goes_on}"), &info[goes_on], &more);
            rows = if backwards { [found, rows].concat() } else { [rows, found].concat() };
            match info[next].as_str() {
                Some(place) if info[goes_on] == json!(true) => place.clone_into(&mut cursor),
                _ => break,
            }
        }
        self.same(|| format!("{document}: the rows"), &json!(rows), &json!(expected));
    }

    /// The same list, whole or in pages, as chance has it.
    pub(super) async fn listed(&mut self, list: (&str, &str), expected: &[String]) {
        let ways = [(100, false), (3, false), (1, true), (5, true), (7, false), (100, true)];
        let way = ways[usize::try_from(self.random.below(6)).unwrap_or(0)];
        let way = if expected.len() > 12 && way.0 < 3 { (5, true) } else { way };
        self.walk(list, expected, way).await;
    }

    pub(super) async fn roots(&mut self) {
        self.agreements().await;
        self.funds().await;
        self.contract_lists().await;
        for start in YEARS {
            let year = format!("{start}/{}", (start + 1) % 100);
            let document = format!(
                "{{ positions(financialYear: \"{year}\", ARGS) {{ totalCount nodes {{ fundReference }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            let mut rows: Vec<(String, Uuid)> = Vec::new();
            for fund in &self.view.world.funds {
                if self.view.sees_position(fund.id, start) {
                    rows.push((fund.reference.clone(), fund.id));
                }
            }
            rows.sort();
            let expected: Vec<String> = rows.into_iter().map(|(reference, _)| reference).collect();
            self.listed((&document, "/positions"), &expected).await;
        }
    }

    async fn agreements(&mut self) {
        type Row = agreement::Model;
        let title: Key<Row> = |row, _| row.title.clone();
        let reference: Key<Row> = |row, _| row.reference.clone();
        let starts: Key<Row> = |row, _| row.starts_on.to_string();
        let orders: Vec<Ordered<'_, Row>> = vec![
            ("[TITLE_ASC]", vec![(title, false)]),
            ("[TITLE_DESC, REFERENCE_ASC]", vec![(title, true), (reference, false)]),
            ("[REFERENCE_DESC]", vec![(reference, true)]),
            ("[STARTS_ON_ASC]", vec![(starts, false)]),
            ("[STARTS_ON_DESC, TITLE_DESC]", vec![(starts, true), (title, true)]),
        ];
        let view = self.view;
        let (group, tier) = searched("PartnershipAgreement", "evidence");
        let signed = |row: &Row| {
            let shown = view.opens_of_agreement(row.id, group, tier);
            shown && row.evidence == AgreementEvidence::Signed
        };
        let wheres: Vec<Narrowed<'_, Row>> = vec![
            ("{}", Box::new(|_| true)),
            (
                "{ title: { startsWith: \"A\" } }",
                Box::new(|row| row.title.to_lowercase().starts_with('a')),
            ),
            ("{ evidence: { eq: SIGNED } }", Box::new(signed)),
            ("{ not: { evidence: { eq: SIGNED } } }", Box::new(move |row| !signed(row))),
            (
                "{ or: [{ status: { eq: DRAFT } }, { reference: { eq: \"ALPHA\" } }] }",
                Box::new(|row| row.status == AgreementStatus::Draft || row.reference == "ALPHA"),
            ),
            (
                "{ startsOn: { gte: \"2023-04-01\" } }",
                Box::new(|row| row.starts_on >= crate::raw::day(2023, 4, 1)),
            ),
        ];
        for (place, (wanted, keeps)) in wheres.iter().enumerate() {
            let (order, keys) = &orders[(place + usize::from(wanted.len() > 20)) % orders.len()];
            let mut rows: Vec<(&Row, String, Uuid)> = view
                .world
                .agreements
                .iter()
                .filter(|row| view.agreements.contains(&row.id) && keeps(row))
                .map(|row| (row, String::new(), row.id))
                .collect();
            by(keys, &mut rows);
            let expected: Vec<String> = rows.iter().map(|row| id(Kind::Agreement, row.2)).collect();
            let document = format!(
                "{{ partnershipAgreements(where: {wanted}, orderBy: {order}, ARGS) {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            self.listed((&document, "/partnershipAgreements"), &expected).await;
        }
    }

    /// The name by which the viewer's lists of funds are ordered: empty where it is hidden.
    fn name_of(&self, row: &fund::Model) -> String {
        let (group, tier) = searched("PooledFund", "name");
        let shown = self.view.opens_of_fund(row.id, group, tier);
        if shown { row.name.clone() } else { String::new() }
    }

    async fn funds(&mut self) {
        type Row = fund::Model;
        let name: Key<Row> = |_, name| name.to_owned();
        let reference: Key<Row> = |row, _| row.reference.clone();
        let orders: Vec<Ordered<'_, Row>> = vec![
            ("[NAME_ASC]", vec![(name, false)]),
            ("[NAME_DESC]", vec![(name, true)]),
            ("[REFERENCE_ASC, NAME_DESC]", vec![(reference, false), (name, true)]),
            ("[REFERENCE_DESC]", vec![(reference, true)]),
        ];
        let view = self.view;
        let opens = |row: &Row, field: &str| {
            let (group, tier) = searched("PooledFund", field);
            view.opens_of_fund(row.id, group, tier)
        };
        let pooled = |row: &Row| opens(row, "kind") && row.kind == FundKind::Pooled;
        let agreement = view.world.agreements[0].id;
        let of_agreement =
            format!("{{ agreement: {{ eq: \"{}\" }} }}", id(Kind::Agreement, agreement));
        let wheres: Vec<Narrowed<'_, Row>> = vec![
            ("{}", Box::new(|_| true)),
            (
                "{ name: { startsWith: \"b\" } }",
                Box::new(move |row| opens(row, "name") && row.name.to_lowercase().starts_with('b')),
            ),
            ("{ kind: { eq: POOLED } }", Box::new(pooled)),
            ("{ not: { kind: { eq: POOLED } } }", Box::new(move |row| !pooled(row))),
            (
                &of_agreement,
                Box::new(move |row| {
                    row.agreement_id == agreement && view.agreements.contains(&agreement)
                }),
            ),
        ];
        for (place, (wanted, keeps)) in wheres.iter().enumerate() {
            let (order, keys) = &orders[place % orders.len()];
            let mut rows: Vec<(&Row, String, Uuid)> = view
                .world
                .funds
                .iter()
                .filter(|row| view.funds.contains(&row.id) && keeps(row))
                .map(|row| (row, self.name_of(row), row.id))
                .collect();
            by(keys, &mut rows);
            let expected: Vec<String> = rows.iter().map(|row| id(Kind::Fund, row.2)).collect();
            let document = format!(
                "{{ pooledFunds(where: {wanted}, orderBy: {order}, ARGS) {{ totalCount nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
            );
            self.listed((&document, "/pooledFunds"), &expected).await;
        }
    }

    /// By reference: one's own organisation's, else the only one that is seen (rule V8). And by
    /// what one's own organisation calls things.
    pub(super) async fn references(&mut self) {
        let (view, world) = (self.view, self.view.world);
        // A team keeps no things of its own.
        let own = Some(view.holder.organisation).filter(|_| view.holder.team.is_none());
        let found = |seen: Vec<(Uuid, Uuid)>, kind| {
            let is_only = seen.len() == 1;
            let chosen = seen.into_iter().find(|(_, owner)| is_only || Some(*owner) == own);
            chosen.map_or(Value::Null, |(of, _)| json!({ "id": id(kind, of) }))
        };
        for reference in ["ALPHA", "BETA", "beta", "ABSENT"] {
            let seen = world
                .agreements
                .iter()
                .filter(|row| row.reference == reference && view.agreements.contains(&row.id));
            let expected = found(seen.map(|row| (row.id, row.owner_id)).collect(), Kind::Agreement);
            let document =
                format!("{{ partnershipAgreement(reference: \"{reference}\") {{ id }} }}");
            let data = self.get(&document, json!({})).await;
            self.same(|| document.clone(), &data["partnershipAgreement"], &expected);
        }
        for reference in ["FUND 0", "FUND 1", "FUND 2"] {
            let seen = world
                .funds
                .iter()
                .filter(|row| row.reference == reference && view.funds.contains(&row.id));
            let expected = found(seen.map(|row| (row.id, row.owner_id)).collect(), Kind::Fund);
            let document = format!("{{ pooledFund(reference: \"{reference}\") {{ id }} }}");
            let data = self.get(&document, json!({})).await;
            self.same(|| document.clone(), &data["pooledFund"], &expected);
        }
        for number in 0..3 {
            let system = format!("SYSTEM {number}");
            let row = world
                .references
                .iter()
                .find(|row| Some(row.owner_id) == own && row.system == system);
            let expected = row.map_or(Value::Null, |row| {
                use entities::external_reference::ObjectKind;
                let kind = match row.object_kind {
                    ObjectKind::Agreement => Kind::Agreement,
                    ObjectKind::Fund => Kind::Fund,
                    ObjectKind::Scheme => Kind::Scheme,
                    ObjectKind::Contribution => Kind::Contribution,
                    ObjectKind::Forecast => Kind::Forecast,
                    _ => Kind::Movement,
                };
                let sees = self.is_found(kind, row.object_id);
                if sees { json!({ "id": id(kind, row.object_id) }) } else { Value::Null }
            });
            let document =
                format!("{{ byExternalReference(system: \"{system}\", value: \"1\") {{ id }} }}");
            let data = self.get(&document, json!({})).await;
            self.same(|| document.clone(), &data["byExternalReference"], &expected);
        }
    }

    /// The lists inside agreements, funds and schemes.
    pub(super) async fn lists_inside(&mut self) {
        let view = self.view;
        for agreement in view.agreements.iter().copied() {
            let mut rows: Vec<(String, Uuid)> = view
                .world
                .funds
                .iter()
                .filter(|row| row.agreement_id == agreement && view.funds.contains(&row.id))
                .map(|row| (self.name_of(row), row.id))
                .collect();
            rows.sort();
            let expected: Vec<String> = rows.iter().map(|row| id(Kind::Fund, row.1)).collect();
            let of = ("PartnershipAgreement", id(Kind::Agreement, agreement));
            self.inside(of, "funds", Some(expected)).await;
        }
        for fund in view.funds.iter().copied() {
            for list in ["schemes", "contributions", "budgetMovements", "forecasts", "transactions"]
            {
                let expected = self.list_of_fund(fund, list).then(|| self.rows_of_fund(fund, list));
                self.inside(("PooledFund", id(Kind::Fund, fund)), list, expected).await;
            }
            self.numbers(fund).await;
        }
        for scheme in view.schemes.iter().copied() {
            let shown = view.fields("Scheme", scheme, |_| true).contains(&("commitments", true));
            let mut rows: Vec<_> = view
                .world
                .commitments
                .iter()
                .filter(|row| row.scheme_id == scheme && row.releases_id.is_none())
                .filter(|row| view.commitments.contains(&row.id))
                .map(|row| (row.known_at, row.id))
                .collect();
            rows.sort();
            let expected = rows.iter().map(|row| id(Kind::Commitment, row.1)).collect();
            let expected = shown.then_some(expected);
            self.inside(("Scheme", id(Kind::Scheme, scheme)), "commitments", expected).await;
        }
    }

    /// The numbers of a fund's transactions, which have no gaps where they are shown.
    async fn numbers(&mut self, fund: Uuid) {
        let view = self.view;
        let page = "transactions(first: 100) { nodes { sequence withheld { field } } }";
        let named = id(Kind::Fund, fund);
        let document = format!("{{ node(id: \"{named}\") {{ ... on PooledFund {{ {page} }} }} }}");
        let data = self.get(&document, json!({})).await;
        let said = data["node"]["transactions"]["nodes"].as_array().cloned().unwrap_or_default();
        let is_shown = view.sees_numbers(fund);
        for row in &said {
            let names = if is_shown { json!([]) } else { json!([{ "field": "sequence" }]) };
            self.same(|| format!("{document}: withheld"), &row["withheld"], &names);
            let shown = json!(!row["sequence"].is_null());
            self.same(|| format!("{document}: sequence is shown"), &shown, &json!(is_shown));
        }
        if is_shown {
            let all = view.world.transactions.iter().filter(|row| row.fund_id == fund).count();
            self.same(|| format!("{document}: no gaps"), &json!(said.len()), &json!(all));
        }
    }

    async fn inside(&mut self, of: (&str, String), list: &str, expected: Option<Vec<String>>) {
        let (object, named) = of;
        let page = "totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";
        let document = format!(
            "{{ node(id: \"{named}\") {{ ... on {object} {{ {list}(ARGS) {{ {page} }} }} }} }}"
        );
        match expected {
            Some(expected) => {
                self.listed((&document, &format!("/node/{list}")), &expected).await;
            }
            None => {
                let data = self.get(&document.replace("ARGS", "first: 1"), json!({})).await;
                self.same(|| document.clone(), &data["node"][list], &Value::Null);
            }
        }
    }

    fn rows_of_fund(&self, fund: Uuid, list: &str) -> Vec<String> {
        let (view, world) = (self.view, self.view.world);
        let named = |kind, rows: Vec<Uuid>| rows.into_iter().map(|of| id(kind, of)).collect();
        match list {
            "schemes" => {
                let mut rows: Vec<_> =
                    world.schemes.iter().filter(|row| row.fund_id == fund).collect();
                rows.retain(|row| view.schemes.contains(&row.id));
                rows.sort_by_key(|row| (row.reference.clone(), row.id));
                named(Kind::Scheme, rows.iter().map(|row| row.id).collect())
            }
            "contributions" => {
                let mut rows: Vec<_> =
                    world.contributions.iter().filter(|row| row.fund_id == fund).collect();
                rows.retain(|row| view.contributions.contains(&row.id));
                rows.sort_by_key(|row| (row.financial_year, row.source_code.clone(), row.id));
                named(Kind::Contribution, rows.iter().map(|row| row.id).collect())
            }
            "budgetMovements" => {
                let mut rows: Vec<_> =
                    world.movements.iter().filter(|row| row.fund_id == fund).collect();
                rows.retain(|row| view.movements.contains(&row.id));
                rows.sort_by_key(|row| std::cmp::Reverse((row.known_at, row.id)));
                named(Kind::Movement, rows.iter().map(|row| row.id).collect())
            }
            "forecasts" => {
                let mut rows: Vec<_> =
                    world.forecasts.iter().filter(|row| row.fund_id == fund).collect();
                rows.retain(|row| view.forecasts.contains(&row.id));
                rows.sort_by_key(|row| std::cmp::Reverse((row.financial_year, row.version)));
                named(Kind::Forecast, rows.iter().map(|row| row.id).collect())
            }
            _ => {
                let mut rows: Vec<_> =
                    world.transactions.iter().filter(|row| row.fund_id == fund).collect();
                rows.retain(|row| view.transactions.contains(&row.id));
                rows.sort_by_key(|row| (row.effective_on, row.id));
                named(Kind::Transaction, rows.iter().map(|row| row.id).collect())
            }
        }
    }
}
