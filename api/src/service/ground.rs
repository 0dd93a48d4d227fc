//! What a use case in a fund stands on: the fund as the viewer sees it, and the facts by which the
//! policy decides.

use chrono::NaiveDate;
use domain::policy::{Denied, Parties};
use entities::{partnership_agreement as agreement, pooled_fund};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{Code, Refusal, Stopped};
use crate::{
    access::{
        Seen,
        facts::partners::{self, Partnership},
        fund,
    },
    auth::Viewer,
};

/// A fund that the viewer sees, with its agreement and the agreement's partners in their order.
pub struct Ground {
    /// The fund.
    pub fund: Seen<pooled_fund::Model>,
    /// Its agreement.
    pub agreement: agreement::Model,
    /// Who hosts it and who its partners are.
    pub partnership: Partnership,
    /// The day of the request.
    pub today: NaiveDate,
}

impl Ground {
    /// The facts by which the policy decides.
    #[must_use]
    pub fn parties(&self) -> Parties {
        self.partnership.parties_on(self.today)
    }

    /// For whom the viewer records: a team does so for the host.
    #[must_use]
    pub fn recorded_as(&self, viewer: &Viewer) -> Uuid {
        viewer.own().or(self.host()).unwrap_or(viewer.organisation)
    }

    /// The organisation that keeps the books today.
    #[must_use]
    pub fn host(&self) -> Option<Uuid> {
        self.partnership.host_on(self.today)
    }
}

/// Finds the fund `id` through the viewer's scope.
///
/// # Errors
/// `NOT_FOUND` at `path` when the viewer does not see it.
pub async fn of_fund(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    id: Uuid,
    path: &str,
) -> Result<Ground, Stopped> {
    under(connection, viewer, id, ("pooled fund", path)).await
}

/// The same, of the fund under which something lies that the caller found by itself.
///
/// # Errors
/// `NOT_FOUND` of what was asked for, at its path: that it is there, and its fund is not seen, is
/// not told (rule V1).
pub async fn under(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    fund: Uuid,
    (what, path): (&str, &str),
) -> Result<Ground, Stopped> {
    let fund = fund::visible(connection, viewer, fund)
        .await?
        .ok_or_else(|| Refusal::not_found(what, path))?;
    let agreement = partners::agreement_of(connection, &fund.row).await?;
    let partnership = partners::of_agreement(connection, agreement.id).await?;
    Ok(Ground { fund, agreement, partnership, today: viewer.today })
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self::new(Code::NotAllowed, denied)
    }
}

/// A denial of something about an organisation that stands at `path` in the input: it points there
/// when that organisation is what is wrong.
pub fn denied_at(denied: Denied, path: &str) -> Refusal {
    match denied {
        Denied::OtherNotPartner | Denied::NotYourOrganisation => Refusal::from(denied).at(path),
        _ => denied.into(),
    }
}

impl From<Denied> for Stopped {
    fn from(denied: Denied) -> Self {
        Refusal::from(denied).into()
    }
}
