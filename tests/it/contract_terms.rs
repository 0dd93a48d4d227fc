//! What a contract says, in all its kinds, read back as it was drafted, varied and given notice of.

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::{Value, json};
use tests::{
    Actor, World, both_databases,
    chain::Chain,
    contracts::{WHOLE, drafted},
    posting::decision,
};

async fn body(world: &World, name: &str, kind: OrganisationKind) -> Actor {
    let id = world.organisation(name, kind).await;
    world.actor(id, &[Role::Commissioner, Role::ContractManager]).await
}

const TERMS: &str = "model form vatRegime";

async fn terms(who: &Actor, contract: &str) -> Value {
    let document = format!(r#"{{ contract(id: "{contract}") {{ {TERMS} }} }}"#);
    who.ask(&document).await.ok().at("/contract").clone()
}

both_databases! {
    async fn a_contract_is_of_any_model_and_every_party_reads_which(world: World) {
        let board = body(&world, "Board", OrganisationKind::IntegratedCareBoard).await;
        let trust = body(&world, "Trust", OrganisationKind::NhsTrust).await;
        let models = ["LEAD_PROVIDER", "PRIME_PROVIDER", "PRIME_CONTRACTOR", "ALLIANCE", "CONSORTIUM",
            "SINGLE_ENTITY", "BILATERAL", "FRAMEWORK_CALL_OFF", "PRIMARY_CARE"];
        for (number, model) in models.into_iter().enumerate() {
            let mut draft = drafted(&format!("C/{number}"), &[(&board, 1)], &[&trust]);
            draft["model"] = json!(model);
            let id = board.draft(draft).await;
            let _ = board.step("awardContract", &id, "2025-10-01", json!({})).await.ok();
            for who in [&board, &trust] {
                assert_eq!(terms(who, &id).await["model"], model);
            }
            let found = format!("{{ contracts(where: {{ model: {{ eq: {model} }} }}, first: 9) {{ nodes {{ id }} }} }}");
            let found = board.ask(&found).await.ok();
            assert_eq!(found.at("/contracts/nodes"), &json!([{ "id": id }]));
        }
    }

    async fn primary_care_has_a_form_and_no_other_contract_has(world: World) {
        let board = body(&world, "Board", OrganisationKind::IntegratedCareBoard).await;
        let practice = body(&world, "Practice", OrganisationKind::GpPractice).await;
        let forms = ["General medical services", "Personal medical services",
            "Alternative provider medical services", "Special allocation scheme"];
        for (number, form) in forms.into_iter().enumerate() {
            let mut draft = drafted(&format!("P/{number}"), &[(&board, 1)], &[&practice]);
            (draft["model"], draft["form"]) = (json!("PRIMARY_CARE"), json!(form));
            let id = board.draft(draft).await;
            let _ = board.step("awardContract", &id, "2025-10-01", json!({})).await.ok();
            for who in [&board, &practice] {
                let expected = json!({ "model": "PRIMARY_CARE", "form": form, "vatRegime": null });
                assert_eq!(terms(who, &id).await, expected);
            }
        }
        let mut draft = drafted("C/1", &[(&board, 1)], &[&practice]);
        draft["form"] = json!(forms[0]);
        let refused = board.run("draftContract", draft.clone(), WHOLE).await;
        assert_eq!(refused.refusal(), ("INVALID_VALUE".into(), "form".into()));
        draft["model"] = json!("PRIMARY_CARE");
        let id = board.draft(draft).await;
        let change = json!({ "contract": id, "expectedVersion": 1, "model": "BILATERAL" });
        let refused = board.run("updateContract", change, WHOLE).await;
        assert_eq!(refused.problem(), "INVALID_VALUE", "its form would be left over");
    }

    async fn how_value_added_tax_is_dealt_with_is_drafted_and_varied(world: World) {
        let board = body(&world, "Board", OrganisationKind::IntegratedCareBoard).await;
        let trust = body(&world, "Trust", OrganisationKind::NhsTrust).await;
        let regimes = ["SECTION33", "CONTRACTED_OUT_SERVICES", "IRRECOVERABLE", "EXEMPT", "OUTSIDE_SCOPE"];
        let mut id = String::new();
        for regime in regimes {
            let mut draft = drafted(regime, &[(&board, 1)], &[&trust]);
            draft["vatRegime"] = json!(regime);
            id = board.draft(draft).await;
            board.begin(&id).await;
            for who in [&board, &trust] {
                assert_eq!(terms(who, &id).await["vatRegime"], regime);
            }
        }
        let variation = json!({
            "contract": id, "expectedVersion": 4, "summary": "The supply is exempt",
            "effectiveOn": "2026-10-01", "vatRegime": "EXEMPT",
            "approvals": [{ "commissioner": board.id, "decision": decision() }],
        });
        let _ = board.run("recordContractVariation", variation, "contract { id }").await.ok();
        for (day, regime) in [("2026-09-30", "OUTSIDE_SCOPE"), ("2026-10-01", "EXEMPT")] {
            let document = format!(r#"{{ contract(id: "{id}", asOf: "{day}") {{ vatRegime }} }}"#);
            assert_eq!(trust.ask(&document).await.ok().text("/contract/vatRegime"), regime, "C8: {day}");
        }
    }

    async fn c8_a_notice_names_its_reason_and_its_document_and_everybody_in_the_chain_reads_them(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let notice = |reason: Value, document: Value| json!({
            "reasonCode": reason, "documentReference": document, "takesEffectOn": "2026-03-31",
        });
        let give = async |input: Value| {
            chain.commissioner.step("giveContractNotice", &chain.id(), "2025-10-01", input).await
        };
        for nothing in ["", " "] {
            let refused = give(notice(json!("PERFORMANCE"), json!(nothing))).await;
            assert_eq!(refused.refusal(), ("REASON_REQUIRED".into(), "documentReference".into()));
            let message = refused.payload()["errors"][0]["message"].as_str().expect("a sentence");
            assert!(message.starts_with("rule C8:"), "{message}");
        }
        let _ = give(notice(json!("PERFORMANCE"), json!("Notice 7"))).await.ok();
        let document = format!(r#"{{ contract(id: "{}") {{ status statusHistory {{ status reasonCode
            documentReference takesEffectOn }} }} }}"#, chain.id());
        let given = json!({ "status": "NOTICE_GIVEN", "reasonCode": "PERFORMANCE",
            "documentReference": "Notice 7", "takesEffectOn": "2026-03-31" });
        for who in [&chain.commissioner, &chain.associate, &chain.lead, &chain.sellers[0]] {
            let told = who.ask(&document).await.ok();
            assert_eq!(told.text("/contract/status"), "NOTICE_GIVEN");
            assert_eq!(told.at("/contract/statusHistory/1"), &given, "{}", who.id);
        }
        let above = format!(r#"{{ node(id: "{}") {{ ... on Subcontract {{ above {{ status reasonCode
            documentReference takesEffectOn }} }} }} }}"#, links[3]);
        let told = chain.sellers[3].ask(&above).await.ok();
        assert_eq!(told.at("/node/above/0"), &given, "at tier 4, which does not see the contract");
        assert_eq!(chain.sellers[3].ask(&document).await.ok().at("/contract"), &Value::Null);
    }
}
