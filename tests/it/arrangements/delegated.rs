//! A specialist diabetes organisation that two networks of practices pay, from the budgets that the
//! board delegated to them and from nothing else (rules C4, G4 and M15).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    Actor,
    arrangement::{
        Arrangement, Who, YEARS,
        pay::{after, money},
        views::Known,
    },
    both_databases,
    delegated_budget::{
        change, figures, id_of, own as held_and_paid, spend, within_contract, years,
    },
    posting::decision,
};

/// A network of practices, the budget that it holds, and how many people with diabetes it has in
/// each of the two years.
struct Network {
    staff: Actor,
    budget: String,
    people: [i32; 2],
}

impl Network {
    /// The board delegates a budget for both years to a network.
    async fn holds(
        care: &Arrangement,
        (name, people): (&str, [i32; 2]),
        amounts: [&str; 2],
    ) -> Self {
        let staff = care.another(name, OrganisationKind::PrimaryCareNetwork).await;
        let amounts = [(YEARS[0], amounts[0]), (YEARS[1], amounts[1])];
        let made = care.board().run(
            "delegateBudget",
            json!({
                "contract": care.contract, "holder": staff.id, "purpose": "Diabetes care",
                "startsOn": "2026-04-01", "amounts": years(&amounts), "decision": decision(),
                "idempotencyKey": name,
            }),
            "budget { id }",
        );
        Self { budget: id_of(&made.await.ok(), "budget"), staff, people }
    }

    /// It pays the specialists a quarter of £1,100 for each of its people, and is warned as expected.
    async fn pays(&mut self, care: &Arrangement, (year, quarter): (usize, i32), warnings: Value) {
        self.staff = care.again(&self.staff).await;
        let invoice = format!("INV {} {quarter}", YEARS[year]);
        let input = json!({
            "budget": self.budget, "spentOn": last_of(YEARS[year], quarter), "payee": care.lead.id,
            "purpose": "Years of care", "amount": money(i64::from(self.people[year]) * 27_500),
            "documentReference": invoice, "idempotencyKey": invoice,
        });
        let told = spend(&self.staff, input).await.ok();
        assert_eq!(told.payload()["warnings"], warnings, "{invoice}");
    }

    /// What its budget came to in a year, as somebody reads it; null for whoever does not.
    async fn position(&self, reader: &Actor, year: &str) -> Value {
        let document = format!(
            r#"{{ node(id: "{}") {{ ... on DelegatedBudget {{
                position(financialYear: "{year}") {{ budget spent left }} }} }} }}"#,
            self.budget
        );
        let told = reader.ask(&document).await.ok();
        let position = told.at("/node/position");
        if position.is_null() { Value::Null } else { json!(figures(position)) }
    }
}

/// What each network held, spent and has left, and what that comes to: each network reads its own,
/// who leads, pays or was granted access all of it, who watches that it is there, the specialists
/// what they were paid, and nobody else anything.
async fn is_read(care: &Arrangement, networks: &mut [Network; 2], year: &str, of: [[&str; 3]; 3]) {
    let [first, second, whole] = of;
    let watchers = &care.watchers;
    let [granted, inspecting] = &watchers.granted;
    let all = [care.board(), care.council(), care.partner(), &watchers.team, granted, inspecting];
    for reader in all {
        let told = within_contract(reader, &care.contract, year).await;
        assert_eq!(told["budgets"]["totalCount"], 2);
        assert_eq!(figures(&told["year"]["whole"]), whole);
        for (network, own) in networks.iter().zip([first, second]) {
            assert_eq!(network.position(reader, year).await, json!(own));
        }
    }
    for reader in watchers.of_summaries() {
        let told = within_contract(reader, &care.contract, year).await;
        assert_eq!(told["budgets"]["totalCount"], 2);
        assert_eq!(figures(&told["year"]["whole"]), ["null"; 3]);
        for network in &*networks {
            assert_eq!(network.position(reader, year).await, json!(["null", "null", "null"]));
        }
    }
    for place in 0..2 {
        networks[place].staff = care.again(&networks[place].staff).await;
        let (own, other) = (&networks[place], &networks[1 - place]);
        let figures = if place == 0 { first } else { second };
        assert_eq!(own.position(&own.staff, year).await, json!(figures));
        assert_eq!(other.position(&own.staff, year).await, Value::Null, "they may compete");
        let (held, paid) = held_and_paid(&own.staff).await;
        assert_eq!((&held["totalCount"], &paid["totalCount"]), (&json!(1), &json!(0)));
        assert_eq!(
            care.reads(&own.staff, year).await,
            Value::Null,
            "of the budget, not of the contract"
        );
    }
    let (held, paid) = held_and_paid(&care.lead).await;
    let quarters = if year == YEARS[0] { 8 } else { 16 };
    assert_eq!((&held["totalCount"], &paid["totalCount"]), (&json!(0), &json!(quarters)));
    let chain = [&care.subcontractor, &care.deeper, &care.sibling];
    for nobody in chain.into_iter().chain([&care.associate, &care.stranger]) {
        let (held, paid) = held_and_paid(nobody).await;
        assert_eq!((&held["totalCount"], &paid["totalCount"]), (&json!(0), &json!(0)));
        for network in &*networks {
            assert_eq!(network.position(nobody, year).await, Value::Null);
        }
    }
}

