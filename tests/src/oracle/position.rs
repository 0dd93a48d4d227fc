//! How much of a position is shown, and of the periods of a year.

use chrono::{Days, Months, NaiveDate};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{View, asked::Asker, masks::Tier, standings::Standing};
use crate::raw::day;

/// What is asked of a fund's position.
pub const OF_FUND: &str = "position(financialYear: \"2025/26\") { asOf postingsTo warnings \
    forecastVersion cash budgetByOrigin { original } byScheme(first: 0) { totalCount } \
    bySource(first: 0) { totalCount } byPeriod { period } byPartner(first: 0) { totalCount } \
    contributions(first: 0) { totalCount } contributionTotals { planned invoiced } \
    total { spent budgetToDate priorYear explanation(of: BUDGET) { rule } } withheld { field } }";

/// What is asked of an agreement's position.
pub const OF_AGREEMENT: &str = "position(financialYear: \"2025/26\") { funds { asOf } cash \
    budgetByOrigin { original } total { spent } byKind { figures { refunded } } \
    withheld { field } }";

/// A part of a fund's position: its field, the matrix's line, and how much of it.
type Part = (&'static str, &'static str, Tier);

/// What is withheld from some who see the position. What is divided by partner takes the lines too.
const PARTS: [Part; 10] = [
    ("/budgetByOrigin", "Position", Tier::Full),
    ("/byScheme", "Position", Tier::Full),
    ("/bySource", "Position", Tier::Full),
    ("/byPeriod", "Position", Tier::Full),
    ("/byPartner", "PositionByPartner", Tier::Full),
    ("/contributions", "ContributionsOfOthers", Tier::Full),
    ("/cash", "Cash", Tier::Summary),
    ("/warnings", "AgreementTerms", Tier::Full),
    ("/contributionTotals/planned", "ContributionsOfOthers", Tier::Summary),
    ("/contributionTotals/invoiced", "ContributionsPaid", Tier::Summary),
];

/// The figures that a summary of the position leaves out.
const DETAILS: [&str; 4] =
    ["/total/spent", "/total/budgetToDate", "/total/priorYear", "/total/explanation"];

/// True when positions are masked by a line of the matrix.
pub(super) fn masks(group: &str) -> bool {
    group == "ForecastSubmitted" || PARTS.iter().any(|part| part.1 == group)
}

impl View<'_> {
    /// True when the position of a fund of 2025/26 is seen together with a group of fields.
    fn opens_position(&self, fund: Uuid, group: &str, tier: Tier) -> bool {
        let Some((as_of, _)) = self.position_days(fund, 2025) else { return false };
        let on = as_of.max(day(2025, 4, 1));
        self.to_fund(fund).any(|it| it.covers(on, on) && it.opens(group, tier))
    }

    fn opens_part(&self, fund: Uuid, part: &Part) -> bool {
        let lines = part.0 != "/byPartner" || self.opens_position(fund, "Position", Tier::Full);
        lines && self.opens_position(fund, part.1, part.2)
    }
}

