use chrono::NaiveDate;
use domain::policy::matrix::FieldGroup;
use entities::{
    partnership_agreement as agreement,
    published_statement::{self as statement, CheckKind, Measure, PrintedUnit, StatementStatus},
    value::{FinancialYear, Period},
};
use sea_orm::{
    ActiveModelTrait, EntityTrait, IntoActiveModel, TryInsertResult, sea_query::OnConflict,
};
use serde_json::json;
use uuid::Uuid;

use super::{Check, Content, Figure};
use crate::{
    access::{self, Seen, facts::partners},
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Code, Refusal, Stopped,
        audit::{self, Act, said},
        contribution::within_term,
        text,
    },
};

/// The most figures of one statement.
const MOST_FIGURES: usize = 200;
/// The most checks of one statement, and the most parts of one check.
const MOST_CHECKS: usize = 100;

/// What a publisher printed.
#[derive(Clone, Debug)]
pub struct NewStatement {
    /// The agreement.
    pub agreement: Uuid,
    /// The fund, when it is about one only.
    pub fund: Option<Uuid>,
    /// Who printed it.
    pub publisher: String,
    /// The title of the source.
    pub source_title: String,
    /// Where the source is found.
    pub source_address: Option<String>,
    /// The source's own date, as printed.
    pub source_date: Option<String>,
    /// The year.
    pub year: FinancialYear,
    /// The period as at which it speaks.
    pub period: Option<Period>,
    /// In what its figures are printed, unless a figure says otherwise.
    pub unit: PrintedUnit,
    /// With how many decimals they are printed, unless a figure says otherwise.
    pub decimals: i32,
    /// Whether it was planned, expected or had happened.
    pub status: StatementStatus,
    /// What the source does not say.
    pub note: Option<String>,
    /// The figures.
    pub figures: Vec<NewFigure>,
    /// The checks that they make among themselves.
    pub checks: Vec<NewCheck>,
    /// The statement that it corrects.
    pub supersedes: Option<Uuid>,
}

/// One figure, as printed.
#[derive(Clone, Debug)]
pub struct NewFigure {
    /// What the source calls it; unique in the statement.
    pub name: String,
    /// Its digits.
    pub printed: String,
    /// In what it is printed; as the statement says when none is given.
    pub unit: Option<PrintedUnit>,
    /// With how many decimals; as the statement says when none are given.
    pub decimals: Option<i32>,
    /// Whose it is, where it is one partner's.
    pub partner: Option<Uuid>,
    /// Which computed figure it claims to be.
    pub measures: Option<Measure>,
    /// What it speaks of, in words.
    pub subject: Option<String>,
}

/// A printed total and what is printed as its parts, each by its name.
#[derive(Clone, Debug)]
pub struct NewCheck {
    /// What is checked.
    pub name: String,
    /// Whether the parts are all of the total.
    pub kind: CheckKind,
    /// The total.
    pub total: String,
    /// The parts that add.
    pub plus: Vec<String>,
    /// The parts that take away.
    pub minus: Vec<String>,
}

/// Records what a publisher printed. It is never changed: a mistake is corrected by a statement that
/// supersedes it.
///
/// # Errors
/// `NOT_FOUND`, `NOT_ALLOWED`, `WRONG_YEAR`, `ALREADY_DONE` at `supersedes`, or `INVALID_VALUE`.
pub async fn record(
    database: &Database,
    viewer: &Viewer,
    dry_run: bool,
    new: NewStatement,
) -> Result<Seen<statement::Model>, Stopped> {
    let new = &new;
    database.write(dry_run, |tx| async move { record_in(&tx, viewer, new).await }).await
}

