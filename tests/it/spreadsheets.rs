//! Returns, positions and memorandum accounts as spreadsheets: the same figures as the API's, no
//! more than it shows, and sums that the spreadsheet itself adds up again.

use std::{fs, io::Cursor, path::Path, process::Command};

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use entities::{membership::Role, organisation::OrganisationKind, relation::RelationKind};
use serde_json::json;
use tests::{Actor, Books, Engine, World, both_databases, posting::decision};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

struct Scene {
    books: Books,
    fund_return: String,
}

impl Scene {
    /// A submitted return on two schemes, one of which has a name that would be a formula.
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "=Council"]).await;
        let own = books.contribution(0, "1000.00").await;
        books.contribution(1, "800.00").await;
        for (mutation, key) in [("invoiceContribution", "1"), ("receiveContribution", "2")] {
            let _ = books.pay(mutation, &own, ("1000.00", "2025-04-03", key)).await.ok();
        }
        let first = books.scheme("1", "1200.00", &[1, 2]).await;
        let second = books.scheme("2", "600.00", &[0, 1]).await;
        let name =
            json!({ "scheme": second, "expectedVersion": 1, "name": "=HYPERLINK(\"evil\")" });
        let _ = books.host().run("updateScheme", name, "scheme { id }").await.ok();
        for (scheme, amount, on) in
            [(&first, "700.00", "2025-04-10"), (&second, "300.01", "2025-08-10")]
        {
            let _ = books.spend(scheme, amount, on, on).await.ok();
        }
        books.host().records_threshold(&books.agreement, json!({ "amount": "50.00" })).await.ok();
        let input = json!({
            "fund": books.fund, "financialYear": "2025/26", "span": "SECOND_QUARTER",
            "dueOn": "2025-10-31", "commentary": "@SUM(A1)",
            "narratives": [{ "scheme": first, "narrative": "+44 beds" }],
        });
        let made = books.host().run("saveReturn", input, "fundReturn { id }").await.ok();
        let fund_return = made.text("/saveReturn/fundReturn/id").to_owned();
        let input = json!({ "fundReturn": fund_return });
        let _ = books.host().run("submitReturn", input, "fundReturn { id }").await.ok();
        Self { books, fund_return }
    }

    fn of_return(&self, form: &str) -> String {
        format!("/exports/returns/{}.{form}", self.fund_return)
    }

    fn of_position(&self) -> String {
        format!("/exports/positions/{}.xlsx?financialYear=2025/26", self.books.fund)
    }

    fn of_account(&self) -> String {
        format!("/exports/memorandum-accounts/{}.xlsx?financialYear=2025/26", self.books.fund)
    }

    async fn reader(&self, world: &World, kind: RelationKind) -> Actor {
        let id = world.organisation("Reader", OrganisationKind::Other).await;
        self.books.relate(world, (kind, id), ("2025-04-01", None)).await;
        world.actor(id, &[Role::Viewer]).await
    }
}

async fn file(by: &Actor, path: &str) -> Vec<u8> {
    let (status, media_type, bytes) = by.download(path).await;
    assert_eq!((status, media_type.as_str()), (200, XLSX), "{path}");
    bytes
}

fn open(bytes: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    open_workbook_from_rs(Cursor::new(bytes.to_vec())).expect("a spreadsheet")
}

/// What stands in a cell, as text: amounts with two decimals.
fn shown(cell: &Data) -> String {
    match cell {
        Data::Float(number) => format!("{number:.2}"),
        Data::Int(number) => format!("{number}.00"),
        other => other.to_string(),
    }
}

/// The cells of a sheet, row by row.
fn cells(bytes: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let range = open(bytes).worksheet_range(sheet).expect("a sheet");
    range.rows().map(|row| row.iter().map(shown).collect()).collect()
}

/// The first row that begins with this text.
fn row<'a>(cells: &'a [Vec<String>], first: &str) -> &'a [String] {
    let found = cells.iter().find(|row| row.first().is_some_and(|it| it == first));
    found.unwrap_or_else(|| panic!("no row {first} in {cells:#?}"))
}

