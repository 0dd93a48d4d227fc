//! The publishers' own files, dirt included. They are not in this repository: `TRIBUTARY_SHARED`
//! says where they are, and without it these tests say so and do nothing.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use entities::{import_job::JobStatus, organisation::OrganisationKind};
use migration::{Migrator, MigratorTrait};
use tributary::{
    clock::Clock,
    database::{self, Database},
    service::{
        import_job::{self, Kind, NewImport, Report},
        organisation,
    },
};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// A database in a file that goes when the test ends, and the folder of the real files.
struct Fixture {
    database: Database,
    file: PathBuf,
    folder: PathBuf,
}

impl Fixture {
    async fn new() -> Option<Self> {
        let folder = tests::shared::folder("organisations")?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tributary-import-{}-{number}.db", std::process::id());
        let file = std::env::temp_dir().join(name);
        let address = format!("sqlite:{}", file.display());
        let database =
            database::open(&address, true, Clock::system()).await.expect("the database opens");
        Migrator::up(database.for_migration(), None).await.expect("the migrations run");
        Some(Self { database, file, folder })
    }

    async fn import(&self, kind: Kind, file: &str) -> Report {
        self.run(kind, file, false).await
    }

    async fn run(&self, kind: Kind, file: &str, dry_run: bool) -> Report {
        let content = std::fs::read(self.folder.join(file)).expect("a real file");
        let new = NewImport { kind, content, dry_run, skip_rejected: false };
        let job = import_job::import(&self.database, new).await.expect("an import");
        let report = Report::of(&job).expect("a report");
        assert_eq!(job.status, JobStatus::Succeeded, "{:?}", report.failure);
        assert_eq!(job.rows_done, job.rows_total);
        assert!(job.finished_at.is_some());
        report
    }

    async fn find(&self, scheme: &str, value: &str) -> entities::organisation::Model {
        let snapshot = self.database.snapshot().await.expect("a snapshot");
        let today = self.database.clock().today();
        organisation::by_identifier(snapshot.connection(), today, scheme, value)
            .await
            .expect("an answer")
            .unwrap_or_else(|| panic!("{scheme} {value} is not known"))
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut name = self.file.clone().into_os_string();
            name.push(suffix);
            // A file that is not there any more needs no removing.
            let _ = std::fs::remove_file(name);
        }
    }
}

fn counts(report: &Report) -> (u64, u64, u64, usize) {
    (report.created, report.changed, report.unchanged, report.rejected.len())
}

#[tokio::test]
async fn every_body_is_created_once_and_found_unchanged_ever_after() {
    let Some(fixture) = Fixture::new().await else { return };
    let file = "organisations.csv";

    let dry = fixture.run(Kind::Organisations, file, true).await;
    assert_eq!(counts(&dry), (1415, 0, 0, 0), "{dry:#?}");

    let began = Instant::now();
    let first = fixture.import(Kind::Organisations, file).await;
    assert_eq!(counts(&first), (1415, 0, 0, 0), "{first:#?}");
    assert_eq!(first.notes, [], "everything that a line names is in the file");
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
    assert!(began.elapsed() < limit, "it took {:?}", began.elapsed());

    let second = fixture.import(Kind::Organisations, file).await;
    assert_eq!(counts(&second), (0, 0, 1415, 0), "{second:#?}");
}

#[tokio::test]
async fn a_councils_number_answers_with_the_council_that_is_open() {
    let Some(fixture) = Fixture::new().await else { return };
    fixture.import(Kind::Organisations, "organisations.csv").await;

    let board = fixture.find("GB-NHS", "QE1").await;
    assert_eq!(board.id, fixture.find("GSS", "E54000048").await.id);
    assert_eq!(board.kind, OrganisationKind::IntegratedCareBoard);

    let snapshot = fixture.database.snapshot().await.expect("a snapshot");
    let closed = fixture.find("GSS", "E10000002").await;
    let codes =
        organisation::identifiers(snapshot.connection(), &[closed.id]).await.expect("an answer");
    let number = codes.iter().find(|code| code.scheme == "CASSR").expect("a council's number");
    let open = fixture.find("CASSR", &number.value).await;
    assert_eq!(open.closed_on, None, "{} is closed", open.name);

    let successions =
        organisation::successions(snapshot.connection(), &[closed.id]).await.expect("an answer");
    assert_eq!(successions.len(), 1);
    assert_eq!(successions[0].effective_on.to_string(), "2020-04-01");
}

