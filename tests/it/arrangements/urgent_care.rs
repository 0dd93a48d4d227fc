//! Urgent care with a lead provider: 90% of what was spent before, and up to 5% for performance
//! (worked example A1; rules C3, C4, C5, C8).

use entities::organisation::OrganisationKind;
use serde_json::json;
use tests::{
    arrangement::{
        Arrangement, Who,
        pay::{measure, share},
        views::Known,
    },
    both_databases,
    pay_withholding::{a_tenth, settling},
};

both_databases! {
    async fn a1_a_lead_provider_is_paid_nine_tenths_and_up_to_a_twentieth(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::NhsTrust).await;
        let draft = care.draft("Urgent care", "LEAD_PROVIDER", (3, 1));
        care.drafts(draft, &[("2026/27", "90000000.00"), ("2027/28", "90000000.00")]).await;
        care.baseline(["100000000.00", "100000000.00"]).await;
        care.achieves(json!([]), json!([measure("FLOW", 0, "LINEAR")])).await;
        care.pays("BLOCK", json!({ "block": share("BASELINE_SPEND", 9_000) })).await;
        let goal = json!({ "name": "Flow", "basisPoints": 500, "measure": "FLOW" });
        let flow = json!({ "basis": "BASELINE_SPEND", "ceilingBasisPoints": 500, "goals": [goal] });
        care.pays("FLOW", json!({ "incentive": flow })).await;
        care.begins("2026-04-01").await;

        // What is material waits for the board (rule C3).
        let nights = ("Nights", ["400000.00", "410000.00"]);
        let nights =
            care.buys((Who::Lead, Who::Subcontractor), nights, json!({ "isMaterial": true })).await;
        assert_eq!(care.reads_link(&care.lead, &nights).await["stage"], "AWAITING_APPROVAL");
        care.approves_link(&nights).await;
        assert_eq!(care.reads_link(&care.lead, &nights).await["stage"], "RUNNING");
        let transport = ("Transport", ["99999.99", "100000.00"]);
        care.buys((Who::Lead, Who::Sibling), transport, json!({})).await;
        let staff = ("Staff", ["50000.00", "50000.00"]);
        let staff = care.buys((Who::Subcontractor, Who::Deeper), staff, json!({})).await;
        let rotas = ("Rotas", ["4000.00", "4000.00"]);
        care.buys((Who::Deeper, Who::Deepest), rotas, json!({})).await;

        // Twelve months at a twelfth of £90 million. In June 60% of the flow that was aimed at.
        assert_eq!(care.pay_months("2026/27", 1..=12).await, ["7500000.00"; 12]);
        assert_eq!(care.comes_to("FLOW", "2026/27").await, "0.00", "C5: nothing is evidenced");
        care.on((2027, 6, 15)).await;
        care.measures("FLOW", "2026/27", "60").await;
        assert_eq!(care.pay_to("2026/27", 12).await["total"], "3000000.00");
        let parts = vec!["23250000.00".to_owned(), "69750000.00".to_owned()];
        assert_eq!(care.spent(care.partner(), "2026/27").await, ("93000000.00".to_owned(), parts));

        // The nights are suspended, and those who depend on the contract are told why.
        let why = json!({ "suspendedPart": "Nights", "continuity": "The trust's own wards",
            "reasonCode": "SAFETY", "documentReference": "Notice 3" });
        care.step("suspendContract", "2027-06-15", why).await.ok();
        let first = Known {
            year: "2026/27",
            status: "SUSPENDED",
            to_sellers: "SUSPENDED",
            value: ("90000000.00", "22500000.00"),
            pay: "93000000.00",
            paid: ("93000000.00", "23250000.00"),
        };
        care.everybody_reads(&first).await;
        let above = care.reads_link(&care.deeper, &staff).await["above"][0].clone();
        assert_eq!(
            (&above["reasonCode"], &above["documentReference"]),
            (&json!("SAFETY"), &json!("Notice 3"))
        );
        // That stops no pay by itself: until the nights begin again a tenth of June is withheld.
        let mut part = a_tenth(&care.contract, "BLOCK", (3, 3), "Nights");
        part["financialYear"] = json!("2027/28");
        part["reasonCode"] = json!("QUALITY");
        care.board().withholds("withholdPay", part).await.ok();
        assert_eq!(care.pay_months("2027/28", 3..=3).await, ["21750000.00"]);
        care.step("resumeContract", "2027-07-10", json!({})).await.ok();
        let back = settling(&care.contract, (1, "2027-07-10"), None, "Nights again");
        care.board().withholds("releaseWithheldPay", back).await.ok();

        // In the second year all of the flow is reached; the contract expires after its last day.
        assert_eq!(care.pay_months("2027/28", 4..=12).await[..2], ["8250000.00", "7500000.00"]);
        care.on((2028, 5, 1)).await;
        care.measures("FLOW", "2027/28", "100").await;
        assert_eq!(care.pay_to("2027/28", 12).await["total"], "5000000.00");
        let second = Known {
            year: "2027/28",
            status: "EXPIRED",
            to_sellers: "ACTIVE",
            value: ("90000000.00", "22500000.00"),
            pay: "95000000.00",
            paid: ("95000000.00", "23750000.00"),
        };
        care.everybody_reads(&second).await;
    }
}
