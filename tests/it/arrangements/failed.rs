//! A contract of £725 million over five years that fails in its first, with a run-off, and with a
//! parent company guarantee that had lapsed when it was needed (rules C3, C8).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    arrangement::{Arrangement, Who, views::Known},
    both_databases,
};

/// Whether the guarantee is open, as somebody reads it on a day, and for how much.
async fn guarantee(care: &Arrangement, reader: &tests::Actor, on: &str) -> Value {
    let document = "query($id: ID!, $on: Date!) { contract(id: $id, asOf: $on) {
        guarantees { kind isOpen amount withheld { field reason } } } }";
    let told = reader.send(document, json!({ "id": care.contract, "on": on })).await.ok();
    told.at("/contract/guarantees/0").clone()
}

both_databases! {
    async fn c8_a_contract_fails_in_its_first_year_and_its_guarantee_had_lapsed(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::Partnership).await;
        let mut draft = care.draft("Older people's and community care", "LEAD_PROVIDER", (4, 1));
        draft["endsOn"] = json!("2031-03-31");
        draft["guarantees"] = json!([{ "kind": "PARENT_COMPANY", "amount": "10000000.00" }]);
        let years =
            ["2026/27", "2027/28", "2028/29", "2029/30", "2030/31"].map(|it| (it, "145000000.00"));
        care.drafts(draft, &years).await;
        assert_eq!(care.reads(care.board(), "2026/27").await["wholeValue"], "725000000.00");
        care.pays("BLOCK", json!({ "block": { "amount": "145000000.00" } })).await;

        // It cannot be signed without the guarantee; one is given, for three months only.
        care.step("awardContract", "2026-04-01", json!({})).await.ok();
        let open = care.step("mobiliseContract", "2026-04-01", json!({})).await;
        assert_eq!(open.problem(), "NOT_ALLOWED");
        let id = care.board().contract(&care.contract).await["guarantees"][0]["id"].clone();
        let deed = json!({ "guarantee": id, "givenBy": care.subcontractor.id,
            "documentReference": "Deed 1", "startsOn": "2026-04-01", "endsOn": "2026-06-30" });
        care.board().run("recordContractGuarantee", deed, "contract { id }").await.ok();
        care.step("mobiliseContract", "2026-04-01", json!({})).await.ok();
        care.step("activateContract", "2026-04-01", json!({})).await.ok();
        care.buys(
            (Who::Lead, Who::Subcontractor),
            ("Wards", ["60000000.00", "60000000.00"]),
            json!({}),
        )
        .await;
        let agency = ("Agency nurses", ["499999.99", "500000.00"]);
        let agency = care.buys((Who::Subcontractor, Who::Deeper), agency, json!({})).await;
        care.buys((Who::Deeper, Who::Deepest), ("Checks", ["20000.00", "20000.00"]), json!({}))
            .await;
        care.buys((Who::Lead, Who::Sibling), ("Beds", ["900000.00", "900000.00"]), json!({})).await;

        // A twelfth of £145 million is £12,083,333.33 and a third of a penny: four months have one
        // more.
        let paid = care.pay_months("2026/27", 1..=8).await;
        assert_eq!(paid[..4], ["12083333.34"; 4]);
        assert_eq!(paid[4..], ["12083333.33"; 4]);
        for (on, is_open) in [("2026-06-30", false), ("2026-07-01", true)] {
            for reader in [care.board(), care.council(), care.partner(), &care.lead] {
                let told = guarantee(&care, reader, on).await;
                let whole = json!({ "kind": "PARENT_COMPANY", "isOpen": is_open,
                    "amount": "10000000.00", "withheld": [] });
                assert_eq!(told, whole, "{on}");
            }
            let told = guarantee(&care, &care.associate, on).await;
            let part = json!({ "kind": "PARENT_COMPANY", "isOpen": is_open, "amount": null,
                "withheld": [{ "field": "amount", "reason": "OWN_ONLY" }] });
            assert_eq!(told, part, "its percentage would not give this away");
        }

        // On 3 December it ends, in four weeks: what is owed until then is paid, and a run-off of
        // £1,000,000 in January and £250,000 in April.
        let why = json!({ "takesEffectOn": "2026-12-31", "reasonCode": "FINANCE",
            "documentReference": "Notice of 3 December" });
        care.step("giveContractNotice", "2026-12-03", why).await.ok();
        let above = care.reads_link(&care.deeper, &agency).await["above"][0].clone();
        assert_eq!(
            (&above["status"], &above["takesEffectOn"]),
            (&json!("NOTICE_GIVEN"), &json!("2026-12-31"))
        );
        let run_off = json!([{ "dueOn": "2027-01-15", "amount": "1000000.00" },
            { "dueOn": "2027-04-15", "amount": "250000.00" }]);
        care.pays("RUN-OFF", json!({ "transition": run_off })).await;
        assert_eq!(care.pay_months("2026/27", 9..=9).await, ["12083333.33"]);
        let ended = json!({ "reasonCode": "FINANCE", "documentReference": "Deed of termination" });
        care.step("terminateContract", "2026-12-31", ended).await.ok();
        // No care is paid for in months that begin after it, and the schedule says so.
        assert_eq!(care.comes_to("BLOCK", "2026/27").await, "108750000.01");
        assert_eq!(care.pay_months("2026/27", 10..=10).await, ["1000000.00"]);
        // Nine twelfths, £108,750,000.01 with the odd pennies of the first months, and the run-off.
        // Of each run the borough bears a fifth to the penny (rule M2): nine times £2,416,666.67.
        care.everybody_reads(&Known {
            year: "2026/27",
            status: "TERMINATED",
            to_sellers: "TERMINATED",
            value: ("145000000.00", "29000000.00"),
            pay: "109750000.01",
            paid: ("109750000.01", "21950000.03"),
        })
        .await;

        care.on((2027, 5, 10)).await;
        assert_eq!(care.pay_to("2027/28", 1).await["total"], "250000.00");
        care.on((2028, 4, 10)).await;
        care.everybody_reads(&Known {
            year: "2027/28",
            status: "TERMINATED",
            to_sellers: "TERMINATED",
            value: ("145000000.00", "29000000.00"),
            pay: "250000.00",
            paid: ("250000.00", "50000.00"),
        })
        .await;
    }
}