#[tokio::test]
async fn who_took_over_from_whom_is_kept_even_from_bodies_that_nobody_describes() {
    let Some(fixture) = Fixture::new().await else { return };
    fixture.import(Kind::Organisations, "organisations.csv").await;

    let first = fixture.import(Kind::Successors, "successors.csv").await;
    assert_eq!(first.rejected, []);
    assert_eq!(first.created + first.changed + first.unchanged, 350);
    assert_eq!(first.created, 163, "the other pairs are in the list of bodies too");
    assert_eq!(first.notes.len(), 149, "one for each body that nobody describes");

    let stub = fixture.find("GB-NHS", "12Q").await;
    assert!(stub.is_placeholder);
    assert_eq!((stub.name.as_str(), stub.kind), ("12Q", OrganisationKind::Other));

    let second = fixture.import(Kind::Successors, "successors.csv").await;
    assert_eq!(counts(&second), (0, 0, 350, 0));
    assert_eq!(second.notes, []);
    let bodies = fixture.import(Kind::Organisations, "organisations.csv").await;
    assert_eq!(counts(&bodies), (0, 0, 1415, 0), "a known day is not replaced by a guess");
}

#[tokio::test]
async fn boards_cover_councils_where_the_statistics_office_says_so() {
    let Some(fixture) = Fixture::new().await else { return };
    fixture.import(Kind::Organisations, "organisations.csv").await;

    let file = "icb_local_authority.csv";
    let first = fixture.import(Kind::IcbLocalAuthority, file).await;
    assert_eq!(counts(&first), (166, 0, 0, 6), "{first:#?}");
    let lines: Vec<u64> = first.rejected.iter().map(|rejected| rejected.line).collect();
    assert_eq!(lines, [168, 169, 170, 171, 172, 173]);
    assert!(first.rejected.iter().all(|rejected| rejected.reason.contains("ONS look-up")));

    let second = fixture.import(Kind::IcbLocalAuthority, file).await;
    assert_eq!(counts(&second), (0, 0, 166, 6));
}

#[tokio::test]
async fn the_publishers_own_layouts_say_the_same_bodies() {
    let Some(fixture) = Fixture::new().await else { return };
    for (kind, file, rows) in [
        (Kind::OnsIcbNames, "ons_icb_names_codes_dec_2024.csv", 42),
        (Kind::OdsEccg, "ods_eccg_no_header.csv", 320),
        (Kind::OdsEtr, "ods_etr_early_2026_no_header.csv", 273),
    ] {
        let first = fixture.import(kind, file).await;
        assert_eq!(counts(&first), (rows, 0, 0, 0), "{kind:?} {:#?}", first.rejected);
        let second = fixture.import(kind, file).await;
        assert_eq!(counts(&second), (0, 0, rows, 0), "{kind:?}");
    }
    let all = fixture.import(Kind::Organisations, "organisations.csv").await;
    assert_eq!(all.created, 1415 - 42 - 320 - 273);
    assert_eq!(all.rejected, []);
}

#[tokio::test]
async fn a_file_of_another_layout_is_refused_as_a_whole() {
    let Some(fixture) = Fixture::new().await else { return };
    let content = std::fs::read(fixture.folder.join("successors.csv")).expect("a real file");
    let new =
        NewImport { kind: Kind::Organisations, content, dry_run: false, skip_rejected: false };
    let job = import_job::import(&fixture.database, new).await.expect("an import");
    assert_eq!(job.status, JobStatus::Failed);
    let failure = Report::of(&job).expect("a report").failure.expect("a failure");
    assert!(failure.contains("no column \"code\""), "{failure}");
}
