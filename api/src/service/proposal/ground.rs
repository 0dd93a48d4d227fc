use std::collections::{BTreeMap, BTreeSet};

use domain::{
    policy::{Parties, approval::Touched, decisions::Posting as MayPost, matrix::FieldGroup},
    rules::funding,
};
use entities::value::Pence;
use uuid::Uuid;

use super::content::Content;
use crate::{
    access::{self, facts},
    auth::Viewer,
    database::Writing,
    service::{
        Code, Refusal, Stopped,
        ground::{self, Ground, denied_at},
        ledger::NewExpenditure,
        movement::NewMovement,
        roll_forward::RollForward,
        team::NewMember,
    },
};

/// Where a proposal belongs, and what it touches there.
pub(super) struct Place {
    /// The agreement.
    pub agreement: Uuid,
    /// The fund; none of a change of the agreement, and of a seat on a team.
    pub fund: Option<Uuid>,
    /// Who hosts it and who its partners are today.
    pub parties: Parties,
    /// What the proposal would change.
    pub touched: Touched,
}

/// Finds what a proposal is about through the proposer's view, when the proposer may propose it.
///
/// # Errors
/// `NOT_FOUND` or `NOT_ALLOWED`.
pub(super) async fn of(tx: &Writing, viewer: &Viewer, new: &Content) -> Result<Place, Stopped> {
    let mut place = found(tx, viewer, new).await?;
    place.pass_on(tx).await?;
    Ok(place)
}

async fn found(tx: &Writing, viewer: &Viewer, new: &Content) -> Result<Place, Stopped> {
    match new {
        Content::Movement(new) => of_movement(tx, viewer, new).await,
        Content::Variation(new) => {
            let row = access::ledger::visible_contribution(&**tx, viewer, new.contribution)
                .await?
                .ok_or_else(|| Refusal::not_found("contribution", "contribution"))?
                .row;
            let ground =
                ground::under(&**tx, viewer, row.fund_id, ("contribution", "contribution")).await?;
            viewer.actor().may_propose_variation(&ground.parties(), row.partner_id)?;
            let contributions = vec![row.partner_id];
            Ok(Place::of(&ground, Touched { contributions, ..Touched::default() }))
        }
        Content::Expenditure(new) => of_expenditure(tx, viewer, new).await,
        Content::Adjustment(new) => {
            let not_found = || Refusal::not_found("transaction", "adjusts");
            let row = access::ledger::visible_transaction(&**tx, viewer, new.adjusts)
                .await?
                .ok_or_else(not_found)?
                .row;
            let ground =
                ground::under(&**tx, viewer, row.fund_id, ("transaction", "adjusts")).await?;
            // Whoever may take a posting back may propose to correct it.
            viewer.actor().may_reverse(&ground.parties(), row.posted_as_id)?;
            Ok(Place::of(&ground, Touched::default()))
        }
        Content::Journal(new) => {
            let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
            viewer.actor().may_propose_posting(&ground.parties(), MayPost::HostsBooks)?;
            Ok(Place::of(&ground, Touched::default()))
        }
        Content::AgreementChange(new) => {
            let seen = access::agreement::visible(&**tx, viewer, new.id)
                .await?
                .ok_or_else(|| Refusal::not_found("partnership agreement", "id"))?;
            let partnership = facts::partners::of_agreement(&**tx, seen.row.id).await?;
            let parties = partnership.parties_on(tx.today());
            viewer.actor().may_propose_change(&parties)?;
            // What an agreement says is its scope, which affects all of its partners (rule G1).
            let touched = Touched { scope: true, ..Touched::default() };
            Ok(Place { agreement: seen.row.id, fund: None, parties, touched })
        }
        Content::TeamMember(new) => of_seat(tx, viewer, new).await,
        Content::RiskShare(new) => {
            let seen = access::agreement::visible(&**tx, viewer, new.agreement)
                .await?
                .filter(|seen| seen.reads(FieldGroup::AgreementExit))
                .ok_or_else(|| Refusal::not_found("partnership agreement", "agreement"))?;
            let partnership = facts::partners::of_agreement(&**tx, seen.row.id).await?;
            let parties = partnership.parties_on(tx.today());
            viewer.actor().may_propose_risk_share(&parties)?;
            // Whoever is named in no tier is affected too: what others bear it does not (rule G1).
            let touched = Touched { scope: true, ..Touched::default() };
            Ok(Place { agreement: seen.row.id, fund: None, parties, touched })
        }
        Content::YearRollForward(new) => of_roll_forward(tx, viewer, new).await,
    }
}

impl Place {
    /// What touches a body that has closed touches whoever stands in its place today (rule G5).
    async fn pass_on(&mut self, tx: &Writing) -> Result<(), Stopped> {
        let touched = &mut self.touched;
        let lists = [&mut touched.contributions, &mut touched.shares, &mut touched.commissioners];
        let all: BTreeSet<Uuid> = lists.iter().flat_map(|list| list.iter().copied()).collect();
        let agreement = self.agreement;
        let mut heirs = facts::heirs::of_agreements(&**tx, &[agreement], all).await?;
        let heirs = heirs.remove(&agreement).unwrap_or_default();
        for organisation in lists.into_iter().flatten() {
            *organisation = heirs.stands_for(*organisation, tx.today()).unwrap_or(*organisation);
        }
        Ok(())
    }

