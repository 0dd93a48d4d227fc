//! Who looks at an arrangement without a part in it: a team, the board, an observer, regulators and
//! auditors with and without a grant.

use entities::organisation::OrganisationKind;
use serde_json::json;

use super::BUYS;
use crate::{Actor, Books, World, relations::local};
use tributary::graphql::node::Kind;

/// Who looks at an arrangement.
pub struct Watchers {
    /// A joint commissioning team of the agreement, through the host.
    pub team: Actor,
    /// Who sits on the agreement's board.
    pub board_member: Actor,
    /// Who is let in to watch.
    pub observer: Actor,
    /// A regulator and an auditor that were granted nothing.
    pub overseers: [Actor; 2],
    /// A regulator and an auditor that were granted access to all of it for a purpose (rule V9).
    pub granted: [Actor; 2],
    team_id: String,
}

impl Watchers {
    /// All of them, appointed for as long as the agreement lasts.
    pub(super) async fn of(world: &World, books: &Books) -> Self {
        let host = books.host();
        let appointed = async |name: &str, kind: &str| {
            let id = world.organisation(name, OrganisationKind::Other).await;
            let who = world.actor(id, &BUYS).await;
            let input = json!({ "agreement": books.agreement, "organisation": who.id,
                "kind": kind, "startsOn": "2025-04-01" });
            host.run("appointOrganisation", input, "relation { id }").await.ok();
            who
        };
        let granted = async |name: &str, kind: &str| {
            let who = appointed(name, kind).await;
            let input = json!({ "agreement": books.agreement, "organisation": who.id,
                "purpose": "An inquiry", "startsOn": "2026-04-01", "endsOn": "2029-03-31" });
            host.run("grantAccess", input, "grant { id }").await.ok();
            who
        };
        let team = json!({ "agreement": books.agreement, "name": "Joint team",
            "serviceArea": "Care", "startsOn": "2025-04-01" });
        let made = host.run("createTeam", team, "team { id }").await.ok();
        let team_id = made.text("/createTeam/team/id").to_owned();
        Self {
            team: as_team(world, host, &team_id).await,
            board_member: appointed("Board member", "BOARD_MEMBER").await,
            observer: appointed("Observer", "OBSERVER").await,
            overseers: [
                appointed("Regulator", "REGULATOR").await,
                appointed("Auditor", "AUDITOR").await,
            ],
            granted: [
                granted("Inquiring regulator", "REGULATOR").await,
                granted("Inquiring auditor", "AUDITOR").await,
            ],
            team_id,
        }
    }

    /// Everybody signs in again.
    pub(super) async fn again(&mut self, world: &World, host: &Actor) {
        self.team = as_team(world, host, &self.team_id).await;
        let alone = [&mut self.board_member, &mut self.observer];
        for who in alone.into_iter().chain(&mut self.overseers).chain(&mut self.granted) {
            *who = world.actor(who.organisation, &BUYS).await;
        }
    }

    /// Those who read no more than a summary of the contract.
    #[must_use]
    pub fn of_summaries(&self) -> [&Actor; 4] {
        let [regulator, auditor] = &self.overseers;
        [&self.board_member, &self.observer, regulator, auditor]
    }
}

async fn as_team(world: &World, host: &Actor, team: &str) -> Actor {
    world.team_actor(local(Kind::Team, team), host.organisation, &BUYS).await
}
