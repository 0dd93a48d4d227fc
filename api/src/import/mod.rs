//! Readers of other people's files: one file a format, each pure. A reader turns bytes into rows
//! with their line numbers, and says of every other line why it cannot be taken. What rows mean
//! for the database is decided in `service`.

mod adult_social_care;
mod cells;
mod contributions;
mod forecasts;
mod icb_local_authority;
pub mod ocds;
mod ods;
mod ons_icb_names;
mod organisations;
pub mod payments;
mod schemes;
mod successors;
mod table;

pub use adult_social_care::{
    AdultSocialCare, AdultSocialCareCell, Category, CouncilReturn, council_returns,
};
pub use contributions::{ContributionRow, Contributions};
pub use forecasts::{ForecastRow, Forecasts};
pub use icb_local_authority::{CoverageRow, IcbLocalAuthority};
pub use ods::{OdsEccg, OdsEtr};
pub use ons_icb_names::OnsIcbNames;
pub use organisations::Organisations;
pub use schemes::{SchemeRow, Schemes, ShareCell};
pub use successors::{SuccessionRow, Successors};
pub use table::{Layout, Line, Record, Table, UnreadableFile};

use chrono::NaiveDate;
use entities::organisation::OrganisationKind;
use serde::{Deserialize, Serialize};

/// A layout that a publisher writes: how its lines become rows.
pub trait Format {
    /// What a line says.
    type Row: Send + Sync;

    /// The columns, by name or by number.
    const LAYOUT: Layout;

    /// What one line says.
    ///
    /// # Errors
    /// A sentence that says why the line cannot be taken.
    fn row(record: &Record<'_>) -> Result<Self::Row, String>;
}

/// A code of an organisation, and who gives it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// `GB-NHS`, `GSS`, `CASSR`, `GB-LAE`, `GB-COH` or `GB-CHC`.
    pub scheme: String,
    /// The code.
    pub value: String,
}

/// What a file says about one organisation. What it leaves blank it does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The code by which the file knows it.
    pub code: Identifier,
    /// Further codes.
    pub other_codes: Vec<Identifier>,
    /// Its name.
    pub name: String,
    /// What sort of body it is.
    pub kind: OrganisationKind,
    /// Its published roles, and whether each is its primary one.
    pub roles: Vec<(String, bool)>,
    /// The body that it is a part of.
    pub parent: Option<Identifier>,
    /// The postcode of its address.
    pub postcode: Option<String>,
    /// Its first day.
    pub opened_on: Option<NaiveDate>,
    /// Its last day.
    pub closed_on: Option<NaiveDate>,
    /// The bodies that took over from it, without a date.
    pub successors: Vec<Identifier>,
}

/// The published roles of an integrated care board: the primary one and the other.
const ICB_ROLES: [(&str, bool); 2] = [("RO261", true), ("RO318", false)];

impl Identifier {
    /// The code `value` of `scheme`.
    #[must_use]
    pub fn new(scheme: &str, value: &str) -> Self {
        Self { scheme: scheme.to_owned(), value: value.to_owned() }
    }

    /// A code given by the Organisation Data Service: 1 to 12 capital letters and digits.
    ///
    /// # Errors
    /// When it has another form.
    pub fn ods(value: &str) -> Result<Self, String> {
        if is_ods(value) {
            Ok(Self::new("GB-NHS", value))
        } else {
            Err(format!("{value:?} is not an ODS code: 1 to 12 capital letters and digits"))
        }
    }

    /// A nine-character geography code.
    ///
    /// # Errors
    /// When it has another form.
    pub fn gss(value: &str) -> Result<Self, String> {
        if is_gss(value) {
            Ok(Self::new("GSS", value))
        } else {
            Err(format!("{value:?} is not a GSS code: a letter and eight digits"))
        }
    }

    /// A code whose publisher does not say who gave it: geography codes are told by their form.
    ///
    /// # Errors
    /// When it has neither form.
    pub fn of_either(value: &str) -> Result<Self, String> {
        if is_gss(value) { Self::gss(value) } else { Self::ods(value) }
    }

    /// True of codes that two bodies may have one after the other: a council's number passes to
    /// its successor.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.scheme == "CASSR"
    }
}

impl std::fmt::Display for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.scheme, self.value)
    }
}

fn is_ods(value: &str) -> bool {
    (1..=12).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_gss(value: &str) -> bool {
    value.len() == 9
        && value.starts_with(['E', 'W', 'S', 'N', 'K', 'J'])
        && value.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

/// The roles of an integrated care board; none of another body.
fn roles_of(kind: OrganisationKind) -> Vec<(String, bool)> {
    if kind != OrganisationKind::IntegratedCareBoard {
        return Vec::new();
    }
    ICB_ROLES.iter().map(|(code, is_primary)| ((*code).to_owned(), *is_primary)).collect()
}
