//! A contract for recovery at home after hospital: made up, but for its parties.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use domain::rules::{
    contract::status::Step,
    pay::{Amount, Kind, Pay},
    supply_chain::{Answer, YearlyValue},
};
use entities::{
    contract_commissioner::CommissionerRole,
    contract_provider::ProviderRole,
    contract_terms::ContractModel,
    membership::Role,
    value::{FinancialYear, Period},
};
use uuid::Uuid;

use super::{
    Cast,
    books::{day, pounds, year},
    staff_of, within,
};
use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Stopped,
        contract::{
            self, NewCommissioner, NewContract, NewProvider, NewStep, NewValues, TermsChange,
        },
        contract_publication::{self, NewPublication},
        decision::Decision,
        pay::{self, NewComponent},
        payment_run::{self, NewRun},
        subcontract::{self, NewAnswer, NewSubcontract, Under},
    },
};

/// What it costs a year, in pounds.
const YEARLY: i64 = 2_400_000;

/// Drafted, awarded, begun and paid for a month, which the host has still to approve; with a link
/// that its seller confirmed.
pub(super) async fn load(
    tx: &Writing,
    cast: &Cast,
    (agreement, scheme): (Uuid, Uuid),
) -> Result<(), Stopped> {
    let board = staff_of(tx, cast.south_east_london);
    let contract = drafted(tx, &board, cast, agreement).await?;
    for (expected_version, step) in (1..).zip([Step::Award, Step::Mobilise, Step::Activate]) {
        let step = NewStep {
            contract,
            expected_version,
            step,
            effective_on: day(4, 1),
            reason_code: None,
            reason: None,
            document_reference: None,
            suspended_part: None,
            continuity: None,
            takes_effect_on: None,
            decision: Some(decision()),
        };
        contract::take_in(tx, &board, &step).await?;
    }
    sold_on(tx, cast, contract).await?;
    let block = NewComponent {
        contract,
        reference: "BLOCK".to_owned(),
        name: Some("Recovery at home".to_owned()),
        effective_on: day(4, 1),
        ends_on: None,
        pay: Pay {
            kind: Kind::Block { yearly: Amount::Stated(pounds(YEARLY)) },
            floor: None,
            cap: None,
            uplifts: Vec::new(),
        },
        goal_measures: Vec::new(),
        decision: Some(decision()),
    };
    pay::agree_in(tx, &board, &block).await?;
    within::withheld(tx, cast, contract).await?;
    within::delegated(tx, cast, contract).await?;
    let april = NewRun {
        contract,
        year: year(),
        period: Period::of(day(4, 1)),
        scheme,
        idempotency_key: "discharge april".to_owned(),
    };
    payment_run::run_in(tx, &board, &april).await?;
    published(tx, &board, contract).await
}

/// What everybody reads of it.
async fn published(tx: &Writing, board: &Viewer, contract: Uuid) -> Result<(), Stopped> {
    let approver = Viewer { roles: vec![Role::Approver], ..board.clone() };
    let new = NewPublication {
        contract,
        year: year(),
        as_of: None,
        decision: decision(),
        held_back: Vec::new(),
    };
    contract_publication::publish_in(tx, &approver, &new).await.map(drop)
}

async fn drafted(
    tx: &Writing,
    board: &Viewer,
    cast: &Cast,
    agreement: Uuid,
) -> Result<Uuid, Stopped> {
    let buys =
        |organisation, role, weight| NewCommissioner { organisation, role, weight: Some(weight) };
    let new = NewContract {
        reference: "LEWISHAM-D2A".to_owned(),
        agreement: Some(agreement),
        terms: TermsChange {
            title: Some("Recovery at home after hospital".to_owned()),
            model: Some(Some(ContractModel::LeadProvider)),
            services: Some(vec!["Discharge to assess".to_owned()]),
            starts_on: Some(Some(day(4, 1))),
            ends_on: Some(Some(last_day())),
            ..TermsChange::default()
        },
        commissioners: vec![
            buys(cast.south_east_london, CommissionerRole::CoOrdinating, 6_000),
            buys(cast.lewisham, CommissionerRole::Associate, 4_000),
        ],
        providers: vec![NewProvider {
            organisation: cast.lewisham_and_greenwich,
            role: ProviderRole::Lead,
        }],
        ..NewContract::default()
    };
    let contract = contract::draft_in(tx, board, &new).await?.id;
    let years = years().into_iter().map(|year| (year, pounds(YEARLY))).collect();
    contract::plan_in(tx, board, &NewValues { contract, expected_version: 0, years }).await?;
    Ok(contract)
}

/// The link by which the trust buys on, which its seller confirmed.
async fn sold_on(tx: &Writing, cast: &Cast, contract: Uuid) -> Result<(), Stopped> {
    let staff = |organisation| {
        let roles = vec![Role::ContractManager, Role::Finance];
        Viewer::without_account(organisation, roles, tx.today()).in_request(tx.new_id())
    };
    let values = years().into_iter().map(|year| (year, YearlyValue::Exact(pounds(310_000))));
    let link = NewSubcontract {
        under: Under::Contract(contract),
        seller: cast.south_london_and_maudsley,
        reference: "D2A-MH".to_owned(),
        service: "Mental health of people who go home".to_owned(),
        starts_on: day(4, 1),
        ends_on: last_day(),
        values: values.collect::<BTreeMap<FinancialYear, YearlyValue>>(),
        is_material: false,
        is_open_book: false,
        floor: 0,
        payment_days: Some(30),
        on_behalf: false,
    };
    let link = subcontract::record_in(tx, &staff(cast.lewisham_and_greenwich), &link).await?;
    let answer = NewAnswer {
        link: link.seen.row.id,
        expected_version: link.seen.row.version,
        answer: Answer::Confirm,
        reason: None,
    };
    subcontract::answer_in(tx, &staff(cast.south_london_and_maudsley), &answer).await?;
    Ok(())
}

fn years() -> [FinancialYear; 2] {
    [year(), FinancialYear::of(last_day())]
}

/// Two years after its first day.
fn last_day() -> NaiveDate {
    day(3, 31) + chrono::Months::new(12)
}

fn decision() -> Decision {
    Decision {
        deciding_body: "Integrated care board".to_owned(),
        decided_on: day(4, 1),
        minute_reference: "ICB 2025/26, item 9".to_owned(),
    }
}
