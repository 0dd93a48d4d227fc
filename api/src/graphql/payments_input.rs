//! What is sent to import payments, and what it means.

use async_graphql::{Enum, ID, InputObject, OneofObject};

use super::{node::Kind, scalars::FinancialYear};
use crate::{
    import::payments::{
        self, Condition, Fate, PaymentLayout, PaymentRule, PaymentRules, Publisher,
    },
    service::{
        Refusal,
        payments::{NewPayments, layout_named},
    },
};

/// A payments file to be imported.
#[derive(Clone, Debug, InputObject)]
pub struct ImportPaymentsInput {
    /// The fund whose host paid.
    pub fund: ID,
    /// The file, as `POST /uploads` answered.
    pub upload: ID,
    /// How the file is written.
    pub layout: PaymentLayoutInput,
    /// Which payments are whose, at most 200: the first rule that matches a line counts.
    pub rules: Vec<PaymentRuleInput>,
    /// What becomes of lines that no rule matches; when left out they are rejected.
    pub otherwise: Option<PaymentOutcomeInput>,
    /// The first year whose payments are taken; when left out, all of them.
    pub since_year: Option<FinancialYear>,
    /// Why payments are posted into periods that are closed softly; 1 to 2,000 characters.
    pub reason: Option<String>,
    /// Whether to post the other lines when some are rejected; else nothing is posted then.
    #[graphql(default)]
    pub skip_rejected: bool,
    /// Whether to do everything and keep nothing. The file can be used again.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Rules to be tried on a payments file.
#[derive(Clone, Debug, InputObject)]
pub struct TryPaymentRulesInput {
    /// The fund whose host paid.
    pub fund: ID,
    /// The file, as `POST /uploads` answered. It can be used again.
    pub upload: ID,
    /// How the file is written.
    pub layout: PaymentLayoutInput,
    /// Which payments are whose, at most 200: the first rule that matches a line counts.
    pub rules: Vec<PaymentRuleInput>,
    /// What becomes of lines that no rule matches; when left out they are rejected.
    pub otherwise: Option<PaymentOutcomeInput>,
    /// The first year whose payments are taken; when left out, all of them.
    pub since_year: Option<FinancialYear>,
}

/// How a payments file is written.
#[derive(Clone, Debug, OneofObject)]
pub enum PaymentLayoutInput {
    /// A layout that goes by a name: `DEVON_2012`, `DEVON_2025` or `BABERGH`.
    Known(String),
    /// A layout of your own.
    Columns(PaymentColumnsInput),
}

/// Which column of a payments file says what. The file may have others, which rules can look at.
#[derive(Clone, Debug, InputObject)]
pub struct PaymentColumnsInput {
    /// Who publishes the file.
    pub publisher: PaymentPublisherInput,
    /// The column of the publisher's transaction number; left out where there is none.
    pub transaction_number: Option<String>,
    /// The column of the day of payment.
    pub date: String,
    /// How days are written.
    pub date_form: PaymentDateForm,
    /// The column of the amount in pounds; credits are below nothing.
    pub amount: String,
    /// How amounts are written.
    pub amount_form: PaymentAmountForm,
    /// The column of who was paid.
    pub supplier: String,
}

/// Who publishes a payments file.
#[derive(Clone, Debug, OneofObject)]
pub enum PaymentPublisherInput {
    /// The column that says it.
    Column(String),
    /// The name, where the file does not say it.
    Name(String),
}

/// How a payments file writes days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "payments::DateForm")]
pub enum PaymentDateForm {
    /// `28/03/2012`.
    DayMonthYear,
    /// `2012-03-28`.
    YearMonthDay,
    /// `2012-03-28 00:00:00`, or with a `T` in between; the time is passed over.
    Timestamp,
}

/// How a payments file writes amounts of pounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "payments::AmountForm")]
pub enum PaymentAmountForm {
    /// Digits alone: `1609.30`.
    Plain,
    /// With or without commas between thousands: `1,609.30`.
    ThousandsSeparators,
}

/// What becomes of the lines that meet every condition.
#[derive(Clone, Debug, InputObject)]
pub struct PaymentRuleInput {
    /// The conditions, 1 to 10, all of which hold.
    pub when: Vec<PaymentConditionInput>,
    /// What becomes of the lines.
    pub then: PaymentOutcomeInput,
}

/// What a column says, whatever its capitals and the space around it.
#[derive(Clone, Debug, InputObject)]
pub struct PaymentConditionInput {
    /// The column, by its name in the header.
    pub column: String,
    /// How it is looked at.
    pub test: PaymentTest,
    /// The text; blank only to find blank cells, with `EQUALS`.
    pub text: String,
}

/// How a column is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "payments::Test")]
pub enum PaymentTest {
    /// It is the text.
    Equals,
    /// The text is in it.
    Contains,
    /// It begins with the text.
    StartsWith,
}

/// What becomes of a line.
#[derive(Clone, Debug, OneofObject)]
pub enum PaymentOutcomeInput {
    /// It was spent on this scheme of the fund.
    Scheme(ID),
    /// It is left out, for this reason; 1 to 200 characters.
    LeaveOut(String),
}

impl ImportPaymentsInput {
    /// What is meant.
    ///
    /// # Errors
    /// `NOT_FOUND`, `UNKNOWN_CODE` of a layout, or `WRONG_YEAR`.
    pub fn read(self) -> Result<NewPayments, Refusal> {
        let since_year = self.since_year.map(|year| year.year("sinceYear"));
        let rule = |(place, rule): (usize, PaymentRuleInput)| {
            let then = rule.then.read(&format!("rules.{place}.then"))?;
            let when = rule.when.into_iter().map(PaymentConditionInput::read).collect();
            Ok(PaymentRule { when, then })
        };
        let rules: Result<_, Refusal> = self.rules.into_iter().enumerate().map(rule).collect();
        Ok(NewPayments {
            fund: Kind::Fund.read(&self.fund, "fund")?,
            upload: Kind::Upload.read(&self.upload, "upload")?,
            layout: self.layout.read()?,
            rules: PaymentRules {
                rules: rules?,
                otherwise: self.otherwise.map(|then| then.read("otherwise")).transpose()?,
            },
            since_year: since_year.transpose()?,
            reason: self.reason,
            skip_rejected: self.skip_rejected,
            dry_run: self.dry_run,
        })
    }
}

impl From<TryPaymentRulesInput> for ImportPaymentsInput {
    fn from(input: TryPaymentRulesInput) -> Self {
        let TryPaymentRulesInput { fund, upload, layout, rules, otherwise, since_year } = input;
        let (reason, skip_rejected, dry_run) = (None, false, true);
        Self { fund, upload, layout, rules, otherwise, since_year, reason, skip_rejected, dry_run }
    }
}

impl PaymentLayoutInput {
    fn read(self) -> Result<PaymentLayout, Refusal> {
        let columns = match self {
            Self::Columns(columns) => columns,
            Self::Known(name) => return layout_named(&name),
        };
        Ok(PaymentLayout {
            publisher: match columns.publisher {
                PaymentPublisherInput::Column(column) => Publisher::Column(column.into()),
                PaymentPublisherInput::Name(name) => Publisher::Name(name.into()),
            },
            number: columns.transaction_number.map(Into::into),
            date: columns.date.into(),
            date_form: columns.date_form.into(),
            amount: columns.amount.into(),
            amount_form: columns.amount_form.into(),
            supplier: columns.supplier.into(),
        })
    }
}

impl PaymentConditionInput {
    fn read(self) -> Condition {
        Condition { column: self.column, test: self.test.into(), text: self.text }
    }
}

impl PaymentOutcomeInput {
    fn read(self, path: &str) -> Result<Fate, Refusal> {
        match self {
            Self::Scheme(scheme) => {
                Kind::Scheme.read(&scheme, &format!("{path}.scheme")).map(Fate::Scheme)
            }
            Self::LeaveOut(reason) => Ok(Fate::LeaveOut(reason)),
        }
    }
}
