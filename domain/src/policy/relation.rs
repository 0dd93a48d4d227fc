use entities::relation::RelationKind;
use uuid::Uuid;

/// How somebody stands to a resource: the matrix's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// In a relation that is on record, or under a grant.
    Stands(RelationKind),
    /// It is signed in, and nothing of these.
    Unrelated,
    /// Nobody is signed in.
    Public,
}

impl Relation {
    /// Every relation, in the order of the matrix's columns.
    pub const ALL: [Self; 18] = [
        Self::Stands(RelationKind::Host),
        Self::Stands(RelationKind::Partner),
        Self::Stands(RelationKind::Party),
        Self::Stands(RelationKind::TeamMember),
        Self::Stands(RelationKind::BoardMember),
        Self::Stands(RelationKind::Observer),
        Self::Stands(RelationKind::FundedProvider),
        Self::Stands(RelationKind::CoordinatingCommissioner),
        Self::Stands(RelationKind::AssociateCommissioner),
        Self::Stands(RelationKind::LeadProvider),
        Self::Stands(RelationKind::ConsortiumMember),
        Self::Stands(RelationKind::Buyer),
        Self::Stands(RelationKind::Seller),
        Self::Stands(RelationKind::Regulator),
        Self::Stands(RelationKind::Auditor),
        Self::Stands(RelationKind::Grantee),
        Self::Unrelated,
        Self::Public,
    ];

    /// Its place among the matrix's columns.
    #[must_use]
    pub const fn column(self) -> usize {
        match self {
            Self::Stands(kind) => kind as usize,
            Self::Unrelated => RelationKind::Grantee as usize + 1,
            Self::Public => RelationKind::Grantee as usize + 2,
        }
    }
}

/// The organisations around an agreement or fund, as they stand on the day of a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// The partner that keeps the books; unknown of some historical agreements.
    pub host: Option<Uuid>,
    /// The partners, the host among them, in the order that decides odd pennies.
    pub partners: Vec<Uuid>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_has_a_column_of_its_own_in_the_order_of_the_matrix() {
        for (place, relation) in Relation::ALL.into_iter().enumerate() {
            assert_eq!(relation.column(), place, "{relation:?}");
        }
    }
}
