//! One mechanism for everything that needs approvals: whose they are, who may decide, and where a
//! proposal stands (rules M13, G1, G3, G5).
//!
//! Nothing about a proposal is ever changed. Its state follows from what was decided about it, from
//! its application and from the day.

use chrono::NaiveDate;
use entities::{membership::Role, proposal::ProposalKind, proposal_decision::Verdict};
use uuid::Uuid;

use super::{Denied, Parties, heirs::Heirs};

/// What a proposal would change, as far as it says who is affected (rule G1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Those whose contribution changes.
    pub contributions: Vec<Uuid>,
    /// Those whose share of what schemes cost changes.
    pub shares: Vec<Uuid>,
    /// Those who commission a scheme whose budget changes.
    pub commissioners: Vec<Uuid>,
    /// True when the scope of the agreement changes, which affects all of its partners.
    pub scope: bool,
    /// Whose staff would sit on a team.
    pub employer: Option<Uuid>,
}

/// An organisation whose approval is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    /// The organisation.
    pub organisation: Uuid,
    /// The role that has to decide; none when every role of the kind will do.
    pub role: Option<Role>,
}

/// Somebody who proposes or decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// The account; none of a token made by the operator.
    pub account: Option<Uuid>,
    /// The organisation acted as.
    pub organisation: Uuid,
}

/// A decision about a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decided {
    /// Who.
    pub by: Person,
    /// What.
    pub verdict: Verdict,
    /// The day on which it was recorded.
    pub on: NaiveDate,
}

/// A proposal with everything that was decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What it proposes.
    pub kind: ProposalKind,
    /// Who proposed it.
    pub proposer: Person,
    /// Whose approvals it needs.
    pub needs: Vec<Need>,
    /// What was decided, in the order of recording.
    pub decisions: Vec<Decided>,
    /// The accounts that declared an interest (rule G3).
    pub interested: Vec<Uuid>,
    /// True once it was applied.
    pub is_applied: bool,
    /// The last day on which it can be decided.
    pub expires_on: NaiveDate,
    /// Who stands in the place of those that have closed (rule G5).
    pub heirs: Heirs,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for approvals.
    Open,
    /// Everybody approved it, and it was applied.
    Applied,
    /// Somebody whose approval it needs refused it.
    Refused,
    /// Its proposer took it back.
    Withdrawn,
    /// Its last day passed before everybody had approved it.
    Expired,
}

impl Person {
    /// True when the two may be one person. Of somebody without an account that is not known, so
    /// that within an organisation they count as one.
    #[must_use]
    pub fn may_be(self, other: Self) -> bool {
        match (self.account, other.account) {
            (Some(one), Some(other)) => one == other,
            _ => self.organisation == other.organisation,
        }
    }
}

/// The partners whom a change affects, in the agreement's order (rule G1).
#[must_use]
pub fn affected(parties: &Parties, touched: &Touched) -> Vec<Uuid> {
    let is_touched = |partner: &&Uuid| {
        touched.scope
            || touched.contributions.contains(partner)
            || touched.shares.contains(partner)
            || touched.commissioners.contains(partner)
            || touched.employer == Some(**partner)
    };
    parties.partners.iter().filter(is_touched).copied().collect()
}

/// Whose approvals a proposal needs: every affected partner's, each on its own, and the host's,
/// which keeps the books, unless the host proposes it and others decide. Of its staff the employer
/// alone disposes. Above the delegated limit the proposer's own organisation decides by its APPROVER
/// (rule M13).
#[must_use]
pub fn needs(
    parties: &Parties,
    (kind, proposer): (ProposalKind, Uuid),
    affected: &[Uuid],
    is_above_limit: bool,
) -> Vec<Need> {
    let mut organisations = affected.to_vec();
    let is_nobodys = organisations.is_empty();
    let hosts_matter = match kind {
        ProposalKind::Virement | ProposalKind::Posting | ProposalKind::YearRollForward => {
            is_nobodys || parties.host != Some(proposer)
        }
        ProposalKind::ContributionVariation
        | ProposalKind::AgreementChange
        | ProposalKind::RiskShare => is_nobodys,
        ProposalKind::TeamMembership => false,
    };
    if let Some(host) = parties.host
        && hosts_matter
        && !organisations.contains(&host)
    {
        organisations.insert(0, host);
    }
    let higher = |organisation: &Uuid| is_above_limit && *organisation == proposer;
    let need = |organisation: Uuid| Need {
        organisation,
        role: higher(&organisation).then_some(Role::Approver),
    };
    organisations.into_iter().map(need).collect()
}

