//! Every object that can be acted upon says what may be done to it, by the decision that guards the
//! doing (rule V3).

mod exempt;

use std::collections::{BTreeMap, BTreeSet};

use entities::membership::Role;
use serde_json::{Value, json};
use tests::{Actor, Books, both_databases, chain::Chain, posting::decision};

use exempt::EXEMPT;

const AGREEMENT: &str = "PartnershipAgreement";
const FUND: &str = "PooledFund";
const SCHEME: &str = "Scheme";
const CONTRIBUTION: &str = "Contribution";
const RETURN: &str = "FundReturn";
const TEAM: &str = "Team";
const PROPOSAL: &str = "Proposal";
const CONTRACT: &str = "Contract";
const SUBCONTRACT: &str = "Subcontract";

/// Which answer of `viewerCan` says whether a mutation may be done: of which object, under which
/// name.
const ANSWERED: &[(&str, &str, &str)] = &[
    ("updatePartnershipAgreement", AGREEMENT, "update"),
    ("addAgreementPartner", AGREEMENT, "update"),
    ("endAgreementPartner", AGREEMENT, "update"),
    ("createPooledFund", AGREEMENT, "createFund"),
    ("appointOrganisation", AGREEMENT, "appoint"),
    ("endAppointment", "AgreementRelation", "end"),
    ("revokeAppointment", "AgreementRelation", "end"),
    ("grantAccess", AGREEMENT, "grantAccess"),
    ("endAccessGrant", "AccessGrant", "end"),
    ("beginPreview", AGREEMENT, "preview"),
    ("recordPublishedStatement", AGREEMENT, "recordPublishedStatement"),
    ("proposeAgreementChange", AGREEMENT, "proposeChange"),
    ("setPostingLimit", AGREEMENT, "setPostingLimit"),
    ("recordNarrativeThreshold", AGREEMENT, "recordNarrativeThreshold"),
    ("createTeam", AGREEMENT, "createTeam"),
    ("setDueDates", AGREEMENT, "setDueDates"),
    ("settleDueDate", "DueDate", "meet"),
    ("giveNotice", AGREEMENT, "giveNotice"),
    ("withdrawNotice", "Notice", "withdraw"),
    ("setDisputeLadder", AGREEMENT, "setDisputeLadder"),
    ("raiseDispute", AGREEMENT, "raiseDispute"),
    ("takeDisputeStep", "Dispute", "record"),
    ("endDispute", "Dispute", "record"),
    ("publish", AGREEMENT, "publish"),
    ("withdrawPublication", AGREEMENT, "publish"),
    ("proposeRiskShare", AGREEMENT, "proposeRiskShare"),
    ("recordRiskShare", AGREEMENT, "recordRiskShare"),
    ("claimSettlement", "RiskShare", "claimSettlement"),
    ("acceptSettlementLine", "SettlementLine", "answer"),
    ("disputeSettlementLine", "SettlementLine", "answer"),
    ("updatePooledFund", FUND, "update"),
    ("planContribution", FUND, "planContribution"),
    ("varyContribution", CONTRIBUTION, "vary"),
    ("proposeContributionVariation", CONTRIBUTION, "vary"),
    ("withholdContribution", CONTRIBUTION, "withhold"),
    ("releaseWithheldContribution", CONTRIBUTION, "withhold"),
    ("invoiceContribution", CONTRIBUTION, "post"),
    ("receiveContribution", CONTRIBUTION, "post"),
    ("refundContribution", CONTRIBUTION, "post"),
    ("createScheme", FUND, "createScheme"),
    ("updateScheme", SCHEME, "update"),
    ("setSchemeBudget", SCHEME, "setBudget"),
    ("setFundingSplit", SCHEME, "setFundingSplit"),
    ("recordCommitment", SCHEME, "commit"),
    ("releaseCommitment", "Commitment", "release"),
    ("moveBudget", FUND, "moveBudget"),
    ("proposeVirement", FUND, "proposeVirement"),
    ("rollForwardYear", FUND, "rollForwardYear"),
    ("carryForward", FUND, "carryForward"),
    ("recordExpenditure", FUND, "post"),
    ("recordAdjustment", FUND, "post"),
    ("proposePosting", FUND, "post"),
    ("importPayments", FUND, "post"),
    ("tryPaymentRules", FUND, "post"),
    ("postJournal", FUND, "postJournal"),
    ("reverseTransaction", "LedgerTransaction", "reverse"),
    ("closePeriod", FUND, "closePeriod"),
    ("releasePeriod", FUND, "releasePeriod"),
    ("stateAccountingTreatment", FUND, "stateAccountingTreatment"),
    ("saveForecast", FUND, "saveForecast"),
    ("submitForecast", "Forecast", "submit"),
    ("saveReturn", FUND, "saveReturn"),
    ("submitReturn", RETURN, "submit"),
    ("queryReturn", RETURN, "answer"),
    ("agreeReturn", RETURN, "answer"),
    ("answerReturnQuery", RETURN, "answerQuery"),
    ("approveReturn", RETURN, "approve"),
    ("updateTeam", TEAM, "manage"),
    ("delegateLimit", TEAM, "manage"),
    ("proposeTeamMembership", TEAM, "manage"),
    ("addTeamPost", TEAM, "writePosts"),
    ("endTeamPost", TEAM, "writePosts"),
    ("addTeamFunction", TEAM, "writePosts"),
    ("moveTeamFunction", TEAM, "writePosts"),
    ("addTeamMember", TEAM, "seatOwnStaff"),
    ("endTeamMember", TEAM, "seatOwnStaff"),
    ("approveProposal", PROPOSAL, "approve"),
    ("refuseProposal", PROPOSAL, "refuse"),
    ("withdrawProposal", PROPOSAL, "withdraw"),
    ("declareInterest", PROPOSAL, "declareInterest"),
    ("updateContract", CONTRACT, "update"),
    ("planContractValue", CONTRACT, "planValue"),
    ("recordContractVariation", CONTRACT, "vary"),
    ("meetContractCondition", CONTRACT, "keep"),
    ("recordContractGuarantee", CONTRACT, "keep"),
    ("awardContract", CONTRACT, "changeStatus"),
    ("mobiliseContract", CONTRACT, "changeStatus"),
    ("activateContract", CONTRACT, "changeStatus"),
    ("suspendContract", CONTRACT, "changeStatus"),
    ("resumeContract", CONTRACT, "changeStatus"),
    ("giveContractNotice", CONTRACT, "changeStatus"),
    ("terminateContract", CONTRACT, "changeStatus"),
    ("extendContract", CONTRACT, "changeStatus"),
    ("abandonContract", CONTRACT, "changeStatus"),
    ("cancelContract", CONTRACT, "changeStatus"),
    ("declareContractInterest", CONTRACT, "declareInterest"),
    ("withdrawContractInterest", "ContractInterest", "withdraw"),
    ("publishContract", CONTRACT, "publish"),
    ("withdrawContractPublication", CONTRACT, "publish"),
    ("novateContracts", CONTRACT, "changeStatus"),
    ("unfoldNovation", CONTRACT, "changeStatus"),
    ("defineOutcomeFramework", CONTRACT, "defineOutcomes"),
    ("recordPayComponent", CONTRACT, "recordPay"),
    ("recordPayBaseline", CONTRACT, "recordPay"),
    ("recordListSize", CONTRACT, "recordPay"),
    ("recordActivity", CONTRACT, "recordPay"),
    ("submitMeasurement", CONTRACT, "submitMeasurement"),
    ("validateMeasurement", CONTRACT, "validateMeasurement"),
    ("rejectMeasurement", CONTRACT, "validateMeasurement"),
    ("withholdPay", CONTRACT, "withholdPay"),
    ("releaseWithheldPay", "PayWithholding", "settle"),
    ("retainWithheldPay", "PayWithholding", "settle"),
    ("runPayment", CONTRACT, "recordPay"),
    ("approvePaymentRun", "PaymentRun", "decide"),
    ("refusePaymentRun", "PaymentRun", "decide"),
    ("claimPaymentLine", "PaymentRunLine", "claim"),
    ("queryPaymentLine", "PaymentRunLine", "query"),
    ("answerPaymentQuery", "PaymentRunLine", "answer"),
    ("acceptPaymentLine", "PaymentRunLine", "accept"),
    ("recordPaymentMade", "PaymentRunLine", "recordPaid"),
    ("reconcilePaymentLine", "PaymentRunLine", "reconcile"),
    ("recordSubcontract", CONTRACT, "recordSubcontract"),
    ("endSubcontract", SUBCONTRACT, "keep"),
    ("recordFlowDownClause", SUBCONTRACT, "keep"),
    ("changeSubcontractValue", SUBCONTRACT, "keep"),
    ("confirmSubcontractValue", SUBCONTRACT, "answer"),
    ("contestSubcontractValue", SUBCONTRACT, "answer"),
    ("confirmSubcontract", SUBCONTRACT, "answer"),
    ("contestSubcontract", SUBCONTRACT, "answer"),
    ("approveSubcontract", SUBCONTRACT, "approve"),
    ("approveSubcontractValue", SUBCONTRACT, "approve"),
    ("shareWithConsortium", SUBCONTRACT, "shareWithConsortium"),
    ("stopSharingWithConsortium", SUBCONTRACT, "shareWithConsortium"),
    ("recordMeasureFeed", SUBCONTRACT, "recordMeasureFeed"),
    ("endMeasureFeed", SUBCONTRACT, "recordMeasureFeed"),
    ("confirmMeasurement", SUBCONTRACT, "answerMeasurement"),
    ("contestMeasurement", SUBCONTRACT, "answerMeasurement"),
    ("recordChainPayment", SUBCONTRACT, "recordPayment"),
    ("confirmChainPayment", "ChainPayment", "answer"),
    ("contestChainPayment", "ChainPayment", "answer"),
    ("withdrawChainPayment", "ChainPayment", "withdraw"),
    ("delegateBudget", "ContractDelegation", "delegate"),
    ("changeDelegatedBudget", "DelegatedBudget", "change"),
    ("withdrawDelegatedBudget", "DelegatedBudget", "change"),
    ("recordDelegatedSpending", "DelegatedBudget", "recordSpending"),
    ("reverseDelegatedSpending", "DelegatedSpending", "reverse"),
];

