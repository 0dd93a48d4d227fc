use chrono::NaiveDate;
use domain::{
    policy::heirs::Heirs,
    rules::contract::shares::{Commissioner, part},
};
use entities::value::Pence;

use crate::{access::facts::contracts::ContractFacts, auth::Viewer};

/// What the viewer bears of amounts, each of a day, as the commissioners shared on it: of days on which
/// they shared alike, together (rule C1). None where it bears nothing of any.
pub(in crate::service) fn share_of(
    viewer: &Viewer,
    (facts, heirs): (&ContractFacts, &Heirs),
    amounts: impl Iterator<Item = (NaiveDate, Pence)>,
) -> Option<Pence> {
    let mut alike: Vec<(Vec<Commissioner>, Pence)> = Vec::new();
    for (day, amount) in amounts {
        let sharing = facts.sharing_on(day);
        match alike.iter_mut().find(|(known, _)| *known == sharing) {
            Some((_, sum)) => *sum += amount,
            None => alike.push((sharing, amount)),
        }
    }
    let is_own = |it: &Commissioner| {
        heirs.stands_for(it.organisation, viewer.today) == Some(viewer.holder())
    };
    let parts = alike.iter().filter_map(|(sharing, amount)| part(*amount, sharing, is_own));
    parts.reduce(|sum, part| sum + part)
}