both_databases! {
    async fn c4_networks_of_practices_pay_a_specialist_from_what_was_delegated_to_them(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::CommunityInterestCompany).await;
        let draft = care.draft("Diabetes", "BILATERAL", (3, 1));
        care.drafts(draft, &[("2026/27", "1320000.00"), ("2027/28", "1452000.00")]).await;
        let prices = json!([{ "code": "DIABETES", "price": "1100.00" }]);
        care.pays("YEARS", json!({ "yearOfCare": prices })).await;
        care.begins("2026-04-01").await;
        for (parties, service, amounts) in [
            ((Who::Lead, Who::Subcontractor), "Dieticians", ["99999.99", "100000.00"]),
            ((Who::Subcontractor, Who::Deeper), "Interpreters", ["900.00", "900.00"]),
            ((Who::Lead, Who::Sibling), "Retinal screening", ["120000.00", "120000.00"]),
        ] {
            care.buys(parties, (service, amounts), json!({})).await;
        }
        // All that the contract is expected to cost is delegated, so that there is nothing else to
        // pay it from.
        let mut networks = [
            Network::holds(&care, ("North", [720, 800]), ["792000.00", "871200.00"]).await,
            Network::holds(&care, ("South", [480, 520]), ["528000.00", "580800.00"]).await,
        ];
        let beyond = json!({ "contract": care.contract, "holder": networks[0].staff.id,
            "purpose": "More", "startsOn": "2026-04-01", "amounts": years(&[("2026/27", "0.01")]),
            "decision": decision(), "idempotencyKey": "more" });
        let refused = care.board().run("delegateBudget", beyond, "budget { id }").await;
        assert_eq!(refused.problem(), "INSUFFICIENT_AMOUNT", "no more than it is to cost");

        // 1,200 people at £1,100: the networks pay for theirs each quarter, £198,000 and £132,000.
        for quarter in 1..=4 {
            for period in quarter * 3 - 2..=quarter * 3 {
                care.on(after("2026/27", period)).await;
                care.did("DIABETES", ("2026/27", period), 1_200).await;
            }
            for network in &mut networks {
                network.pays(&care, (0, quarter), json!([])).await;
            }
        }
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("1320000.00", "330000.00"),
            pay: "1320000.00",
            paid: ("0.00", "0.00"),
        };
        care.everybody_reads(&first).await;
        let told = [
            ["792000.00", "792000.00", "0.00"],
            ["528000.00", "528000.00", "0.00"],
            ["1320000.00", "1320000.00", "0.00"],
        ];
        is_read(&care, &mut networks, "2026/27", told).await;
        let nothing = care.spent(care.partner(), "2026/27").await;
        assert_eq!(nothing.0, "0.00", "one source of pay: the pool has paid nothing");

        // In the second year there are more people in the north than it was given money for.
        for quarter in 1..=4 {
            for period in quarter * 3 - 2..=quarter * 3 {
                care.on(after("2027/28", period)).await;
                care.did("DIABETES", ("2027/28", period), 1_320).await;
            }
            let short = if quarter == 4 { json!(["OVERSPENT"]) } else { json!([]) };
            networks[0].pays(&care, (1, quarter), short).await;
            networks[1].pays(&care, (1, quarter), json!([])).await;
        }
        let second = Known {
            year: "2027/28",
            status: "EXPIRED",
            value: ("1452000.00", "363000.00"),
            pay: "1452000.00",
            ..first
        };
        care.everybody_reads(&second).await;
        let told = [
            ["871200.00", "880000.00", "-8800.00"],
            ["580800.00", "572000.00", "8800.00"],
            ["1452000.00", "1452000.00", "0.00"],
        ];
        is_read(&care, &mut networks, "2027/28", told).await;
        // What the south has left goes to the north, of the year's last day.
        let board = care.board().clone();
        for (network, amount) in [(&networks[1], "572000.00"), (&networks[0], "880000.00")] {
            let amounts = years(&[("2027/28", amount)]);
            change(&board, &network.budget, 1, ("2028-03-31", amounts)).await.ok();
        }
        let told = [
            ["880000.00", "880000.00", "0.00"],
            ["572000.00", "572000.00", "0.00"],
            ["1452000.00", "1452000.00", "0.00"],
        ];
        is_read(&care, &mut networks, "2027/28", told).await;
        assert_eq!(care.spent(care.partner(), "2027/28").await.0, "0.00");
    }
}

/// The last day of a quarter of a year.
fn last_of(year: &str, quarter: i32) -> String {
    let start: i32 = year[..4].parse().expect("a year");
    match quarter {
        1 => format!("{start}-06-30"),
        2 => format!("{start}-09-30"),
        3 => format!("{start}-12-31"),
        _ => format!("{}-03-31", start + 1),
    }
}
