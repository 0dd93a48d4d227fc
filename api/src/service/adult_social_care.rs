//! Councils' returns on adult social care become agreements: the council and those who paid it
//! towards care, what they paid as contributions, and each line of service as a scheme with its
//! expenditure posted.
//!
//! Gross expenditure and the incomes are taken as printed, line by line; the council's own budget
//! is what is left of gross expenditure, so that income and spending agree to the penny. Printed
//! totals are not loaded: they are what the result is compared with. A negative income is a refund
//! of the same partner and source (rule M12).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::{
    membership::Role,
    organisation::{self, OrganisationKind},
    partnership_agreement::{
        AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis,
    },
    pooled_fund::FundKind,
    value::{FinancialYear, Pence},
};
use sea_orm::{ActiveModelTrait, IntoActiveModel};
use uuid::Uuid;

use super::{
    Stopped,
    agreement::{self, NewAgreement},
    contribution::{self, NewContribution},
    council,
    fund::{self, NewFund},
    funding_split::NewShare,
    import_job::Report,
    ledger::{
        ContributionEvent, ContributionPosting, NewExpenditure, SpendingEvent, When,
        post_contribution_in, post_spending_in,
    },
    scheme::{self, NewBudget, NewScheme},
};
use crate::{
    access,
    auth::Viewer,
    database::Writing,
    import::{AdultSocialCareCell, Category, CouncilReturn, Line, council_returns},
};

/// The incomes that others pay in, with their funding source; `true` where a partner pays it that
/// the return does not name.
const INCOMES: [(Category, &str, bool); 4] = [
    (Category::Nhs, "NHS_INCOME", true),
    (Category::JointArrangements, "JOINT_ARRANGEMENTS", true),
    (Category::Clients, "CLIENT_CHARGES", false),
    (Category::Other, "OTHER_INCOME", false),
];

/// The council's own money.
const CORE: &str = "CORE_BUDGET";

/// Takes the cells of a return: one agreement a council. A council that was taken before is left
/// as it is.
///
/// # Errors
/// A fault of the database, or a use case that refuses the figures.
pub async fn take(tx: &Writing, cells: &[Line<AdultSocialCareCell>]) -> Result<Report, Stopped> {
    let mut report = Report::default();
    for council in council_returns(cells) {
        let Some(body) = council_of(tx, &council).await? else {
            let reason =
                format!("{} ({}) is no council known here", council.council, council.cassr);
            report.reject(council.line, reason);
            continue;
        };
        let roles = vec![Role::Commissioner, Role::Finance];
        // It acted then, whoever succeeded it since.
        let viewer =
            Viewer::without_account(body.id, roles, year().last_day()).in_request(tx.new_id());
        let reference = format!("ASC-2014-15-{}", council.cassr);
        if access::agreement::by_reference(&**tx, &viewer, &reference).await?.is_some() {
            report.unchanged += 1;
            continue;
        }
        load(tx, &viewer, &council, &reference).await?;
        report.created += 1;
        for (line, amounts) in &council.services {
            if core(amounts).is_negative() {
                report.note(
                    council.line,
                    format!("{}: {line}: income exceeds spending", council.council),
                );
            }
        }
    }
    Ok(report)
}

fn year() -> FinancialYear {
    FinancialYear::of(first_day())
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2014, 4, 1).unwrap_or(NaiveDate::MIN)
}

/// The council with this number on the last day of the year, or the one with this name.
async fn council_of(
    tx: &Writing,
    of: &CouncilReturn,
) -> Result<Option<organisation::Model>, Stopped> {
    Ok(council::on_day(&**tx, &of.cassr, &of.council, year().last_day()).await?)
}

fn amount(amounts: &BTreeMap<Category, Pence>, category: Category) -> Pence {
    amounts.get(&category).copied().unwrap_or_default()
}

/// What the council pays itself: gross expenditure less the incomes.
fn core(amounts: &BTreeMap<Category, Pence>) -> Pence {
    let incomes: Pence = INCOMES.iter().map(|(income, _, _)| amount(amounts, *income)).sum();
    amount(amounts, Category::Gross) - incomes
}