impl Proposal {
    /// Where it stands on a day. What ended it stays its end.
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> State {
        let has = |verdict| self.decisions.iter().any(|it| it.verdict == verdict);
        if self.is_applied {
            State::Applied
        } else if has(Verdict::Withdrawn) {
            State::Withdrawn
        } else if has(Verdict::Refused) {
            State::Refused
        } else if today > self.expires_on {
            State::Expired
        } else {
            State::Open
        }
    }

    /// True when the organisation whose approval is needed has given it, by somebody who did not
    /// propose it (rule M13) and declared no interest (rule G3).
    #[must_use]
    pub fn has_approval(&self, need: Need) -> bool {
        self.decisions.iter().any(|it| {
            it.verdict == Verdict::Approved
                && self.is_for(it, need)
                && !self.may_be_proposer(it.by, it.on)
                && !self.has_interest(it.by.account)
        })
    }

    /// True when it can be applied: everybody whose approval it needs has approved it, and nothing
    /// has ended it.
    #[must_use]
    pub fn is_approved(&self, today: NaiveDate) -> bool {
        self.state(today) == State::Open
            && !self.needs.is_empty()
            && self.needs.iter().all(|need| self.has_approval(*need))
    }

    /// The need on which an organisation decides today, if its approval is needed: its own, or that
    /// of one in whose place it stands (rule G5). Of several the one that waits for it, and of those
    /// the one that asks for a role.
    #[must_use]
    pub fn need_of(&self, organisation: Uuid, today: NaiveDate) -> Option<Need> {
        let stands = |need: &Need| self.heirs.stands_for(need.organisation, today);
        let own = self.needs.iter().filter(|need| stands(need) == Some(organisation));
        own.copied().max_by_key(|need| (!self.has_decided(*need), need.role.is_some()))
    }

    /// True when the organisation whose approval is needed has decided on it.
    #[must_use]
    pub fn has_decided(&self, need: Need) -> bool {
        self.decisions.iter().any(|it| it.verdict != Verdict::Withdrawn && self.is_for(it, need))
    }

    /// True when the decision is that of the organisation whose approval is needed, or was of the
    /// one that stood in its place on that day (rule G5).
    #[must_use]
    pub fn is_for(&self, decided: &Decided, need: Need) -> bool {
        self.heirs.stands_for(need.organisation, decided.on) == Some(decided.by.organisation)
    }

    /// True when somebody may be the person who proposed it: what is not known of a token without
    /// an account is not known of its organisation's successor either.
    #[must_use]
    pub fn may_be_proposer(&self, by: Person, on: NaiveDate) -> bool {
        let heir = self.heirs.stands_for(self.proposer.organisation, on);
        by.may_be(self.proposer)
            || heir.is_some_and(|heir| by.may_be(Person { organisation: heir, ..self.proposer }))
    }

    /// True when the account declared an interest in it.
    #[must_use]
    pub fn has_interest(&self, account: Option<Uuid>) -> bool {
        account.is_some_and(|account| self.interested.contains(&account))
    }

    /// Nothing is decided about what has ended.
    ///
    /// # Errors
    /// How it ended.
    pub fn is_open(&self, today: NaiveDate) -> Result<(), Denied> {
        match self.state(today) {
            State::Open => Ok(()),
            State::Applied => Err(Denied::ProposalApplied),
            State::Refused => Err(Denied::ProposalRefused),
            State::Withdrawn => Err(Denied::ProposalWithdrawn),
            State::Expired => Err(Denied::ProposalExpired),
        }
    }
}

#[cfg(test)]
mod tests;
