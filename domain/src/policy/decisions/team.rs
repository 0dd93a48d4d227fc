//! Joint commissioning teams: who manages them, and what they decide alone.

use chrono::NaiveDate;
use entities::{
    membership::Role,
    team_limit::LimitKind,
    value::{Instant, Pence},
};
use uuid::Uuid;

use super::{Actor, TERMS};
use crate::policy::{Denied, Parties, Rights, matrix::FieldGroup};

/// Who adds an organisation's own staff to a team: its administrators too.
const STAFF: &[Role] = &[Role::Admin, Role::Commissioner];
/// What a team consists of.
const POSTS: &[FieldGroup] = &[FieldGroup::TeamPosts];

/// A joint commissioning team that somebody acts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActingTeam {
    /// The team.
    pub id: Uuid,
    /// Up to how much it decides alone today.
    pub limits: Limits,
}

/// Up to how much a team decides alone; none of what was not delegated to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// One posting of money spent.
    pub posting: Option<Pence>,
    /// One commitment.
    pub commitment: Option<Pence>,
    /// One movement of budget between schemes.
    pub virement: Option<Pence>,
    /// What one measurement decides.
    pub outcome_pay: Option<Pence>,
}

/// A limit as it was delegated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedLimit {
    /// Of what.
    pub kind: LimitKind,
    /// Up to how much; nothing takes the limit away.
    pub amount: Pence,
    /// First day.
    pub starts_on: NaiveDate,
    /// Last day, if it has one.
    pub ends_on: Option<NaiveDate>,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl Limits {
    /// Those in force on a day: of each kind the last to begin, and of two that begin on one day the
    /// later recorded.
    #[must_use]
    pub fn on(day: NaiveDate, delegated: &[DatedLimit]) -> Self {
        let of = |kind| {
            let in_force = delegated.iter().filter(|it| it.kind == kind && it.holds_on(day));
            let latest = in_force.max_by_key(|it| (it.starts_on, it.recorded_at));
            latest.and_then(|it| it.amount.positive())
        };
        Self {
            posting: of(LimitKind::Posting),
            commitment: of(LimitKind::Commitment),
            virement: of(LimitKind::Virement),
            outcome_pay: of(LimitKind::OutcomePay),
        }
    }

    /// The limit of a kind.
    #[must_use]
    pub fn of(&self, kind: LimitKind) -> Option<Pence> {
        match kind {
            LimitKind::Posting => self.posting,
            LimitKind::Commitment => self.commitment,
            LimitKind::Virement => self.virement,
            LimitKind::OutcomePay => self.outcome_pay,
        }
    }
}

impl DatedLimit {
    fn holds_on(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|last| day <= last)
    }
}

