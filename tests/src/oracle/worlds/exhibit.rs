//! A world in which every kind of relation is held by an organisation that stands in no other.

use entities::{
    access_grant as grant,
    partnership_agreement::PostingVisibility,
    relation::{self, RelationKind},
    scheme,
};
use uuid::Uuid;

use super::{Generated, Maker};
use crate::{oracle::masks::KINDS, raw::day};

impl Generated {
    /// One agreement whose postings wait for their release, something of everything in its funds,
    /// and the organisations in the order of the matrix's columns.
    ///
    /// # Panics
    /// When the seed has no agreement, which none lacks.
    #[must_use]
    pub fn exhibit(seed: u64) -> Self {
        let mut maker = Maker::new(seed);
        maker.organisations();
        while maker.it.organisations.len() <= KINDS.len() {
            maker.organisations();
        }
        maker.agreement(0);
        maker.it.agreements[0].postings = PostingVisibility::Released;
        maker.it.agreements[0].starts_on = day(2020, 4, 1);
        let outsider = maker.it.organisations[KINDS.len()].id;
        maker.it.funds.iter_mut().for_each(|row| row.starts_on = day(2020, 4, 1));
        maker.it.schemes.iter_mut().for_each(|row| {
            row.starts_on = day(2020, 4, 1);
            row.provider_id = Some(outsider);
        });
        for (place, kind) in KINDS.into_iter().enumerate() {
            let holder = maker.it.organisations[place].id;
            maker.exhibits(kind, holder);
        }
        maker.books();
        maker.it
    }
}

impl Maker {
    fn exhibits(&mut self, kind: RelationKind, holder: Uuid) {
        let agreement = self.it.agreements[0].id;
        let (id, first) = (self.id(), day(2020, 4, 1));
        match kind {
            // No token names a team, so that none asks.
            RelationKind::TeamMember => {}
            RelationKind::Grantee => self.it.grants.push(grant::Model {
                id,
                organisation_id: holder,
                agreement_id: agreement,
                fund_id: None,
                purpose: "Review".to_owned(),
                granted_by_id: holder,
                covers_from: None,
                covers_to: None,
                starts_on: first,
                ends_on: day(2030, 3, 31),
            }),
            _ => {
                let scheme: Option<&mut scheme::Model> =
                    self.it.schemes.first_mut().filter(|_| kind == RelationKind::FundedProvider);
                let of = scheme.map(|row| {
                    row.provider_id = Some(holder);
                    (row.fund_id, row.id)
                });
                self.it.relations.push(relation::Model {
                    id,
                    kind,
                    organisation_id: holder,
                    agreement_id: agreement,
                    fund_id: of.map(|it| it.0),
                    scheme_id: of.map(|it| it.1),
                    position: (kind == RelationKind::Partner).then_some(1),
                    starts_on: first,
                    ends_on: None,
                });
            }
        }
    }
}
