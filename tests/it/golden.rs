//! Who reads and may do what, as one text that people review: viewer × resource × field and action.
//! The text is compared; a field of a registered type that is in no row fails.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use entities::{
    membership::Role,
    organisation::OrganisationKind,
    relation::{self, RelationKind},
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use tests::{Actor, Books, Engine, World};
use tributary::{access::derive, graphql::node};
use uuid::Uuid;

const ROLES: &[Role] =
    &[Role::Commissioner, Role::Finance, Role::Approver, Role::Admin, Role::Auditor];

struct Scene {
    viewers: Vec<(&'static str, Actor)>,
    /// The objects of the scene, by the name of their type.
    resources: Vec<(&'static str, String)>,
}

impl Scene {
    async fn set(world: &World) -> Self {
        let books = Books::open(world, &["Host", "Partner"]).await;
        let contribution = books.contribution(1, "400.00").await;
        let provider = world.organisation("Provider", OrganisationKind::NhsTrust).await;
        let mut input = books.scheme_input(&books.fund, "1", "300.00", &[51, 49]);
        input["provider"] = json!(tests::world::global(provider));
        let host = books.host();
        let made = host.run("createScheme", input, "scheme { id }").await.ok();
        let scheme = made.text("/createScheme/scheme/id").to_owned();
        let other = books.scheme("2", "100.00", &[1, 1]).await;
        let spent = Books::expenditure(&scheme, "100.00", "2025-05-10", "spent");
        let _ = host.run("recordExpenditure", spent, "transaction { id }").await.ok();
        let input = json!({
            "scheme": scheme, "financialYear": "2025/26", "description": "A promise",
            "amount": "50.00", "effectiveOn": "2025-05-01", "idempotencyKey": "promise",
        });
        let made = host.run("recordCommitment", input, "commitment { id }").await.ok();
        let commitment = made.text("/recordCommitment/commitment/id").to_owned();
        let moved =
            books.movement("VIREMENT", "2025-07-01", &[(&scheme, "-1.00"), (&other, "1.00")], &[]);
        let made = host.run("moveBudget", moved, "movement { id }").await.ok();
        let movement = made.text("/moveBudget/movement/id").to_owned();
        let forecast = submitted_forecast(&books, &scheme).await;
        let mut viewers = vec![
            ("host", world.actor(host.organisation, ROLES).await),
            ("partner", world.actor(books.partner(1).organisation, ROLES).await),
            ("funded provider", world.actor(provider, ROLES).await),
        ];
        let agreement = id_of(&books.agreement);
        for (name, kind) in [
            ("party", RelationKind::Party),
            ("board member", RelationKind::BoardMember),
            ("observer", RelationKind::Observer),
            ("co-ordinating commissioner", RelationKind::CoordinatingCommissioner),
            ("associate commissioner", RelationKind::AssociateCommissioner),
            ("lead provider", RelationKind::LeadProvider),
            ("consortium member", RelationKind::ConsortiumMember),
            ("buyer", RelationKind::Buyer),
            ("seller", RelationKind::Seller),
            ("regulator", RelationKind::Regulator),
            ("auditor", RelationKind::Auditor),
        ] {
            let organisation = world.organisation(name, OrganisationKind::Other).await;
            stand(world, kind, organisation, agreement).await;
            viewers.push((name, world.actor(organisation, ROLES).await));
        }
        let outsider = world.organisation("outsider", OrganisationKind::Other).await;
        viewers.push(("unrelated", world.actor(outsider, ROLES).await));
        viewers.push(("public", world.nobody()));
        derive::agreement(world.database.for_migration(), agreement).await.expect("access");
        let resources = vec![
            ("PartnershipAgreement", books.agreement),
            ("PooledFund", books.fund),
            ("Scheme", scheme),
            ("Contribution", contribution),
            ("Commitment", commitment),
            ("Forecast", forecast),
            ("BudgetMovement", movement),
        ];
        Self { viewers, resources }
    }
}

async fn submitted_forecast(books: &Books, scheme: &str) -> String {
    let input = json!({
        "fund": books.fund, "financialYear": "2025/26", "commentary": "As planned",
        "lines": [{ "scheme": scheme, "month": 12, "amount": "200.00" }],
    });
    let made = books.host().run("saveForecast", input, "forecast { id }").await.ok();
    let id = made.text("/saveForecast/forecast/id").to_owned();
    let _ =
        books.host().run("submitForecast", json!({ "forecast": id }), "forecast { id }").await.ok();
    id
}

fn id_of(id: &str) -> Uuid {
    node::of(&async_graphql::ID(id.to_owned())).expect("an identity").1
}

async fn stand(world: &World, kind: RelationKind, organisation: Uuid, agreement: Uuid) {
    let row = relation::Model {
        id: world.database.clock().new_id(),
        kind,
        organisation_id: organisation,
        agreement_id: agreement,
        fund_id: None,
        scheme_id: None,
        position: None,
        starts_on: chrono::NaiveDate::from_ymd_opt(2025, 4, 1).expect("a day"),
        ends_on: None,
    };
    relation::Entity::insert(row.into_active_model())
        .exec_without_returning(world.database.for_migration())
        .await
        .expect("a relation");
}

/// The fields of a type, each with what is selected of it; none of what only leads elsewhere.
async fn selections(asker: &Actor, kind: &str) -> BTreeMap<String, String> {
    let document = "query($kind: String!) { __type(name: $kind) { fields { name
        args { name type { kind } defaultValue }
        type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }";
    let answer = asker.send(document, json!({ "kind": kind })).await.ok();
    let fields = answer.at("/__type/fields").as_array().expect("fields").clone();
    let of = |field: &Value| {
        let name = field["name"].as_str().expect("a name").to_owned();
        let has = |argument: &str| {
            field["args"]
                .as_array()
                .expect("arguments")
                .iter()
                .any(|it| it["name"] == json!(argument))
        };
        let mut arguments = Vec::new();
        if has("financialYear") {
            arguments.push("financialYear: \"2025/26\"");
        }
        if has("first") {
            arguments.push("first: 9");
        }
        let arguments = match arguments.is_empty() {
            true => String::new(),
            false => format!("({})", arguments.join(", ")),
        };
        let below = if is_leaf(&field["type"]) { "" } else { " { __typename }" };
        (name.clone(), format!("{name}{arguments}{below}"))
    };
    fields.iter().map(of).collect()
}

fn is_leaf(kind: &Value) -> bool {
    let mut kind = kind;
    while !kind["ofType"].is_null() {
        kind = &kind["ofType"];
    }
    matches!(kind["kind"].as_str(), Some("SCALAR" | "ENUM"))
}

/// What a viewer reads of an object, and may do to it.
async fn row(
    viewer: &Actor,
    (kind, id): (&str, &str),
    fields: &BTreeMap<String, String>,
) -> String {
    let selected: Vec<&str> = fields
        .iter()
        .filter(|(name, _)| *name != "viewerCan" && *name != "withheld")
        .map(|(_, selection)| selection.as_str())
        .collect();
    let can =
        if fields.contains_key("viewerCan") { can(viewer, kind).await } else { String::new() };
    let withheld = if fields.contains_key("withheld") { "withheld { field reason }" } else { "" };
    let document = format!(
        "{{ node(id: \"{id}\") {{ ... on {kind} {{ {} {withheld} {can} }} }} }}",
        selected.join(" ")
    );
    let answer = viewer.ask(&document).await;
    if answer.0["errors"] != Value::Null {
        return format!(
            "{}\n",
            answer.0["errors"][0]["extensions"]["code"].as_str().unwrap_or("?")
        );
    }
    let node = &answer.0["data"]["node"];
    if node.is_null() {
        return "not found\n".to_owned();
    }
    let named = |null: bool| -> Vec<&str> {
        let of_fields =
            fields.keys().filter(|name| !["viewerCan", "withheld"].contains(&name.as_str()));
        of_fields.filter(|name| node[name.as_str()].is_null() == null).map(String::as_str).collect()
    };
    let mut text = format!("reads {}\n", named(false).join(" "));
    let withheld: Vec<String> = node["withheld"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| {
            format!(
                "{} ({})",
                it["field"].as_str().unwrap_or("?"),
                it["reason"].as_str().unwrap_or("?")
            )
        })
        .collect();
    let told = |name: &&&str| !withheld.iter().any(|it| it.starts_with(&format!("{name} (")));
    let unset: Vec<&str> = named(true).iter().filter(told).copied().collect();
    writeln!(text, "        not set: {}", unset.join(" ")).expect("a text");
    writeln!(text, "        withheld: {}", withheld.join(", ")).expect("a text");
    if let Some(actions) = node["viewerCan"].as_object() {
        let allowed = actions.iter().filter(|(_, it)| it["allowed"] == json!(true));
        let allowed: Vec<&str> = allowed.map(|(name, _)| name.as_str()).collect();
        writeln!(text, "        may: {}", allowed.join(" ")).expect("a text");
    }
    text
}

async fn can(viewer: &Actor, kind: &str) -> String {
    let document = format!(
        "{{ __type(name: \"{kind}\") {{ fields {{ name type {{ fields {{ name }} ofType {{ fields {{ name }} }} }} }} }} }}"
    );
    let answer = viewer.ask(&document).await.ok();
    let fields = answer.at("/__type/fields").as_array().expect("fields").clone();
    let can = fields.iter().find(|field| field["name"] == json!("viewerCan")).expect("viewerCan");
    let kind = if can["type"]["ofType"].is_null() { &can["type"] } else { &can["type"]["ofType"] };
    let actions = kind["fields"].as_array().expect("actions");
    let actions = actions.iter().filter_map(|it| it["name"].as_str());
    let actions: Vec<String> = actions.map(|name| format!("{name} {{ allowed }}")).collect();
    format!("viewerCan {{ {} }}", actions.join(" "))
}

/// The text, written anew with `TRIBUTARY_GOLDEN=write`, and then read by people in the review.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn v3_v4_who_reads_and_may_do_what_is_as_it_was_reviewed() {
    let world = World::on(Engine::Sqlite).await;
    let scene = Scene::set(&world).await;
    let (_, host) = &scene.viewers[0];
    let mut text = String::new();
    for (kind, id) in &scene.resources {
        let fields = selections(host, kind).await;
        writeln!(text, "{kind}").expect("a text");
        for (name, viewer) in &scene.viewers {
            write!(text, "    {name}: {}", row(viewer, (kind, id), &fields).await).expect("a text");
        }
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/golden/access.txt");
    if std::env::var("TRIBUTARY_GOLDEN").is_ok_and(|it| it == "write") {
        fs::write(&file, &text).expect("the text is written");
    }
    let golden = fs::read_to_string(&file).expect("the text that was reviewed");
    assert!(text == golden, "who reads what has changed: {}", first_difference(&golden, &text));
}

fn first_difference(one: &str, other: &str) -> String {
    let pairs = one.lines().zip(other.lines());
    let differing = pairs.into_iter().find(|(one, other)| one != other);
    differing
        .map_or("one text is longer".to_owned(), |(one, other)| format!("{one:?} is now {other:?}"))
}

/// Every type that the register decides about by a group of the matrix is in the text, or it is
/// said here where it is proved instead.
#[test]
fn v4_every_registered_type_is_in_the_text_or_proved_elsewhere() {
    use domain::policy::register::{Decides, lines};
    const ELSEWHERE: &[(&str, &str)] = &[
        ("Subcontract", "tests/it/chain_views.rs"),
        ("ChainPayment", "tests/it/chain_payments.rs"),
        ("PaymentPunctuality", "tests/it/chain_payments.rs"),
        ("DelegatedBudget", "tests/it/delegated_budgets.rs, and the oracle asks everybody"),
        ("DelegatedSpending", "tests/it/delegated_budgets.rs, and the oracle asks everybody"),
        ("DelegatedPosition", "tests/it/delegated_budgets.rs, and the oracle asks everybody"),
        ("ContractDelegation", "tests/it/delegated_budgets.rs, and the oracle asks everybody"),
        ("SupplyChain", "tests/it/supply_chain.rs"),
        ("SupplyChainFigures", "tests/it/supply_chain.rs"),
        ("Organisation", "open to everybody signed in"),
        ("CodeListEntry", "open to everybody signed in"),
        ("AuditAct", "tests/it/audit.rs"),
        ("LedgerTransaction", "it has no identity to be asked by: views.rs, dated_views.rs"),
        ("PeriodClosing", "answered to the one who closes it"),
        ("FundReturn", "tests/it/returns.rs"),
        ("AccountingTreatment", "tests/it/memorandum.rs"),
        ("Proposal", "tests/it/proposal.rs"),
        ("ProposalDecision", "tests/it/proposal.rs"),
        ("ProposalNeed", "tests/it/proposal.rs"),
        ("ProposedContributionAmount", "tests/it/proposal.rs"),
        ("ProposedSchemeAmount", "tests/it/proposal.rs"),
        ("ProposedSeat", "tests/it/team_membership.rs"),
        ("Proposer", "tests/it/proposal.rs"),
        ("DeclaredInterest", "tests/it/proposal.rs"),
        ("PublishedStatement", "tests/it/published_statements.rs"),
        ("PrintedFigure", "tests/it/published_statements.rs"),
        ("ReconciledFigure", "tests/it/published_statements.rs"),
        ("ReconciledCheck", "tests/it/published_cases.rs"),
        ("ReconciledComparison", "tests/it/published_statements.rs"),
        ("RiskShare", "tests/it/risk_share.rs, and the oracle asks everybody"),
        ("RiskSharePosition", "tests/it/risk_share.rs"),
        ("ReplayedSettlement", "tests/it/risk_share.rs"),
        ("Settlement", "tests/it/risk_share.rs, and the oracle asks everybody"),
        ("ContractPay", "tests/it/contract_pay.rs"),
        ("Measurement", "tests/it/contract_pay.rs"),
        ("PayWithholding", "tests/it/pay_withholding_views.rs, and the oracle asks everybody"),
        ("PayWithholdingSettlement", "tests/it/pay_withholding_views.rs"),
        ("PaymentRun", "tests/it/payment_run_views.rs"),
        ("PaymentRunLine", "tests/it/payment_run_views.rs"),
        ("PaymentRunLineAct", "tests/it/payment_run_views.rs"),
        ("Projection", "of a contract, for whoever reads its value: tests/it/projection.rs"),
        ("ComparedYear", "of a contract, for whoever reads its value: tests/it/projection.rs"),
        ("YearRollForward", "as much as the proposal that it is part of: tests/it/years.rs"),
        ("DueDate", "tests/it/governance.rs"),
        ("DueDateSettlement", "tests/it/governance.rs"),
        ("Notice", "tests/it/governance.rs"),
        ("Dispute", "tests/it/governance.rs"),
        ("NarrativeThreshold", "tests/it/narrative_threshold.rs"),
        ("DisputeLadderStep", "tests/it/governance.rs"),
        ("DisputeNextStep", "tests/it/governance.rs"),
        ("DisputeStep", "tests/it/governance.rs"),
        ("Contract", "tests/it/contract_views.rs"),
        ("ContractCommissioner", "tests/it/contract_views.rs"),
        ("ContractProvider", "tests/it/contract_views.rs"),
        ("ContractYearValue", "tests/it/contract_views.rs"),
        ("ContractInterest", "tests/it/contract_interests.rs, and the oracle asks everybody"),
        ("ContractStatusChange", "tests/it/contract_views.rs"),
        ("ContractCondition", "tests/it/contract_views.rs"),
        ("ContractGuarantee", "tests/it/contract_views.rs"),
        ("ContractGuaranteeGiven", "tests/it/contract_views.rs"),
        ("ContractVariation", "tests/it/contract_views.rs"),
        ("ContractVariationApproval", "tests/src/oracle/contract.rs"),
        ("ContractTerms", "tests/it/contract_views.rs"),
        ("ContractNovation", "tests/it/novation.rs"),
        ("ContractValuePerHead", "tests/it/novation.rs"),
        ("ContractHolder", "tests/src/oracle/novation.rs"),
        ("ContractSupplier", "tests/src/oracle/contract_supplier.rs"),
        ("FlowDown", "tests/it/flow_down.rs"),
    ];
    /// What has no identity of its own, and is reached through what is in the text only.
    const PARTS: &[&str] = &[
        "AgreementPartner",
        "AgreementPosition",
        "KindPosition",
        "PooledFundPosition",
        "BudgetByOrigin",
        "PositionFigures",
        "SchemePosition",
        "SourcePosition",
        "PeriodPosition",
        "PartnerPosition",
        "ContributionPosition",
        "Explanation",
        "ExplanationStep",
        "ExplanationInput",
        "Instalment",
        "FundingSplit",
        "FundingShare",
        "LedgerEntry",
        "CorrectedPeriod",
        "CommitmentRelease",
        "ForecastLine",
        "OutcomeFramework",
        "OutcomeDomain",
        "OutcomeMeasure",
        "OutcomeStep",
        "MeasureFeed",
        "PayComponent",
        "PayComponentVersion",
        "PayGoal",
        "PaySchedule",
        "PayComponentTotal",
        "PayLine",
        "PayMeasureResult",
        "PayShared",
        "PayWithholdingAmounts",
        "ProjectedRise",
        "ProjectedYear",
        "ComparedYear",
        "RiskShareVersion",
        "RiskShareTier",
        "RiskShareWeight",
        "RiskShareCap",
        "RiskShareBound",
        "RiskShareStep",
        "RiskShareAmount",
        "RiskShareMove",
        "RiskShareSchemeAmount",
        "BorneByLine",
        "BorneByOtherLine",
        "ReturnedToSource",
        "SettlementTotals",
        "SettlementLine",
        "SettlementAnswer",
        "RollForwardSteps",
        "RolledForwardScheme",
        "RolledForwardShare",
        "RolledForwardContribution",
        "RolledForwardInstalment",
        "ContributionPayment",
        "InstalmentPayment",
        "ReturnNarrative",
        "ReturnAnswer",
        "ReturnOutstanding",
        "ReturnFigures",
        "ReturnAmounts",
        "ReturnLine",
        "ReturnPartnerLine",
        "MemorandumAccount",
        "MemorandumHeld",
        "MemorandumIncome",
        "MemorandumExpenditure",
        "MemorandumShare",
        "SubcontractValue",
        "SubcontractValueVersion",
        "ConsortiumShare",
        "SubcontractAbove",
        "TierPaymentPunctuality",
        "ChainPaymentPunctuality",
        "DelegatedBudgetVersion",
        "DelegatedYearAmount",
        "DelegatedYear",
        "DelegatedHolder",
        "FlowDownClause",
        "FlowDownTier",
        "FlowDownGap",
        "SupplyChainTier",
        "SinglePointOfFailure",
        "SupplyChainBreach",
        "BudgetMovementScheme",
        "BudgetMovementContribution",
        "ContributionTotals",
        "FundPeriod",
        "AgreementRelation",
        "AccessGrant",
        "Team",
        "TeamCosts",
        "TeamCostOfPartner",
        "TeamFunction",
        "TeamLimit",
        "TeamMember",
        "TeamPost",
        "TeamPostShare",
        "OrganisationIdentifier",
        "OrganisationRelationship",
        "OrganisationRole",
        "OrganisationSuccession",
    ];
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/golden/access.txt");
    let golden = fs::read_to_string(file).expect("the text that was reviewed");
    let kinds: Vec<&str> = golden.lines().filter(|line| !line.starts_with(' ')).collect();
    for line in lines().expect("a register") {
        let decided = matches!(line.decides, Decides::Group(_)) && line.kind != "Mutation";
        let proved = kinds.contains(&line.kind) || ELSEWHERE.iter().any(|it| it.0 == line.kind);
        let part = PARTS.contains(&line.kind);
        assert!(!decided || proved || part, "{} is in no text", line.kind);
    }
}

/// The documentation's table is the policy's.
#[test]
fn v4_the_documentation_prints_the_matrix() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/access.md");
    let page = fs::read_to_string(page).expect("the page");
    let printed = page.split_once("matrix.rs -->\n").expect("the table").1;
    assert_eq!(printed, domain::policy::matrix::markdown());
}
