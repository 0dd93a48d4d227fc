//! Pay for episodes of care and for years of care, with a count that was wrong and prices that rise
//! (rules C4 and C7).

use entities::organisation::OrganisationKind;
use serde_json::{Value, json};
use tests::{
    arrangement::{Arrangement, Who, pay::after, views::Known},
    both_databases,
};

/// The lines of a run, by component and month: the amount, and whether it is an adjustment.
fn lines(run: &Value) -> Vec<(&str, i64, &str, bool)> {
    let mut lines: Vec<_> = run["lines"].as_array().expect("lines").iter().map(line).collect();
    lines.sort_unstable();
    lines
}

fn line(it: &Value) -> (&str, i64, &str, bool) {
    (
        it["component"].as_str().expect("a component"),
        it["period"].as_i64().expect("a month"),
        it["amount"].as_str().expect("money"),
        it["isAdjustment"].as_bool().expect("whether it is one"),
    )
}

both_databases! {
    async fn c4_episodes_and_years_of_care_are_paid_as_they_are_counted(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::NhsFoundationTrust).await;
        let draft = care.draft("Joints and long-term conditions", "BILATERAL", (3, 1));
        care.drafts(draft, &[("2026/27", "250000.00"), ("2027/28", "1000000.00")]).await;
        let uplifts = json!([{ "financialYear": "2027/28", "basisPoints": 200 }]);
        let prices =
            json!([{ "code": "HIP", "price": "5400.00" }, { "code": "KNEE", "price": "5900.50" }]);
        care.pays("JOINTS", json!({ "episode": prices, "uplifts": uplifts })).await;
        let prices = json!([{ "code": "COPD", "price": "1200.00" }]);
        care.pays("YEARS", json!({ "yearOfCare": prices, "uplifts": uplifts })).await;
        care.begins("2026-04-01").await;
        care.buys(
            (Who::Lead, Who::Subcontractor),
            ("Imaging", ["20000.00", "20000.00"]),
            json!({}),
        )
        .await;
        care.buys((Who::Subcontractor, Who::Deeper), ("Reports", ["4000.00", "4000.00"]), json!({}))
            .await;
        let beds = json!({ "isOpenBook": true });
        care.buys((Who::Lead, Who::Sibling), ("Rehabilitation", ["30000.00", "100000.00"]), beds)
            .await;

        // April: 10 hips at £5,400, 4 knees at £5,900.50, and a twelfth of £1,200 for each of 300.
        care.on((2026, 5, 10)).await;
        care.did("HIP", ("2026/27", 1), 10).await;
        care.did("KNEE", ("2026/27", 1), 4).await;
        care.did("COPD", ("2026/27", 1), 300).await;
        let april = care.pay_to("2026/27", 1).await;
        assert_eq!(
            lines(&april),
            [("JOINTS", 1, "77602.00", false), ("YEARS", 1, "30000.00", false)]
        );
        // May: 12 hips and 310 people; and an eleventh hip of April was found.
        care.on((2026, 6, 10)).await;
        care.did("HIP", ("2026/27", 2), 12).await;
        care.did("COPD", ("2026/27", 2), 310).await;
        care.did("HIP", ("2026/27", 1), 11).await;
        let may = care.pay_to("2026/27", 2).await;
        let expected = [
            ("JOINTS", 1, "5400.00", true),
            ("JOINTS", 2, "64800.00", false),
            ("YEARS", 2, "31000.00", false),
        ];
        assert_eq!(lines(&may), expected, "C7: what was found late is an adjustment of its month");
        // Nothing was counted afterwards, so that nothing is due.
        care.on((2027, 4, 10)).await;
        let month = care.input(json!({ "financialYear": "2026/27", "period": 12,
            "scheme": care.scheme, "idempotencyKey": "none" }));
        let none = care.board().run("runPayment", month, "run { number }").await;
        assert_eq!(none.problem(), "ALREADY_DONE");
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("250000.00", "62500.00"),
            pay: "208802.00",
            paid: ("208802.00", "52200.50"),
        };
        care.everybody_reads(&first).await;

        // At prices 2% higher: 10 hips at £5,508, 2 knees at £6,018.51, 305 people at £1,224. The
        // odd halfpenny of the shares is the board's, which is named first (rule M2).
        care.on((2027, 5, 10)).await;
        care.did("HIP", ("2027/28", 1), 10).await;
        care.did("KNEE", ("2027/28", 1), 2).await;
        care.did("COPD", ("2027/28", 1), 305).await;
        let april = care.pay_to("2027/28", 1).await;
        assert_eq!(
            lines(&april),
            [("JOINTS", 1, "67117.02", false), ("YEARS", 1, "31110.00", false)]
        );
        assert_eq!(april["ownShare"], "73670.27", "three quarters of £98,227.02");
        let notice = json!({ "takesEffectOn": "2028-03-31", "reasonCode": "CHANGED_NEED",
            "documentReference": "Letter 8" });
        care.step("giveContractNotice", "2027-05-10", notice).await.ok();
        let told = care.reads(&care.associate, "2027/28").await;
        assert_eq!(told["pay"]["paymentRuns"][0]["ownShare"], "24556.75", "and a quarter of it");
        // Every month until its last: 8 hips, £44,064, and 300 people at £102, £30,600; in March a
        // knee too, £6,018.51: the odd penny is now the borough's, whose remainder is the larger.
        for period in 2..=12 {
            care.on(after("2027/28", period)).await;
            care.did("HIP", ("2027/28", period), 8).await;
            care.did("COPD", ("2027/28", period), 300).await;
            if period == 12 {
                care.did("KNEE", ("2027/28", 12), 1).await;
            }
            let due = if period == 12 { "80682.51" } else { "74664.00" };
            assert_eq!(care.pay_to("2027/28", period).await["total"], due);
        }
        // The borough bears £24,556.75, ten times £18,666.00, and of £80,682.51 a quarter.
        care.everybody_reads(&Known {
            year: "2027/28",
            status: "EXPIRED",
            to_sellers: "NOTICE_GIVEN",
            value: ("1000000.00", "250000.00"),
            pay: "925549.53",
            paid: ("925549.53", "231387.38"),
        })
        .await;
    }
}
