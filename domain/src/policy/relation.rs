use uuid::Uuid;

/// How an organisation stands to an agreement, its funds and their schemes: the matrix's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// It keeps the fund's books.
    Host,
    /// It is a party of the agreement.
    Partner,
    /// It is named as the provider of a scheme.
    FundedProvider,
    /// It is signed in, and nothing of these.
    Unrelated,
    /// Nobody is signed in.
    Public,
}

impl Relation {
    /// Every relation, in the order of the matrix's columns.
    pub const ALL: [Self; 5] =
        [Self::Host, Self::Partner, Self::FundedProvider, Self::Unrelated, Self::Public];
}

/// The organisations around an agreement or fund.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parties {
    /// The partner that keeps the books; unknown of some historical agreements.
    pub host: Option<Uuid>,
    /// The partners, the host among them.
    pub partners: Vec<Uuid>,
    /// The providers of its schemes.
    pub funded_providers: Vec<Uuid>,
}

impl Parties {
    /// Every relation of an organisation to these; of nobody when it is not signed in.
    ///
    /// Relations add up, and whoever stands closer also sees what those further out see: a host is
    /// also somebody who is signed in, and one of the public.
    #[must_use]
    pub fn relations_of(&self, organisation: Option<Uuid>) -> Vec<Relation> {
        let Some(organisation) = organisation else {
            return vec![Relation::Public];
        };
        let holds = |relation: &Relation| match relation {
            Relation::Host => self.host == Some(organisation),
            Relation::Partner => self.partners.contains(&organisation),
            Relation::FundedProvider => self.funded_providers.contains(&organisation),
            Relation::Unrelated | Relation::Public => true,
        };
        Relation::ALL.into_iter().filter(holds).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations_add_up() {
        let [host, partner, provider, outsider] = [1, 2, 3, 4].map(Uuid::from_u128);
        let parties = Parties {
            host: Some(host),
            partners: vec![host, partner],
            funded_providers: vec![provider, partner],
        };
        let of = |organisation| parties.relations_of(organisation);
        use Relation::{FundedProvider, Host, Partner, Public, Unrelated};
        assert_eq!(of(Some(host)), [Host, Partner, Unrelated, Public]);
        assert_eq!(of(Some(partner)), [Partner, FundedProvider, Unrelated, Public]);
        assert_eq!(of(Some(provider)), [FundedProvider, Unrelated, Public]);
        assert_eq!(of(Some(outsider)), [Unrelated, Public]);
        assert_eq!(of(None), [Public]);
    }
}