fn names(said: &Value) -> Vec<String> {
    let rows = said["withheld"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> =
        rows.iter().filter_map(|row| row["field"].as_str().map(str::to_owned)).collect();
    names.sort();
    names
}

/// The first and the last day of a period of 2025/26.
fn days_of(period: u32) -> (NaiveDate, NaiveDate) {
    let (first, last) = (day(2025, 4, 1), day(2026, 3, 31));
    if period > 12 {
        return (last, last);
    }
    let begins = first + Months::new(period - 1);
    (begins, begins + Months::new(1) - Days::new(1))
}

impl Asker<'_> {
    /// What is shown of a fund's position of 2025/26.
    pub(super) fn position(&mut self, fund: Uuid, said: &Value) {
        let view = self.view;
        let Some((as_of, postings)) = view.position_days(fund, 2025) else { return };
        let expected = json!({ "asOf": as_of, "postingsTo": postings });
        let days = json!({ "asOf": said["asOf"], "postingsTo": said["postingsTo"] });
        self.same(|| format!("the days of the position of {fund}"), &days, &expected);
        let mut withheld: Vec<String> = Vec::new();
        let shows = |asker: &mut Self, field: &str, is_shown: bool| {
            let said = json!(said.pointer(field).is_some_and(|value| !value.is_null()));
            asker.same(|| format!("{field} of the position of {fund}"), &said, &json!(is_shown));
        };
        for part in &PARTS {
            let is_shown = view.opens_part(fund, part);
            shows(self, part.0, is_shown);
            if !is_shown && !part.0.starts_with("/contributionTotals") {
                withheld.push(part.0[1..].to_owned());
            }
        }
        let is_whole = view.opens_position(fund, "Position", Tier::Full);
        for field in DETAILS {
            shows(self, field, is_whole);
        }
        if !view.opens_position(fund, "ForecastSubmitted", Tier::Summary) {
            withheld.push("forecastVersion".to_owned());
            shows(self, "/forecastVersion", false);
        }
        if postings.is_none() {
            withheld.push("postingsTo".to_owned());
        }
        withheld.sort();
        let said = json!(names(said));
        self.same(|| format!("withheld in the position of {fund}"), &said, &json!(withheld));
    }

    /// What is shown of an agreement's position of 2025/26: as much as of each of its funds.
    pub(super) fn position_of_agreement(&mut self, agreement: Uuid, said: &Value) {
        let view = self.view;
        let of_agreement = view.world.funds.iter().filter(|row| row.agreement_id == agreement);
        let funds: Vec<Uuid> =
            of_agreement.map(|row| row.id).filter(|id| view.sees_position(*id, 2025)).collect();
        let is_whole = funds.iter().all(|id| view.opens_position(*id, "Position", Tier::Full));
        let has_cash = funds.iter().all(|id| view.opens_position(*id, "Cash", Tier::Summary));
        let count = said["funds"].as_array().map_or(0, Vec::len);
        let what = |part: &'static str| move || format!("{part} of the position of {agreement}");
        self.same(what("funds"), &json!(count), &json!(funds.len()));
        let is_there = |field: &str| json!(said.pointer(field).is_some_and(|it| !it.is_null()));
        self.same(what("budgetByOrigin"), &is_there("/budgetByOrigin"), &json!(is_whole));
        self.same(what("spent"), &is_there("/total/spent"), &json!(is_whole));
        self.same(what("cash"), &is_there("/cash"), &json!(has_cash));
        let withheld = [(is_whole, "budgetByOrigin"), (has_cash, "cash")];
        let withheld: Vec<&str> =
            withheld.into_iter().filter_map(|(shown, name)| (!shown).then_some(name)).collect();
        self.same(what("withheld"), &json!(names(said)), &json!(withheld));
    }

    /// The periods of 2025/26: how far each is closed, and to some why and when.
    pub(super) fn periods(&mut self, fund: Uuid, said: &Value) {
        let view = self.view;
        let mut expected = Vec::new();
        for period in 1..=14 {
            let (first, last) = days_of(period);
            let opens = |tier| {
                let reads = |it: &Standing| it.opens("PeriodClosings", tier);
                view.to_fund(fund).any(|it| it.covers(first, last) && reads(it))
            };
            if !opens(Tier::Summary) {
                continue;
            }
            let is_it = |of: Uuid, start: i32, number: i32| {
                of == fund && start == 2025 && i64::from(number) == i64::from(period)
            };
            let closed = view.world.closings.iter().any(|row| {
                is_it(row.fund_id, row.financial_year.start_year(), row.period.number())
            });
            let released = view.world.releases.iter().any(|row| {
                is_it(row.fund_id, row.financial_year.start_year(), row.period.number())
            });
            let is_whole = opens(Tier::Full);
            let details = ["closedAt", "reason", "releasedAt"];
            expected.push(json!({
                "period": period, "isReleased": released, "reason": is_whole && closed,
                "closedAt": is_whole && closed, "releasedAt": is_whole && released,
                "withheld": if is_whole { &[][..] } else { &details[..] },
            }));
        }
        let shown = |row: &Value| {
            json!({
                "period": row["period"], "isReleased": row["isReleased"],
                "reason": !row["reason"].is_null(), "closedAt": !row["closedAt"].is_null(),
                "releasedAt": !row["releasedAt"].is_null(), "withheld": names(row),
            })
        };
        let rows: Vec<Value> = said.as_array().into_iter().flatten().map(shown).collect();
        self.same(|| format!("the periods of {fund}"), &json!(rows), &json!(expected));
    }
}
