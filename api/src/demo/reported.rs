//! What Lewisham's partners report, share and have printed. The two printed sums are those of Mayor
//! and Cabinet; the return and the risk share are made up.

use domain::rules::{
    fund_return::Threshold,
    risk_share::{Bound, Cause, Mechanism, Rule, Tier},
};
use entities::{
    fund_return::ReturnSpan,
    published_statement::{CheckKind, Measure, PrintedUnit, StatementStatus},
};
use uuid::Uuid;

use super::books::{day, pounds, year};
use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Stopped,
        decision::Decision,
        fund_return::{self, NewNarrative, NewReturn},
        narrative_threshold::{self, NewThreshold},
        published_statement::{self, NewCheck, NewFigure, NewStatement},
        risk_share::{self, NewRiskShare},
    },
};

/// The pool, with its schemes by reference.
pub(super) struct Pool<'a> {
    pub agreement: Uuid,
    pub fund: Uuid,
    pub schemes: &'a [Uuid],
}

pub(super) async fn load(tx: &Writing, host: &Viewer, pool: &Pool<'_>) -> Result<(), Stopped> {
    share(tx, host, pool).await?;
    let threshold = NewThreshold {
        agreement: pool.agreement,
        bounds: Threshold { amount: Some(pounds(100_000)), basis_points: None },
        starts_on: day(4, 1),
        decision: board("HWB 2025/26, item 2"),
    };
    narrative_threshold::record_in(tx, host, &threshold).await?;
    report(tx, host, pool).await?;
    print(tx, host, pool).await
}

fn board(minute_reference: &str) -> Decision {
    Decision {
        deciding_body: "Health and Wellbeing Board".to_owned(),
        decided_on: day(4, 1),
        minute_reference: minute_reference.to_owned(),
    }
}

/// How an over- and an underspend of the pool is shared.
async fn share(tx: &Writing, host: &Viewer, pool: &Pool<'_>) -> Result<(), Stopped> {
    let tier =
        |mechanism| Tier { mechanism, from: Bound::Amount(pounds(0)), to: None, cause: None };
    let new = NewRiskShare {
        agreement: pool.agreement,
        reference: "LEWISHAM-BCF".to_owned(),
        name: "Better Care Fund pool".to_owned(),
        funds: vec![pool.fund],
        effective_on: day(4, 1),
        rule: Rule {
            over: vec![
                tier(Mechanism::OffsetWithinPool),
                Tier {
                    to: Some(Bound::BasisPoints(100)),
                    ..tier(Mechanism::ProRataContribution { sources: Vec::new() })
                },
                Tier { from: Bound::BasisPoints(100), ..tier(Mechanism::LeadCommissionerBears) },
            ],
            under: vec![tier(Mechanism::ReturnProRata { sources: Vec::new() })],
            caps: Vec::new(),
            unstated_cause: Cause::Windfall,
        },
        decision: board("HWB 2025/26, item 1"),
        idempotency_key: "risk share".to_owned(),
    };
    risk_share::record_in(tx, host, &new).await.map(drop)
}

/// The return on the half-year, which the board has not answered yet.
async fn report(tx: &Writing, host: &Viewer, pool: &Pool<'_>) -> Result<(), Stopped> {
    let said = [
        "Winter discharges cost more than planned.",
        "As planned.",
        "Hours of home care grew in the summer, and are held since.",
        "Carers' breaks are taken up slowly.",
        "Adaptations began late: grants are approved and not yet paid.",
    ];
    let narrative = |(scheme, said): (&Uuid, &str)| NewNarrative {
        scheme: *scheme,
        narrative: said.to_owned(),
    };
    let new = NewReturn {
        fund: pool.fund,
        year: year(),
        span: ReturnSpan::SecondQuarter,
        due_on: day(10, 31),
        commentary: "The pool is expected to stay within its budget.".to_owned(),
        narratives: pool.schemes.iter().zip(said).map(narrative).collect(),
    };
    let drafted = fund_return::save_in(tx, host, &new).await?;
    fund_return::submit_in(tx, host, drafted.row.id).await.map(drop)
}

/// What Mayor and Cabinet printed of the pool.
async fn print(tx: &Writing, host: &Viewer, pool: &Pool<'_>) -> Result<(), Stopped> {
    let figure = |name: &str, printed: &str, partner| NewFigure {
        name: name.to_owned(),
        printed: printed.to_owned(),
        unit: None,
        decimals: None,
        partner,
        measures: Some(Measure::ContributionsAgreed),
        subject: None,
    };
    let new = NewStatement {
        agreement: pool.agreement,
        fund: Some(pool.fund),
        publisher: "London Borough of Lewisham, Mayor and Cabinet".to_owned(),
        source_title: "Better Care Fund 2025/26".to_owned(),
        source_address: None,
        source_date: Some("10 September 2025".to_owned()),
        year: year(),
        period: None,
        unit: PrintedUnit::Pounds,
        decimals: 0,
        status: StatementStatus::Plan,
        note: Some("What the board puts in is printed as the rest only.".to_owned()),
        figures: vec![
            figure("pooled fund", "53440286", None),
            figure("of which the council", "21091826", Some(host.organisation)),
        ],
        checks: vec![NewCheck {
            name: "who puts it in".to_owned(),
            kind: CheckKind::OfWhich,
            total: "pooled fund".to_owned(),
            plus: vec!["of which the council".to_owned()],
            minus: Vec::new(),
        }],
        supersedes: None,
    };
    published_statement::record_in(tx, host, &new).await.map(drop)
}