async fn load(
    tx: &Writing,
    viewer: &Viewer,
    council: &CouncilReturn,
    reference: &str,
) -> Result<(), Stopped> {
    let payers = payers(tx, council).await?;
    let agreement = NewAgreement {
        reference: reference.to_owned(),
        title: format!("{}: adult social care 2014/15", council.council),
        aims: "As published in the council's return for the year".to_owned(),
        statutory_basis: StatutoryBasis::OtherBasis,
        status: AgreementStatus::Ended,
        evidence: AgreementEvidence::HistoricalIncomplete,
        host: Some(viewer.organisation),
        pool_manager: None,
        partners: vec![viewer.organisation, payers],
        starts_on: year().first_day(),
        ends_on: Some(year().last_day()),
        notice_months: None,
        postings: PostingVisibility::Live,
    };
    let agreement = agreement::create_in(tx, viewer, &agreement).await?.id;
    let fund = NewFund {
        agreement,
        reference: reference.to_owned(),
        name: format!("{}: adult social care 2014/15", council.council),
        kind: FundKind::Aligned,
        starts_on: None,
        over_programming_approval: None,
    };
    let fund = fund::create_in(tx, viewer, &fund).await?.id;
    contribute(tx, viewer, (fund, payers), council).await?;
    for (place, (name, amounts)) in council.services.iter().enumerate() {
        let of = Service { fund, payers, place, name, amounts };
        spend(tx, viewer, &of).await?;
    }
    Ok(())
}

/// The partner that the return does not name: whoever paid NHS and joint income. One a council, so
/// that each can turn out to be somebody else.
async fn payers(tx: &Writing, council: &CouncilReturn) -> Result<Uuid, Stopped> {
    let row = organisation::Model {
        id: tx.new_id(),
        name: format!("NHS bodies and joint partners of {} (return of 2014/15)", council.council),
        kind: OrganisationKind::Other,
        opened_on: None,
        closed_on: None,
        postcode: None,
        is_placeholder: true,
        merged_into_id: None,
        version: 1,
    };
    Ok(row.into_active_model().reset_all().insert(&**tx).await?.id)
}

async fn contribute(
    tx: &Writing,
    viewer: &Viewer,
    (fund, payers): (Uuid, Uuid),
    council: &CouncilReturn,
) -> Result<(), Stopped> {
    for (income, source, is_of_others) in INCOMES {
        let partner = if is_of_others { payers } else { viewer.organisation };
        let amounts = council.services.iter().map(|(name, of)| (name, amount(of, income)));
        let (refunds, paid): (Vec<_>, Vec<_>) =
            amounts.partition(|(_, amount)| amount.is_negative());
        let total = paid.into_iter().map(|(_, amount)| amount).sum();
        let id = plan(tx, viewer, fund, (partner, source, total)).await?;
        for (event, amount) in
            [(ContributionEvent::Invoiced, total), (ContributionEvent::Received, total)]
        {
            post(tx, viewer, id, event, (amount, &format!("{source}: {event:?}"))).await?;
        }
        for (name, refund) in refunds {
            let what = format!("{source}: negative income of {name}");
            post(tx, viewer, id, ContributionEvent::Refunded, (-refund, &what)).await?;
        }
    }
    let total = council.services.iter().map(|(_, amounts)| core(amounts)).sum();
    let id = plan(tx, viewer, fund, (viewer.organisation, CORE, total)).await?;
    post(tx, viewer, id, ContributionEvent::Invoiced, (total, "Own budget: Invoiced")).await?;
    post(tx, viewer, id, ContributionEvent::Received, (total, "Own budget: Received")).await
}

async fn plan(
    tx: &Writing,
    viewer: &Viewer,
    fund: Uuid,
    (partner, source, amount): (Uuid, &str, Pence),
) -> Result<Uuid, Stopped> {
    let new = NewContribution {
        fund,
        partner,
        source_code: source.to_owned(),
        year: year(),
        amount,
        instalments: Vec::new(),
        effective_on: None,
        decision: None,
        idempotency_key: format!("{fund} {source}"),
    };
    Ok(contribution::plan_in(tx, viewer, &new).await?.id)
}

