//! What each organisation and team may see of a contract: by being a party to it, or by how it stands
//! to the agreement under which the contract is.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::relation::RelationKind;
use uuid::Uuid;

use super::{Access, Branch, Days, FOREVER, Recorded, Scope, Succession, derive};

/// The relations to an agreement that are relations to the contracts under it too.
const OF_AGREEMENT: [RelationKind; 9] = [
    RelationKind::Host,
    RelationKind::Partner,
    RelationKind::Party,
    RelationKind::TeamMember,
    RelationKind::BoardMember,
    RelationKind::Observer,
    RelationKind::Regulator,
    RelationKind::Auditor,
    RelationKind::Grantee,
];

/// Everything on record from which the access to one contract is derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractBranch {
    /// The contract.
    pub contract: Uuid,
    /// The first day about which anything is on record.
    pub opened_on: NaiveDate,
    /// Its commissioners and providers.
    pub parties: Vec<ContractParty>,
    /// Who stands in which relation to the agreement under which it is, if there is one.
    pub under: Vec<Recorded>,
    /// Who took over from whom.
    pub successions: Vec<Succession>,
    /// Which of several successors takes over here, by predecessor.
    pub takeovers: BTreeMap<Uuid, Uuid>,
}

/// A commissioner or a provider of a contract, for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContractParty {
    /// How it stands to the contract.
    pub kind: RelationKind,
    /// The organisation.
    pub holder: Uuid,
    /// Its place in the list.
    pub position: i32,
    /// The first day as a party.
    pub starts_on: NaiveDate,
    /// The last, if it has one; before the first of one that was taken back.
    pub ends_on: Option<NaiveDate>,
    /// The day on which it was recorded: from then on it reads its days.
    pub recorded_on: NaiveDate,
}

/// The windows of every holder to the contract, in a stable order. What ended before there was a
/// contract opens nothing of it.
#[must_use]
pub fn of_contract(contract: &ContractBranch) -> Access {
    let of_agreement =
        |it: &&Recorded| it.scope == Scope::Agreement && OF_AGREEMENT.contains(&it.kind);
    // A place in the agreement's list is none in the contract's.
    let under = contract.under.iter().filter(of_agreement);
    let under = under.map(|it| Recorded { position: None, ..*it });
    let mut access = derive(&Branch {
        root: contract.contract,
        is_live: true,
        funds: Vec::new(),
        relations: contract.parties.iter().map(ContractParty::recorded).chain(under).collect(),
        successions: contract.successions.clone(),
        takeovers: contract.takeovers.clone(),
    });
    for windows in access.values_mut() {
        windows.retain(|it| contract.opened_on <= it.covers_to);
    }
    access.retain(|_, windows| !windows.is_empty());
    access
}

impl ContractParty {
    /// The relation, which goes on to open its days after it has ended.
    fn recorded(&self) -> Recorded {
        Recorded {
            kind: self.kind,
            holder: self.holder,
            scope: Scope::Agreement,
            position: Some(self.position),
            covers: Days { first: self.starts_on, last: self.ends_on.unwrap_or(FOREVER) },
            usable: Days { first: self.starts_on.min(self.recorded_on), last: FOREVER },
        }
    }
}

#[cfg(test)]
mod tests {
    use entities::access::Window;

    use super::*;

    const CONTRACT: Uuid = Uuid::from_u128(100);
    const COUNCIL: Uuid = Uuid::from_u128(1);
    const TRUST: Uuid = Uuid::from_u128(2);
    const HEIR: Uuid = Uuid::from_u128(3);