both_databases! {
    async fn a_return_is_a_spreadsheet_of_its_frozen_figures(world: World) {
        let scene = Scene::set(&world).await;
        let council = scene.books.partner(1);
        let bytes = file(council, &scene.of_return("xlsx")).await;
        assert_eq!(open(&bytes).sheet_names(), ["Summary", "Schemes", "Partners", "Explanations"]);
        let schemes = cells(&bytes, "Schemes");
        let second = row(&schemes, "2");
        assert_eq!(second[1], "=HYPERLINK(\"evil\")", "a name is a text");
        assert_eq!(row(&schemes, "1")[12], "+44 beds");
        assert_eq!(row(&schemes, "Total")[2..5], ["1800.00", "900.00", "1000.01"]);
        let mut book = open(&bytes);
        let formulas = book.worksheet_formula("Schemes").expect("a sheet");
        let sums: Vec<&String> = formulas.rows().flatten().filter(|it| !it.is_empty()).collect();
        assert_eq!(sums.len(), 7, "the columns whose every amount is known: {sums:?}");
        assert!(sums.iter().all(|it| it.starts_with("SUM(")), "{sums:?}");
        assert_eq!(row(&cells(&bytes, "Partners"), "=Council")[5], "766.68", "by who funds it");
        let explained = cells(&bytes, "Explanations");
        assert!(explained.iter().any(|row| row.contains(&"spent + refunded".to_owned())));
        let _ = scene.books.spend(&scheme_of(&scene, council).await, "5.00", "2025-04-11", "late").await;
        assert_eq!(file(council, &scene.of_return("xlsx")).await, bytes, "and stays as it was");
    }

    async fn a_sheet_is_csv_in_which_no_text_is_a_formula(world: World) {
        let scene = Scene::set(&world).await;
        let host = scene.books.host();
        let csv = async |sheet: &str| {
            let path = format!("{}?sheet={sheet}", scene.of_return("csv"));
            let (status, media_type, bytes) = host.download(&path).await;
            assert_eq!((status, media_type.as_str()), (200, "text/csv; charset=utf-8"));
            String::from_utf8(bytes).expect("UTF-8")
        };
        let schemes = csv("Schemes").await;
        let lines: Vec<&str> = schemes.lines().collect();
        assert!(lines[0].starts_with("Scheme,Name,Budget,Budget to date,Spent,"), "{schemes}");
        assert!(lines[1].ends_with(",'+44 beds"), "{schemes}");
        assert!(lines[2].starts_with("2,\"'=HYPERLINK(\"\"evil\"\")\",600.00,"), "{schemes}");
        assert!(lines[3].starts_with("Total,,1800.00,900.00,1000.01,0.00,1000.01,"), "{schemes}");
        assert!(csv("Partners").await.contains("\n'=Council,"));
        let (status, ..) = host.download(&format!("{}?sheet=None", scene.of_return("csv"))).await;
        assert_eq!(status, 404);
    }

    async fn v1_a_spreadsheet_shows_no_more_than_a_query(world: World) {
        let scene = Scene::set(&world).await;
        let stranger = world.organisation("Stranger", OrganisationKind::Other).await;
        let stranger = world.actor(stranger, &[Role::Finance]).await;
        let nothing = stranger.download("/exports/returns/ret_none.xlsx").await;
        assert_eq!(nothing.0, 404);
        let observer = scene.reader(&world, RelationKind::Observer).await;
        let board = scene.reader(&world, RelationKind::BoardMember).await;
        for reader in [&stranger, &observer, &board] {
            for path in [scene.of_return("xlsx"), scene.of_position(), scene.of_account()] {
                assert_eq!(reader.download(&path).await, nothing, "{path}");
            }
        }
        for path in [scene.of_return("xlsx"), scene.of_position(), scene.of_account()] {
            assert_eq!(world.nobody().download(&path).await.0, 401, "{path}");
        }
        let unsaid = scene.of_position().replace("?financialYear=2025/26", "");
        assert_eq!(scene.books.host().download(&unsaid).await.0, 400);

        let agreed = json!({ "fundReturn": scene.fund_return, "decision": decision() });
        let _ = scene.books.partner(1).run("agreeReturn", agreed.clone(), "errors { code }").await;
        let approver = scene.books.host().colleague(&world, 9, &[Role::Approver]).await;
        let _ = approver.run("approveReturn", agreed, "fundReturn { id }").await.ok();
        let bytes = file(&board, &scene.of_return("xlsx")).await;
        let told = |bytes: &[u8]| {
            cells(bytes, "Summary").into_iter().flatten().any(|it| it == "Cash held by the host")
        };
        assert!(!told(&bytes), "the host's cash is not the board's");
        assert!(told(&file(scene.books.host(), &scene.of_return("xlsx")).await));
    }

    async fn a_position_and_a_memorandum_account_are_spreadsheets_too(world: World) {
        let scene = Scene::set(&world).await;
        let council = scene.books.partner(1);
        let position = file(council, &scene.of_position()).await;
        assert_eq!(row(&cells(&position, "Schemes"), "Total")[4], "1000.01");
        let account = file(council, &scene.of_account()).await;
        let sheets = ["Account", "Income", "Expenditure", "Shares", "Explanations"];
        assert_eq!(open(&account).sheet_names(), sheets);
        let lines = cells(&account, "Account");
        assert_eq!(row(&lines, "Total")[1], "-0.01", "1000 contributed, 1000.01 spent");
        assert_eq!(row(&cells(&account, "Expenditure"), "Total")[5], "1000.01");
        assert_eq!(row(&cells(&account, "Shares"), "Total")[5], "-0.01");
        let released = scene.of_position().replace("xlsx", "csv");
        assert_eq!(council.download(&released).await.0, 200);
    }
}

