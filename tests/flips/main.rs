//! Every cell of the matrix turned over once, in each of its rights, and the oracle notices. In a
//! process of its own: everybody in it sees the cell that is turned over.

mod doing;
mod exempt;

use std::{collections::BTreeSet, sync::Mutex, time::Instant};

use domain::policy::{
    Relation, Rights,
    matrix::{FieldGroup, cell},
    proofs::flip,
};
use entities::relation::RelationKind;
use serde_json::json;
use tests::{
    Actor, Engine, World,
    evidence::{is_full, keep, seed},
    oracle::{
        Exhibited, Generated, ROLES, View, ask,
        asked::Depth,
        deeds::{RIGHTS, contradicted},
        masks::{KINDS, groups},
    },
    raw::day,
};
use uuid::Uuid;

/// The rights of reading a group. What is open or shared is asked of the value of links alone.
fn ways(group: FieldGroup) -> impl Iterator<Item = (&'static str, Rights)> {
    let of_all =
        [("READ", Rights::READ), ("READ_OWN", Rights::READ_OWN), ("SUMMARY", Rights::SUMMARY)];
    let of_links = [("READ_OPEN", Rights::READ_OPEN), ("READ_SHARED", Rights::READ_SHARED)];
    let of_links = of_links.into_iter().filter(move |_| group == FieldGroup::LinkValue);
    of_all.into_iter().chain(of_links)
}

/// True when the two differ in nothing that is about reading.
fn read_alike(left: Rights, right: Rights) -> bool {
    let of = |it: Rights| {
        let all = (it.reads_all(), it.reads_own(), it.reads_summary());
        (all, it.reads_open(), it.reads_shared())
    };
    of(left) == of(right)
}

/// A cell, and what it says instead.
type Turned = (Relation, FieldGroup, Rights);

struct Exhibit {
    generated: Generated,
    askers: Vec<(Exhibited, Actor)>,
    /// Who was asked what while no cell said otherwise, and noticed nothing.
    sound: Mutex<BTreeSet<(Uuid, String)>>,
}

/// What came of the run.
#[derive(Debug, Default)]
struct Tally {
    noticed: u64,
    alike: u64,
    exempt: u64,
    missed: Vec<String>,
    seen_after_all: BTreeSet<String>,
}

impl Exhibit {
    async fn open() -> (Self, World) {
        let world = World::on(Engine::Sqlite).await;
        let (generated, exhibited) = Generated::exhibit(seed());
        generated.store(&world).await;
        let mut askers = Vec::new();
        for it in exhibited {
            let holder = it.holder;
            let actor = match holder.team {
                Some(team) => world.team_actor(team, holder.organisation, &ROLES).await,
                None => world.actor(holder.organisation, &ROLES).await,
            };
            askers.push((it, actor));
        }
        (Self { generated, askers, sound: Mutex::default() }, world)
    }

    /// Whoever stands in a relation, alone first.
    fn of(&self, kind: RelationKind) -> impl Iterator<Item = &(Exhibited, Actor)> {
        self.askers.iter().filter(move |(it, _)| it.kind == kind)
    }

    /// True when one of some notices something, which none of them may while no cell says otherwise.
    async fn notice(
        &self,
        askers: impl Iterator<Item = &(Exhibited, Actor)>,
        (cell, depth): (Turned, Depth),
    ) -> bool {
        for (exhibited, actor) in askers {
            let view = View::on(&self.generated, exhibited.holder, day(2025, 10, 1));
            flip(Some(cell));
            let report = ask(actor, &view, depth).await;
            flip(None);
            if report.differences.is_empty() {
                continue;
            }
            let asked = (exhibited.holder.organisation, format!("{depth:?}"));
            let is_known = !self.sound.lock().expect("nobody panicked").insert(asked);
            if !is_known {
                let sound = ask(actor, &view, depth).await.differences;
                assert!(sound.is_empty(), "{exhibited:?}: {}", sound.join("\n"));
            }
            return true;
        }
        false
    }

