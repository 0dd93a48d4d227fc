//! Recording what publishers printed.

use async_graphql::{Context, ID, InputObject, Object, Result};

use super::{
    node::Kind,
    published_statement::{
        PrintedMeasure, PrintedUnit, PublishedStatement, PublishedStatementStatus,
    },
    reconciliation::PrintedCheckKind,
    request::Asked,
    scalars::FinancialYear,
};
use crate::{
    payload,
    service::{
        Code, Refusal,
        published_statement::{self as service, NewCheck, NewFigure, NewStatement},
    },
};

/// Published statements, recorded.
#[derive(Default)]
pub struct PublishedStatementMutation;

/// What a publisher printed.
#[derive(Clone, Debug, InputObject)]
pub struct RecordPublishedStatementInput {
    /// The agreement.
    pub agreement: ID,
    /// The fund, when it is about one only; left out when it is about the agreement and all its
    /// funds.
    pub fund: Option<ID>,
    /// Who printed it, 1 to 300 characters.
    pub publisher: String,
    /// The title of the source, 1 to 500 characters.
    pub source_title: String,
    /// Where the source is found, at most 1,000 characters.
    pub source_address: Option<String>,
    /// The source's own date, as printed, at most 40 characters.
    pub source_date: Option<String>,
    /// The year, in the agreement's term.
    pub financial_year: FinancialYear,
    /// The period as at which it speaks, 1 to 14; left out when it speaks of the year.
    pub period: Option<i32>,
    /// In what its figures are printed, unless a figure says otherwise.
    pub unit: PrintedUnit,
    /// With how many decimals they are printed, unless a figure says otherwise.
    pub decimals: i32,
    /// Whether it was planned, expected or had happened.
    pub status: PublishedStatementStatus,
    /// What the source does not say, at most 2,000 characters.
    pub note: Option<String>,
    /// The figures, 1 to 200.
    pub figures: Vec<PrintedFigureInput>,
    /// The checks that they make among themselves, at most 100.
    #[graphql(default)]
    pub checks: Vec<PrintedCheckInput>,
    /// The statement that it corrects, which nothing has corrected yet.
    pub supersedes: Option<ID>,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A figure as it was printed.
#[derive(Clone, Debug, InputObject)]
pub struct PrintedFigureInput {
    /// What the source calls it, 1 to 300 characters; unique in the statement.
    pub name: String,
    /// Its digits as printed, without separators: `"124.986"`, `"-375"`.
    pub printed: String,
    /// In what it is printed; as the statement says when left out.
    pub unit: Option<PrintedUnit>,
    /// With how many decimals it is printed; as the statement says when left out.
    pub decimals: Option<i32>,
    /// Whose it is, where it is one partner's.
    pub partner: Option<ID>,
    /// Which computed figure it claims to be; left out where nothing like it is computed.
    pub measures: Option<PrintedMeasure>,
    /// What it speaks of, in words, at most 300 characters: figures of other statements with the
    /// same are compared with it.
    pub subject: Option<String>,
}

/// A printed total, and the figures that are printed as its parts.
#[derive(Clone, Debug, InputObject)]
pub struct PrintedCheckInput {
    /// What is checked, 1 to 300 characters.
    pub name: String,
    /// Whether the parts are all of the total.
    #[graphql(default_with = "PrintedCheckKind::Sum")]
    pub kind: PrintedCheckKind,
    /// The total, by its name.
    pub total: String,
    /// The parts that add, by their names, at most 100 with those that take away.
    #[graphql(default)]
    pub plus: Vec<String>,
    /// The parts that take away, by their names.
    #[graphql(default)]
    pub minus: Vec<String>,
}

payload!(
    /// What came of recording a published statement.
    RecordPublishedStatementPayload {
        /// The statement; null when it was refused.
        statement: PublishedStatement
    }
);

#[Object]
impl PublishedStatementMutation {
    /// Records what a publisher printed about an agreement or a fund of it. Needs the role
    /// COMMISSIONER or FINANCE of a partner or a team. It is never changed: a mistake is corrected by
    /// a statement that supersedes it.
    async fn record_published_statement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was printed.")] input: RecordPublishedStatementInput,
    ) -> Result<RecordPublishedStatementPayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::record(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RecordPublishedStatementPayload::answer(done, PublishedStatement)
    }
}

impl RecordPublishedStatementInput {
    fn read(self) -> std::result::Result<NewStatement, Refusal> {
        let period = self.period.map(entities::value::Period::new).transpose();
        let period = period.map_err(|why| Refusal::new(Code::InvalidValue, why).at("period"))?;
        let kind = |id: &ID, kind: Kind, path: &str| kind.read(id, path);
        let figures = self.figures.into_iter().enumerate();
        Ok(NewStatement {
            agreement: kind(&self.agreement, Kind::Agreement, "agreement")?,
            fund: self.fund.map(|id| kind(&id, Kind::Fund, "fund")).transpose()?,
            publisher: self.publisher,
            source_title: self.source_title,
            source_address: self.source_address,
            source_date: self.source_date,
            year: self.financial_year.year("financialYear")?,
            period,
            unit: self.unit.into(),
            decimals: self.decimals,
            status: self.status.into(),
            note: self.note,
            figures: figures
                .map(|(place, it)| it.read(&format!("figures.{place}")))
                .collect::<Result<_, _>>()?,
            checks: self.checks.into_iter().map(NewCheck::from).collect(),
            supersedes: self
                .supersedes
                .map(|id| kind(&id, Kind::PublishedStatement, "supersedes"))
                .transpose()?,
        })
    }
}

impl PrintedFigureInput {
    fn read(self, path: &str) -> std::result::Result<NewFigure, Refusal> {
        let partner = self.partner.as_ref();
        let partner = partner.map(|id| Kind::Organisation.read(id, &format!("{path}.partner")));
        Ok(NewFigure {
            name: self.name,
            printed: self.printed,
            unit: self.unit.map(Into::into),
            decimals: self.decimals,
            partner: partner.transpose()?,
            measures: self.measures.map(Into::into),
            subject: self.subject,
        })
    }
}

impl From<PrintedCheckInput> for NewCheck {
    fn from(it: PrintedCheckInput) -> Self {
        Self {
            name: it.name,
            kind: it.kind.into(),
            total: it.total,
            plus: it.plus,
            minus: it.minus,
        }
    }
}
