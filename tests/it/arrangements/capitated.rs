//! A capitated budget on registered lists, held by a federation of practices with an independent
//! partner, and an interest that is declared before the money for it is agreed (rules C7, G3, M13).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    arrangement::{Arrangement, Who, views::Known},
    both_databases,
};

both_databases! {
    async fn c7_a_budget_by_head_follows_the_lists_and_a_wrong_count_is_put_right(world: World) {
        let mut care = Arrangement::open(world, OrganisationKind::GpFederation).await;
        let independent =
            care.another("Independent partner", OrganisationKind::IndependentProvider).await;
        let mut draft = care.draft("Community care", "CONSORTIUM", (3, 1));
        let member = json!({ "organisation": independent.id, "role": "MEMBER" });
        draft["providers"].as_array_mut().expect("providers").push(member);
        care.drafts(draft, &[("2026/27", "1200000.00"), ("2027/28", "1200000.00")]).await;
        // 20,000 people at £48 and 2,000 older ones who count two and a half times: £100,000 a
        // month.
        care.counts("UNDER 75", "2026-04-01", 20_000).await;
        care.counts("OVER 75", "2026-04-01", 2_000).await;
        care.pays(
            "LISTS",
            json!({ "capitation": { "yearlyPrice": "48.00", "refreshed": "QUARTERLY",
            "groups": [{ "code": "UNDER 75" }, { "code": "OVER 75", "weight": 25_000 }] } }),
        )
        .await;
        // A director of the board holds a share in the independent partner, and says so before the
        // contract is awarded (rule G3): from then on the draft is not the director's to read, nor
        // the contract to decide on. A colleague awards it, and the award says what was declared.
        let board = care.board().clone();
        let director =
            care.somebody_of(&board, &[Role::Commissioner, Role::Approver, Role::Finance]).await;
        director.is_excluded(&care.contract, &independent).await;
        assert!(director.contract(&care.contract).await.is_null());
        care.world.pass(1);
        care.begins("2026-04-01").await;
        let suspension = json!({ "reasonCode": "SAFETY", "documentReference": "Notice 1",
            "continuity": "The practices go on" });
        let refused =
            director.step("suspendContract", &care.contract, "2026-04-01", suspension).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        let document = "query($id: ID!) { contract(id: $id) {
            statusHistory { status interests { concerns { id } management } } } }";
        let told = board.send(document, json!({ "id": care.contract })).await.ok();
        let declared = json!([{ "concerns": { "id": independent.id }, "management": "EXCLUDED" }]);
        assert_eq!(told.at("/contract/statusHistory/0/interests"), &json!([]), "the draft");
        assert_eq!(told.at("/contract/statusHistory/1/interests"), &declared, "the award");
        care.buys(
            (Who::Lead, Who::Subcontractor),
            ("Visits", ["100000.00", "110000.00"]),
            json!({}),
        )
        .await;
        care.buys((Who::Subcontractor, Who::Deeper), ("Cars", ["5000.00", "5000.00"]), json!({}))
            .await;
        care.buys((Who::Lead, Who::Sibling), ("Wound care", ["500000.00", "499999.99"]), json!({}))
            .await;

        // The board is asked to put in more for it. The director declares it there too, and decides
        // nothing; a colleague decides.
        let contribution = care.contributions[1].clone();
        let ask = json!({ "contribution": contribution, "expectedVersion": 1,
            "amount": "225100000.00",
            "effectiveOn": "2026-04-01", "reason": "A budget by head", "expiresOn": "2026-06-30",
            "idempotencyKey": "more" });
        let proposer = care.somebody_of(&care.council().clone(), &[Role::Finance]).await;
        let proposal = proposer.proposes("proposeContributionVariation", ask).await;
        director.declares(&proposal).await.ok();
        assert_eq!(director.approves(&proposal).await.problem(), "NOT_ALLOWED");
        let colleague = care.somebody_of(&board, &[Role::Approver, Role::Finance]).await;
        let told = colleague.approves(&proposal).await.ok();
        assert_eq!(told.payload()["proposal"]["state"], "APPLIED");
        assert_eq!(
            told.payload()["proposal"]["interests"],
            json!([{ "description": "A relative works there" }])
        );
        for nobody in [&care.lead, &independent, &care.associate, &care.stranger] {
            assert_eq!(nobody.state_of(&proposal).await, Value::Null);
        }

        // From July 20,500 people; in August it turns out that they were 20,400.
        assert_eq!(care.pay_months("2026/27", 1..=3).await, ["100000.00"; 3]);
        care.counts("UNDER 75", "2026-07-01", 20_500).await;
        assert_eq!(care.pay_months("2026/27", 4..=4).await, ["102000.00"]);
        care.on((2026, 8, 20)).await;
        care.counts("UNDER 75", "2026-07-01", 20_400).await;
        let paid = care.pay_months("2026/27", 5..=12).await;
        assert_eq!(
            (&*paid[0], &paid[1..]),
            ("101200.00", &["101600.00"; 7].map(str::to_owned)[..])
        );
        let then = r#"knownAt: "2026-08-19T12:00:00Z""#;
        let known =
            care.schedule(care.board(), "2026/27", &format!("{then}, asOf: \"2026-08-19\"")).await;
        assert_eq!(known["total"], "1218000.00", "by the count as it was believed to be");
        // Three months at £100,000 and nine at £101,600, a quarter of each the borough's.
        let first = Known {
            year: "2026/27",
            status: "ACTIVE",
            to_sellers: "ACTIVE",
            value: ("1200000.00", "300000.00"),
            pay: "1214400.00",
            paid: ("1214400.00", "303600.00"),
        };
        care.everybody_reads(&first).await;
        let told = care.reads(&care.again(&independent).await, "2026/27").await;
        assert_eq!(
            (&told["wholeValue"], &told["pay"]["schedule"]["total"]),
            (&json!("2400000.00"), &json!("1214400.00"))
        );
        assert_eq!(told["pay"]["paymentRuns"], json!([]), "the federation is paid");

        // In April 2027 there are 21,000. The federation gives the contract up at the end.
        care.counts("UNDER 75", "2027-04-01", 21_000).await;
        assert_eq!(care.pay_months("2027/28", 1..=12).await, ["104000.00"; 12]);
        care.everybody_reads(&Known {
            year: "2027/28",
            status: "EXPIRED",
            to_sellers: "ACTIVE",
            pay: "1248000.00",
            paid: ("1248000.00", "312000.00"),
            ..first
        })
        .await;
    }
}
