//! What a caller asks of a payments file, checked before it is read.

use std::collections::BTreeMap;

use domain::policy::decisions::Posting;
use entities::value::FinancialYear;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    access,
    auth::Viewer,
    database::Database,
    import::payments::{
        Condition, Fate, PaymentLayout, PaymentRule, PaymentRules, Publisher, Test,
    },
    service::{Code, Refusal, Stopped, ground, import_job, text, upload},
};

/// The most rules of one import.
const MOST_RULES: usize = 200;
/// The most conditions of one rule.
const MOST_CONDITIONS: usize = 10;
/// The most characters of a column's name or of what it is to say.
const LONGEST: usize = 200;

/// A payments file to be imported, and how.
#[derive(Clone, Debug)]
pub struct NewPayments {
    /// The fund that paid.
    pub fund: Uuid,
    /// The file.
    pub upload: Uuid,
    /// How it is written.
    pub layout: PaymentLayout,
    /// Which payments are whose.
    pub rules: PaymentRules,
    /// The first year whose payments are taken; all of them when none.
    pub since_year: Option<FinancialYear>,
    /// Why, of payments in soft-closed periods.
    pub reason: Option<String>,
    /// Whether to post the other lines when some are rejected.
    pub skip_rejected: bool,
    /// Whether to do everything and keep nothing.
    pub dry_run: bool,
}

/// Checks everything that can be said before the file is read.
///
/// # Errors
/// `NOT_ALLOWED`; `NOT_FOUND` of the fund, the upload or a scheme; `INVALID_VALUE` of the rest.
pub(super) async fn check(
    database: &Database,
    viewer: &Viewer,
    new: &NewPayments,
) -> Result<(), Stopped> {
    import_job::may_import(viewer)?;
    let snapshot = database.snapshot().await?;
    let connection = snapshot.connection();
    let ground = ground::of_fund(connection, viewer, new.fund, "fund").await?;
    viewer.actor().may_post(&ground.parties(), Posting::HostsSpending)?;
    upload::exists(connection, viewer, (new.upload, database.clock().now())).await?;
    layout(&new.layout)?;
    text::optional(new.reason.as_deref(), 2_000, "reason")?;
    rules(&new.rules)?;
    schemes(connection, viewer, new).await
}

fn layout(layout: &PaymentLayout) -> Result<(), Refusal> {
    let at = "layout.columns";
    match &layout.publisher {
        Publisher::Column(column) => text::required(column, LONGEST, &format!("{at}.publisher"))?,
        Publisher::Name(name) => text::required(name, LONGEST, &format!("{at}.publisher.name"))?,
    };
    for column in layout.columns() {
        text::required(column, LONGEST, at)?;
    }
    Ok(())
}

fn rules(rules: &PaymentRules) -> Result<(), Refusal> {
    let refuse =
        |sentence: String, path: &str| Err(Refusal::new(Code::InvalidValue, sentence).at(path));
    if rules.rules.len() > MOST_RULES {
        return refuse(format!("there are at most {MOST_RULES} rules"), "rules");
    }
    for (place, rule) in rules.rules.iter().enumerate() {
        let path = format!("rules.{place}.when");
        if rule.when.is_empty() || rule.when.len() > MOST_CONDITIONS {
            let sentence = format!(
                "a rule has 1 to {MOST_CONDITIONS} conditions: what holds of every payment is \
                 the default"
            );
            return refuse(sentence, &path);
        }
        for (number, condition) in rule.when.iter().enumerate() {
            check_condition(condition, &format!("{path}.{number}"))?;
        }
    }
    for (path, fate) in fates(rules) {
        if let Fate::LeaveOut(reason) = fate {
            text::required(reason, LONGEST, &format!("{path}.leaveOut"))?;
        }
    }
    Ok(())
}

fn check_condition(condition: &Condition, path: &str) -> Result<(), Refusal> {
    text::required(&condition.column, LONGEST, &format!("{path}.column"))?;
    let at = format!("{path}.text");
    match condition.test {
        // A blank cell can be asked for.
        Test::Equals => text::optional(Some(&condition.text), LONGEST, &at).map(drop),
        Test::Contains | Test::StartsWith => {
            text::required(&condition.text, LONGEST, &at).map(drop)
        }
    }
}

/// What becomes of payments, with where that stands in the input.
fn fates<'a>(rules: &'a PaymentRules) -> impl Iterator<Item = (String, &'a Fate)> {
    let rule =
        |(place, rule): (usize, &'a PaymentRule)| (format!("rules.{place}.then"), &rule.then);
    let otherwise = rules.otherwise.iter().map(|fate| ("otherwise".to_owned(), fate));
    rules.rules.iter().enumerate().map(rule).chain(otherwise)
}

/// Every scheme that is named is the fund's, and the viewer sees it.
async fn schemes(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    new: &NewPayments,
) -> Result<(), Stopped> {
    let mut named: BTreeMap<Uuid, String> = BTreeMap::new();
    for (path, fate) in fates(&new.rules) {
        if let Fate::Scheme(scheme) = fate {
            named.entry(*scheme).or_insert(path);
        }
    }
    for (scheme, path) in named {
        let seen = access::scheme::visible(connection, viewer, scheme).await?;
        if seen.is_none_or(|seen| seen.row.fund_id != new.fund) {
            return Err(Refusal::not_found("scheme", &format!("{path}.scheme")).into());
        }
    }
    Ok(())
}
