//! A world in which every kind of relation is held by an organisation that stands in no other, and
//! by some that stand in one other besides, which shows what the first would open.

use chrono::NaiveDate;
use entities::{
    access_grant as grant, forecast, forecast_submission as submission,
    partnership_agreement::PostingVisibility,
    relation::{self, RelationKind},
    scheme, team,
    value::FinancialYear,
};
use uuid::Uuid;

use super::{Generated, Maker};
use crate::{
    oracle::{Holder, masks::KINDS},
    raw::day,
};

/// The relations that somebody stands in besides. A co-ordinating commissioner sees agreements,
/// funds and schemes and little of each; a funded provider sees one scheme; a party reads the terms
/// and no money.
pub const BESIDES: [RelationKind; 3] =
    [RelationKind::CoordinatingCommissioner, RelationKind::FundedProvider, RelationKind::Party];

/// Somebody who stands in one relation, or in one and another.
#[derive(Clone, Copy, Debug)]
pub struct Exhibited {
    /// The relation.
    pub kind: RelationKind,
    /// What it stands in besides.
    pub besides: Option<RelationKind>,
    /// Who it is.
    pub holder: Holder,
}

impl Generated {
    /// One agreement whose postings wait for their release, something of everything in its funds,
    /// and everybody who stands to it.
    ///
    /// # Panics
    /// When the seed has no agreement, which none lacks.
    #[must_use]
    pub fn exhibit(seed: u64) -> (Self, Vec<Exhibited>) {
        let mut maker = Maker::new(seed);
        let most = KINDS.len() * (BESIDES.len() + 1);
        while maker.it.organisations.len() <= most {
            maker.organisations();
        }
        maker.agreement(0);
        maker.it.agreements[0].postings = PostingVisibility::Released;
        maker.it.agreements[0].starts_on = day(2020, 4, 1);
        // One fund shows as much as several, and takes less asking.
        let fund = maker.it.funds[0].id;
        maker.it.funds.truncate(1);
        maker.it.schemes.retain(|row| row.fund_id == fund);
        let outsider = maker.it.organisations[maker.it.organisations.len() - 1].id;
        maker.it.funds.iter_mut().for_each(|row| row.starts_on = day(2020, 4, 1));
        maker.it.schemes.iter_mut().for_each(|row| {
            row.starts_on = day(2020, 4, 1);
            row.provider_id = Some(outsider);
        });
        maker.exhibits_contracts();
        let mut exhibited = Vec::new();
        for besides in [None].into_iter().chain(BESIDES.map(Some)) {
            for kind in KINDS.into_iter().filter(|kind| Some(*kind) != besides) {
                if kind == RelationKind::TeamMember && besides.is_some() {
                    continue;
                }
                let organisation = maker.it.organisations[exhibited.len()].id;
                // Whoever stands alone came first: of several hosts it keeps the books.
                let first = day(2020, 4, if besides.is_none() { 1 } else { 2 });
                let team = maker.exhibits((kind, organisation), first);
                if let Some(besides) = besides {
                    maker.exhibits((besides, organisation), first);
                }
                let holder = Holder { organisation, team, account: None };
                exhibited.push(Exhibited { kind, besides, holder });
            }
        }
        maker.books();
        maker.submitted(fund);
        let fund = maker.it.funds[0].clone();
        while maker.it.movements.is_empty() {
            maker.movements(&fund);
        }
        maker.payment_runs();
        maker.withholdings(1);
        maker.outcomes();
        maker.circle(true);
        maker.statements();
        maker.chain_payments();
        maker.exhibits_interests();
        maker.value_decisions();
        maker.consortium_shares();
        maker.measure_feeds();
        (maker.it, exhibited)
    }
}

impl Maker {
    /// A forecast that was submitted, and one that was not.
    fn submitted(&mut self, fund: Uuid) {
        for version in [98, 99] {
            let (id, known_at) = (self.id(), self.known_at());
            self.it.forecasts.push(forecast::Model {
                id,
                fund_id: fund,
                financial_year: FinancialYear::starting(2025).expect("a year"),
                version,
                commentary: "As planned".to_owned(),
                recorded_at: known_at,
                recorded_on: day(2025, 6, 1),
            });
            if version == 98 {
                let submitted_on = day(2025, 6, 1);
                let submitted = submission::Model { forecast_id: id, known_at, submitted_on };
                self.it.submissions.push(submitted);
            }
        }
    }

    /// Lets somebody stand in a relation; a team stands for itself.
    fn exhibits(&mut self, (kind, holder): (RelationKind, Uuid), first: NaiveDate) -> Option<Uuid> {
        let (agreement, id) = (self.it.agreements[0].id, self.id());
        match kind {
            RelationKind::TeamMember => {
                self.it.teams.push(team::Model {
                    id,
                    agreement_id: agreement,
                    name: "Team".to_owned(),
                    service_area: "Adults".to_owned(),
                    starts_on: first,
                    ends_on: None,
                    version: 1,
                });
                return Some(id);
            }
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
                self.exhibits_party((kind, holder));
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
        None
    }
}
