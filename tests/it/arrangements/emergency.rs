//! A social enterprise in the emergency department: a sum that covers a range of attendances, with
//! a price outside it (rule C4).

use entities::organisation::OrganisationKind;
use serde_json::json;
use tests::{
    arrangement::{Arrangement, Who, views::Known},
    both_databases,
};

both_databases! {
    async fn c4_a_social_enterprise_is_paid_for_a_range_and_by_the_head_beyond_it(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::SocialEnterprise).await;
        let draft = care.draft("Primary care at the front door", "BILATERAL", (2, 1));
        care.drafts(draft, &[("2026/27", "3600000.00"), ("2027/28", "3600000.00")]).await;
        care.pays(
            "DOOR",
            json!({ "costAndVolume": {
            "yearly": { "amount": "3600000.00" }, "code": "SEEN", "fromUnits": 36_000,
            "toUnits": 40_000, "priceBelow": "45.00", "priceBeyond": "60.00",
        } }),
        )
        .await;
        care.begins("2026-04-01").await;
        let nights = ("Nights", ["499999.99", "500000.00"]);
        let nights = care.buys((Who::Lead, Who::Subcontractor), nights, json!({})).await;
        care.buys(
            (Who::Subcontractor, Who::Deeper),
            ("Locums", ["100000.00", "99999.99"]),
            json!({}),
        )
        .await;
        care.buys((Who::Lead, Who::Sibling), ("X-rays", ["999999.99", "1000000.00"]), json!({}))
            .await;

        // 38,500 by February and 3,000 in March: 1,500 beyond 40,000, at £60 each.
        let mut seen = [3_500; 12];
        seen[11] = 3_000;
        let paid = care.pay_months_of("2026/27", "SEEN", &seen).await;
        assert_eq!(paid[..11], ["300000.00"; 11]);
        assert_eq!(paid[11], "390000.00");
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("3600000.00", "1200000.00"),
            pay: "3690000.00",
            paid: ("3690000.00", "1230000.00"),
        };
        care.everybody_reads(&first).await;

        // In the second year the nights are suspended from October on: 1,000 fewer than 36,000, at
        // £45.
        let mut seen = [3_500; 12];
        seen[6..].fill(2_335);
        seen[11] = 2_325;
        let paid = care.pay_months_of("2027/28", "SEEN", &seen[..6]).await;
        assert_eq!(paid, ["300000.00"; 6]);
        let undecided = json!({ "suspendedPart": "Nights", "reasonCode": "SAFETY",
            "documentReference": "Notice 1" });
        let refused = care.step("suspendContract", "2027-10-01", undecided.clone()).await;
        assert_eq!(refused.refusal(), ("REASON_REQUIRED".into(), "continuity".into()));
        let mut why = undecided;
        why["continuity"] = json!("The trust's own emergency department");
        care.step("suspendContract", "2027-10-01", why).await.ok();
        let above = care.reads_link(&care.subcontractor, &nights).await["above"][0].clone();
        assert_eq!(
            (&above["status"], &above["reasonCode"]),
            (&json!("SUSPENDED"), &json!("SAFETY"))
        );
        assert_eq!(seen.iter().sum::<i32>(), 35_000);
        for (units, period) in seen[6..].iter().zip(7..) {
            care.on(tests::arrangement::pay::after("2027/28", period)).await;
            care.did("SEEN", ("2027/28", period), *units).await;
            let due = if period == 12 { "255000.00" } else { "300000.00" };
            assert_eq!(care.pay_to("2027/28", period).await["total"], due);
        }
        care.everybody_reads(&Known {
            year: "2027/28",
            status: "EXPIRED",
            to_sellers: "SUSPENDED",
            pay: "3555000.00",
            paid: ("3555000.00", "1185000.00"),
            ..first
        })
        .await;
    }
}
