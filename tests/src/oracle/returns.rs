//! Returns of every fund: some drafts, some submitted, some approved; and who sees which of them, by
//! the day that each speaks of.

use entities::{
    fund_return::{self, ReturnSpan},
    return_approval as approval, return_submission as submission,
    value::{FinancialYear, Instant},
};
use serde_json::{Value, json};
use tributary::graphql::node::Kind;
use uuid::Uuid;

use super::{
    Generated, View,
    asked::{Asker, id},
    masks::Tier,
};
use crate::raw::day;

/// How far a return has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Draft,
    Submitted,
    Approved,
}

/// A return: its year and span, its last day, and how far it is.
type Row = (i32, ReturnSpan, (i32, u32, u32), Stage);

/// The returns of a fund, the latest first.
const RETURNS: [Row; 5] = [
    (2025, ReturnSpan::ThirdQuarter, (2025, 12, 31), Stage::Draft),
    (2025, ReturnSpan::SecondQuarter, (2025, 9, 30), Stage::Submitted),
    (2025, ReturnSpan::FirstQuarter, (2025, 6, 30), Stage::Approved),
    (2024, ReturnSpan::SecondQuarter, (2024, 9, 30), Stage::Submitted),
    (2023, ReturnSpan::Year, (2024, 3, 31), Stage::Approved),
];

fn of_fund(fund: Uuid) -> Vec<(fund_return::Model, Stage)> {
    let one = |(place, row): (u128, &Row)| {
        let (start, span, (year, month, last), stage) = *row;
        let as_of = day(year, month, last);
        let row = fund_return::Model {
            id: Uuid::from_u128(fund.as_u128() ^ ((place + 1) << 40)),
            fund_id: fund,
            financial_year: FinancialYear::starting(start).expect("a year"),
            span,
            version: 1,
            as_of,
            due_on: as_of,
            commentary: "As planned".to_owned(),
            narrative_above_pence: None,
            narrative_above_points: Some(500),
            recorded_at: Instant::EARLIEST,
        };
        (row, stage)
    };
    (0..).zip(&RETURNS).map(one).collect()
}

impl Generated {
    fn returns_from(&self, stage: Stage) -> impl Iterator<Item = (fund_return::Model, Uuid)> {
        let funds = self.funds.iter();
        let all =
            funds.flat_map(|fund| of_fund(fund.id).into_iter().map(move |it| (it, fund.owner_id)));
        all.filter(move |((_, at), _)| *at >= stage).map(|((row, _), owner)| (row, owner))
    }

    /// Every return.
    pub(super) fn returns(&self) -> Vec<fund_return::Model> {
        self.returns_from(Stage::Draft).map(|(row, _)| row).collect()
    }

    /// The submissions of those that were submitted.
    pub(super) fn return_submissions(&self) -> Vec<submission::Model> {
        let submitted = |(row, owner): (fund_return::Model, Uuid)| submission::Model {
            return_id: row.id,
            known_at: Instant::EARLIEST,
            submitted_on: row.as_of,
            rule_version: 1,
            forecast_version: None,
            content: "{}".to_owned(),
            content_hash: Vec::new(),
            submitted_by_id: None,
            submitted_as_id: owner,
        };
        self.returns_from(Stage::Submitted).map(submitted).collect()
    }

    /// The approvals of those that were approved.
    pub(super) fn return_approvals(&self) -> Vec<approval::Model> {
        let approved = |(row, owner): (fund_return::Model, Uuid)| approval::Model {
            return_id: row.id,
            deciding_body: "Board".to_owned(),
            decided_on: row.as_of,
            minute_reference: "1".to_owned(),
            approved_by_id: Uuid::nil(),
            approved_as_id: owner,
            approved_at: Instant::EARLIEST,
        };
        self.returns_from(Stage::Approved).map(approved).collect()
    }
}

impl View<'_> {
    fn opens_return(&self, row: &fund_return::Model, (group, tier): (&str, Tier)) -> bool {
        // Its figures are of the year up to its last day.
        let first = row.financial_year.first_day();
        let covers = |it: &super::standings::Standing| {
            it.covers(row.as_of, row.as_of) && it.covers(first, first)
        };
        self.to_fund(row.fund_id).any(|it| covers(it) && it.opens(group, tier))
    }

    fn sees_return(&self, row: &fund_return::Model, stage: Stage) -> bool {
        let opens = |group, tier| self.opens_return(row, (group, tier));
        opens("ReturnDraft", Tier::Full)
            || (stage >= Stage::Submitted && opens("ReturnSubmitted", Tier::Summary))
            || (stage == Stage::Approved && opens("ReturnApproved", Tier::Summary))
    }

    fn reads_answers(&self, row: &fund_return::Model) -> bool {
        let opens = |group| self.opens_return(row, (group, Tier::Full));
        opens("ReturnDraft") || opens("ReturnSubmitted")
    }

    fn reads_return(&self, row: &fund_return::Model, stage: Stage) -> bool {
        let approved = self.opens_return(row, ("ReturnApproved", Tier::Full));
        self.reads_answers(row) || (stage == Stage::Approved && approved)
    }
}

impl Asker<'_> {
    /// The returns of every fund, listed and by identity.
    pub(super) async fn returns(&mut self) {
        const SHOWN: &str = "id dueOn answers(first: 0) { totalCount } outstanding { duty }";
        let view = self.view;
        for fund in &view.world.funds {
            let all = of_fund(fund.id);
            let ids: Vec<String> = all.iter().map(|(row, _)| id(Kind::Return, row.id)).collect();
            let document = format!(
                "query($fund: ID!, $ids: [ID!]!) {{
                    nodes(ids: $ids) {{ id }}
                    node(id: $fund) {{ ... on PooledFund {{
                        returns(first: 9) {{ totalCount nodes {{ {SHOWN} }} }} }} }} }}"
            );
            let variables = json!({ "fund": id(Kind::Fund, fund.id), "ids": ids });
            let said = self.get(&document, variables).await;
            let by_id = all.iter().zip(&ids).map(|((row, stage), id)| {
                if view.sees_return(row, *stage) { json!({ "id": id }) } else { Value::Null }
            });
            let by_id: Value = by_id.collect();
            self.same(|| format!("the returns of {} by identity", fund.id), &said["nodes"], &by_id);
            if said["node"].is_null() {
                continue;
            }
            let listed =
                all.iter().zip(&ids).filter(|((row, stage), _)| view.sees_return(row, *stage));
            let rows = listed.map(|((row, stage), id)| {
                let is_whole = view.reads_return(row, *stage);
                json!([id, is_whole, view.reads_answers(row), view.reads_answers(row)])
            });
            let rows: Vec<Value> = rows.collect();
            let told = said["node"]["returns"]["nodes"].as_array();
            let told: Option<Vec<Value>> = told.map(|rows| {
                let shown = |row: &Value, name: &str| !row[name].is_null();
                let row = |row: &Value| {
                    let fields = ["dueOn", "answers", "outstanding"].map(|name| shown(row, name));
                    json!([row["id"], fields[0], fields[1], fields[2]])
                };
                rows.iter().map(row).collect()
            });
            let is_read = view.opens_of_fund(fund.id, "ReturnApproved", Tier::Summary);
            let expected = is_read.then_some(rows);
            self.same(|| format!("the returns of {}", fund.id), &json!(told), &json!(expected));
        }
    }
}
