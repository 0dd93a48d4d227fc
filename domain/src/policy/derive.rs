//! What each organisation and team may see of an agreement and its funds, or of a contract, derived
//! from the relations on record: one pure function, which is the only maker of access rows.

mod contract;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use entities::{access::Window, relation::RelationKind, value::FinancialYear};
use uuid::Uuid;

pub use contract::{ContractBranch, ContractParty, of_contract};

/// The day after which nothing is kept: of a relation that has no end.
pub const FOREVER: NaiveDate = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => day,
    None => panic!("the day exists"),
};
/// The day before which nothing is kept: of a grant that opens everything.
pub const ALWAYS: NaiveDate = match NaiveDate::from_ymd_opt(1974, 4, 1) {
    Some(day) => day,
    None => panic!("the day exists"),
};

/// Everything on record from which the access to one agreement and its funds is derived, or to one
/// contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Branch {
    /// The agreement, or the contract.
    pub root: Uuid,
    /// True when partners see postings as they are made (rule V11).
    pub is_live: bool,
    /// Its funds.
    pub funds: Vec<Uuid>,
    /// Who stands in which relation.
    pub relations: Vec<Recorded>,
    /// Who took over from whom.
    pub successions: Vec<Succession>,
    /// Which of several successors takes over here, by predecessor.
    pub takeovers: BTreeMap<Uuid, Uuid>,
}

/// One relation on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Which.
    pub kind: RelationKind,
    /// The organisation or team.
    pub holder: Uuid,
    /// What it is a relation to.
    pub scope: Scope,
    /// A partner's place in the agreement's list.
    pub position: Option<i32>,
    /// The days whose facts it opens.
    pub covers: Days,
    /// The days on which it can be used.
    pub usable: Days,
}

/// What a relation is a relation to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The agreement, and with it every fund; or the contract.
    Agreement,
    /// One fund.
    Fund(Uuid),
    /// One scheme.
    Scheme {
        /// Its fund.
        fund: Uuid,
        /// The scheme.
        scheme: Uuid,
    },
}

/// A first and a last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
}

/// That an organisation took over from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Succession {
    /// The body that closed.
    pub predecessor: Uuid,
    /// A body that took over from it.
    pub successor: Uuid,
    /// The first day of the successor's responsibility.
    pub effective_on: NaiveDate,
}

/// The access of one holder to one root.
pub type Access = BTreeMap<(Uuid, Uuid), Vec<Window>>;

impl Recorded {
    /// A relation from `first` to `last`, which goes on to open its days after it has ended.
    #[must_use]
    pub fn lasting(
        (kind, holder): (RelationKind, Uuid),
        scope: Scope,
        first: NaiveDate,
        last: Option<NaiveDate>,
    ) -> Self {
        Self {
            kind,
            holder,
            scope,
            position: None,
            covers: Days { first, last: last.unwrap_or(FOREVER) },
            usable: Days { first, last: FOREVER },
        }
    }
}

/// A part of a relation, as one holder has it.
#[derive(Clone, Copy)]
struct Part {
    holder: Uuid,
    covers: Days,
    usable: Days,
    acts: bool,
}

/// The windows of every holder to the agreement or contract and to each fund, in a stable order.
#[must_use]
pub fn derive(branch: &Branch) -> Access {
    let mut access = Access::new();
    for recorded in &branch.relations {
        let mut parts = Vec::new();
        let own = Part {
            holder: recorded.holder,
            covers: recorded.covers,
            usable: recorded.usable,
            acts: true,
        };
        branch.pass_on(own, &mut Vec::new(), &mut parts);
        for part in parts {
            for root in branch.roots(recorded.scope) {
                let window = branch.window(recorded, &part);
                let windows = access.entry((part.holder, root)).or_default();
                if !windows.contains(&window) {
                    windows.push(window);
                }
            }
        }
    }
    access.values_mut().for_each(|windows| windows.sort());
    access
}

