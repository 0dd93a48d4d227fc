//! What is followed, and which changes concern it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use domain::policy::matrix::FieldGroup;
use entities::{change, value::Instant};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use super::proposal;
use crate::{access, auth::Viewer};

/// The groups of fields in which a contract, as one reads it, may be another than it was.
const OF_CONTRACTS: [FieldGroup; 10] = [
    FieldGroup::ContractDraft,
    FieldGroup::ContractTerms,
    FieldGroup::ContractValue,
    FieldGroup::ContractStatus,
    FieldGroup::DelegatedBudgets,
    FieldGroup::OutcomeMeasures,
    FieldGroup::Measurements,
    FieldGroup::OutcomePay,
    FieldGroup::ContractInterests,
    FieldGroup::Relations,
];

/// What a subscription follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Followed {
    /// What is selected of one fund.
    Fund {
        /// The fund.
        fund: Uuid,
        /// Its agreement, by which it may leave the view.
        agreement: Uuid,
    },
    /// One contract.
    Contract(Uuid),
    /// All contracts that are seen.
    Contracts,
    /// What waits for a decision.
    Approvals,
}

/// Changes of one object, which are told together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The object: a fund, a contract or a proposal.
    pub object: Uuid,
    /// The changes.
    pub changes: Vec<Uuid>,
    /// The place of the first of them.
    pub first: i64,
    /// When the first of them was made.
    pub recorded_at: Instant,
}

/// One turn of a subscription: its beginning, or an event. What is followed is learnt at the beginning.
#[derive(Default)]
pub struct Turn {
    /// None at the beginning.
    pub event: Option<Event>,
    /// What is followed, once that is known.
    pub followed: OnceLock<Followed>,
    told: Mutex<Option<u64>>,
}

impl Followed {
    /// The object that a change concerns, if it concerns what is followed.
    #[must_use]
    pub fn concerned(&self, change: &change::Model) -> Option<Uuid> {
        let root = change.root_id;
        match self {
            Self::Fund { fund, agreement } => {
                [*fund, *agreement].into_iter().any(|it| root == Some(it)).then_some(*fund)
            }
            Self::Contract(contract) => (root == Some(*contract)).then_some(*contract),
            Self::Contracts => {
                let group = change.field_group.as_deref()?;
                root.filter(|_| OF_CONTRACTS.iter().any(|of| of.name() == group))
            }
            Self::Approvals => (change.object_kind == "Proposal").then_some(change.object_id),
        }
    }

    /// The field by which it is followed.
    #[must_use]
    pub fn field(&self) -> &'static str {
        match self {
            Self::Fund { .. } => "fundPositionChanged",
            Self::Contract(_) | Self::Contracts => "contractChanged",
            Self::Approvals => "approvalRequested",
        }
    }

    /// The changes as events, in the order of the last change of each object.
    #[must_use]
    pub fn events<'a>(&self, changes: impl Iterator<Item = &'a change::Model>) -> Vec<Event> {
        let mut events = BTreeMap::new();
        for change in changes {
            let Some(object) = self.concerned(change) else { continue };
            let &change::Model { sequence: first, recorded_at, .. } = change;
            let begun = || Event { object, changes: Vec::new(), first, recorded_at };
            let (last, event) = events.entry(object).or_insert_with(|| (first, begun()));
            *last = change.sequence;
            event.changes.push(change.id);
        }
        let mut events: Vec<(i64, Event)> = events.into_values().collect();
        events.sort_by_key(|(last, _)| *last);
        events.into_iter().map(|(_, event)| event).collect()
    }
}

impl Event {
    /// When the first of its changes was made, in microseconds.
    #[must_use]
    pub fn happened_at(&self) -> i64 {
        self.recorded_at.to_microseconds()
    }
}

impl Turn {
    /// The turn of an event, after this one.
    #[must_use]
    pub fn then(&self, event: Event) -> Self {
        let told = *self.told.lock().unwrap_or_else(PoisonError::into_inner);
        Self { event: Some(event), followed: self.followed.clone(), told: Mutex::new(told) }
    }

    /// True when an answer is to be told. Of a fund, it is the first, and each that is another than the one
    /// before: what changed of what the viewer does not see, changes no answer (rule V1). Of the rest
    /// the access decided already.
    pub fn is_news(&self, answer: u64) -> bool {
        let before = self.told.lock().unwrap_or_else(PoisonError::into_inner).replace(answer);
        match self.followed.get() {
            Some(Followed::Fund { .. }) => before != Some(answer),
            _ => true,
        }
    }
}

/// True when the viewer is told of one of the changes, as the feed of changes tells it (rule V1).
///
/// # Errors
/// A fault of the database.
pub async fn is_told(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    changes: &[Uuid],
) -> Result<bool, DbErr> {
    let told = access::change::sees_changes(viewer)
        .filter(change::Column::Id.is_in(changes.iter().copied()));
    Ok(told.count(connection).await? > 0)
}

/// True when a proposal of which nothing was told before the changes waits for a decision of the
/// viewer's.
///
/// # Errors
/// A fault of the database.
pub async fn is_requested(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    event: &Event,
) -> Result<bool, DbErr> {
    let earlier = access::change::sees_changes(viewer)
        .filter(change::Column::ObjectId.eq(event.object))
        .filter(change::Column::Sequence.lt(event.first));
    Ok(proposal::awaits(connection, viewer, event.object).await?
        && earlier.count(connection).await? == 0)
}

#[cfg(test)]
mod tests {
    use entities::change::ChangeKind;

    use super::*;

    fn change(sequence: i64, root: u128, group: FieldGroup) -> change::Model {
        change::Model {
            sequence,
            id: Uuid::from_u128(u128::from(sequence.unsigned_abs())),
            kind: ChangeKind::Changed,
            act_id: Some(Uuid::from_u128(u128::from(sequence.unsigned_abs()) + 100)),
            holder_id: None,
            object_kind: "Contract".to_owned(),
            object_id: Uuid::from_u128(root),
            root_id: Some(Uuid::from_u128(root)),
            field_group: Some(group.name().to_owned()),
            effective_on: None,
            recorded_at: Instant(sequence),
        }
    }

    #[test]
    fn several_changes_of_one_object_are_one_event() {
        let changes = [
            change(1, 7, FieldGroup::ContractTerms),
            change(2, 8, FieldGroup::ContractValue),
            change(3, 7, FieldGroup::ContractStatus),
            change(4, 9, FieldGroup::Ledger),
        ];
        let events = Followed::Contracts.events(changes.iter());
        let objects: Vec<u128> = events.iter().map(|event| event.object.as_u128()).collect();
        assert_eq!(objects, [8, 7], "what concerns no contract is no event");
        assert_eq!(events[1].changes.len(), 2);
        let one = Followed::Contract(Uuid::from_u128(8)).events(changes.iter());
        assert_eq!(one.len(), 1);
    }

    #[test]
    fn of_a_fund_only_another_answer_is_news() {
        let (fund, agreement) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let turn = Turn::default();
        turn.followed.set(Followed::Fund { fund, agreement }).unwrap();
        assert!(turn.is_news(5), "the first");
        assert!(!turn.is_news(5));
        assert!(turn.is_news(6));
        assert!(turn.is_news(5));
        assert!(Turn::default().is_news(5));
    }
}