/// What is told apart from another answer about the same mutation.
const TOLD_APART: &[(&str, &str)] = &[
    ("PooledFund", "postOwnSpending"),
    ("RiskShare", "propose"),
    ("DueDate", "cancel"),
    ("Dispute", "withdraw"),
    ("Subcontract", "recordSubcontract"),
    ("Contract", "preview"),
    ("Contract", "answerMeasurement"),
    ("Subcontract", "submitMeasurement"),
];

const TYPES: &str = "{ __schema { mutationType { fields { name } }
    types { name fields { name type { name ofType { name } } } } } }";

/// The fields of every type, each with the name of its own type.
fn fields_of(types: &Value) -> BTreeMap<String, BTreeMap<String, String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let field = |it: &Value| {
        let named = [&it["type"]["name"], &it["type"]["ofType"]["name"]];
        let named = named.into_iter().find(|name| name.is_string()).cloned();
        (text(&it["name"]), text(&named.unwrap_or_default()))
    };
    let fields = |it: &Value| it["fields"].as_array().into_iter().flatten().map(field).collect();
    let types = types.as_array().expect("types").iter();
    types.map(|it| (text(&it["name"]), fields(it))).collect()
}

/// Whether an action is allowed, as the object answers it: a node, or one in a list of `of`.
async fn may(actor: &Actor, of: &str, (object, id): (&str, &str), action: &str) -> bool {
    let list = match object {
        "LedgerTransaction" => Some((FUND, "transactions")),
        "Notice" => Some((AGREEMENT, "notices")),
        "DueDate" => Some((AGREEMENT, "dueDates")),
        "Dispute" => Some((AGREEMENT, "disputes")),
        _ => None,
    };
    let can = format!("viewerCan {{ {action} {{ allowed reason }} }}");
    let said = match list {
        None => {
            let document =
                format!("query($id: ID!) {{ node(id: $id) {{ ... on {object} {{ {can} }} }} }}");
            let answer = actor.send(&document, json!({ "id": id })).await.ok();
            answer.at(&format!("/node/viewerCan/{action}")).clone()
        }
        Some((root, list)) => {
            let document = format!(
                "query($id: ID!) {{ node(id: $id) {{ ... on {root} {{
                 {list}(first: 100) {{ nodes {{ id {can} }} }} }} }} }}"
            );
            let answer = actor.send(&document, json!({ "id": of })).await.ok();
            let nodes =
                answer.at(&format!("/node/{list}/nodes")).as_array().expect("a list").clone();
            let own = nodes.into_iter().find(|node| node["id"] == json!(id)).expect("it is listed");
            own["viewerCan"][action].clone()
        }
    };
    assert_eq!(said["allowed"] == json!(true), said["reason"].is_null(), "{action}: {said}");
    said["allowed"] == json!(true)
}

