//! Who may do something to a contract: whoever leads its commissioners, and those who follow it.

use chrono::NaiveDate;
use entities::contract_commissioner::CommissionerRole::CoOrdinating;
use uuid::Uuid;

use super::View;

/// What nobody does who provides under the contract.
const BY_NO_PROVIDER: [&str; 4] = ["changeStatus", "withholdPay", "publish", "preview"];

impl View<'_> {
    /// Who follows an organisation on the day, by rule G5; none while nobody of several is named.
    pub(super) fn follows(&self, contract: Uuid, of: Uuid) -> Option<Uuid> {
        let agreement = self.world.contracting.contract(contract).agreement_id;
        let (mut now, mut before) = (of, vec![of]);
        loop {
            let successions = self.world.successions.iter();
            let next: Vec<_> = successions
                .filter(|it| it.predecessor_id == now && !before.contains(&it.successor_id))
                .collect();
            if next.iter().all(|it| self.today < it.effective_on) {
                return Some(now);
            }
            let taking = match self.world.named((agreement, Some(contract)), now) {
                Some(named) => next.iter().find(|it| it.successor_id == named)?,
                None if next.len() == 1 => &next[0],
                None => return None,
            };
            if self.today < taking.effective_on {
                return None;
            }
            now = taking.successor_id;
            before.push(now);
        }
    }

    /// True when somebody in every role may do something to a contract: the commissioner that leads
    /// does, itself and not as a team, but for where it stands, withholding of its pay, publishing it
    /// and previews, when it provides there or has declared an interest.
    #[must_use]
    pub(super) fn may_to_contract(&self, action: &str, of: Uuid) -> bool {
        let (rows, today) = (&self.world.contracting, self.today);
        let own = Some(self.holder.organisation);
        let is_now = |from: NaiveDate, to: Option<NaiveDate>| {
            from <= today && to.is_none_or(|last| today <= last)
        };
        let mut leading = rows.commissioners.iter().filter(|row| {
            row.contract_id == of && row.role == CoOrdinating && is_now(row.starts_on, row.ends_on)
        });
        let leads = leading.find_map(|row| self.follows(of, row.organisation_id)) == own;
        let mut providing = rows.providers.iter().filter(|row| row.contract_id == of);
        let provides = providing.any(|row| {
            let is_now = is_now(row.starts_on, row.ends_on);
            is_now && self.follows(of, row.organisation_id) == own
        });
        self.holder.team.is_none()
            && leads
            && (!BY_NO_PROVIDER.contains(&action) || !(provides || self.is_shut_out(of)))
    }
}