    fn of(ground: &Ground, touched: Touched) -> Self {
        Self {
            agreement: ground.agreement.id,
            fund: Some(ground.fund.row.id),
            parties: ground.parties(),
            touched,
        }
    }
}

async fn of_seat(tx: &Writing, viewer: &Viewer, new: &NewMember) -> Result<Place, Stopped> {
    let seen = access::team::visible(&**tx, viewer, new.team)
        .await?
        .ok_or_else(|| Refusal::not_found("team", "team"))?;
    let agreement = seen.row.agreement_id;
    let parties = facts::partners::of_agreement(&**tx, agreement).await?.parties_on(tx.today());
    viewer
        .actor()
        .may_propose_seat(&parties, new.employer)
        .map_err(|why| denied_at(why, "employer"))?;
    if new.employer == viewer.organisation {
        let sentence = "your own organisation's staff needs no approval: seat it by addTeamMember";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("employer").into());
    }
    let touched = Touched { employer: Some(new.employer), ..Touched::default() };
    Ok(Place { agreement, fund: None, parties, touched })
}

async fn of_expenditure(
    tx: &Writing,
    viewer: &Viewer,
    new: &NewExpenditure,
) -> Result<Place, Stopped> {
    let scheme = access::scheme::visible(&**tx, viewer, new.scheme)
        .await?
        .filter(|seen| seen.reads(FieldGroup::Ledger))
        .ok_or_else(|| Refusal::not_found("scheme", "scheme"))?;
    let ground = ground::under(&**tx, viewer, scheme.row.fund_id, ("scheme", "scheme")).await?;
    let by = match new.spent_by {
        Some(partner) => MayPost::SpentBy { partner },
        None => MayPost::HostsBooks,
    };
    viewer
        .actor()
        .may_propose_posting(&ground.parties(), by)
        .map_err(|why| denied_at(why, "spentBy"))?;
    Ok(Place::of(&ground, Touched::default()))
}

async fn of_movement(tx: &Writing, viewer: &Viewer, new: &NewMovement) -> Result<Place, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_propose_movement(&ground.parties())?;
    let schemes = facts::budgets::schemes(&**tx, &[new.fund]).await?;
    let moved = |id: Uuid| new.schemes.iter().any(|line| line.scheme == id);
    let commissioners = schemes
        .iter()
        .filter(|scheme| moved(scheme.id))
        .map(|scheme| scheme.commissioner_id)
        .collect();
    let touched = Touched {
        contributions: new.contributions.iter().map(|line| line.partner).collect(),
        shares: shares(tx, new).await?,
        commissioners,
        ..Touched::default()
    };
    Ok(Place::of(&ground, touched))
}

/// A year that is rolled forward affects whoever contributes to the next one, funds one of its
/// schemes, or commissions it.
async fn of_roll_forward(
    tx: &Writing,
    viewer: &Viewer,
    new: &RollForward,
) -> Result<Place, Stopped> {
    let ground = ground::of_fund(&**tx, viewer, new.fund, "fund").await?;
    viewer.actor().may_propose_movement(&ground.parties())?;
    let schemes = facts::budgets::schemes(&**tx, &[new.fund]).await?;
    let goes_on = |id: Uuid| new.schemes.iter().any(|line| line.scheme == id);
    let going_on = schemes.iter().filter(|scheme| goes_on(scheme.id));
    let funding = new.schemes.iter().flat_map(|line| &line.funding);
    let touched = Touched {
        contributions: new.contributions.iter().map(|line| line.partner).collect(),
        shares: funding.map(|share| share.partner).collect(),
        commissioners: going_on.map(|scheme| scheme.commissioner_id).collect(),
        ..Touched::default()
    };
    Ok(Place::of(&ground, touched))
}

/// Those whose share of what the schemes cost would be another one: moving budget between schemes
/// that they fund alike changes nothing for them.
async fn shares(tx: &Writing, new: &NewMovement) -> Result<Vec<Uuid>, Stopped> {
    let mut by_partner: BTreeMap<Uuid, i128> = BTreeMap::new();
    for line in new.schemes.iter().take(super::propose::MOST_LINES) {
        let splits = facts::budgets::splits_of(&**tx, line.scheme, new.year).await?;
        let Some(split) = funding::in_force(&splits, new.effective_on) else { continue };
        // The division is of what is moved, so that its sign is put back afterwards.
        let size = Pence(line.amount.0.saturating_abs());
        for part in funding::funded(size, &split.shares).unwrap_or_default() {
            let amount = i128::from(part.amount.0) * i128::from(line.amount.0.signum());
            *by_partner.entry(part.partner).or_default() += amount;
        }
    }
    Ok(by_partner.into_iter().filter(|(_, net)| *net != 0).map(|(partner, _)| partner).collect())
}
