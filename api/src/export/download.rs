//! What is downloaded, as the viewer reads it: never more than the queries of the API answer.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{policy::matrix::FieldGroup, rules::position::Basis};
use entities::value::FinancialYear;
use sea_orm::{ActiveEnum, ConnectionTrait};
use uuid::Uuid;

use super::{csv, layout, memorandum, report::Written, table::Book, xlsx};
use crate::{
    auth::Viewer,
    database::Database,
    service::{
        Stopped, fund_return,
        memorandum::{self as accounts, Stated},
        organisation,
        position::{self, Terms},
    },
};

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Of what.
    pub what: What,
    /// As what.
    pub form: Form,
}

/// Of what a spreadsheet is.
#[derive(Clone, Debug)]
pub enum What {
    /// A return.
    Return(Uuid),
    /// The position of a fund.
    Position(Uuid, Cut),
    /// The memorandum account of a fund.
    Memorandum(Uuid, Cut),
}

/// Which facts of a fund count.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// The year.
    pub year: FinancialYear,
    /// The last day of effect.
    pub as_of: Option<NaiveDate>,
    /// The last instant of recording.
    pub known_at: Option<DateTime<Utc>>,
}

/// As what a spreadsheet is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// As xlsx.
    Xlsx,
    /// One sheet as CSV: that of this name, or the first.
    Csv(Option<String>),
}

/// A file to download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such thing, or not for the viewer.
    #[error("there is no such thing, or you may not see it")]
    NotFound,
    /// Something failed.
    #[error("{0}")]
    Fault(String),
}

impl Cut {
    /// What counts, as it is written in an address.
    ///
    /// # Errors
    /// What is malformed.
    pub fn read(
        year: &str,
        as_of: Option<&str>,
        known_at: Option<&str>,
    ) -> Result<Self, &'static str> {
        let year = year.parse().map_err(|_| "financialYear is written as 2025/26")?;
        let day = |text: &str| text.parse().map_err(|_| "asOf is a day, as in 2025-06-30");
        let instant = |text: &str| {
            let at = DateTime::parse_from_rfc3339(text);
            at.map(|at| at.to_utc()).map_err(|_| "knownAt is an instant of RFC 3339")
        };
        Ok(Self {
            year,
            as_of: as_of.map(day).transpose()?,
            known_at: known_at.map(instant).transpose()?,
        })
    }

    fn terms(&self, as_of: Option<NaiveDate>, today: NaiveDate) -> Terms {
        let known_at = self.known_at.map(Into::into);
        Terms::new(self.year, as_of, known_at, Basis::FundedBy, today)
    }
}

impl From<Stopped> for Refused {
    fn from(stopped: Stopped) -> Self {
        Self::Fault(stopped.to_string())
    }
}

impl From<sea_orm::DbErr> for Refused {
    fn from(fault: sea_orm::DbErr) -> Self {
        Self::Fault(fault.to_string())
    }
}

/// The file that is asked for.
///
/// # Errors
/// When there is no such thing, or not for the viewer, or something fails.
pub async fn download(
    database: &Database,
    viewer: &Viewer,
    asked: &Asked,
) -> Result<File, Refused> {
    let snapshot = database.acting_for(viewer).snapshot().await?;
    let book = book(snapshot.connection(), viewer, &asked.what).await?;
    let book = book.ok_or(Refused::NotFound)?;
    let fault = |why: &dyn std::fmt::Display| Refused::Fault(why.to_string());
    match &asked.form {
        Form::Xlsx => Ok(File {
            media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            bytes: xlsx::write(&book).map_err(|why| fault(&why))?,
        }),
        Form::Csv(name) => {
            let is_meant = |sheet: &str| name.as_deref().is_none_or(|name| name == sheet);
            let sheet = book.sheets.iter().find(|sheet| is_meant(&sheet.name));
            let sheet = sheet.ok_or(Refused::NotFound)?;
            let bytes = csv::write(sheet).map_err(|why| fault(&why))?;
            Ok(File { media_type: "text/csv; charset=utf-8", bytes })
        }
    }
}

/// The spreadsheet of a thing that the viewer reads whole.
async fn book(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    what: &What,
) -> Result<Option<Book>, Refused> {
    match what {
        What::Return(id) => of_return(connection, viewer, *id).await,
        What::Position(fund, cut) => {
            let terms = cut.terms(cut.as_of, viewer.today);
            of_position(connection, viewer, *fund, terms).await
        }
        What::Memorandum(fund, cut) => {
            let as_of = cut.as_of.unwrap_or_else(|| cut.year.last_day());
            let terms = cut.terms(Some(as_of), viewer.today);
            let stated = accounts::of_funds(connection, viewer, &[*fund], terms).await?.pop();
            match stated {
                Some(stated) => of_memorandum(connection, &stated).await.map(Some),
                None => Ok(None),
            }
        }
    }
}

