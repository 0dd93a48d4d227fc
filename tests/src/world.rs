//! A database and a server of one test's own.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeZone, Utc};
use domain::policy::decisions::{ActingTeam, Limits};
use entities::{
    installation as installation_row,
    membership::Role,
    organisation::{self, OrganisationKind},
    organisation_identifier,
};
use gate::Terms;
use reqwest::Client;
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use tributary::{
    auth::{Viewer, keys, token},
    clock::Clock,
    database::{self, Database},
    graphql::node::Kind,
    http::{self, App, BudgetTerms, Manner},
    service::installation::{self, Missing},
};
use uuid::Uuid;

use crate::{Actor, postgres, spread};

/// Which database a world has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file of its own.
    Sqlite,
    /// A database of its own on the test server.
    Postgres,
}

/// A database, a server and a clock of one test's own.
pub struct World {
    /// The engine.
    pub engine: Engine,
    /// The database's address.
    pub url: String,
    /// The database, for what no request does. On PostgreSQL it is the owner's.
    pub database: Database,
    /// The database as the server has it: on PostgreSQL as a role that owns nothing.
    pub served: Database,
    /// The server's address.
    pub address: String,
    client: Client,
    now: Arc<AtomicI64>,
    file: Option<PathBuf>,
    codes: AtomicU64,
}

static NEXT_FILE: AtomicU64 = AtomicU64::new(0);

impl World {
    /// A new world: 1 October 2025, nobody in it.
    ///
    /// # Panics
    /// When the database or the server cannot be had.
    pub async fn on(engine: Engine) -> Self {
        Self::with(engine, None, |clock, now| {
            // Every look at the clock is a little later, so that nothing waits for time to pass.
            clock(Box::new(move || now.fetch_add(1, Ordering::Relaxed)))
        })
        .await
    }

    /// A new world whose database has at most so many connections.
    pub async fn pooled(engine: Engine, most: u32) -> Self {
        Self::with(engine, Some(most), |clock, now| {
            clock(Box::new(move || now.fetch_add(1, Ordering::Relaxed)))
        })
        .await
    }

    /// The same world without its second line: its server runs as the owner of the tables, from
    /// whom row-level security hides nothing.
    pub async fn without_second_line(mut self) -> Self {
        self.served = self.database.clone();
        self.address = serve(self.served.clone()).await;
        self
    }