async fn post(
    tx: &Writing,
    viewer: &Viewer,
    contribution: Uuid,
    event: ContributionEvent,
    (amount, description): (Pence, &str),
) -> Result<(), Stopped> {
    if amount == Pence::ZERO {
        return Ok(());
    }
    let new = ContributionPosting {
        contribution,
        event,
        amount,
        when: at_year_end(),
        description: description.to_owned(),
        reason: None,
        idempotency_key: format!("{contribution} {description}"),
    };
    post_contribution_in(tx, viewer, &new).await.map(drop)
}

fn at_year_end() -> When {
    When { effective_on: year().last_day(), adjustment_period: None }
}

/// A line of service of one council.
struct Service<'a> {
    fund: Uuid,
    payers: Uuid,
    place: usize,
    name: &'a str,
    amounts: &'a BTreeMap<Category, Pence>,
}

impl Service<'_> {
    /// Who funds it, by what each paid; where nobody did, the council.
    fn funding(&self, council: Uuid) -> Vec<NewShare> {
        let own = (council, CORE, core(self.amounts));
        let of_income = |(income, source, is_of_others): (Category, &'static str, bool)| {
            let partner = if is_of_others { self.payers } else { council };
            (partner, source, amount(self.amounts, income))
        };
        let parts = INCOMES.map(of_income).into_iter().chain([own]);
        let mut shares: Vec<NewShare> = parts
            .filter(|(_, _, paid)| paid.positive().is_some())
            .map(|(partner, source, paid)| NewShare {
                partner,
                source: source.to_owned(),
                weight: paid.0,
            })
            .collect();
        if shares.is_empty() {
            return vec![NewShare { partner: council, source: CORE.to_owned(), weight: 1 }];
        }
        // Pence are larger than weights may be; their ratio is the same in the file's precision.
        let common = shares.iter().fold(0, |common, share| divisor(common, share.weight));
        shares.iter_mut().for_each(|share| share.weight /= common);
        shares
    }
}

/// The greatest common divisor.
fn divisor(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { divisor(b, a % b) }
}

async fn spend(tx: &Writing, viewer: &Viewer, of: &Service<'_>) -> Result<(), Stopped> {
    let gross = amount(of.amounts, Category::Gross);
    let new = NewScheme {
        fund: of.fund,
        reference: format!("{:02}", of.place + 1),
        name: of.name.to_owned(),
        scheme_type_code: scheme_type(of.name).to_owned(),
        area_of_spend_code: Some("SOCIAL_CARE".to_owned()),
        commissioner: viewer.organisation,
        provider: None,
        is_recurrent: true,
        is_capital: false,
        starts_on: None,
        budget: Some(NewBudget {
            year: year(),
            amount: gross,
            months: None,
            funding: of.funding(viewer.organisation),
        }),
    };
    let scheme = scheme::create_in(tx, viewer, new).await?.row.id;
    let Some(gross) = gross.positive() else { return Ok(()) };
    let posting = NewExpenditure {
        scheme,
        event: SpendingEvent::Spent,
        amount: gross,
        when: at_year_end(),
        spent_by: None,
        payee: None,
        description: "Gross expenditure of the year, as published".to_owned(),
        reason: None,
        corrects: None,
        reverses_itself: None,
        settles: None,
        idempotency_key: scheme.to_string(),
    };
    post_spending_in(tx, viewer, &posting).await.map(drop)
}

fn scheme_type(service: &str) -> &'static str {
    let types = [
        ("Long term", "LONG_TERM_CARE"),
        ("Short term", "SHORT_TERM_CARE"),
        ("Assistive equipment", "ASSISTIVE_TECHNOLOGIES_AND_EQUIPMENT"),
        ("Social care activities", "SOCIAL_CARE_ACTIVITIES"),
        ("Information", "INFORMATION_AND_EARLY_INTERVENTION"),
        ("Commissioning", "COMMISSIONING_AND_SERVICE_DELIVERY"),
        ("Social Support", "SOCIAL_SUPPORT"),
    ];
    types.iter().find(|(word, _)| service.contains(word)).map_or("OTHER", |(_, code)| code)
}