async fn scheme_of(scene: &Scene, reader: &Actor) -> String {
    let document = format!(
        r#"{{ pooledFund(reference: "{}") {{ schemes(first: 1) {{ nodes {{ id }} }} }} }}"#,
        scene.books.reference
    );
    let answer = reader.ask(&document).await.ok();
    answer.text("/pooledFund/schemes/nodes/0/id").to_owned()
}

/// LibreOffice's own program, which opens a spreadsheet, adds it up again, and writes each sheet.
fn opened_by_libreoffice(bytes: &[u8], folder: &Path) {
    let profile = folder.join("profile/user");
    fs::create_dir_all(&profile).expect("a profile");
    // Every formula is computed when a file is opened, whatever result is kept beside it.
    let always = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"#;
    fs::write(profile.join("registrymodifications.xcu"), always).expect("its settings");
    fs::write(folder.join("book.xlsx"), bytes).expect("a file");
    let installation = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let done = Command::new("soffice")
        .arg(installation)
        .args(["--headless", "--norestore", "--convert-to"])
        .arg("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1")
        .arg("--outdir")
        .arg(folder)
        .arg(folder.join("book.xlsx"))
        .output()
        .expect("LibreOffice runs");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success() && !said.contains("repair"), "{said}");
}

/// Needs LibreOffice: without it the test fails, unless whoever runs it says that it is not there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn libreoffice_opens_the_spreadsheets_and_adds_up_the_same_totals() {
    if Command::new("soffice").arg("--version").output().is_err() {
        assert!(
            std::env::var_os("TRIBUTARY_WITHOUT_LIBREOFFICE").is_some(),
            "not checked: install LibreOffice (Debian: apt-get install libreoffice-calc), or set \
             TRIBUTARY_WITHOUT_LIBREOFFICE to say that spreadsheets are not to be opened by it"
        );
        eprintln!("not checked: LibreOffice is not there");
        return;
    }
    let world = World::on(Engine::Sqlite).await;
    let scene = Scene::set(&world).await;
    let folder = std::env::temp_dir().join(format!("tributary-libreoffice-{}", std::process::id()));
    for path in [scene.of_return("xlsx"), scene.of_position(), scene.of_account()] {
        let bytes = file(scene.books.host(), &path).await;
        fs::create_dir_all(&folder).expect("a folder");
        opened_by_libreoffice(&bytes, &folder);
        for sheet in open(&bytes).sheet_names() {
            let written = fs::read_to_string(folder.join(format!("book-{sheet}.csv")));
            let written = written.unwrap_or_else(|why| panic!("{path} {sheet}: {why}"));
            let added = totals(&written);
            let kept: Vec<Vec<String>> = cells(&bytes, &sheet)
                .into_iter()
                .filter(|row| row.first().is_some_and(|it| it == "Total"))
                .collect();
            assert_eq!(added.len(), kept.len(), "{path} {sheet}");
            for (added, kept) in added.iter().zip(&kept) {
                for (added, kept) in added.iter().zip(kept).skip(1) {
                    assert_eq!(added, kept, "{path} {sheet}");
                }
            }
        }
        fs::remove_dir_all(&folder).expect("the folder goes");
    }
}

/// The lines of totals that LibreOffice wrote, amounts with two decimals.
fn totals(csv: &str) -> Vec<Vec<String>> {
    let amount = |text: &str| {
        let text = text.trim_matches('"');
        text.parse::<f64>().map_or_else(|_| text.to_owned(), |number| format!("{number:.2}"))
    };
    let lines = csv.lines().filter(|line| line.trim_start_matches('"').starts_with("Total"));
    lines.map(|line| line.split(',').map(amount).collect()).collect()
}