    /// A new world whose clock stands still until it is moved, whose identities depend on the clock
    /// alone, and whose secrets are those of every other such world: two of them answer alike.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn twin(engine: Engine) -> Self {
        let mut world = Self::with(engine, None, |clock, now| {
            let drawn = Mutex::new((0_i64, 0_u64));
            clock(Box::new(move || now.load(Ordering::Relaxed))).with_ids(move |at| {
                let mut drawn = drawn.lock().expect("nobody panics over an identity");
                let number = if drawn.0 == at.0 { drawn.1 + 1 } else { 0 };
                *drawn = (at.0, number);
                let instant = u128::try_from(at.0).unwrap_or(0);
                Uuid::from_u128((instant << 64) | u128::from(number))
            })
        })
        .await;
        let secret = installation_row::ActiveModel {
            id: Set(1),
            cursor_secret: Set(vec![7; 32]),
            ..Default::default()
        };
        let connection = world.database.for_migration();
        installation_row::Entity::update(secret).exec(connection).await.expect("a secret");
        world.address = serve(world.served.clone()).await;
        world
    }

    async fn with(
        engine: Engine,
        most: Option<u32>,
        clock: impl FnOnce(fn(Box<dyn Fn() -> i64 + Send + Sync>) -> Clock, Arc<AtomicI64>) -> Clock,
    ) -> Self {
        let (url, file) = match engine {
            Engine::Postgres => (postgres::fresh_database().await, None),
            Engine::Sqlite => {
                let number = NEXT_FILE.fetch_add(1, Ordering::Relaxed);
                let name = format!("tributary-test-{}-{number}.db", std::process::id());
                let file = std::env::temp_dir().join(name);
                (format!("sqlite:{}", file.display()), Some(file))
            }
        };
        let now = Arc::new(AtomicI64::new(instant(2025, 10, 1)));
        let clock = clock(
            |now| {
                Clock::from_fn(move || {
                    let now = DateTime::from_timestamp_micros(now());
                    now.expect("the world's clock is within the calendar")
                })
            },
            Arc::clone(&now),
        );
        let database =
            database::open_with(&url, true, clock.clone(), most).await.expect("the database opens");
        let missing = Missing { becomes_demonstration: false, signing_key_is_made: true };
        installation::install(&database, missing).await.expect("the database is set up");
        let as_server = async || match engine {
            Engine::Postgres => {
                let url = postgres::as_server(&url);
                database::open_with(&url, false, clock.clone(), most).await
            }
            Engine::Sqlite => Ok(database.clone()),
        };
        let served = as_server().await.expect("the database opens for the server");
        let mut apps = vec![app(served.clone()).await];
        for _ in 1..spread::servers(engine) {
            apps.push(app(as_server().await.expect("it opens for another server")).await);
        }
        let address = spread::serve(apps).await;
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(120)).build();
        let client = client.expect("a client");
        Self { engine, url, database, served, address, client, now, file, codes: AtomicU64::new(0) }
    }

    /// One server more of this world's database, in the manner that the operator wants: what it is
    /// made of, and its address.
    ///
    /// # Panics
    /// When the server cannot be had.
    pub async fn serve_in(&self, manner: Manner) -> (Arc<App>, String) {
        serve_in(self.served.clone(), manner).await
    }

    /// The same, on connections of its own: as of another process.
    ///
    /// # Panics
    /// When the server cannot be had.
    pub async fn serve_on(&self, database: Database, manner: Manner) -> (Arc<App>, String) {
        serve_in(database, manner).await
    }

    /// Moves the world's clock, forwards or backwards.
    pub fn it_is(&self, year: i32, month: u32, day: u32) {
        self.now.store(instant(year, month, day), Ordering::Relaxed);
    }

    /// Moves the world's clock to an hour of a day, forwards or backwards.
    pub fn it_is_at(&self, year: i32, month: u32, day: u32, hour: u32) {
        let since_noon = (i64::from(hour) - 12) * 3_600_000_000;
        self.now.store(instant(year, month, day) + since_noon, Ordering::Relaxed);
    }

    /// Lets time pass on the world's clock.
    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    /// A new organisation with a code of its own, and its identity.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn organisation(&self, name: &str, kind: OrganisationKind) -> Uuid {
        let code = format!("T{:04}", self.codes.fetch_add(1, Ordering::Relaxed));
        self.organisation_with_code(name, kind, ("GB-NHS", &code)).await
    }

    /// A new organisation with this code.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn organisation_with_code(
        &self,
        name: &str,
        kind: OrganisationKind,
        (scheme, value): (&str, &str),
    ) -> Uuid {
        let row = organisation::Model {
            id: self.database.clock().new_id(),
            name: name.to_owned(),
            kind,
            opened_on: None,
            closed_on: None,
            postcode: None,
            is_placeholder: false,
            merged_into_id: None,
            version: 1,
        };
        let identifier = organisation_identifier::Model {
            scheme: scheme.to_owned(),
            value: value.to_owned(),
            organisation_id: row.id,
        };
        let id = row.id;
        let connection = self.database.for_migration();
        organisation::Entity::insert(row.into_active_model())
            .exec_without_returning(connection)
            .await
            .expect("an organisation");
        organisation_identifier::Entity::insert(identifier.into_active_model())
            .exec_without_returning(connection)
            .await
            .expect("its code");
        id
    }

    /// Somebody who acts as `organisation` in these roles.
    ///
    /// # Panics
    /// When nothing can be signed.
    pub async fn actor(&self, organisation: Uuid, roles: &[Role]) -> Actor {
        self.bearer(self.viewer(organisation, roles)).await
    }

    /// Somebody who acts as a joint commissioning team, seated through `employer`, in these roles.
    ///
    /// # Panics
    /// When nothing can be signed.
    pub async fn team_actor(&self, team: Uuid, employer: Uuid, roles: &[Role]) -> Actor {
        let team = Some(ActingTeam { id: team, limits: Limits::default() });
        self.bearer(Viewer { team, ..self.viewer(employer, roles) }).await
    }

    async fn bearer(&self, viewer: Viewer) -> Actor {
        let organisation = viewer.organisation;
        let key = keys::signing(&self.database).await.expect("a signing key");
        let now = self.database.clock().now();
        let lifetime = Duration::from_secs(365 * 24 * 3600);
        let token = token::sign(&key, &viewer, now, lifetime).expect("a token");
        Actor { token: Some(token.text), organisation, id: global(organisation), ..self.nobody() }
    }

    /// The same person with a token of today, as commissioner, finance and auditor: tokens end
    /// within a day.
    ///
    /// # Panics
    /// When nothing can be signed.
    pub async fn again(&self, actor: &Actor) -> Actor {
        let roles = [Role::Commissioner, Role::Finance, Role::Auditor];
        self.actor(actor.organisation, &roles).await
    }

    /// The viewer that such an actor is, for what no request does.
    #[must_use]
    pub fn viewer(&self, organisation: Uuid, roles: &[Role]) -> Viewer {
        let request = self.database.clock().new_id();
        let today = self.database.clock().today();
        Viewer::without_account(organisation, roles.to_vec(), today).in_request(request)
    }

    /// Somebody who did not sign in.
    #[must_use]
    pub fn nobody(&self) -> Actor {
        Actor {
            client: self.client.clone(),
            address: self.address.clone(),
            token: None,
            organisation: Uuid::nil(),
            id: String::new(),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let Some(file) = &self.file else { return };
        for suffix in ["", "-wal", "-shm"] {
            let mut name = file.clone().into_os_string();
            name.push(suffix);
            // A file that is not there any more needs no removing.
            let _ = std::fs::remove_file(name);
        }
    }
}

/// An organisation's global identity.
#[must_use]
pub fn global(organisation: Uuid) -> String {
    Kind::Organisation.id(organisation).to_string()
}

fn instant(year: i32, month: u32, day: u32) -> i64 {
    let noon = Utc.with_ymd_and_hms(year, month, day, 12, 0, 0);
    noon.single().expect("a day of the calendar").timestamp_micros()
}

/// The world's clock stands still, and so would restore nobody's budget.
const EVERYTHING: Terms = Terms { capacity: u32::MAX, restored_per_second: 1 };

/// The program is not optimised here and shares the machine with other tests: how long a request may
/// take is required of deadlines, and nowhere else.
const UNHURRIED: Duration = Duration::from_secs(60);

/// A server in the manner of tests.
async fn app(database: Database) -> Arc<App> {
    let budgets =
        BudgetTerms { clients: EVERYTHING, anonymous: EVERYTHING, ..BudgetTerms::default() };
    prepared(database, Manner { budgets, deadline: UNHURRIED, ..Manner::default() }).await
}

async fn prepared(database: Database, manner: Manner) -> Arc<App> {
    App::prepare_in(database, manner).await.expect("the database can be served")
}

async fn serve(database: Database) -> String {
    spread::serve(vec![app(database).await]).await
}

async fn serve_in(database: Database, manner: Manner) -> (Arc<App>, String) {
    let app = prepared(database, manner).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(http::serve(listener, Arc::clone(&app), std::future::pending()));
    (app, format!("http://{address}"))
}
