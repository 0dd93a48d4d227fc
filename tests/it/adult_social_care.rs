//! What 75 councils spent on adult social care in 2014/15, as they printed it: the books say the
//! same, to within what was rounded away in print.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::Instant,
};

use entities::{
    import_job::JobStatus, membership::Role, organisation, partnership_agreement as agreement,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tests::{Answer, Engine, World, shared};
use tributary::service::{
    import_job::{self, Kind, NewImport, Report},
    verify::{self, Verified},
};

/// The printed incomes, and the funding source as which each is entered.
const INCOMES: [(&str, &str); 4] = [
    ("Income: Income from NHS", "NHS_INCOME"),
    ("Income: joint arrangements", "JOINT_ARRANGEMENTS"),
    ("Income: client contributions", "CLIENT_CHARGES"),
    ("Income: other income", "OTHER_INCOME"),
];
const GROSS: &str = "Gross total cost: total expenditure";
const INCOME: &str = "Income: total";
const NET: &str = "Net total expenditure";
const CORE: &str = "CORE_BUDGET";

/// What a council printed, in pence.
#[derive(Default)]
struct Printed {
    name: String,
    /// The amounts of the lines of service, by category.
    lines: BTreeMap<String, Vec<i64>>,
    /// The totals, by category.
    totals: BTreeMap<String, i64>,
    /// The most decimals with which it prints thousands of pounds.
    decimals: u32,
}

impl Printed {
    /// The finest precision that it prints, in pence.
    fn unit(&self) -> i64 {
        10_i64.pow(5 - self.decimals)
    }

    fn amounts(&self, category: &str) -> impl Iterator<Item = i64> {
        self.lines[category].iter().copied()
    }

    /// What the fund spends.
    fn gross(&self) -> i64 {
        self.amounts(GROSS).sum()
    }

    /// What is income, and what is refunded of it.
    fn income(&self, category: &str) -> (i64, i64) {
        let paid = self.amounts(category).filter(|amount| *amount > 0).sum();
        let refunded: i64 = self.amounts(category).filter(|amount| *amount < 0).sum();
        (paid, -refunded)
    }

    /// The incomes below nothing: source and amount.
    fn refunds(&self) -> Vec<(String, i64)> {
        let of = |(category, source): (&str, &str)| {
            let below = self.amounts(category).filter(|amount| *amount < 0);
            below.map(|amount| (source.to_owned(), -amount)).collect::<Vec<_>>()
        };
        let mut refunds: Vec<_> = INCOMES.into_iter().flat_map(of).collect();
        refunds.sort();
        refunds
    }
}

fn read(content: &str) -> BTreeMap<String, Printed> {
    assert!(!content.contains('"'), "the file has no quotes, and so is read by its commas");
    let mut councils: BTreeMap<String, Printed> = BTreeMap::new();
    for line in content.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [number, name, _, row, _, _, _, category, amount] = cells[..] else {
            panic!("{line:?} has not nine cells")
        };
        let council = councils.entry(number.to_owned()).or_default();
        name.clone_into(&mut council.name);
        let decimals = amount.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        council.decimals = council.decimals.max(u32::try_from(decimals).expect("few decimals"));
        let (category, amount) = (category.to_owned(), scaled(amount, 5));
        match row {
            "component" => council.lines.entry(category).or_default().push(amount),
            "printed_total" => drop(council.totals.insert(category, amount)),
            other => panic!("{other:?} is no kind of row"),
        }
    }
    councils
}

/// A decimal number in units of its last of `places` decimals.
fn scaled(text: &str, places: usize) -> i64 {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    assert!(decimals.len() <= places, "{text} is finer than {places} decimals");
    format!("{whole}{decimals:0<places$}").parse().expect("a decimal number")
}

fn pence(amount: &Value) -> i64 {
    scaled(amount.as_str().expect("an amount"), 2)
}