impl Branch {
    fn roots(&self, scope: Scope) -> Vec<Uuid> {
        match scope {
            Scope::Agreement => [self.root].into_iter().chain(self.funds.iter().copied()).collect(),
            Scope::Fund(fund) | Scope::Scheme { fund, .. } => vec![fund],
        }
    }

    fn window(&self, recorded: &Recorded, part: &Part) -> Window {
        let scheme = match recorded.scope {
            Scope::Scheme { scheme, .. } => Some(scheme),
            Scope::Agreement | Scope::Fund(_) => None,
        };
        let keeps_books = matches!(recorded.kind, RelationKind::Host | RelationKind::TeamMember);
        Window {
            relation: recorded.kind,
            scheme,
            position: recorded.position,
            acts: part.acts,
            is_live: self.is_live || keeps_books,
            covers_from: match recorded.kind {
                // A grant opens the days that it names, and none before them.
                RelationKind::Grantee => part.covers.first,
                // A year's figures are cumulative: whoever joins within a year reads it whole.
                _ => FinancialYear::of(part.covers.first).first_day(),
            },
            covers_to: part.covers.last,
            usable_from: part.usable.first,
            usable_to: part.usable.last,
        }
    }

    /// Divides a relation among its holder and the holder's successors (rule G5): the holder keeps
    /// the days before it closed; every successor reads those; and from the effective date the
    /// only successor takes over, or of several the one that is named for this agreement.
    fn pass_on(&self, part: Part, seen: &mut Vec<Uuid>, parts: &mut Vec<Part>) {
        seen.push(part.holder);
        let successions: Vec<&Succession> = self.successors(part.holder, seen).collect();
        let closing = successions.iter().map(|it| it.effective_on).min();
        let own_last = match closing.and_then(|day| day.pred_opt()) {
            Some(last) => last.min(part.covers.last),
            None => part.covers.last,
        };
        let own = Part { covers: Days { last: own_last, ..part.covers }, ..part };
        if !own.covers.is_empty() {
            parts.push(own);
        }
        for succession in &successions {
            if !own.covers.is_empty() {
                self.read_on(own, succession, seen, parts);
            }
            if self.takes_over(succession, successions.len()) {
                let taken = succession.since(part);
                if !taken.covers.is_empty() {
                    self.pass_on(taken, &mut seen.clone(), parts);
                }
            }
        }
    }

    /// Lets a successor, and its own successors in turn, read what `part` opens.
    fn read_on(&self, part: Part, by: &Succession, seen: &[Uuid], parts: &mut Vec<Part>) {
        let usable = Days { first: part.usable.first.max(by.effective_on), ..part.usable };
        let read = Part { holder: by.successor, usable, acts: false, ..part };
        parts.push(read);
        let mut seen = seen.to_vec();
        seen.push(by.successor);
        for next in self.successors(by.successor, &seen) {
            self.read_on(read, next, &seen, parts);
        }
    }

    /// Nobody succeeds itself, whatever is on record.
    fn successors<'a>(
        &'a self,
        of: Uuid,
        seen: &[Uuid],
    ) -> impl Iterator<Item = &'a Succession> + use<'a> {
        let seen = seen.to_vec();
        self.successions
            .iter()
            .filter(move |it| it.predecessor == of && !seen.contains(&it.successor))
    }

    fn takes_over(&self, succession: &Succession, successors: usize) -> bool {
        match self.takeovers.get(&succession.predecessor) {
            Some(named) => *named == succession.successor,
            None => successors == 1,
        }
    }
}

impl Succession {
    /// What the successor has of a part from its effective date on.
    fn since(&self, part: Part) -> Part {
        let first = part.covers.first.max(self.effective_on);
        let usable = Days { first: part.usable.first.max(self.effective_on), ..part.usable };
        Part { holder: self.successor, covers: Days { first, ..part.covers }, usable, ..part }
    }
}

impl Days {
    fn is_empty(self) -> bool {
        self.last < self.first
    }
}

#[cfg(test)]
mod tests;