/// The same, within a transaction.
///
/// # Errors
/// As [`record`].
pub async fn record_in(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewStatement,
) -> Result<Seen<statement::Model>, Stopped> {
    let agreement = access::agreement::visible(&**tx, viewer, new.agreement)
        .await?
        .ok_or_else(|| Refusal::not_found("partnership agreement", "agreement"))?;
    let partnership = partners::of_agreement(&**tx, agreement.row.id).await?;
    viewer.actor().may_record_published_statement(&partnership.parties_on(viewer.today))?;
    let fund = fund_of(tx, viewer, new).await?;
    within_term(&agreement.row, new.year)?;
    let as_at = as_at(&agreement.row, new);
    let standing = agreement.standing.during(as_at, as_at);
    if !standing.reads_summary(FieldGroup::PublishedStatements) {
        let sentence = format!("it speaks as at {as_at}, and nothing of that day is open to you");
        return Err(Refusal::new(Code::NotAllowed, sentence).at("financialYear").into());
    }
    let content = checked(new, &partnership.listed())?;
    let host = partnership.host_on(viewer.today);
    let row = statement::Model {
        id: tx.new_id(),
        agreement_id: agreement.row.id,
        fund_id: fund,
        root_id: fund.unwrap_or(agreement.row.id),
        publisher: text::required(&new.publisher, 300, "publisher")?,
        source_title: text::required(&new.source_title, 500, "sourceTitle")?,
        source_address: text::optional(new.source_address.as_deref(), 1_000, "sourceAddress")?,
        source_date: text::optional(new.source_date.as_deref(), 40, "sourceDate")?,
        financial_year: new.year,
        period: new.period,
        as_at,
        unit: new.unit,
        decimals: new.decimals,
        status: new.status,
        note: text::optional(new.note.as_deref(), 2_000, "note")?,
        content: json!(content).to_string(),
        supersedes_id: superseded(tx, viewer, new).await?,
        recorded_by_id: viewer.account,
        recorded_as_id: viewer.own().or(host).unwrap_or(viewer.organisation),
        recorded_at: tx.now(),
    };
    insert(tx, row.clone()).await?;
    let act = Act::new("recordPublishedStatement", "PublishedStatement", row.id)
        .under(row.root_id, FieldGroup::PublishedStatements)
        .from_day(as_at)
        .after(said(&row).and("content", json!(content)));
    audit::record(tx, viewer, act).await?;
    let found = access::published_statement::visible(&**tx, viewer, row.id).await?;
    Ok(found.unwrap_or_else(|| Seen::by_its_writer(row)))
}

/// The fund, when it is one of the agreement's that the viewer sees.
async fn fund_of(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewStatement,
) -> Result<Option<Uuid>, Stopped> {
    let Some(id) = new.fund else { return Ok(None) };
    let found = access::fund::visible(&**tx, viewer, id).await?;
    let own = found.filter(|fund| fund.row.agreement_id == new.agreement);
    own.map(|fund| Some(fund.row.id))
        .ok_or_else(|| Refusal::not_found("pooled fund", "fund").into())
}

/// The statement that is corrected, when it is one of the agreement's that the viewer sees.
async fn superseded(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewStatement,
) -> Result<Option<Uuid>, Stopped> {
    let Some(id) = new.supersedes else { return Ok(None) };
    let found = access::published_statement::visible(&**tx, viewer, id).await?;
    let own = found.filter(|it| it.row.agreement_id == new.agreement);
    own.map(|it| Some(it.row.id))
        .ok_or_else(|| Refusal::not_found("published statement", "supersedes").into())
}

async fn insert(tx: &Writing, row: statement::Model) -> Result<(), Stopped> {
    let inserted = statement::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(&**tx)
        .await?;
    if matches!(inserted, TryInsertResult::Inserted(1)) {
        return Ok(());
    }
    let sentence = "this statement was superseded already: correct the one that supersedes it";
    Err(Refusal::new(Code::AlreadyDone, sentence).at("supersedes").into())
}

/// The day as at which it speaks, within the agreement's term: a plan as at the year's first day,
/// everything else as at the end of the period or of the year.
fn as_at(agreement: &agreement::Model, new: &NewStatement) -> NaiveDate {
    let day = match (new.period, new.status) {
        (Some(period), _) => period.last_day(new.year),
        (None, StatementStatus::Plan) => new.year.first_day(),
        (None, _) => new.year.last_day(),
    };
    agreement.ends_on.map_or(day, |last| day.min(last)).max(agreement.starts_on)
}

fn invalid(sentence: impl std::fmt::Display, path: &str) -> Refusal {
    Refusal::new(Code::InvalidValue, sentence).at(path)
}

