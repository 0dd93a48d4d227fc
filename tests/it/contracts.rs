//! Contracts: drafted, awarded, mobilised, suspended and ended, and what is refused on the way
//! (rules C1 and C8).

use entities::{membership::Role, organisation::OrganisationKind};
use serde_json::json;
use tests::{
    Actor, Answer, World, both_databases,
    contracts::{WHOLE, drafted},
    posting::decision,
};

struct Scene {
    lead: Actor,
    associate: Actor,
    provider: Actor,
    member: Actor,
}

async fn scene(world: &World) -> Scene {
    let roles = [Role::Commissioner, Role::Finance];
    let mut actors = Vec::new();
    for (name, kind) in [
        ("Board", OrganisationKind::IntegratedCareBoard),
        ("Council", OrganisationKind::LocalAuthority),
        ("Trust", OrganisationKind::NhsTrust),
        ("Charity", OrganisationKind::Charity),
    ] {
        let id = world.organisation(name, kind).await;
        actors.push(world.actor(id, &roles).await);
    }
    let [lead, associate, provider, member] = actors.try_into().expect("four");
    Scene { lead, associate, provider, member }
}

impl Scene {
    async fn drafted(&self, reference: &str) -> String {
        let commissioners = [(&self.lead, 2), (&self.associate, 1)];
        self.lead.draft(drafted(reference, &commissioners, &[&self.provider, &self.member])).await
    }
}

#[track_caller]
fn is_refused(answer: &Answer, code: &str, path: &str) {
    assert_eq!((answer.problem().as_str(), answer.problem_path().as_str()), (code, path));
}

#[track_caller]
fn sentence(answer: &Answer) -> String {
    answer.payload()["errors"][0]["message"].to_string()
}

async fn acts(world: &World, action: &str) -> u64 {
    use entities::audit_act::{Column, Entity};
    use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
    #[expect(clippy::disallowed_methods, reason = "the test looks at every row")]
    let acts = Entity::find().filter(Column::Action.eq(action));
    acts.count(world.database.for_migration()).await.expect("a count")
}