async fn import(world: &World, kind: Kind, file: &Path) -> Report {
    let content = fs::read(file).expect("a real file");
    let new = NewImport { kind, content, dry_run: false, skip_rejected: false };
    let job = import_job::import(&world.database, new).await.expect("an import");
    let report = Report::of(&job).expect("a report");
    assert_eq!(job.status, JobStatus::Succeeded, "{:?}", report.failure);
    report
}

/// The council that hosts the agreement, found past the program, with its name.
#[expect(clippy::disallowed_methods, reason = "a test looks at every row")]
async fn host(world: &World, reference: &str) -> organisation::Model {
    let connection = world.database.for_migration();
    let agreement = agreement::Entity::find()
        .filter(agreement::Column::Reference.eq(reference))
        .one(connection)
        .await
        .expect("an answer")
        .unwrap_or_else(|| panic!("there is no agreement {reference}"));
    organisation::Entity::find_by_id(agreement.owner_id)
        .one(connection)
        .await
        .expect("an answer")
        .expect("the host")
}

const BOOKS: &str = r#"query($reference: String!) {
    pooledFund(reference: $reference) {
        position(financialYear: "2014/15") {
            total { budget actual spent refunded }
            cash
            contributions(first: 100) {
                nodes { partner { id } sourceCode planned invoiced received refunded }
                totalCount
            }
        }
        transactions(where: {kind: CONTRIBUTION_REFUND}, first: 100) {
            nodes {
                kind financialYear
                entries { account partner { id } sourceCode amount }
            }
            totalCount
        }
    }
}"#;

/// What the fund's contributions are from `source`: the partner, and invoiced less refunded.
struct Paid<'a> {
    partner: &'a str,
    invoiced: i64,
    received: i64,
    refunded: i64,
}

fn contributions(books: &Answer) -> BTreeMap<&str, Paid<'_>> {
    let page = books.at("/pooledFund/position/contributions");
    let nodes = page["nodes"].as_array().expect("contributions");
    assert_eq!(page["totalCount"], json!(nodes.len()));
    let paid = |node| {
        let node: &Value = node;
        let paid = Paid {
            partner: node["partner"]["id"].as_str().expect("a partner"),
            invoiced: pence(&node["invoiced"]),
            received: pence(&node["received"]),
            refunded: pence(&node["refunded"]),
        };
        (node["sourceCode"].as_str().expect("a source"), paid)
    };
    nodes.iter().map(paid).collect()
}

/// Compares every printed total with what the books say, and answers how many there were.
fn compare(printed: &Printed, books: &Answer) -> usize {
    let paid = contributions(books);
    let actual = pence(books.at("/pooledFund/position/total/actual"));
    assert_eq!(actual, printed.gross(), "{}: what was spent", printed.name);
    let mut computed = BTreeMap::from([(GROSS, (actual, 12))]);
    let mut income = 0;
    for (category, source) in INCOMES {
        let (invoiced, refunded) = printed.income(category);
        let of = &paid[source];
        assert_eq!((of.invoiced, of.received), (invoiced, invoiced), "{}: {source}", printed.name);
        assert_eq!(of.refunded, refunded, "{}: refunds of {source}", printed.name);
        computed.insert(category, (of.invoiced - of.refunded, 12));
        income += of.invoiced - of.refunded;
    }
    computed.insert(INCOME, (income, 48));
    let own = &paid[CORE];
    assert_eq!(own.invoiced - own.refunded, actual - income, "{}: its own money", printed.name);
    computed.insert(NET, (actual - income, 60));
    // The host received what it spent, to the penny.
    assert_eq!(books.at("/pooledFund/position/cash"), "0.00", "{}", printed.name);
    assert_eq!(paid.len(), 5, "{}: the incomes and the council's own money", printed.name);

    for (category, total) in &printed.totals {
        let (computed, rounded_cells) = computed[category.as_str()];
        // Each of the cells and the total itself lie within half a unit of what they print.
        assert!(
            2 * (computed - total).abs() <= (rounded_cells + 1) * printed.unit(),
            "{}: {category} is printed as {total}, the books say {computed} (unit {})",
            printed.name,
            printed.unit()
        );
    }
    printed.totals.len()
}

