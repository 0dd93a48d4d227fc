//! What the operator writes in a file to say how payments are imported: funds and schemes by the
//! references that the partners gave them.

use entities::value::FinancialYear;
use sea_orm::ConnectionTrait;
use serde::Deserialize;
use uuid::Uuid;

use super::NewPayments;
use crate::{
    access,
    auth::Viewer,
    import::payments::{
        Condition, Fate, KNOWN, PaymentLayout, PaymentRule, PaymentRules, known_layout,
    },
    service::{Code, Refusal, Stopped, scheme},
};

/// How payments are imported.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Described {
    /// The fund, by its reference.
    pub fund: String,
    /// How the file is written.
    pub layout: Layout,
    /// Which payments are whose.
    pub rules: Vec<Rule>,
    /// What becomes of payments that no rule matches.
    #[serde(default)]
    pub otherwise: Option<Outcome>,
    /// The first year whose payments are taken.
    #[serde(default)]
    pub since_year: Option<String>,
    /// Why, of payments in soft-closed periods.
    #[serde(default)]
    pub reason: Option<String>,
}

/// How a file is written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Layout {
    /// As the layout of this name.
    Known(String),
    /// So.
    Columns(PaymentLayout),
}

/// What becomes of the payments that meet every condition.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The conditions.
    pub when: Vec<Condition>,
    /// What becomes of them.
    pub then: Outcome,
}

/// What becomes of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It was spent on the scheme of this reference.
    Scheme(String),
    /// It is left out, for this reason.
    LeaveOut(String),
}

impl Described {
    /// What is meant, of the file `upload`.
    ///
    /// # Errors
    /// `NOT_FOUND` of the fund or a scheme, `UNKNOWN_CODE` of the layout, `WRONG_YEAR`.
    pub async fn meant(
        self,
        connection: &impl ConnectionTrait,
        viewer: &Viewer,
        upload: Uuid,
    ) -> Result<NewPayments, Stopped> {
        let fund = access::fund::by_reference(connection, viewer, &self.fund)
            .await?
            .ok_or_else(|| Refusal::not_found("pooled fund", "fund"))?
            .row
            .id;
        let mut rules = PaymentRules::default();
        for Rule { when, then } in self.rules {
            let then = fate(connection, viewer, (fund, then)).await?;
            rules.rules.push(PaymentRule { when, then });
        }
        if let Some(then) = self.otherwise {
            rules.otherwise = Some(fate(connection, viewer, (fund, then)).await?);
        }
        let year = |year: String| {
            let refused = |why| Refusal::new(Code::WrongYear, why).at("sinceYear");
            year.parse::<FinancialYear>().map_err(refused)
        };
        Ok(NewPayments {
            fund,
            upload,
            layout: self.layout.meant()?,
            rules,
            since_year: self.since_year.map(year).transpose()?,
            reason: self.reason,
            skip_rejected: false,
            dry_run: false,
        })
    }
}

impl Layout {
    fn meant(self) -> Result<PaymentLayout, Refusal> {
        match self {
            Self::Columns(layout) => Ok(layout),
            Self::Known(name) => layout_named(&name),
        }
    }
}

/// The layout that goes by `name`.
///
/// # Errors
/// `UNKNOWN_CODE` at `layout.known`, with the names that there are.
pub fn layout_named(name: &str) -> Result<PaymentLayout, Refusal> {
    known_layout(name).ok_or_else(|| {
        let known = KNOWN.map(|(name, _)| name).join(", ");
        let sentence = format!("the layouts with names are {known}: give the columns");
        Refusal::new(Code::UnknownCode, sentence).at("layout.known")
    })
}

async fn fate(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    (fund, then): (Uuid, Outcome),
) -> Result<Fate, Stopped> {
    match then {
        Outcome::LeaveOut(reason) => Ok(Fate::LeaveOut(reason)),
        Outcome::Scheme(reference) => {
            let found = scheme::by_reference(connection, viewer, fund, &reference).await?;
            let missing = || {
                let sentence = format!("the fund has no scheme {reference:?}");
                Refusal::new(Code::NotFound, sentence)
            };
            Ok(Fate::Scheme(found.ok_or_else(missing)?.row.id))
        }
    }
}