    fn day(year: i32, month: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, 1).expect("a day")
    }

    fn party(kind: RelationKind, holder: Uuid, from: NaiveDate) -> ContractParty {
        ContractParty {
            kind,
            holder,
            position: 1,
            starts_on: from,
            ends_on: None,
            recorded_on: day(2025, 6),
        }
    }

    fn branch(parties: Vec<ContractParty>, under: Vec<Recorded>) -> ContractBranch {
        ContractBranch {
            contract: CONTRACT,
            opened_on: day(2025, 6),
            parties,
            under,
            successions: Vec::new(),
            takeovers: BTreeMap::new(),
        }
    }

    fn windows(branch: &ContractBranch, holder: Uuid) -> Vec<Window> {
        of_contract(branch).get(&(holder, CONTRACT)).cloned().unwrap_or_default()
    }

    fn kinds(branch: &ContractBranch, holder: Uuid) -> Vec<RelationKind> {
        windows(branch, holder).iter().map(|it| it.relation).collect()
    }

    #[test]
    fn a_party_reads_from_the_day_on_which_it_is_recorded_and_of_its_own_days() {
        let later = party(RelationKind::LeadProvider, TRUST, day(2027, 5));
        let window = windows(&branch(vec![later], Vec::new()), TRUST)[0];
        assert_eq!(window.usable_from, day(2025, 6));
        assert_eq!((window.covers_from, window.covers_to), (day(2027, 4), FOREVER));
        assert!(window.acts);
    }

    #[test]
    fn c8_a_party_that_left_keeps_its_days_and_one_that_was_taken_back_never_was() {
        let left = ContractParty {
            ends_on: Some(day(2026, 2)),
            ..party(RelationKind::AssociateCommissioner, COUNCIL, day(2025, 6))
        };
        let taken_back = ContractParty { ends_on: Some(day(2025, 5)), ..left };
        assert_eq!(windows(&branch(vec![left], Vec::new()), COUNCIL)[0].covers_to, day(2026, 2));
        assert!(windows(&branch(vec![taken_back], Vec::new()), COUNCIL).is_empty());
    }

    #[test]
    fn whoever_stands_to_the_agreement_stands_to_its_contracts_and_a_provider_of_a_scheme_does_not()
    {
        let lasting = |kind, scope| Recorded::lasting((kind, COUNCIL), scope, day(2020, 4), None);
        let fund = Uuid::from_u128(200);
        let kept = branch(Vec::new(), OF_AGREEMENT.map(|it| lasting(it, Scope::Agreement)).into());
        assert_eq!(kinds(&kept, COUNCIL), OF_AGREEMENT);
        let partner = lasting(RelationKind::Partner, Scope::Agreement);
        let placed = branch(Vec::new(), vec![Recorded { position: Some(3), ..partner }]);
        assert_eq!(windows(&placed, COUNCIL)[0].position, None, "a place in another list");
        let others = vec![
            lasting(RelationKind::Regulator, Scope::Fund(fund)),
            lasting(RelationKind::FundedProvider, Scope::Scheme { fund, scheme: fund }),
            lasting(RelationKind::LeadProvider, Scope::Agreement),
        ];
        assert!(kinds(&branch(Vec::new(), others), COUNCIL).is_empty());
    }

    #[test]
    fn what_ended_before_there_was_a_contract_opens_nothing_of_it() {
        let ended = |last| {
            let holder = (RelationKind::Partner, COUNCIL);
            Recorded::lasting(holder, Scope::Agreement, day(2020, 4), Some(last))
        };
        assert!(kinds(&branch(Vec::new(), vec![ended(day(2025, 5))]), COUNCIL).is_empty());
        let until_then = branch(Vec::new(), vec![ended(day(2025, 6))]);
        assert_eq!(kinds(&until_then, COUNCIL), [RelationKind::Partner]);
    }

    #[test]
    fn g5_a_successor_takes_a_partys_place_and_reads_its_days() {
        let own = party(RelationKind::LeadProvider, TRUST, day(2025, 6));
        let succeeded = ContractBranch {
            successions: vec![Succession {
                predecessor: TRUST,
                successor: HEIR,
                effective_on: day(2026, 4),
            }],
            ..branch(vec![own], Vec::new())
        };
        let acts: Vec<_> =
            windows(&succeeded, HEIR).iter().map(|it| (it.acts, it.covers_to)).collect();
        assert_eq!(acts, [(false, day(2026, 4).pred_opt().expect("a day")), (true, FOREVER)]);
    }
}
