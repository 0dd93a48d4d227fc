//! A seat on a team that is proposed.

use async_graphql::{ID, InputObject, SimpleObject};

use super::{membership::Role, node::Kind, scalars::Date};
use crate::{
    auth::Viewer,
    service::{
        Refusal,
        proposal::{Content, NewProposal},
        team::NewMember,
    },
};

/// The seat on a team that a proposal gives. Whoever sees the proposal sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct ProposedSeat {
    /// The team's identity.
    pub team: ID,
    /// The account's identity. Whether it works for the employer is the employer's to say.
    pub account: ID,
    /// The identity of the organisation through which it would sit there.
    pub employer: ID,
    /// The identity of the post that it would hold; null when it would hold none.
    pub post: Option<ID>,
    /// What it could do when it acts as the team.
    pub role: Role,
    /// First day.
    pub starts_on: Date,
    /// Last day; null when it has none.
    pub ends_on: Option<Date>,
}

impl From<&NewMember> for ProposedSeat {
    fn from(new: &NewMember) -> Self {
        Self {
            team: Kind::Team.id(new.team),
            account: Kind::Account.id(new.account),
            employer: Kind::Organisation.id(new.employer),
            post: new.post.map(|post| Kind::TeamPost.id(post)),
            role: new.role.into(),
            starts_on: new.starts_on.into(),
            ends_on: new.ends_on.map(Date::from),
        }
    }
}

/// Somebody of another organisation who is to sit on a team, which the employer has to approve.
#[derive(Clone, Debug, InputObject)]
pub struct ProposeTeamMembershipInput {
    /// The team.
    pub team: ID,
    /// The account's id. Whether it is a member of the employer is looked at when that one approves.
    pub account: ID,
    /// The organisation whose staff it is: another partner of the agreement.
    pub employer: ID,
    /// The post that it would hold, if it would hold one of the employer's.
    pub post: Option<ID>,
    /// What it could do when it acts as the team: COMMISSIONER, FINANCE, APPROVER or VIEWER.
    pub role: Role,
    /// First day; today when left out.
    pub starts_on: Option<Date>,
    /// Last day, if it has one.
    pub ends_on: Option<Date>,
    /// The last day on which it can be decided, at most 366 days from today.
    pub expires_on: Date,
    /// The caller's own key: the same key and content answer with the first result.
    pub idempotency_key: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

impl ProposeTeamMembershipInput {
    pub(super) fn read(self, viewer: &Viewer) -> Result<NewProposal, Refusal> {
        let starts_on = self.starts_on.as_ref().map(|day| day.day("startsOn")).transpose()?;
        let content = Content::TeamMember(NewMember {
            team: Kind::Team.read(&self.team, "team")?,
            account: Kind::Account.read(&self.account, "account")?,
            employer: Kind::Organisation.read(&self.employer, "employer")?,
            post: self.post.as_ref().map(|id| Kind::TeamPost.read(id, "post")).transpose()?,
            role: self.role.into(),
            starts_on: starts_on.unwrap_or(viewer.today),
            ends_on: self.ends_on.as_ref().map(|day| day.day("endsOn")).transpose()?,
        });
        let expires_on = self.expires_on.day("expiresOn")?;
        Ok(NewProposal { content, expires_on, idempotency_key: self.idempotency_key })
    }
}