impl Actor {
    /// The commissioner of the host or of a partner sets a team up, changes it, and delegates to
    /// it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_manage_team(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.is_partner(parties)?;
        self.within(parties, Rights::WRITE, POSTS)
    }

    /// Who manages the team records its posts and functions, and so does a commissioner who acts as
    /// the team itself.
    ///
    /// # Errors
    /// Why not.
    pub fn may_write_team_posts(&self, parties: &Parties, team: Uuid) -> Result<(), Denied> {
        self.needs(TERMS)?;
        if self.team.is_none_or(|own| own.id != team) {
            self.is_partner(parties)?;
        }
        self.within(parties, Rights::WRITE, POSTS)
    }

    /// The host or a partner lets its own staff sit on a team, by its commissioner or its
    /// administrator. Nobody disposes of another's staff.
    ///
    /// # Errors
    /// Why not.
    pub fn may_seat_on_team(&self, parties: &Parties, employer: Uuid) -> Result<(), Denied> {
        self.needs(STAFF)?;
        self.is_partner(parties)?;
        if self.organisation != employer {
            return Err(Denied::NotYourStaff);
        }
        self.within(parties, Rights::WRITE, POSTS)
    }

    /// A team does one thing of a kind for at most this amount (rule M13). An organisation that acts
    /// for itself has no such limit.
    ///
    /// # Errors
    /// Why not: the limit, and who decides above it.
    pub fn within_limit(&self, kind: LimitKind, amount: Pence) -> Result<(), Denied> {
        let Some(team) = self.team else { return Ok(()) };
        let limit = team.limits.of(kind).ok_or(Denied::NotDelegated { kind })?;
        // Compared without a sign, so that no amount is too small to be large.
        if amount.0.unsigned_abs() <= limit.0.unsigned_abs() {
            return Ok(());
        }
        Err(Denied::AboveLimit { kind, limit })
    }

    /// A commissioner or finance role that acts as a team, of something that was delegated to it.
    pub(super) fn is_delegated(&self, kind: LimitKind) -> Option<Result<(), Denied>> {
        let team = self.team?;
        Some(team.limits.of(kind).map(drop).ok_or(Denied::NotDelegated { kind }))
    }

    /// Only an organisation does this, for itself.
    pub(super) fn acts_itself(&self) -> Result<(), Denied> {
        if self.team.is_none() { Ok(()) } else { Err(Denied::NotAsTeam) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::decisions::{Decision, Posting};

    const TEAM: Uuid = Uuid::from_u128(9);
    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);
    const MINUTED: Decision<'_> = Decision { deciding_body: "Board", minute_reference: "4" };

    fn parties() -> Parties {
        Parties { host: Some(HOST), partners: vec![HOST, PARTNER] }
    }

    fn somebody(organisation: Uuid, roles: &[Role]) -> Actor {
        Actor { organisation, roles: roles.to_vec(), scopes: None, team: None }
    }

    fn in_team(roles: &[Role], limits: Limits) -> Actor {
        let team = Some(ActingTeam { id: TEAM, limits });
        Actor { team, ..somebody(HOST, roles) }
    }

    fn up_to(pounds: i64) -> Limits {
        let limit = Some(Pence(pounds * 100));
        Limits { posting: limit, commitment: limit, virement: limit, outcome_pay: limit }
    }

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 6, day).expect("a day")
    }

    #[test]
    fn a_team_does_what_was_delegated_to_it_and_nothing_else_of_its_employer() {
        let all = [Role::Admin, Role::Finance, Role::Commissioner];
        let team = in_team(&all, up_to(100));
        let parties = &parties();
        assert_eq!(team.may_post(parties, Posting::HostsSpending), Ok(()));
        assert_eq!(team.may_commit(parties), Ok(()));
        assert_eq!(team.may_move_budget(parties, MINUTED), Ok(()));
        assert_eq!(team.may_create_scheme(parties), Ok(()));
        assert_eq!(team.may_save_forecast(parties), Ok(()));
        assert_eq!(team.may_write_team_posts(parties, TEAM), Ok(()));
        let own = Posting::SpentBy { partner: HOST };
        for refused in [
            team.may_post(parties, Posting::HostsBooks),
            team.may_post(parties, own),
            team.may_reverse(parties, HOST),
            team.may_close_period(parties),
            team.may_submit_forecast(parties),
            team.may_create_agreement(parties),
            team.may_edit_agreement(parties),
            team.may_create_fund(parties),
            team.may_plan_contribution(parties, HOST),
            team.may_import(parties),
            team.may_manage_team(parties),
            team.may_write_team_posts(parties, Uuid::from_u128(8)),
            team.may_seat_on_team(parties, HOST),
        ] {
            assert_eq!(refused, Err(Denied::NotAsTeam));
        }
    }

    #[test]
    fn a_team_without_a_limit_moves_no_money() {
        let team = in_team(&[Role::Finance], Limits::default());
        let parties = &parties();
        let kind = LimitKind::Posting;
        let posting = team.may_post(parties, Posting::HostsSpending);
        assert_eq!(posting, Err(Denied::NotDelegated { kind }));
        let kind = LimitKind::Commitment;
        assert_eq!(team.may_commit(parties), Err(Denied::NotDelegated { kind }));
        let kind = LimitKind::Virement;
        assert_eq!(team.may_move_budget(parties, MINUTED), Err(Denied::NotDelegated { kind }));
        assert_eq!(team.may_create_scheme(parties), Ok(()));
    }

    #[test]
    fn the_role_is_asked_before_the_limit_and_a_host_has_to_be_known() {
        let viewer = in_team(&[Role::Viewer], Limits::default());
        let denied = viewer.may_post(&parties(), Posting::HostsSpending);
        assert!(matches!(denied, Err(Denied::RoleMayNotWrite { .. })));
        let team = in_team(&[Role::Finance], up_to(1));
        let unknown = Parties { host: None, ..parties() };
        let denied = team.may_post(&unknown, Posting::HostsSpending);
        assert_eq!(denied, Err(Denied::HostUnknown));
    }

    #[test]
    fn m13_above_its_limit_a_team_is_told_the_limit_and_who_decides() {
        let team = in_team(&[Role::Finance], up_to(100));
        let kind = LimitKind::Posting;
        assert_eq!(team.within_limit(kind, Pence(10_000)), Ok(()));
        assert_eq!(team.within_limit(kind, Pence(-10_000)), Ok(()));
        for amount in [Pence(10_001), Pence(-10_001), Pence(i64::MIN)] {
            let denied = team.within_limit(kind, amount).unwrap_err();
            assert_eq!(denied, Denied::AboveLimit { kind, limit: Pence(10_000) });
            assert_eq!(
                denied.to_string(),
                "the team posts at most 100.00 at once: above it the host decides"
            );
        }
        let host = somebody(HOST, &[Role::Finance]);
        assert_eq!(host.within_limit(kind, Pence(i64::MAX)), Ok(()));
    }

    #[test]
    fn partners_manage_a_team_and_each_seats_its_own_staff() {
        let parties = &parties();
        let commissioner = somebody(PARTNER, &[Role::Commissioner]);
        assert_eq!(commissioner.may_manage_team(parties), Ok(()));
        assert_eq!(commissioner.may_seat_on_team(parties, PARTNER), Ok(()));
        let others = commissioner.may_seat_on_team(parties, HOST);
        assert_eq!(others, Err(Denied::NotYourStaff));
        let admin = somebody(PARTNER, &[Role::Admin]);
        assert_eq!(admin.may_seat_on_team(parties, PARTNER), Ok(()));
        assert!(admin.may_manage_team(parties).is_err());
        let outsider = somebody(Uuid::from_u128(3), &[Role::Commissioner, Role::Admin]);
        assert_eq!(outsider.may_manage_team(parties), Err(Denied::NotPartner));
        let own = outsider.may_seat_on_team(parties, outsider.organisation);
        assert_eq!(own, Err(Denied::NotPartner));
    }

    #[test]
    fn the_limit_in_force_is_the_last_to_begin_and_nothing_takes_it_away() {
        let limit = |pence, from, to: Option<u32>, at| DatedLimit {
            kind: LimitKind::Posting,
            amount: Pence(pence),
            starts_on: day(from),
            ends_on: to.map(day),
            recorded_at: Instant(at),
        };
        let delegated = [
            limit(100, 1, None, 1),
            limit(200, 10, Some(20), 2),
            limit(300, 10, Some(20), 3),
            limit(0, 25, None, 4),
        ];
        let on = |it| Limits::on(day(it), &delegated).posting;
        assert_eq!(on(9), Some(Pence(100)));
        assert_eq!(on(10), Some(Pence(300)), "the later recorded of one day");
        assert_eq!(on(20), Some(Pence(300)), "its last day");
        assert_eq!(on(21), Some(Pence(100)), "the one before, when the later has ended");
        assert_eq!(on(25), None, "taken away");
        assert_eq!(Limits::on(day(9), &delegated).commitment, None);
    }
}