both_databases! {
    async fn a_reference_a_title_and_who_leads_are_enough_for_a_draft(world: World) {
        let scene = scene(&world).await;
        let lead = json!({ "organisation": scene.lead.id, "role": "CO_ORDINATING" });
        let input = json!({ "reference": "C/1", "title": "Care", "commissioners": [lead] });
        let id = scene.lead.draft(input.clone()).await;
        let contract = scene.lead.contract(&id).await;
        assert_eq!(contract["status"], "DRAFT");
        assert_eq!(contract["title"], "Care");
        assert_eq!(contract["wholeValue"], json!(null));
        assert_eq!(contract["version"], 1);
        let again = scene.lead.run("draftContract", input.clone(), WHOLE).await;
        is_refused(&again, "ALREADY_EXISTS", "reference");
        let own = json!({ "organisation": scene.associate.id, "role": "CO_ORDINATING" });
        let of_another = json!({ "reference": "C/1", "title": "Care", "commissioners": [own] });
        let _ = scene.associate.draft(of_another).await;
        let theirs = scene.associate.run("draftContract", input, WHOLE).await;
        assert_eq!(theirs.problem(), "NOT_ALLOWED", "nobody drafts for another");
        assert_eq!(acts(&world, "draftContract").await, 2);
    }

    async fn c1_shares_that_do_not_add_up_and_two_that_lead_are_refused(world: World) {
        let scene = scene(&world).await;
        let mut short = drafted("C/1", &[(&scene.lead, 2), (&scene.associate, 1)], &[]);
        short["shareTotal"] = json!(4);
        let refused = scene.lead.run("draftContract", short, WHOLE).await;
        assert_eq!(refused.problem(), "DOES_NOT_ADD_UP");
        assert!(sentence(&refused).contains("rule C1"));
        let mut two = drafted("C/1", &[(&scene.lead, 2), (&scene.associate, 1)], &[]);
        two["commissioners"][1]["role"] = json!("CO_ORDINATING");
        let refused = scene.lead.run("draftContract", two, WHOLE).await;
        is_refused(&refused, "INVALID_VALUE", "commissioners");
        let mut backwards = drafted("C/1", &[(&scene.lead, 1)], &[]);
        backwards["endsOn"] = json!("2026-03-31");
        let refused = scene.lead.run("draftContract", backwards, WHOLE).await;
        assert_eq!(refused.problem_path(), "endsOn");
        let mut twice = drafted("C/1", &[(&scene.lead, 1)], &[&scene.provider]);
        let member = json!({ "organisation": scene.provider.id, "role": "MEMBER" });
        twice["providers"].as_array_mut().expect("providers").push(member);
        let refused = scene.lead.run("draftContract", twice, WHOLE).await;
        assert_eq!(refused.problem_path(), "providers.1.organisation");
        assert_eq!(acts(&world, "draftContract").await, 0, "nothing was written");
    }

    async fn a_draft_changes_and_a_stale_version_is_refused(world: World) {
        let scene = scene(&world).await;
        let id = scene.drafted("C/1").await;
        let change = json!({
            "contract": id, "expectedVersion": 1, "title": "Other care",
            "providers": [{ "organisation": scene.member.id, "role": "LEAD" }],
        });
        let changed = scene.lead.run("updateContract", change.clone(), WHOLE).await.ok();
        let contract = &changed.payload()["contract"];
        assert_eq!(contract["title"], "Other care");
        assert_eq!(contract["version"], 2);
        let providers = contract["providers"].as_array().expect("providers");
        assert_eq!(providers.len(), 1);
        assert_eq!(providers[0]["organisation"]["id"], json!(scene.member.id));
        let stale = scene.lead.run("updateContract", change, WHOLE).await;
        assert_eq!(stale.problem(), "STALE_VERSION");
        let others = json!({ "contract": id, "expectedVersion": 2, "title": "Mine" });
        let refused = scene.associate.run("updateContract", others.clone(), WHOLE).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        let hidden = scene.provider.run("updateContract", others, WHOLE).await;
        assert_eq!(hidden.problem(), "NOT_FOUND", "V1: a provider sees no draft");
        assert_eq!(acts(&world, "updateContract").await, 1);
    }

    async fn v8_values_have_a_version_of_their_own(world: World) {
        let scene = scene(&world).await;
        let id = scene.drafted("C/1").await;
        let planned = scene.lead.plan(&id, ["100.00", "200.00"]).await.ok();
        let contract = &planned.payload()["contract"];
        assert_eq!(contract["wholeValue"], "300.00");
        assert_eq!((&contract["valueVersion"], &contract["version"]), (&json!(1), &json!(1)));
        let stale = json!({
            "contract": id, "expectedValueVersion": 0,
            "years": [{ "financialYear": "2026/27", "amount": "1.00" }],
        });
        let refused = scene.lead.run("planContractValue", stale.clone(), WHOLE).await;
        assert_eq!(refused.problem(), "STALE_VERSION");
        let negative = json!({
            "contract": id, "expectedValueVersion": 1,
            "years": [{ "financialYear": "2026/27", "amount": "-1.00" }],
        });
        let refused = scene.lead.run("planContractValue", negative, WHOLE).await;
        assert_eq!(refused.problem_path(), "years.0.amount");
        let early = json!({
            "contract": id, "expectedValueVersion": 1,
            "years": [{ "financialYear": "2019/20", "amount": "1.00" }],
        });
        let refused = scene.lead.run("planContractValue", early, WHOLE).await;
        assert_eq!(refused.problem_path(), "years.0.financialYear", "before the contract began");
        let refused = scene.associate.run("planContractValue", stale, WHOLE).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        assert_eq!(acts(&world, "planContractValue").await, 1);
    }

    async fn c8_a_contract_is_awarded_mobilised_and_active_from_its_first_day(world: World) {
        let scene = scene(&world).await;
        let id = scene.drafted("C/1").await;
        let _ = scene.lead.plan(&id, ["100.00", "200.00"]).await.ok();
        let early = scene.lead.step("activateContract", &id, "2026-04-01", json!({})).await;
        assert_eq!(early.problem(), "NOT_ALLOWED");
        let until = json!({ "standstillUntil": "2025-10-11" });
        let awarded = scene.lead.step("awardContract", &id, "2025-10-01", until).await.ok();
        assert_eq!(awarded.payload()["contract"]["status"], "IN_STANDSTILL");
        let soon = scene.lead.step("mobiliseContract", &id, "2025-10-10", json!({})).await;
        assert_eq!(soon.problem_path(), "effectiveOn", "the standstill lasts");
        let _ = scene.lead.step("mobiliseContract", &id, "2025-10-11", json!({})).await.ok();
        let soon = scene.lead.step("activateContract", &id, "2026-03-31", json!({})).await;
        assert_eq!(soon.problem_path(), "effectiveOn", "services begin on the first day");
        let _ = scene.lead.step("activateContract", &id, "2026-04-01", json!({})).await.ok();
        let contract = scene.lead.contract(&id).await;
        assert_eq!(contract["status"], "IN_STANDSTILL", "as it is today");
        assert_eq!(contract["wholeValue"], "300.00");
        let document = "query($id: ID!, $day: Date!) { contract(id: $id, asOf: $day) { status } }";
        for (day, status) in [
            ("2025-10-11", "MOBILISING"),
            ("2026-04-01", "ACTIVE"),
            ("2028-03-31", "ACTIVE"),
            ("2028-04-01", "EXPIRED"),
        ] {
            let asked = scene.lead.send(document, json!({ "id": id, "day": day })).await.ok();
            assert_eq!(asked.text("/contract/status"), status, "{day}");
        }
        let late = json!({ "contract": id, "expectedVersion": 4, "title": "Other" });
        let refused = scene.lead.run("updateContract", late, WHOLE).await;
        assert_eq!(refused.problem(), "ALREADY_DONE", "once awarded it is varied");
        let more = scene.lead.plan(&id, ["1.00", "2.00"]).await;
        assert_eq!(more.problem(), "ALREADY_DONE");
        for step in ["awardContract", "mobiliseContract", "activateContract"] {
            assert_eq!(acts(&world, step).await, 1, "{step}");
        }
    }

    async fn what_is_open_is_shown_and_keeps_a_contract_from_being_mobilised(world: World) {
        let scene = scene(&world).await;
        let mut input = drafted("C/1", &[(&scene.lead, 1)], &[&scene.provider]);
        input["conditions"] = json!([{ "description": "Staff are transferred" }]);
        input["guarantees"] = json!([{ "kind": "PARENT_COMPANY", "amount": "5.00" }]);
        let id = scene.lead.draft(input).await;
        let _ = scene.lead.step("awardContract", &id, "2025-10-01", json!({})).await.ok();
        let contract = scene.lead.contract(&id).await;
        assert_eq!(contract["conditions"][0]["isOpen"], true);
        assert_eq!(contract["guarantees"][0]["isOpen"], true);
        let mobilise = || scene.lead.step("mobiliseContract", &id, "2025-10-01", json!({}));
        let refused = mobilise().await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        assert!(sentence(&refused).contains("conditions"));
        let met = json!({
            "condition": contract["conditions"][0]["id"], "metOn": "2025-10-01",
            "evidence": "Letter of 1 October",
        });
        let hidden = scene.member.run("meetContractCondition", met.clone(), WHOLE).await;
        assert_eq!(hidden.problem(), "NOT_FOUND");
        let theirs = scene.provider.run("meetContractCondition", met.clone(), WHOLE).await;
        assert_eq!(theirs.problem(), "NOT_ALLOWED");
        let _ = scene.lead.run("meetContractCondition", met.clone(), WHOLE).await.ok();
        let twice = scene.lead.run("meetContractCondition", met, WHOLE).await;
        assert_eq!(twice.problem(), "ALREADY_DONE");
        assert!(sentence(&mobilise().await).contains("guarantees"));
        let given = json!({
            "guarantee": contract["guarantees"][0]["id"], "givenBy": scene.member.id,
            "documentReference": "Deed 4", "startsOn": "2025-10-01", "endsOn": "2026-03-31",
        });
        let _ = scene.lead.run("recordContractGuarantee", given, WHOLE).await.ok();
        let _ = mobilise().await.ok();
        let ended = scene.lead.step("activateContract", &id, "2026-04-01", json!({})).await;
        assert!(sentence(&ended).contains("guarantees"));
        let anew = json!({
            "guarantee": contract["guarantees"][0]["id"], "givenBy": scene.member.id,
            "documentReference": "Deed 5", "startsOn": "2026-04-01",
        });
        let _ = scene.lead.run("recordContractGuarantee", anew, WHOLE).await.ok();
        let _ = scene.lead.step("activateContract", &id, "2026-04-01", json!({})).await.ok();
        assert_eq!(acts(&world, "meetContractCondition").await, 1);
        assert_eq!(acts(&world, "recordContractGuarantee").await, 2);
    }

    async fn c8_a_suspension_names_its_reason_its_document_and_who_cares_meanwhile(world: World) {
        let scene = scene(&world).await;
        let id = scene.drafted("C/1").await;
        scene.lead.begin(&id).await;
        world.it_is(2026, 6, 1);
        let lead = world.again(&scene.lead).await;
        let reasons = json!({ "reasonCode": "SAFETY", "documentReference": "Notice 3" });
        let bare = lead.step("suspendContract", &id, "2026-06-01", reasons.clone()).await;
        is_refused(&bare, "REASON_REQUIRED", "continuity");
        let mut more = reasons.clone();
        more["continuity"] = json!("The council's own team");
        more["suspendedPart"] = json!("Nights");
        let mut undocumented = more.clone();
        undocumented["documentReference"] = json!(" ");
        let refused = lead.step("suspendContract", &id, "2026-06-01", undocumented).await;
        assert_eq!(refused.problem_path(), "documentReference");
        let done = lead.step("suspendContract", &id, "2026-06-01", more).await.ok();
        assert_eq!(done.payload()["contract"]["status"], "SUSPENDED");
        let resumed = lead.step("resumeContract", &id, "2026-06-01", json!({})).await.ok();
        assert_eq!(resumed.payload()["contract"]["status"], "ACTIVE");
        let mut notice = reasons.clone();
        notice["takesEffectOn"] = json!("2026-05-31");
        let refused = lead.step("giveContractNotice", &id, "2026-06-01", notice.clone()).await;
        assert_eq!(refused.problem_path(), "takesEffectOn");
        notice["takesEffectOn"] = json!("2026-12-01");
        let _ = lead.step("giveContractNotice", &id, "2026-06-01", notice).await.ok();
        let before = lead.step("terminateContract", &id, "2026-05-31", reasons.clone()).await;
        assert_eq!(before.problem_path(), "effectiveOn");
        let _ = lead.step("terminateContract", &id, "2026-06-01", reasons.clone()).await.ok();
        let dead = lead.step("resumeContract", &id, "2026-06-01", json!({})).await;
        assert_eq!(dead.problem(), "ALREADY_DONE");
        let history = lead.contract(&id).await["statusHistory"].clone();
        let said: Vec<_> =
            history.as_array().expect("a history").iter().map(|it| it["status"].clone()).collect();
        assert_eq!(json!(said), json!([
            "DRAFT", "IN_STANDSTILL", "MOBILISING", "ACTIVE", "SUSPENDED", "ACTIVE",
            "NOTICE_GIVEN", "TERMINATED",
        ]));
        let steps =
            ["suspendContract", "resumeContract", "giveContractNotice", "terminateContract"];
        for step in steps {
            assert_eq!(acts(&world, step).await, 1, "{step}");
        }
    }

    async fn c8_what_is_abandoned_or_cancelled_stays_visible_with_its_reason(world: World) {
        let scene = scene(&world).await;
        let abandoned = scene.drafted("C/1").await;
        let reasons = json!({ "reasonCode": "CHALLENGE", "documentReference": "Letter 9" });
        let more = reasons.clone();
        let _ = scene.lead.step("abandonContract", &abandoned, "2025-10-01", more).await.ok();
        let contract = scene.associate.contract(&abandoned).await;
        assert_eq!(contract["status"], "ABANDONED");
        assert_eq!(contract["statusHistory"][1]["reasonCode"], "CHALLENGE");
        assert_eq!(scene.provider.contract(&abandoned).await, json!(null), "it was never awarded");
        let cancelled = scene.drafted("C/2").await;
        let _ = scene.lead.step("awardContract", &cancelled, "2025-10-01", json!({})).await.ok();
        let _ = scene.lead.step("cancelContract", &cancelled, "2025-10-01", reasons).await.ok();
        assert_eq!(scene.provider.contract(&cancelled).await["status"], "CANCELLED");
        assert_eq!(acts(&world, "abandonContract").await, 1);
        assert_eq!(acts(&world, "cancelContract").await, 1);
    }

    async fn an_option_to_extend_is_taken_up_once_and_as_far_as_it_goes(world: World) {
        let scene = scene(&world).await;
        let id = scene.drafted("C/1").await;
        scene.lead.begin(&id).await;
        world.it_is(2028, 1, 1);
        let lead = world.again(&scene.lead).await;
        let extend = |until: &str, version: i32| {
            let input = json!({
                "contract": id, "expectedVersion": version, "endsOn": until,
                "decision": decision(),
            });
            let lead = &lead;
            async move { lead.run("extendContract", input, WHOLE).await }
        };
        let beyond = extend("2029-04-01", 4).await;
        is_refused(&beyond, "INVALID_DATE", "endsOn");
        let _ = extend("2029-03-31", 4).await.ok();
        assert_eq!(extend("2030-03-31", 5).await.problem(), "INVALID_DATE", "one option only");
        let document = "query($id: ID!, $day: Date!, $known: DateTime) {
            contract(id: $id, asOf: $day, knownAt: $known) { endsOn status extensionsUsed }
        }";
        let asked = json!({ "id": id, "day": "2028-04-01" });
        let now = lead.send(document, asked).await.ok();
        assert_eq!(now.text("/contract/status"), "ACTIVE");
        let asked = json!({ "id": id, "day": "2028-04-01", "known": "2027-01-01T00:00:00Z" });
        let then = lead.send(document, asked).await.ok();
        assert_eq!(then.text("/contract/endsOn"), "2028-03-31", "as it was known then");
        assert_eq!(then.text("/contract/status"), "EXPIRED");
        assert_eq!(acts(&world, "extendContract").await, 1);
    }

    async fn g1_a_variation_needs_the_decision_of_every_commissioner(world: World) {
        let scene = scene(&world).await;
        let id = scene.drafted("C/1").await;
        let _ = scene.lead.plan(&id, ["100.00", "200.00"]).await.ok();
        let approval = |by: &Actor| json!({ "commissioner": by.id, "decision": decision() });
        let input = |version: i32, approvals: Vec<serde_json::Value>| {
            json!({
                "contract": id, "expectedVersion": version, "summary": "More beds",
                "effectiveOn": "2026-10-01", "title": "More care",
                "years": [{ "financialYear": "2027/28", "amount": "250.00" }],
                "providers": [{ "organisation": scene.provider.id, "role": "LEAD" }],
                "approvals": approvals,
            })
        };
        let both = || vec![approval(&scene.lead), approval(&scene.associate)];
        let vary = "recordContractVariation";
        let draft = scene.lead.run(vary, input(1, both()), WHOLE).await;
        assert_eq!(draft.problem(), "NOT_ALLOWED", "a draft is changed");
        scene.lead.begin(&id).await;
        let alone = scene.lead.run(vary, input(4, vec![approval(&scene.lead)]), WHOLE).await;
        assert_eq!(alone.problem(), "APPROVAL_NEEDED");
        let others = scene.associate.run(vary, input(4, both()), WHOLE).await;
        assert_eq!(others.problem(), "NOT_ALLOWED");
        let mut strangers = both();
        strangers.push(approval(&scene.member));
        let refused = scene.lead.run(vary, input(4, strangers), WHOLE).await;
        assert_eq!(refused.problem_path(), "approvals.2.commissioner");
        let _ = scene.lead.run(vary, input(4, both()), WHOLE).await.ok();
        let mut earlier = input(5, both());
        earlier["effectiveOn"] = json!("2026-09-30");
        let refused = scene.lead.run(vary, earlier, WHOLE).await;
        assert_eq!(refused.problem_path(), "effectiveOn");
        let document = "query($id: ID!, $day: Date!) { contract(id: $id, asOf: $day) {
            title wholeValue providers { organisation { id } }
            variations { summary approvals { commissioner { id } } }
        } }";
        for (day, title, value, providers) in [
            ("2026-09-30", "Care C/1", "300.00", 2),
            ("2026-10-01", "More care", "350.00", 1),
        ] {
            let asked = scene.lead.send(document, json!({ "id": id, "day": day })).await.ok();
            assert_eq!(asked.text("/contract/title"), title, "C8: {day}");
            assert_eq!(asked.text("/contract/wholeValue"), value);
            assert_eq!(asked.at("/contract/providers").as_array().map(Vec::len), Some(providers));
            let approvals = asked.at("/contract/variations/0/approvals").as_array();
            assert_eq!(approvals.map(Vec::len), Some(2));
        }
        assert_eq!(acts(&world, vary).await, 2, "of the terms and of the value");
    }

    async fn whoever_provides_under_a_contract_does_not_award_it(world: World) {
        let scene = scene(&world).await;
        let own = drafted("C/1", &[(&scene.lead, 1)], &[&scene.provider, &scene.lead]);
        let id = scene.lead.draft(own).await;
        let refused = scene.lead.step("awardContract", &id, "2025-10-01", json!({})).await;
        assert_eq!(refused.problem(), "NOT_ALLOWED");
        assert!(sentence(&refused).contains("provides"));
        let nobody = scene.lead.draft(drafted("C/2", &[(&scene.lead, 1)], &[])).await;
        let refused = scene.lead.step("awardContract", &nobody, "2025-10-01", json!({})).await;
        assert_eq!(refused.problem(), "INVALID_VALUE", "nobody provides yet");
    }

    async fn of_two_steps_at_once_one_is_taken(world: World) {
        let scene = scene(&world).await;
        let id = scene.drafted("C/1").await;
        let _ = scene.lead.step("awardContract", &id, "2025-10-01", json!({})).await.ok();
        let reasons = json!({ "reasonCode": "OTHER", "documentReference": "Letter 9" });
        let input = |more: &serde_json::Value| {
            let mut input =
                json!({ "contract": id, "expectedVersion": 2, "effectiveOn": "2025-10-01" });
            for (name, value) in more.as_object().into_iter().flatten() {
                input[name] = value.clone();
            }
            input
        };
        let (cancelled, mobilised) = tokio::join!(
            scene.lead.run_typed("cancelContract", "EndContractInput", input(&reasons), WHOLE),
            scene.lead.run_typed("mobiliseContract", "ContractStepInput", input(&json!({})), WHOLE),
        );
        let refused: Vec<_> = [&cancelled, &mobilised]
            .into_iter()
            .filter(|it| !it.payload()["contract"].is_object())
            .map(Answer::problem)
            .collect();
        assert_eq!(refused, ["STALE_VERSION"]);
    }

    async fn a_dry_run_checks_everything_and_writes_nothing(world: World) {
        let scene = scene(&world).await;
        let mut input = drafted("C/1", &[(&scene.lead, 1)], &[]);
        input["dryRun"] = json!(true);
        let dry = scene.lead.run("draftContract", input, WHOLE).await.ok();
        assert_eq!(dry.payload()["contract"]["status"], "DRAFT");
        let id = dry.text("/draftContract/contract/id");
        assert_eq!(scene.lead.contract(id).await, json!(null));
    }
}