/// Compares the typed refunds with the incomes below nothing, and answers how many there were.
fn compare_refunds(printed: &Printed, books: &Answer) -> usize {
    let paid = contributions(books);
    let nodes = books.at("/pooledFund/transactions/nodes").as_array().expect("transactions");
    let mut posted = Vec::new();
    for refund in nodes {
        assert_eq!(
            (&refund["kind"], &refund["financialYear"]),
            (&json!("CONTRIBUTION_REFUND"), &json!("2014/15"))
        );
        let entries = refund["entries"].as_array().expect("entries");
        let given_back: Vec<_> =
            entries.iter().filter(|entry| entry["account"] == "CONTRIBUTION_REFUND").collect();
        let [given_back] = given_back[..] else { panic!("{refund:#} is no one refund") };
        let source = given_back["sourceCode"].as_str().expect("a source");
        assert_eq!(given_back["partner"]["id"], paid[source].partner, "of the same partner");
        posted.push((source.to_owned(), pence(&given_back["amount"])));
    }
    posted.sort();
    assert_eq!(posted, printed.refunds(), "{}: incomes below nothing", printed.name);
    posted.len()
}

async fn every_printed_total_is_reproduced_within_its_rounding(engine: Engine) {
    let Some(funding) = shared::folder("funding") else { return };
    let Some(organisations) = shared::folder("organisations") else { return };
    let began = Instant::now();
    let file = funding.join("adult_social_care_2014_15.csv");
    let printed = read(&fs::read_to_string(&file).expect("a real file"));
    let world = World::on(engine).await;
    import(&world, Kind::Organisations, &organisations.join("organisations.csv")).await;
    let first = import(&world, Kind::AdultSocialCare, &file).await;
    assert_eq!((first.created, first.unchanged, first.rejected), (75, 0, vec![]));
    let imported = began.elapsed();

    let (mut totals, mut refunds, mut hosts) = (0, 0, BTreeSet::new());
    for (number, council) in &printed {
        let reference = format!("ASC-2014-15-{number}");
        let host = host(&world, &reference).await;
        assert!(is_called(&host.name, &council.name), "{} is not {}", host.name, council.name);
        assert!(hosts.insert(host.id), "{} hosts two agreements", host.name);
        let actor = world.actor(host.id, &[Role::Viewer]).await;
        let books = actor.send(BOOKS, json!({ "reference": reference })).await.ok();
        totals += compare(council, &books);
        refunds += compare_refunds(council, &books);
    }
    assert_eq!((printed.len(), totals, refunds), (75, 525, 6));

    let again = import(&world, Kind::AdultSocialCare, &file).await;
    assert_eq!((again.created, again.changed, again.unchanged), (0, 0, 75));
    assert_eq!(again.rejected, []);
    let Verified { funds, transactions, entries, .. } =
        verify::verify(&world.database).await.expect("the books are in order");
    assert_eq!(funds, 75);
    eprintln!(
        "{engine:?}: {totals} printed totals of 75 councils and {refunds} refunds; \
         {transactions} transactions, {entries} entries; imported in {imported:.1?}, \
         all in {:.1?}",
        began.elapsed()
    );
}

/// Whether a body's name has every word of the name that a council prints.
fn is_called(name: &str, printed: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> {
        let name = name.to_lowercase().replace(['-', '&', ','], " ");
        name.split_whitespace()
            .filter(|word| !["and", "the"].contains(word))
            .map(str::to_owned)
            .collect()
    };
    words(printed).is_subset(&words(name))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_printed_total_is_reproduced_on_sqlite() {
    every_printed_total_is_reproduced_within_its_rounding(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_printed_total_is_reproduced_on_postgres() {
    every_printed_total_is_reproduced_within_its_rounding(Engine::Postgres).await;
}