async fn of_return(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
) -> Result<Option<Book>, Refused> {
    let Some(seen) = fund_return::by_ids(connection, viewer, &[id]).await?.pop() else {
        return Ok(None);
    };
    let histories = fund_return::histories(connection, &[&seen.row], viewer.today).await?;
    let Some(history) = histories.get(&id).filter(|it| it.is_read_whole(&seen)) else {
        return Ok(None);
    };
    let Some(content) = history.content()? else { return Ok(None) };
    let Some(layouts) = layout::of_year(content.financial_year) else { return Ok(None) };
    let title =
        format!("Return {} {} on {}", content.span, content.financial_year, content.fund_name);
    let mut heading = vec![
        (String::new(), title.clone()),
        pair("Fund", &content.fund_reference),
        pair("As of", content.as_of),
        pair("Known at", content.known_at.to_rfc3339()),
        pair("State", format!("{:?}", history.state())),
        pair("Version", seen.row.version),
        pair("Version of the rules", content.rule_version),
        pair("Version of the forecast", said(content.forecast_version)),
        pair("Commentary", &content.commentary),
    ];
    if fund_return::reads_cash(&seen) {
        heading.push(pair("Cash held by the host", content.cash));
    }
    heading.extend(content.warnings.iter().map(|warning| pair("Warning", warning)));
    let written = Written {
        fund: &content.fund_name,
        heading,
        report: &content.report,
        has_partners: fund_return::reads_partners(&seen),
    };
    let sheets = written.sheets(&layouts.of_return);
    Ok(Some(Book { title, as_of: content.as_of, sheets }))
}

async fn of_position(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    fund: Uuid,
    terms: Terms,
) -> Result<Option<Book>, Refused> {
    let Some(reported) = position::report(connection, viewer, fund, terms).await? else {
        return Ok(None);
    };
    let position = &reported.position;
    let cutoff = position.terms.cutoff;
    let Some(layouts) = layout::of_year(cutoff.year) else { return Ok(None) };
    let title = format!("Position {} of {}", cutoff.year, position.fund.name);
    let mut heading = vec![
        (String::new(), title.clone()),
        pair("Fund", &position.fund.reference),
        pair("Kind", position.fund.kind.to_value()),
        pair("As of", cutoff.as_of),
        pair("Known at", position.known_at.to_utc().to_rfc3339()),
        pair("Version of the forecast", said(position.forecast_version)),
    ];
    if position.standing.reads_summary(FieldGroup::Cash) {
        heading.push(pair("Cash held by the host", position.cash));
    }
    if position.standing.reads(FieldGroup::AgreementTerms) {
        heading.extend(position.warnings.iter().map(|warning| pair("Warning", warning)));
    }
    let written = Written {
        fund: &position.fund.name,
        heading,
        report: &reported.report,
        has_partners: position.standing.reads(FieldGroup::PositionByPartner),
    };
    let sheets = written.sheets(&layouts.of_position);
    Ok(Some(Book { title, as_of: cutoff.as_of, sheets }))
}

async fn of_memorandum(
    connection: &impl ConnectionTrait,
    stated: &Stated,
) -> Result<Book, Refused> {
    let partners: Vec<Uuid> = stated.account.shares.iter().map(|share| share.partner).collect();
    let names = organisation::by_ids(connection, &partners).await?;
    let names: HashMap<Uuid, String> = names.into_iter().map(|(id, row)| (id, row.name)).collect();
    let (fund, cutoff) = (&stated.position.fund, stated.position.terms.cutoff);
    let title = format!("Memorandum account {} of {}", cutoff.year, fund.name);
    let heading = vec![
        (String::new(), title.clone()),
        pair("Fund", &fund.reference),
        pair("As of", cutoff.as_of),
        pair("Known at", stated.position.known_at.to_utc().to_rfc3339()),
    ];
    let sheets = memorandum::sheets(stated, &heading, &names);
    Ok(Book { title, as_of: cutoff.as_of, sheets })
}

fn pair(label: &str, value: impl ToString) -> (String, String) {
    (label.to_owned(), value.to_string())
}

fn said(version: Option<i32>) -> String {
    version.map_or_else(|| "none was submitted".to_owned(), |version| version.to_string())
}