    /// True when a cell that says otherwise is noticed.
    async fn notices(&self, cell: Turned, about: fn(&'static str) -> Depth) -> bool {
        let name = groups().find(|name| *name == cell.1.name());
        // What the oracle has no line for is read alike by everybody who may look.
        let depth = about(name.unwrap_or("AgreementTerms"));
        match cell.0 {
            Relation::Stands(kind) => self.notice(self.of(kind), (cell, depth)).await,
            // What outsiders read everybody reads: who reads little else notices.
            _ => {
                let alone = self.askers.iter().filter(|(it, _)| it.besides.is_none());
                self.notice(alone, (cell, depth)).await
            }
        }
    }

    async fn turns_reading_over(&self, tally: &mut Tally) {
        let columns = KINDS.map(Relation::Stands).into_iter().chain([Relation::Unrelated]);
        for relation in columns {
            let kind = match relation {
                Relation::Stands(kind) => Some(kind),
                _ => None,
            };
            for group in FieldGroup::ALL {
                for (name, way) in ways(group) {
                    let before = cell(relation, group);
                    let turned = before.toggled(way);
                    if read_alike(before, turned) {
                        tally.alike += 1;
                        continue;
                    }
                    let is_exempt = exempt::has(exempt::UNSEEN, kind, group, name)
                        || (kind.is_none() && exempt::has(exempt::OUTSIDE, kind, group, name));
                    // That nothing shows it is looked at in the long run alone.
                    if is_exempt && !is_full() {
                        tally.exempt += 1;
                        continue;
                    }
                    let what = format!("{relation:?} {group:?} {name}");
                    match (self.notices((relation, group, turned), Depth::About).await, is_exempt) {
                        (true, false) => tally.noticed += 1,
                        (false, true) => tally.exempt += 1,
                        (false, false) => tally.missed.push(what),
                        (true, true) => drop(tally.seen_after_all.insert(what)),
                    }
                }
            }
        }
    }

    /// A right that is taken away is missed by whoever used it; one that nobody could use is
    /// contradicted by the table of what each relation may do.
    async fn turns_doing_over(&self, tally: &mut Tally) -> u64 {
        let mut by_the_table = 0;
        for kind in KINDS {
            for group in FieldGroup::ALL {
                for (name, right) in RIGHTS {
                    let relation = Relation::Stands(kind);
                    let before = cell(relation, group);
                    let turned = before.toggled(right);
                    let what = format!("{relation:?} {group:?} {name}");
                    let line = groups().find(|line| *line == group.name()).unwrap_or("");
                    if contradicted(kind, line, turned).next().is_none() {
                        tally.missed.push(what);
                        continue;
                    }
                    let is_exempt = exempt::has(doing::UNASKED, Some(kind), group, name);
                    if !before.grants(right) {
                        by_the_table += 1;
                        continue;
                    }
                    if is_exempt && !is_full() {
                        tally.exempt += 1;
                        continue;
                    }
                    flip(Some((relation, group, turned)));
                    let is_decided = !doing::otherwise(kind).is_empty();
                    flip(None);
                    let is_noticed =
                        is_decided || self.notices((relation, group, turned), Depth::Doing).await;
                    match (is_noticed, is_exempt) {
                        (true, false) => tally.noticed += 1,
                        (false, true) => tally.exempt += 1,
                        (false, false) => tally.missed.push(what),
                        (true, true) => drop(tally.seen_after_all.insert(what)),
                    }
                }
            }
        }
        by_the_table
    }
}

/// Before a cell is turned over, decisions come out as they are written, and the matrix grants what
/// the table of doing says and nothing else.
fn doing_is_sound() {
    for kind in KINDS {
        assert_eq!(doing::otherwise(kind), Vec::<&str>::new(), "{kind:?}");
        assert_eq!(doing::approves_otherwise(kind), Vec::<&str>::new(), "{kind:?}");
        for group in FieldGroup::ALL {
            let line = groups().find(|line| *line == group.name()).unwrap_or("");
            let granted = cell(Relation::Stands(kind), group);
            let contradicted: Vec<_> = contradicted(kind, line, granted).collect();
            assert_eq!(contradicted, Vec::<&str>::new(), "{kind:?} {group:?}");
        }
    }
    for outside in [Relation::Unrelated, Relation::Public] {
        for group in FieldGroup::ALL {
            let granted = cell(outside, group);
            let does = RIGHTS.iter().any(|(_, right)| granted.grants(*right));
            assert!(!does, "{outside:?} does something with {group:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cell_turned_over_is_noticed() {
    let started = Instant::now();
    let (exhibit, _world) = Exhibit::open().await;
    doing_is_sound();
    let (mut reading, mut acting) = (Tally::default(), Tally::default());
    exhibit.turns_reading_over(&mut reading).await;
    let by_the_table = exhibit.turns_doing_over(&mut acting).await;
    let seconds = started.elapsed().as_secs();
    println!(
        "reading: {} flips noticed, {} that nothing shows, {} that change no reading, {} missed",
        reading.noticed,
        reading.exempt,
        reading.alike,
        reading.missed.len()
    );
    println!(
        "doing: {} flips noticed by who did it, {by_the_table} by the table of who may, {} that \
         nothing asks, {} missed; {seconds} s",
        acting.noticed,
        acting.exempt,
        acting.missed.len()
    );
    for it in exempt::UNSEEN.iter().chain(exempt::OUTSIDE).chain(doing::UNASKED) {
        let whose =
            if it.kinds.is_empty() { "everybody".to_owned() } else { format!("{:?}", it.kinds) };
        println!("exempt: {:?} {} of {whose}: {}", it.groups, it.right, it.reason);
    }
    for tally in [&reading, &acting] {
        let after_all = &tally.seen_after_all;
        assert!(after_all.is_empty(), "noticed although listed as not shown: {after_all:?}");
        assert!(tally.missed.is_empty(), "nobody notices: {}", tally.missed.join("; "));
    }
    keep(
        "flips",
        json!({
            "noticed": reading.noticed, "not shown": reading.exempt,
            "no change of reading": reading.alike, "missed": 0,
            "done and noticed": acting.noticed, "noticed by the table": by_the_table,
            "not asked": acting.exempt, "seconds": seconds,
            "policy_sha256": std::env::var("TRIBUTARY_POLICY_SHA256").unwrap_or_default(),
        }),
    );
}
