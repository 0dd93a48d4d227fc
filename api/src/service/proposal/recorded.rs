use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use domain::policy::{
    approval::{Decided, Need, Person, Proposal},
    heirs::Heirs,
};
use entities::{
    interest, proposal, proposal_application as application, proposal_decision as decision,
    proposal_need as need,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{
    access::facts::heirs,
    database::{HOLDING, Writing},
    service::Stopped,
};

/// A proposal and everything that is recorded about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The proposal.
    pub row: proposal::Model,
    /// Whose approvals it needs.
    pub needs: Vec<need::Model>,
    /// What was decided, the earliest first.
    pub decisions: Vec<decision::Model>,
    /// The interests that were declared, the earliest first.
    pub interests: Vec<interest::Model>,
    /// That it was applied.
    pub application: Option<application::Model>,
    /// Who stands in the place of those that have closed (rule G5).
    pub heirs: Heirs,
}

impl Recorded {
    /// The proposal as the policy knows it.
    #[must_use]
    pub fn facts(&self) -> Proposal {
        Proposal {
            kind: self.row.kind,
            proposer: Person {
                account: self.row.proposed_by_id,
                organisation: self.row.proposed_as_id,
            },
            needs: self.needs.iter().map(needed).collect(),
            decisions: self.decisions.iter().map(decided).collect(),
            interested: self.interests.iter().map(|interest| interest.account_id).collect(),
            is_applied: self.application.is_some(),
            expires_on: self.row.expires_on,
            heirs: self.heirs.clone(),
        }
    }

    /// The decision of an organisation whose approval is needed, or of the one that stood in its
    /// place.
    #[must_use]
    pub fn decision_on(&self, need: &need::Model) -> Option<&decision::Model> {
        use decision::Verdict::Withdrawn;
        let (facts, need) = (self.facts(), needed(need));
        let own =
            |it: &&decision::Model| it.verdict != Withdrawn && facts.is_for(&decided(it), need);
        self.decisions.iter().find(own)
    }

    /// The organisation that proposed it, or the one that stands in its place on a day.
    #[must_use]
    pub fn proposer_on(&self, day: NaiveDate) -> Uuid {
        let proposer = self.row.proposed_as_id;
        self.heirs.stands_for(proposer, day).unwrap_or(proposer)
    }

    /// The interests that stood when a decision was taken (rule G3).
    pub fn interests_at(
        &self,
        decision: &decision::Model,
    ) -> impl Iterator<Item = &interest::Model> {
        let taken = decision.known_at;
        self.interests.iter().filter(move |interest| interest.declared_at <= taken)
    }
}

fn needed(row: &need::Model) -> Need {
    Need { organisation: row.organisation_id, role: row.role }
}

fn decided(row: &decision::Model) -> Decided {
    let by = Person { account: row.account_id, organisation: row.organisation_id };
    Decided { by, verdict: row.verdict, on: row.known_at.to_utc().date_naive() }
}

/// What is recorded about proposals that the caller has found through its view.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "the caller found the proposals through its view")]
pub async fn recorded(
    connection: &impl ConnectionTrait,
    rows: Vec<proposal::Model>,
) -> Result<Vec<Recorded>, DbErr> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let needs = need::Entity::find()
        .filter(need::Column::ProposalId.is_in(ids.iter().copied()))
        .order_by_asc(need::Column::Place)
        .all(connection)
        .await?;
    let decisions = decision::Entity::find()
        .filter(decision::Column::ProposalId.is_in(ids.iter().copied()))
        .order_by_asc(decision::Column::KnownAt)
        .order_by_asc(decision::Column::Id)
        .all(connection)
        .await?;
    let interests = interest::Entity::find()
        .filter(interest::Column::ProposalId.is_in(ids.iter().copied()))
        .order_by_asc(interest::Column::DeclaredAt)
        .order_by_asc(interest::Column::Id)
        .all(connection)
        .await?;
    let applications = application::Entity::find()
        .filter(application::Column::ProposalId.is_in(ids.iter().copied()))
        .all(connection)
        .await?;
    let heirs = heirs_of(connection, &rows, &needs).await?;
    let mut needs = by_proposal(needs, |row| row.proposal_id);
    let mut decisions = by_proposal(decisions, |row| row.proposal_id);
    let mut interests = by_proposal(interests, |row| row.proposal_id);
    let mut applications = by_proposal(applications, |row| row.proposal_id);
    let recorded = |row: proposal::Model| Recorded {
        needs: needs.remove(&row.id).unwrap_or_default(),
        decisions: decisions.remove(&row.id).unwrap_or_default(),
        interests: interests.remove(&row.id).unwrap_or_default(),
        application: applications.remove(&row.id).and_then(|mut rows| rows.pop()),
        heirs: heirs.get(&row.agreement_id).cloned().unwrap_or_default(),
        row,
    };
    Ok(rows.into_iter().map(recorded).collect())
}

async fn heirs_of(
    connection: &impl ConnectionTrait,
    rows: &[proposal::Model],
    needs: &[need::Model],
) -> Result<HashMap<Uuid, Heirs>, DbErr> {
    let agreements: BTreeSet<Uuid> = rows.iter().map(|row| row.agreement_id).collect();
    let agreements: Vec<Uuid> = agreements.into_iter().collect();
    let proposers = rows.iter().map(|row| row.proposed_as_id);
    let concerned = needs.iter().map(|need| need.organisation_id).chain(proposers).collect();
    heirs::of_agreements(connection, &agreements, concerned).await
}

fn by_proposal<M>(rows: Vec<M>, of: impl Fn(&M) -> Uuid) -> HashMap<Uuid, Vec<M>> {
    let mut found: HashMap<Uuid, Vec<M>> = HashMap::new();
    for row in rows {
        found.entry(of(&row)).or_default().push(row);
    }
    found
}

/// Holds a proposal that the caller has found through its view until the transaction ends, and
/// reads what is recorded about it: of two who decide at once, the second sees what the first did.
#[expect(clippy::disallowed_methods, reason = "the caller found the proposal through its view")]
pub(super) async fn held(tx: &Writing, id: Uuid) -> Result<Recorded, Stopped> {
    let gone = || DbErr::RecordNotFound(format!("proposal {id}"));
    let row = proposal::Entity::find_by_id(id).lock(HOLDING).one(&**tx).await?;
    let found = recorded(&**tx, vec![row.ok_or_else(gone)?]).await?;
    Ok(found.into_iter().next().ok_or_else(gone)?)
}
