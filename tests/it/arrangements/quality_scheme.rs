//! A CQUIN scheme of national and local goals of 2.5% on top of a block of £48 million (rules C4,
//! C5, C6).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    arrangement::{
        Arrangement, Who,
        pay::{measure, share},
        views::Known,
    },
    both_databases,
};

/// Four goals, two of them set nationally, one due in December.
fn goals(last: i32) -> Value {
    let goal = |measure: &str, points: i32, is_national: bool, period: i32| {
        json!({ "name": measure, "basisPoints": points, "measure": measure,
            "isNational": is_national, "period": period })
    };
    json!({ "incentive": {
        "basis": "CONTRACT_VALUE", "ceilingBasisPoints": 250, "onAccountBasisPoints": 5_000,
        "goals": [goal("FLU", 50, true, 9), goal("SEPSIS", 50, true, 12),
            goal("HOME", 100, false, 12), goal("FRAILTY", last, false, 12)],
    } })
}

both_databases! {
    async fn c6_national_and_local_goals_are_paid_half_on_account_and_settled_later(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::NhsFoundationTrust).await;
        let draft = care.draft("Hospital care", "BILATERAL", (1, 1));
        care.drafts(draft, &[("2026/27", "48000000.00"), ("2027/28", "48000000.00")]).await;
        care.pays("BLOCK", json!({ "block": share("CONTRACT_VALUE", 10_000) })).await;
        let mut required = measure("RECORDS", 0, "ALL_OR_NOTHING");
        required["isRequiredAnyway"] = json!(true);
        care.achieves(
            json!([]),
            json!([
                measure("FLU", 0, "ALL_OR_NOTHING"),
                measure("SEPSIS", 0, "LINEAR"),
                measure("HOME", 0, "ALL_OR_NOTHING"),
                measure("FRAILTY", 0, "ALL_OR_NOTHING"),
                required,
            ]),
        )
        .await;
        let over = care.would_pay("CQUIN", "2026-04-01", goals(51)).await;
        assert_eq!(
            over.refusal(),
            ("INVALID_VALUE".into(), "pay.incentive.goals.3.basisPoints".into())
        );
        let mut twice = goals(50);
        twice["incentive"]["goals"][3]["measure"] = json!("RECORDS");
        let twice = care.would_pay("CQUIN", "2026-04-01", twice).await;
        assert_eq!(
            twice.refusal(),
            ("INVALID_VALUE".into(), "pay.incentive.goals.3.measure".into())
        );
        care.pays("CQUIN", goals(50)).await;
        care.begins("2026-04-01").await;
        let links = ("Pathology", ["600000.00", "1000000.00"]);
        care.buys((Who::Lead, Who::Subcontractor), links, json!({})).await;
        care.buys((Who::Lead, Who::Sibling), ("Linen", ["50000.00", "60000.00"]), json!({})).await;

        // Of £48 million 2.5% are £1,200,000: half on account are £50,000 a month. FLU is £240,000,
        // of which £120,000 were on account: the rest comes with December.
        let to_november = care.pay_months("2026/27", 1..=8).await;
        assert_eq!(to_november, ["4050000.00"; 8]);
        care.on((2027, 1, 5)).await;
        care.measures("FLU", "2026/27", "100").await;
        let rest = care.pay_months("2026/27", 9..=12).await;
        assert_eq!(rest, ["4170000.00", "4050000.00", "4050000.00", "4050000.00"]);

        // SEPSIS earns 75% of £240,000 and HOME nothing of £480,000; FRAILTY (£240,000) is
        // forfeited on 30 June: 180,000 - 120,000 - 240,000 - 120,000.
        care.on((2027, 6, 29)).await;
        care.measures("SEPSIS", "2026/27", "75").await;
        care.measures("HOME", "2026/27", "99").await;
        let known = care.schedule(care.board(), "2026/27", "").await;
        assert_eq!(known["total"], "48540000.00", "FRAILTY can still be evidenced");
        care.on((2027, 7, 1)).await;
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "-300000.00");
        let results = care.schedule(&care.lead, "2026/27", "").await["results"].clone();
        let told =
            |place: usize| (results[place]["state"].clone(), results[place]["earned"].clone());
        assert_eq!(told(0), (json!("MET"), json!("240000.00")));
        assert_eq!(told(1), (json!("PARTLY_MET"), json!("180000.00")));
        assert_eq!(told(2), (json!("FAILED"), json!("0.00")));
        assert_eq!(told(3), (json!("NOT_EVIDENCED"), json!("0.00")), "C5: which is not failed");
        assert_eq!(results[3]["forfeited"], "240000.00");
        care.everybody_reads(&Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("48000000.00", "24000000.00"),
            pay: "48420000.00",
            paid: ("48420000.00", "24210000.00"),
        })
        .await;

        // All four are met in the second year, at whose end the contract is given up. Who sells
        // below it is told of the notice, and not of what was recorded after its own last day.
        assert_eq!(care.pay_months("2027/28", 4..=9).await[0], "16200000.00");
        let mut why = json!({ "takesEffectOn": "2028-03-31", "reasonCode": "CHANGED_NEED",
            "documentReference": "Letter 4" });
        care.step("giveContractNotice", "2028-01-10", why.clone()).await.ok();
        assert_eq!(care.pay_months("2027/28", 10..=12).await, ["4050000.00"; 3]);
        why.as_object_mut().expect("a reason").remove("takesEffectOn");
        care.step("terminateContract", "2028-03-31", why).await.ok();
        for met in ["FLU", "SEPSIS", "HOME", "FRAILTY"] {
            care.measures(met, "2027/28", "100").await;
        }
        assert_eq!(care.pay_to("2027/28", 12).await["total"], "600000.00");
        care.everybody_reads(&Known {
            year: "2027/28",
            status: "TERMINATED",
            to_sellers: "NOTICE_GIVEN",
            value: ("48000000.00", "24000000.00"),
            pay: "49200000.00",
            paid: ("49200000.00", "24600000.00"),
        })
        .await;
    }
}