fn checked(new: &NewStatement, partners: &[Uuid]) -> Result<Content, Refusal> {
    if !(0..=11).contains(&new.decimals) {
        return Err(invalid("a figure is printed with 0 to 11 decimals", "decimals"));
    }
    if !(1..=MOST_FIGURES).contains(&new.figures.len()) {
        let sentence = format!("a statement has 1 to {MOST_FIGURES} figures");
        return Err(invalid(sentence, "figures"));
    }
    if new.checks.len() > MOST_CHECKS {
        return Err(invalid(format!("a statement has at most {MOST_CHECKS} checks"), "checks"));
    }
    let mut figures: Vec<Figure> = Vec::new();
    for (place, it) in new.figures.iter().enumerate() {
        let path = format!("figures.{place}");
        let figure = figure(new, it, partners, &path)?;
        if figures.iter().any(|other| other.name == figure.name) {
            let sentence = "another figure of the statement is called so: tell them apart";
            return Err(invalid(sentence, &format!("{path}.name")));
        }
        figures.push(figure);
    }
    let checks = new.checks.iter().enumerate();
    let checks = checks
        .map(|(place, it)| check(it, &figures, &format!("checks.{place}")))
        .collect::<Result<_, _>>()?;
    Ok(Content { figures, checks })
}

fn figure(
    new: &NewStatement,
    it: &NewFigure,
    partners: &[Uuid],
    path: &str,
) -> Result<Figure, Refusal> {
    let decimals = it.decimals.unwrap_or(new.decimals);
    let decimals = u32::try_from(decimals)
        .map_err(|_| invalid("decimals are counted from 0", &format!("{path}.decimals")))?;
    if it.partner.is_some_and(|partner| !partners.contains(&partner)) {
        return Err(Refusal::not_found("partner of the agreement", &format!("{path}.partner")));
    }
    let is_by_partner = matches!(it.measures, None | Some(Measure::ContributionsAgreed));
    if it.partner.is_some() && !is_by_partner {
        let sentence = "of one partner, only what it has agreed to put in is computed without a \
                        basis: leave out the partner, or what the figure measures";
        return Err(invalid(sentence, &format!("{path}.measures")));
    }
    let figure = Figure {
        name: text::required(&it.name, 300, &format!("{path}.name"))?,
        printed: text::required(&it.printed, 40, &format!("{path}.printed"))?,
        unit: it.unit.unwrap_or(new.unit),
        decimals,
        partner: it.partner,
        measures: it.measures,
        subject: text::optional(it.subject.as_deref(), 300, &format!("{path}.subject"))?,
    };
    domain::rules::reconciliation::Printed::read(&figure.printed, figure.unit, figure.decimals)
        .map_err(|why| invalid(why, &format!("{path}.printed")))?;
    Ok(figure)
}

fn check(it: &NewCheck, figures: &[Figure], path: &str) -> Result<Check, Refusal> {
    let find = |name: &str, path: String| {
        let place = figures.iter().position(|figure| figure.name == name.trim());
        place.ok_or_else(|| invalid("no figure of the statement is called so", &path))
    };
    let parts = |names: &[String], field: &str| -> Result<Vec<usize>, Refusal> {
        let names = names.iter().enumerate();
        names.map(|(at, name)| find(name, format!("{path}.{field}.{at}"))).collect()
    };
    let total = find(&it.total, format!("{path}.total"))?;
    let (plus, minus) = (parts(&it.plus, "plus")?, parts(&it.minus, "minus")?);
    if !(1..=MOST_CHECKS).contains(&(plus.len() + minus.len())) {
        return Err(invalid(format!("a check has 1 to {MOST_CHECKS} parts"), path));
    }
    let mut entering: Vec<usize> = plus.iter().chain(&minus).copied().collect();
    entering.push(total);
    entering.sort_unstable();
    if entering.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(invalid("a figure enters a check once only", path));
    }
    Ok(Check {
        name: text::required(&it.name, 300, &format!("{path}.name"))?,
        kind: it.kind,
        total,
        plus,
        minus,
    })
}