/// Whether a mutation is refused for want of permission.
async fn is_denied(actor: &Actor, name: &str, input: &Value) -> bool {
    let answer = actor.run(name, input.clone(), "").await;
    let errors = answer.payload()["errors"].as_array().expect("errors").clone();
    errors.iter().any(|error| error["code"] == json!("NOT_ALLOWED"))
}

both_databases! {
    async fn v3_every_mutation_has_an_answer_of_viewer_can_or_a_reason_why_not(world: World) {
        let told = world.nobody().ask(TYPES).await.ok();
        let fields = fields_of(told.at("/__schema/types"));
        let mutations = told.at("/__schema/mutationType/fields").as_array().expect("fields").clone();
        let mutations: BTreeSet<&str> = mutations.iter().filter_map(|it| it["name"].as_str()).collect();
        let answered = ANSWERED.iter().map(|it| it.0);
        let listed: Vec<&str> = answered.chain(EXEMPT.iter().map(|it| it.0)).collect();
        let once: BTreeSet<&str> = listed.iter().copied().collect();
        assert_eq!(once.len(), listed.len(), "each mutation is listed once");
        let missing: Vec<_> = mutations.difference(&once).collect();
        assert!(missing.is_empty(), "which viewerCan answers, or why none does: {missing:?}");
        let stale: Vec<_> = once.difference(&mutations).collect();
        assert!(stale.is_empty(), "no such mutations: {stale:?}");
        for (mutation, object, action) in ANSWERED {
            let can = fields.get(*object).and_then(|of| of.get("viewerCan"));
            let can = can.unwrap_or_else(|| panic!("{object} answers no viewerCan"));
            assert!(fields[can].contains_key(*action), "{mutation}: {object}.viewerCan.{action}");
        }
        // And no answer is about nothing.
        for (object, of) in &fields {
            let Some(can) = of.get("viewerCan") else { continue };
            for action in fields[can].keys() {
                let answers = |it: &(&str, &str)| *it == (object.as_str(), action.as_str());
                let is_used = ANSWERED.iter().any(|it| answers(&(it.1, it.2)))
                    || TOLD_APART.iter().any(answers);
                assert!(is_used, "{object}.viewerCan.{action} answers no mutation");
            }
        }
    }

    async fn v3_what_is_answered_of_books_is_what_is_decided(world: World) {
        let books = Books::open(&world, &["Host", "Partner", "Other"]).await;
        let contribution = books.contribution(1, "100.00").await;
        let scheme = books.scheme("1", "90.00", &[1, 1, 1]).await;
        let spent = books.spend(&scheme, "9.00", "2025-04-02", "1").await.ok();
        let spent = spent.text("/recordExpenditure/transaction/id").to_owned();
        let fund = books.fund.as_str();
        let year = "2025/26";
        let lines = json!([{ "scheme": scheme, "month": 12, "amount": "1.00" }]);
        let withheld = json!({ "contribution": contribution, "amount": "1.00", "reason": "Late" });
        let treatment = |who: &Actor| json!({
            "fund": fund, "partner": who.id, "financialYear": year, "treatment": "Gross",
        });
        let deeds = |who: &Actor| [
            ((FUND, fund), "carryForward", "carryForward", json!({
                "fund": fund, "financialYear": year, "decision": decision(), "idempotencyKey": "1",
            })),
            ((FUND, fund), "rollForwardYear", "rollForwardYear", json!({
                "fund": fund, "financialYear": year, "expiresOn": "2025-10-31",
                "idempotencyKey": "1",
            })),
            ((FUND, fund), "saveForecast", "saveForecast", json!({
                "fund": fund, "financialYear": year, "lines": lines,
            })),
            ((FUND, fund), "stateAccountingTreatment", "stateAccountingTreatment", treatment(who)),
            ((CONTRIBUTION, contribution.as_str()), "withhold", "withholdContribution", withheld.clone()),
            ((CONTRIBUTION, contribution.as_str()), "vary", "varyContribution", json!({
                "contribution": contribution, "amount": "1.00", "effectiveOn": "2025-06-01",
                "reason": "More", "decision": decision(), "idempotencyKey": "1",
            })),
            (("LedgerTransaction", spent.as_str()), "reverse", "reverseTransaction", Books::reversal(&spent, "2025-04-03", "1")),
        ];
        let viewer = world.actor(books.partner(2).organisation, &[Role::Viewer]).await;
        for actor in [books.host(), books.partner(1), books.partner(2), &viewer] {
            for (object, action, mutation, input) in deeds(actor) {
                let mut input = input;
                input["dryRun"] = json!(true);
                let denied = is_denied(actor, mutation, &input).await;
                assert_eq!(may(actor, fund, object, action).await, !denied, "{mutation} by {}", actor.id);
            }
        }
        assert!(may(books.partner(1), fund, (CONTRIBUTION, &contribution), "withhold").await);
        assert!(!may(books.host(), fund, (CONTRIBUTION, &contribution), "withhold").await);
    }

    async fn v3_what_is_answered_of_notices_due_dates_and_disputes_is_what_is_decided(world: World) {
        let books = Books::open(&world, &["Host", "Partner", "Other"]).await;
        let agreement = books.agreement.as_str();
        let months = json!({ "id": agreement, "expectedVersion": 1, "noticeMonths": 6 });
        let _ = books.host().run("updatePartnershipAgreement", months, "agreement { id }").await.ok();
        let given = json!({
            "agreement": agreement, "givenOn": "2025-04-02", "reason": "No share agreed",
            "decision": decision(),
        });
        let given = books.partner(1).run("giveNotice", given, "notice { id }").await.ok();
        let notice = given.text("/giveNotice/notice/id").to_owned();
        let due = json!({
            "agreement": agreement, "kind": "REPORT", "title": "Report",
            "owner": books.partner(1).id, "dueOn": ["2025-07-31"],
        });
        let due = books.host().run("setDueDates", due, "dueDates { id }").await.ok();
        let due = due.text("/setDueDates/dueDates/0/id").to_owned();
        let ladder = json!({
            "agreement": agreement, "steps": [{ "name": "Joint board", "withinDays": 30 }],
        });
        let _ = books.host().run("setDisputeLadder", ladder, "agreement { id }").await.ok();
        let raised = json!({
            "agreement": agreement, "against": [books.host().id], "raisedOn": "2025-04-02",
            "matter": "A share",
        });
        let raised = books.partner(1).run("raiseDispute", raised, "dispute { id }").await.ok();
        let dispute = raised.text("/raiseDispute/dispute/id").to_owned();
        let settled = |outcome| json!({
            "dueDate": due, "outcome": outcome, "happenedOn": "2025-04-02", "evidence": "Minute 1",
        });
        let ended = |kind| json!({
            "dispute": dispute, "ending": kind, "endedOn": "2025-04-02", "outcome": "Agreed",
        });
        let deeds = [
            (("Notice", notice.as_str()), "withdraw", "withdrawNotice", json!({ "notice": notice, "reason": "Agreed" })),
            (("DueDate", due.as_str()), "meet", "settleDueDate", settled("MET")),
            (("DueDate", due.as_str()), "cancel", "settleDueDate", settled("CANCELLED")),
            (("Dispute", dispute.as_str()), "record", "endDispute", ended("RESOLVED")),
            (("Dispute", dispute.as_str()), "withdraw", "endDispute", ended("WITHDRAWN")),
            ((AGREEMENT, agreement), "giveNotice", "giveNotice", json!({
                "agreement": agreement, "givenOn": "2025-04-02", "reason": "No share agreed",
                "decision": decision(),
            })),
        ];
        let mut allowed = 0;
        for actor in [books.host(), books.partner(1), books.partner(2)] {
            for (object, action, mutation, input) in &deeds {
                let mut input = input.clone();
                input["dryRun"] = json!(true);
                let denied = is_denied(actor, mutation, &input).await;
                let answered = may(actor, agreement, *object, action).await;
                assert_eq!(answered, !denied, "{mutation} ({action}) by {}", actor.id);
                allowed += usize::from(answered);
            }
        }
        assert_eq!(allowed, 10, "the host four of six, the partner five, the other one");
    }

    async fn v3_what_is_answered_of_contracts_and_links_is_what_is_decided(world: World) {
        let chain = Chain::on(&world).await;
        let links = chain.four_tiers().await;
        let (contract, link) = (chain.id(), links[0].as_str());
        let of_contract = |who: &Actor| {
            let on_behalf = (who.id == chain.commissioner.id).then_some(&chain.lead.id);
            [
                ("planValue", "planContractValue", json!({ "contract": contract,
                    "expectedValueVersion": 1, "years": [{ "financialYear": "2025/26", "amount": "1.00" }] })),
                ("changeStatus", "giveContractNotice", json!({ "contract": contract,
                    "expectedVersion": 1, "effectiveOn": "2025-10-01", "takesEffectOn": "2026-10-01",
                    "reasonCode": "OTHER", "reason": "Agreed", "documentReference": "Letter" })),
                ("defineOutcomes", "defineOutcomeFramework", json!({ "contract": contract,
                    "effectiveOn": "2025-04-01", "cutOffDays": 90 })),
                ("recordPay", "recordListSize", json!({ "contract": contract, "code": "ALL",
                    "countedOn": "2025-04-01", "people": 1, "source": "Count" })),
                ("submitMeasurement", "submitMeasurement", json!({ "contract": contract,
                    "measure": "FLOW", "financialYear": "2025/26", "reading": "1",
                    "evidence": "Count", "onBehalfOf": on_behalf })),
                ("recordSubcontract", "recordSubcontract", chain.link(&contract, &chain.stranger)),
                ("vary", "recordContractVariation", json!({ "contract": contract, "expectedVersion": 1,
                    "summary": "A ward is closed", "effectiveOn": "2026-04-01", "approvals": [] })),
            ]
        };
        let of_link = [
            ("keep", "endSubcontract",
                json!({ "subcontract": link, "expectedVersion": 1, "endsOn": "2026-03-31", "reason": "Agreed" })),
            ("answer", "confirmSubcontract", json!({ "subcontract": link, "expectedVersion": 1 })),
            ("approve", "approveSubcontract", json!({ "subcontract": link, "expectedVersion": 1,
                "isApproved": true, "decision": decision() })),
            ("shareWithConsortium", "shareWithConsortium",
                json!({ "subcontract": link, "startsOn": "2029-01-01", "reason": "Agreed" })),
            ("recordSubcontract", "recordSubcontract", chain.link(link, &chain.stranger)),
            ("recordMeasureFeed", "recordMeasureFeed",
                json!({ "subcontract": link, "measure": "FLOW", "startsOn": "2025-10-01" })),
            ("answerMeasurement", "confirmMeasurement", json!({ "subcontract": link, "number": 1 })),
            ("recordPayment", "recordChainPayment", json!({ "subcontract": link,
                "invoiceReference": "INV 1", "invoiceReceivedOn": "2025-05-01", "amount": "1.00",
                "paidOn": "2025-05-02", "idempotencyKey": "INV 1" })),
        ];
        let mut allowed = BTreeMap::new();
        for actor in [&chain.commissioner, &chain.associate, &chain.lead, &chain.sellers[0]] {
            let sees_contract = actor.id != chain.sellers[0].id;
            let on_contract = of_contract(actor).into_iter().filter(|_| sees_contract);
            let on_contract = on_contract.map(|deed| ((CONTRACT, contract.as_str()), deed));
            let on_link = of_link.clone().into_iter().map(|deed| ((SUBCONTRACT, link), deed));
            for (object, (action, mutation, mut input)) in on_contract.chain(on_link) {
                input["dryRun"] = json!(true);
                let denied = is_denied(actor, mutation, &input).await;
                let answered = may(actor, "", object, action).await;
                assert_eq!(answered, !denied, "{mutation} ({action}) by {}", actor.id);
                *allowed.entry(&actor.id).or_insert(0) += usize::from(answered);
            }
        }
        let allowed = |who: &Actor| allowed[&who.id];
        assert_eq!(allowed(&chain.commissioner), 8, "all but to buy, and to approve the link");
        assert_eq!(allowed(&chain.associate), 0);
        assert_eq!(allowed(&chain.lead), 5, "to measure, to buy, to keep what it bought, to pay and to share");
        assert_eq!(allowed(&chain.sellers[0]), 3, "to answer twice, and to buy");
    }
}
